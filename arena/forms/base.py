"""What a form is, and how a reply is found unusable."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from arena.forms.reading.objects import NotOneObject, one_object
from arena.forms.status import Status, Unusable

T = TypeVar("T")

LONGEST_WORD = 10
"""How many characters a word and the space behind it have at most, on average."""
REASONS_WORDS = 100
"""How many words reasons beside an answer have at most in a structured reply."""


def only_field(text: str, field: str) -> Any:
    """Return the field of the JSON object that `text` is.

    Raises:
        Unusable: if it is something else, or more than one object.
    """
    return only_fields(text, (field,))[field]


def only_fields(text: str, fields: Collection[str]) -> dict[str, Any]:
    """Return the JSON object that `text` is, which has these fields and no others. Raises as `only_field`."""
    found = found_object(text)
    if set(found) != set(fields):
        names = " and ".join(map(repr, fields))
        plural = "s" if len(fields) > 1 else ""
        raise Unusable(Status.UNPARSEABLE, f"it is not a JSON object with the field{plural} {names} alone")
    return found


def found_object(text: str) -> dict[str, Any]:
    """Return the one JSON object in a text. Raises as `only_field` does."""
    try:
        return one_object(text)
    except NotOneObject as error:
        raise Unusable(Status.AMBIGUOUS if error.several else Status.UNPARSEABLE, str(error)) from None


def object_schema(field: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of an object with one required field."""
    return fields_schema({field: value})


def text_schema(words: int | None) -> dict[str, Any]:
    """Return the JSON schema of a text, not empty, of about so many words at `LONGEST_WORD` characters each.

    The bounds are for models held to them by a grammar, which would else write nothing, or go on until they
    are cut off.
    """
    some = {"type": "string", "minLength": 1}
    return some if words is None else some | {"maxLength": LONGEST_WORD * words}


def fields_schema(fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the JSON schema of an object whose fields, in this order, are all required."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(ABC, Generic[T]):
    """What a reply must be: how it is asked for, parsed and published.

    `retries` bounds how often a seat whose reply was unusable is asked again, with the reason.
    """

    retries: int = 2

    @property
    def title(self) -> str:
        """What a provider is told that the schema of a structured reply is called."""
        return type(self).__name__

    @abstractmethod
    def instructions(self) -> str:
        """Return the sentence or two that tell a seat how to write its reply."""

    @abstractmethod
    def parse(self, text: str) -> T:
        """Return the one value that `text` holds.

        Raises:
            Unusable: when it holds none, several, or one that is not allowed.
        """

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a structured reply: an object with the answer in one field, or more."""

    def parse_structured(self, text: str) -> T:
        """Return the one value that a reply made to `schema` holds. Raises as `parse` does."""
        (field,) = self.schema()["properties"]
        return self.parse(str(only_field(text, field)))

    @abstractmethod
    def sample(self, rng: random.Random) -> str:
        """Return some usable reply text, for agents that answer at random."""

    def publish(self, value: T) -> str:
        """Return the public text of a parsed value; nothing of the raw reply gets past this."""
        return str(value)

    def vote(self, value: T) -> str:
        """Return what a value counts as where answers are voted on: the same for values that agree."""
        return self.publish(value)

    def fields(self, value: T) -> Any:
        """Return everything that was parsed, JSON-able, for the record."""
        return value

    def public_fields(self, value: T) -> Any:
        """Return the part of `fields` that the audience may read."""
        return self.fields(value)
