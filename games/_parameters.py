"""The parameters of a game, as they stand in its name: read, and checked against the types that it gives."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

_WORDS = {int: "a whole number", float: "a number", bool: "True or False", str: "a text", NoneType: "None"}


def read_parameters(
    spec: str, make: Callable[..., object], texts: Mapping[str, str], *, check: bool
) -> dict[str, Any]:
    """Return the values of a game's parameters.

    Args:
        spec: the name of the game, for errors.
        make: what makes the game.
        texts: the texts of the parameters, such as ``{"n": "10"}``.
        check: whether they are checked. Our own games check them themselves.

    Raises:
        ValueError: if one of them is not of the plain type that `make` gives its parameter.
    """
    hints = _hints(make) if check else {}
    values: dict[str, Any] = {}
    for name, text in texts.items():
        hint = hints.get(name, Any)
        values[name] = value = text if hint is str else _value(text)
        if not _fits(value, hint):
            wanted = " or ".join(_WORDS.get(kind, repr(kind)) for kind in get_args(hint) or (hint,))
            raise ValueError(f"The game {spec!r} cannot be made: {name} must be {wanted}, not {text!r}.")
    return values


def _hints(make: Callable[..., object]) -> Mapping[str, Any]:
    begun: Any = make
    try:
        return get_type_hints(begun.__init__ if isinstance(make, type) else make)
    except Exception:  # Types that cannot be read are not checked.
        return {}


def _fits(value: object, hint: Any) -> bool:
    """Whether a value is of a type. What is not a plain type is not checked."""
    if get_origin(hint) in (Union, UnionType):
        return any(_fits(value, one) for one in get_args(hint))
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if hint in (int, float):
        return isinstance(value, int | hint) and not isinstance(value, bool)
    return isinstance(value, hint) if hint in (bool, str, NoneType) else True


def _value(text: str) -> Any:
    try:
        return literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
