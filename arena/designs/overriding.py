"""Changing settings by their paths: all of them together, so that settings which need each other fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UsageError, did_you_mean
from arena.core.text import one_line

_NOT_GIVEN = object()
_MOST_SHOWN = 200


class SettingError(UsageError):
    """Settings that there are not, or that cannot have their values. `paths` are those that were typed."""

    def __init__(self, said: str, paths: Sequence[str]) -> None:
        super().__init__(said)
        self.paths = tuple(paths)


@dataclass(slots=True)
class _Change:
    """What changes at one place: its whole value, or parts of it, or both. `path` is the place."""

    path: str = ""
    value: Any = _NOT_GIVEN
    parts: dict[str, _Change] = field(default_factory=dict)

    @property
    def typed(self) -> dict[str, Any]:
        """The values that were typed, by their paths."""
        own = {} if self.value is _NOT_GIVEN else {self.path: self.value}
        return own | {path: value for part in self.parts.values() for path, value in part.typed.items()}


def override(holder: Any, path: Sequence[str], value: Any) -> Any:
    """Return a copy of a model or mapping in which the setting at `path` is `value` (see `with_settings`)."""
    return with_settings(holder, {".".join(path): value})


def with_settings(holder: Any, settings: Mapping[str, Any]) -> Any:
    """Return a copy of a model or mapping with other settings. It is validated once, with all of them.

    Args:
        holder: the model or mapping, or the class of a model that is made anew.
        settings: values by path, such as ``{"protocol.words": 80}``. A path goes through mappings, models and
            texts that name something, such as a protocol, which gets the settings behind the name.

    Raises:
        SettingError: if there is no such setting, or one cannot have its value.
    """
    root = _Change()
    for path, value in settings.items():
        place = root
        for name in path.split("."):
            where = f"{place.path}.{name}" if place.path else name
            place = place.parts.setdefault(name, _Change(where))
        place.value = value
    return _changed(holder, root)


def nested(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by path as tables within tables."""
    made: dict[str, Any] = with_settings({}, settings)
    return made


def _changed(holder: Any, change: _Change) -> Any:
    changes_nothing = change.value == {} and holder is not None
    if change.value is not _NOT_GIVEN and not changes_nothing:
        holder = change.value
    if not change.parts:
        return holder
    if holder is None:
        holder = {}
    if isinstance(holder, str):
        holder = {"name": holder}
    if isinstance(holder, Mapping):
        return {**holder, **{name: _changed(holder.get(name), part) for name, part in change.parts.items()}}
    if isinstance(holder, BaseModel) and "name" in change.parts and "name" not in type(holder).model_fields:
        return _changed({}, change)  # Another one, such as a protocol, is named in its place.
    if not isinstance(holder, BaseModel | type):
        name, part = next(iter(change.parts.items()))
        raise SettingError(
            f"There is no setting {name!r}: {type(holder).__name__} has no settings.", tuple(part.typed)
        )
    return _of_model(holder, change)


def _of_model(holder: BaseModel | type[BaseModel], change: _Change) -> BaseModel:
    """Return a model with changed parts, or a new one of a class whose other parts are its defaults."""
    kind = holder if isinstance(holder, type) else type(holder)
    values = {} if isinstance(holder, type) else {name: getattr(holder, name) for name in kind.model_fields}
    for name, part in change.parts.items():
        if name not in kind.model_fields:
            raise SettingError(
                f"{kind.__name__} has no setting {name!r}.{did_you_mean(name, kind.model_fields)} It has: "
                f"{', '.join(kind.model_fields)}.",
                tuple(part.typed),
            )
        values[name] = _changed(values.get(name), part)
    try:
        return kind.model_validate(values)
    except ValidationError as invalid:
        raise _invalid(change, invalid) from None


def _invalid(change: _Change, invalid: ValidationError) -> SettingError:
    """Return the error about the typed settings that the first problem is about."""
    place, why = invalid.errors()[0]["loc"], first_problem(invalid)
    at = ".".join(filter(None, (change.path, *map(str, place))))
    typed = change.typed
    blamed = {path: value for path, value in typed.items() if f"{at}.".startswith(f"{path}.")}
    if place and not blamed:
        return SettingError(f"{why}.", (at,))
    shown = [f"{path} cannot be {_shown(value)}" for path, value in (blamed or typed).items()]
    if len(shown) == 1:
        return SettingError(f"{shown[0]}: {why}.", tuple(blamed or typed))
    together = " and ".join(f"{path} = {_shown(value)}" for path, value in (blamed or typed).items())
    return SettingError(f"This cannot be set together, {together}: {why}.", tuple(blamed or typed))


def _shown(value: Any) -> str:
    return one_line(repr(value), _MOST_SHOWN)
