"""Rewriting a form's JSON schema in the part of JSON Schema that both providers accept.

In this part, every object names all its fields, requires them all and allows no others. There are no bounds
on numbers and lengths, and no patterns. The form checks these when it reads the reply.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KEPT = frozenset({"type", "enum", "const", "description", "$ref"})
_ALTERNATIVES = ("anyOf", "oneOf")


class _Unsuitable(Exception):
    """The schema cannot be written in the common part."""


def narrowed(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return `schema` for structured output; None if it cannot be rewritten or asks only for texts.

    >>> narrowed({"type": "object", "properties": {"answer": {"type": "integer", "minimum": 0}}})
    ... # doctest: +NORMALIZE_WHITESPACE
    {'type': 'object', 'properties': {'answer': {'type': 'integer'}},
     'required': ['answer'], 'additionalProperties': False}
    """
    if all(map(_is_text, schema.get("properties", {}).values())):
        return None
    try:
        return _narrowed(schema)
    except _Unsuitable:
        return None


def _is_text(field: Mapping[str, Any]) -> bool:
    return field.get("type") == "string" and not field.keys() & {"enum", "const"}


def _narrowed(schema: object) -> dict[str, Any]:
    if not isinstance(schema, Mapping):
        raise _Unsuitable
    found = {name: value for name, value in schema.items() if name in _KEPT}
    if "$defs" in schema:
        found["$defs"] = {name: _narrowed(part) for name, part in schema["$defs"].items()}
    for name in _ALTERNATIVES:
        if name in schema:
            found["anyOf"] = [_narrowed(part) for part in schema[name]]
    if schema.get("type") == "array":
        found["items"] = _narrowed(schema.get("items"))
    if schema.get("type") == "object":
        if schema.get("additionalProperties") not in (None, False) or not schema.get("properties"):
            raise _Unsuitable
        found["properties"] = {name: _narrowed(part) for name, part in schema["properties"].items()}
        found["required"] = list(found["properties"])
        found["additionalProperties"] = False
    if not found.keys() & {"type", "enum", "const", "$ref", "anyOf"}:
        raise _Unsuitable
    return found
