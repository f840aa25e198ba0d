"""The form of JSON objects: any pydantic model."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from arena.annotations import Finding
from arena.core.complaints import problems
from arena.forms._fitting import fitted
from arena.forms._json_sample import sample_json
from arena.forms._status import Status, Unusable
from arena.forms.base import FORM_PROMPTS, Form, found_object
from arena.forms.reading import shortened

Model = TypeVar("Model", bound=BaseModel)

_LONGEST = 200
"""The number of characters, at most, of the description of one error."""


@dataclass(frozen=True, slots=True)
class Structured(Form[Model]):
    """A JSON object that `model` accepts. Only the `public` fields reach the audience (None: all fields).

    Raises:
        ValueError: if `public` names a field that the model does not have.
    """

    model: type[Model]
    public: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if unknown := [name for name in self.public or () if name not in self.model.model_fields]:
            raise ValueError(f"{self.model.__name__} has no field {unknown[0]!r} to make public.")

    def instructions(self) -> str:
        """Return the JSON schema to follow."""
        schema = json.dumps(self.model.model_json_schema(), separators=(",", ":"))
        return FORM_PROMPTS.text("structured", schema=schema)

    def parse(self, text: str) -> Model:
        """Return the model that the reply's one JSON object describes.

        The object may stand in a block or behind prose, and may have the usual errors of models' JSON. Field
        names and enumerated values may be in another case, and whole numbers may have a decimal point.
        """
        found = found_object(text)
        try:
            return self.model.model_validate_json(json.dumps(fitted(found, self.model.model_json_schema())))
        except ValidationError as invalid:
            raise Unusable(Status.UNPARSEABLE, _described(invalid)) from None

    def schema(self) -> dict[str, Any]:
        """Return the model's JSON schema."""
        return self.model.model_json_schema()

    def parse_structured(self, text: str) -> Model:
        """Return the model that the reply describes."""
        return self.parse(text)

    def sample(self, rng: random.Random) -> str:
        """Return an object made of simple values that suit the fields' types."""
        return json.dumps(sample_json(self.model.model_json_schema(), rng))

    def publish(self, value: Model) -> str:
        """Return the public fields as a JSON object."""
        return json.dumps(self.public_fields(value), ensure_ascii=False)

    def finding(self, value: Model, name: str) -> Finding:
        """Return the value of the field called `name`, and of ``confidence`` if there is such a field."""
        found = getattr(value, name, None)
        found = found.value if isinstance(found, Enum) else found
        found = ("no", "yes")[found] if isinstance(found, bool) else found
        confidence = getattr(value, "confidence", None)
        return Finding(
            text=None if found is None else str(found),
            number=float(found) if isinstance(found, int | float) else None,
            confidence=confidence if isinstance(confidence, float) and 0 <= confidence <= 1 else None,
        )

    def fields(self, value: Model) -> dict[str, Any]:
        """Return all the model's fields."""
        return value.model_dump(mode="json")

    def public_fields(self, value: Model) -> dict[str, Any]:
        """Return the fields that the audience may read."""
        return value.model_dump(mode="json", include=None if self.public is None else set(self.public))


def _described(invalid: ValidationError) -> str:
    """Return the first few errors, as they are told to a model that is asked again."""
    said = problems(invalid, part="field")[:3]
    return "; ".join(shortened(one if ": " in one else f"the object: {one}", _LONGEST) for one in said)
