"""Adapting a JSON value to a schema where its meaning is certain. Other values are left as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from arena.forms.reading.folding import compared

Schema = Mapping[str, Any]


def fitted(value: Any, schema: Schema) -> Any:
    """Return `value` with fields and enumerated texts spelt as in `schema`, and whole numbers as integers.

    >>> schema = {"properties": {"winner": {"enum": ["A", "B"]}, "score": {"type": "integer"}}}
    >>> fitted({"Winner": "a", "score": 8.0}, schema)
    {'winner': 'A', 'score': 8}
    """
    return _fitted(value, schema, schema.get("$defs", {}))


def _fitted(value: Any, schema: Schema, definitions: Schema) -> Any:
    if "$ref" in schema:
        return _fitted(value, definitions.get(schema["$ref"].rpartition("/")[2], {}), definitions)
    if isinstance(value, bool):
        # pydantic takes true for 1, which nobody means who is asked for a number.
        return (
            value if "boolean" in _types(schema) or not _types(schema) & {"integer", "number"} else f"{value}"
        )
    for kind in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(kind, ()):
            value = _fitted(value, choice, definitions)
    if isinstance(value, str):
        return _spelt(value, [*schema.get("enum", ()), *([schema["const"]] if "const" in schema else [])])
    if (
        isinstance(value, float)
        and schema.get("type") == "integer"
        and value.is_integer()
        and abs(value) < 2**53
    ):
        return int(value)
    if isinstance(value, list) and isinstance(items := schema.get("items"), Mapping):
        return [_fitted(item, items, definitions) for item in value]
    if isinstance(value, dict) and (fields := schema.get("properties")):
        named = {
            name: _spelt(name, [one for one in fields if one not in value]) if name not in fields else name
            for name in value
        }
        if len(set(named.values())) == len(named):
            value = {named[name]: field for name, field in value.items()}
        return {name: _fitted(field, fields.get(name, {}), definitions) for name, field in value.items()}
    return value


def _types(schema: Schema) -> set[str]:
    """Return the types that a schema allows, including those of its alternatives."""
    choices = [choice for kind in ("anyOf", "oneOf") for choice in schema.get(kind, ())]
    return {str(one["type"]) for one in (schema, *choices) if "type" in one}


def _spelt(text: str, spellings: Iterable[Any]) -> str:
    """Return the spelling that equals `text` except for case and spacing, or `text` if there is none."""
    known = [one for one in spellings if isinstance(one, str)]
    if text in known:
        return text
    alike = [one for one in known if compared(one) == compared(text)]
    return alike[0] if len(alike) == 1 else text
