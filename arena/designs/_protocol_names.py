"""Protocols in data: a name, or a table with a name and settings, stands for a protocol."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, InstanceOf, PlainSerializer, ValidationError

from arena.core.complaints import first_problem
from arena.core.errors import UsageError, did_you_mean
from arena.episode.protocol import Protocol
from arena.registry import MOVED, find, place_of, table

NAME = "name"
"""The part of a table that names the protocol; the others are its settings."""


def as_protocol(given: Any) -> Any:
    """Return the protocol that a name or a table stands for, such as ``{"name": "debate", "rounds": 2}``.

    Anything else is returned as it is.

    Raises:
        ValueError: if there is no such protocol, or it has no such setting.
    """
    if isinstance(given, str):
        given = {NAME: given}
    if not isinstance(given, Mapping):
        return given
    name = given.get(NAME)
    if not isinstance(name, str):
        raise ValueError(f'say which protocol it is, such as {NAME} = "debate"')
    try:
        kind = find("protocols", name)
    except UsageError as error:
        raise ValueError(str(error).rstrip(".")) from None
    if not (isinstance(kind, type) and issubclass(kind, Protocol)):
        raise ValueError(f"{name} is no protocol")
    settings = {key: as_protocol(value) if key == "protocol" else value for key, value in given.items()}
    del settings[NAME]
    if unknown := [key for key in settings if key not in kind.model_fields]:
        raise ValueError(
            f"{name} has no setting {unknown[0]!r}.{did_you_mean(unknown[0], kind.model_fields)} It has: "
            f"{', '.join(kind.model_fields)}"
        )
    try:
        return kind.model_validate(settings)
    except ValidationError as invalid:
        raise ValueError(first_problem(invalid)) from None


def in_data(protocol: Protocol) -> dict[str, Any]:
    """Return the name of a protocol and those of its settings that are not its defaults."""
    kind = type(protocol)
    place = place_of(kind)
    names = {MOVED.get(one, one): name for name, one in table("protocols").items()}
    found: dict[str, Any] = {NAME: names.get(MOVED.get(place, place), place)}
    plain = protocol.model_dump(mode="json", exclude_defaults=True)
    for field in kind.model_fields:
        value = getattr(protocol, field)
        if isinstance(value, Protocol):
            found[field] = in_data(value)
        elif field in plain:
            found[field] = plain[field]
    return found


ProtocolLike = Annotated[
    InstanceOf[Protocol],
    BeforeValidator(as_protocol),
    PlainSerializer(in_data, return_type=dict[str, Any], when_used="json"),
]
"""A protocol, or in data its name or a table with its name and settings."""
