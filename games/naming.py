"""Naming a game with parameters, so that `games.load` makes an equal game from the name."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any, ClassVar, Protocol
from urllib.parse import urlencode


class _Dataclass(Protocol):
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


def full_name(kind: str, game: _Dataclass) -> str:
    """Return `kind` with those parameters of `game`, a dataclass, that differ from their defaults."""
    values = ((field.name, getattr(game, field.name), field.default) for field in fields(game))
    changed = {name: value for name, value, default in values if value != default}
    return f"{kind}?{urlencode(changed)}" if changed else kind
