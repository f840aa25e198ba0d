"""Making a JSON value that a pydantic model's schema accepts."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_FORMATS = {
    "date": "2001-02-03",
    "date-time": "2001-02-03T04:05:06Z",
    "time": "04:05:06Z",
    "duration": "P1D",
    "uuid": "12345678-1234-5678-1234-567812345678",
    "email": "someone@example.org",
    "uri": "https://example.org",
}


def sample_json(schema: Schema, rng: random.Random) -> Any:
    """Return a simple value of the type that `schema` describes. Optional fields are left out."""
    return _sampled(schema, schema.get("$defs", {}), rng)


def _sampled(schema: Schema, definitions: Schema, rng: random.Random) -> Any:
    if "$ref" in schema:
        return _sampled(definitions[schema["$ref"].rpartition("/")[2]], definitions, rng)
    for given in ("const", "default"):
        if given in schema:
            return schema[given]
    if "enum" in schema:
        return rng.choice(schema["enum"])
    if choices := schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf"):
        simplest = min(choices, key=lambda choice: choice.get("type") != "null")
        return _sampled(simplest, definitions, rng)
    match schema.get("type"):
        case "object":
            fields = schema.get("properties", {})
            return {name: _sampled(fields[name], definitions, rng) for name in schema.get("required", ())}
        case "array":
            items = list(schema.get("prefixItems", ()))
            items += [schema.get("items", {})] * (schema.get("minItems", 0) - len(items))
            return [_sampled(item, definitions, rng) for item in items]
        case "integer":
            low, high = _bounds(schema, step=1)
            return rng.randint(math.ceil(low), math.floor(high))
        case "number":
            low, high = _bounds(schema, step=0)
            return (low + high) / 2
        case "boolean":
            return rng.random() < 0.5
        case "null":
            return None
    return _FORMATS.get(schema.get("format", ""), "x" * max(1, schema.get("minLength", 1)))


def _bounds(schema: Schema, step: int) -> tuple[float, float]:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -math.inf))
    high = schema.get("maximum", schema.get("exclusiveMaximum", math.inf))
    low += step * ("exclusiveMinimum" in schema)
    high -= step * ("exclusiveMaximum" in schema)
    if math.isinf(low):
        low = 0 if high >= 9 else high - 9
    if math.isinf(high):
        high = low + 9
    return low, high
