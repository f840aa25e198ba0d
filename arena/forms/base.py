"""The base class of forms, and reading JSON replies."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from arena.annotations import Annotation, Finding
from arena.forms._status import Status, Unusable
from arena.forms.reading.objects import NotOneObject, one_object
from arena.prompts import Prompts

T = TypeVar("T")

FORM_PROMPTS = Prompts(Path(__file__).with_name("forms"))
"""How each of the forms in this package asks for its reply."""

LONGEST_WORD = 10
"""The average number of characters of a word and the space behind it, at most."""
REASONS_WORDS = 100
"""The largest number of words in the reasons beside an answer, in a structured reply."""


def only_field(text: str, field: str) -> Any:
    """Return the value of the one field in the JSON object `text`.

    Raises:
        Unusable: if the text is not exactly one JSON object with that field.
    """
    return only_fields(text, (field,))[field]


def only_fields(text: str, fields: Collection[str]) -> dict[str, Any]:
    """Return the JSON object `text`, which must have exactly these fields.

    Raises:
        Unusable: if the text is not exactly one JSON object with these fields.
    """
    found = found_object(text)
    if set(found) != set(fields):
        names = " and ".join(map(repr, fields))
        plural = "s" if len(fields) > 1 else ""
        raise Unusable(Status.UNPARSEABLE, f"it is not a JSON object with the field{plural} {names} alone")
    return found


def found_object(text: str) -> dict[str, Any]:
    """Return the one JSON object in a text.

    Raises:
        Unusable: if there is none, or more than one.
    """
    try:
        return one_object(text)
    except NotOneObject as error:
        raise Unusable(Status.AMBIGUOUS if error.several else Status.UNPARSEABLE, str(error)) from None


def object_schema(field: str, value: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of an object with one required field."""
    return fields_schema({field: value})


def text_schema(words: int | None) -> dict[str, Any]:
    """Return the JSON schema of a nonempty text of about `words` words of `LONGEST_WORD` characters each.

    The bounds are for models whose output a grammar constrains. Without bounds such a model may write
    nothing, or write until it is cut off.
    """
    some = {"type": "string", "minLength": 1}
    return some if words is None else some | {"maxLength": LONGEST_WORD * words}


def fields_schema(fields: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the JSON schema of an object with these fields, in this order, all required."""
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(ABC, Generic[T]):
    """What a reply must be: how it is requested, parsed and published.

    `retries` is how often, at most, a seat is asked again after an unusable reply. It is then given the
    reason.
    """

    retries: int = 2

    reads_thoughts: ClassVar[bool] = False
    """Whether it reads all that a model wrote, with its thoughts between tags, and not the reply alone.

    Such a form is for rewards that look at the thoughts. Its replies are free text. They stay as they were
    generated, and what a server sends apart as reasoning stands first, between ``<think>`` and ``</think>``.
    A form whose value other seats see publishes it without the thoughts.
    """

    @property
    def title(self) -> str:
        """The name of the reply's schema that is sent to a provider."""
        return type(self).__name__

    @abstractmethod
    def instructions(self) -> str:
        """Return the sentence or two that tell a seat how to write its reply."""

    @abstractmethod
    def parse(self, text: str) -> T:
        """Return the one value that `text` holds.

        Raises:
            Unusable: if it holds no value, several values, or a value that is not allowed.
        """

    @abstractmethod
    def schema(self) -> dict[str, Any]:
        """Return the JSON schema of a structured reply: an object with the answer in one or more fields."""

    def parse_structured(self, text: str) -> T:
        """Return the one value in a reply that follows `schema`.

        Raises:
            Unusable: if it holds no value, or a value that is not allowed.
        """
        (field,) = self.schema()["properties"]
        return self.parse(str(only_field(text, field)))

    @abstractmethod
    def sample(self, rng: random.Random) -> str:
        """Return a usable reply. Agents that answer at random use it."""

    def publish(self, value: T) -> str:
        """Return the public text of a parsed value. Nothing else of the reply is published."""
        return str(value)

    def vote(self, value: T) -> str:
        """Return the key under which a value is counted in a vote. Values that agree have the same key."""
        return self.publish(value)

    def finding(self, value: T, name: str) -> Finding:
        """Return what a parsed value says of `name`, for the annotations that an ask is to find.

        The default is the value itself: a number is a number, and anything else is the text that is
        published.
        """
        number = float(value) if isinstance(value, int | float) else None
        return Finding(text=value if isinstance(value, str) else self.publish(value), number=number)

    def fields(self, value: T) -> Any:
        """Return all parsed fields, JSON-able, for the record."""
        return value

    def finds(self) -> Annotation | None:
        """Return what an ask with this form finds out where the protocol does not say it, or None."""
        return None

    def public_fields(self, value: T) -> Any:
        """Return the part of `fields` that the audience may read."""
        return self.fields(value)
