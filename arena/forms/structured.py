"""The form of JSON objects: any pydantic model."""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from arena.forms.base import Form, Status, Unusable

Model = TypeVar("Model", bound=BaseModel)

_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*?)\n?```", re.DOTALL)


class _Duplicate(ValueError):
    """A JSON object names the same field twice."""


@dataclass(frozen=True, slots=True)
class Structured(Form[Model]):
    """A JSON object that `model` accepts; only the `public` fields (all, if None) reach the audience."""

    model: type[Model]
    public: tuple[str, ...] | None = None

    def instructions(self) -> str:
        """Return the JSON schema to follow."""
        schema = json.dumps(self.model.model_json_schema(), separators=(",", ":"))
        return f"Reply with one JSON object and nothing else. It must follow this JSON schema: {schema}"

    def parse(self, text: str) -> Model:
        """Return the model that the reply's one JSON object describes."""
        source = _only_object(text)
        try:
            json.loads(source, object_pairs_hook=_without_duplicates)
            return self.model.model_validate_json(source)
        except _Duplicate as twice:
            raise Unusable(Status.AMBIGUOUS, f"it gives the field {twice} more than once") from None
        except ValidationError as invalid:
            raise Unusable(Status.UNPARSEABLE, _described(invalid)) from None
        except (ValueError, RecursionError):
            raise Unusable(Status.UNPARSEABLE, "it is not a JSON object") from None

    def sample(self, rng: random.Random) -> str:
        """Return an object made of the fields' defaults, or of simple values that suit their types."""
        schema = self.model.model_json_schema()
        return json.dumps(_sampled(schema, schema.get("$defs", {}), rng))

    def publish(self, value: Model) -> str:
        """Return the public fields as a JSON object."""
        return json.dumps(self.public_fields(value), ensure_ascii=False)

    def fields(self, value: Model) -> dict[str, Any]:
        """Return all the model's fields."""
        return value.model_dump(mode="json")

    def public_fields(self, value: Model) -> dict[str, Any]:
        """Return the fields that the audience may read."""
        return value.model_dump(mode="json", include=None if self.public is None else set(self.public))


def _only_object(text: str) -> str:
    blocks = _FENCED.findall(text)
    if len(blocks) > 1:
        raise Unusable(Status.AMBIGUOUS, f"it holds {len(blocks)} blocks where one JSON object was asked for")
    return str(blocks[0] if blocks else text).strip()


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise _Duplicate(repr(name))
    return dict(pairs)


def _described(invalid: ValidationError) -> str:
    problems = [
        f"{'.'.join(map(str, error['loc'])) or 'the object'}: {error['msg']}"
        for error in invalid.errors(include_url=False, include_input=False)[:3]
    ]
    return "; ".join(problems)


def _sampled(schema: dict[str, Any], definitions: dict[str, Any], rng: random.Random) -> Any:
    if "$ref" in schema:
        return _sampled(definitions[schema["$ref"].rsplit("/", 1)[-1]], definitions, rng)
    for given in ("default", "const"):
        if given in schema:
            return schema[given]
    if "enum" in schema:
        return rng.choice(schema["enum"])
    if "anyOf" in schema:
        return _sampled(schema["anyOf"][0], definitions, rng)
    match schema.get("type"):
        case "object":
            properties = schema.get("properties", {})
            return {name: _sampled(part, definitions, rng) for name, part in properties.items()}
        case "array":
            return [_sampled(schema.get("items", {}), definitions, rng)] * schema.get("minItems", 1)
        case "integer" | "number":
            return schema.get("minimum", schema.get("maximum", 1))
        case "boolean":
            return rng.random() < 0.5
        case "null":
            return None
    return "x" * schema.get("minLength", 1)
