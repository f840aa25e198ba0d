"""The form of a turn in a negotiation: an act, the amount of an offer, and a message, each in its own field.

The amount is never read from the message. If the message says "$40" and the amount is missing, the reply is
not a usable offer.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from arena.forms import Form, Speech, Status, Structured, Unusable
from arena.forms.base import fields_schema, text_schema
from arena.forms.reading import said as spoken
from arena.forms.speech import cut_words
from arena.prompts import Prompts

_PROMPTS = Prompts(__file__)

_SAMPLED_AMOUNTS = 100


class Act(StrEnum):
    """What a side may do in its turn."""

    OFFER = "offer"
    ACCEPT = "accept"
    REJECT = "reject"
    WALK_AWAY = "walk-away"


class Offer(NamedTuple):
    """A price for some items together, and the side that offers it."""

    by: str
    amount: float
    items: tuple[str, ...]

    def terms(self) -> dict[str, Any]:
        """Return the amount and the items as JSON data."""
        return {"amount": self.amount, "items": list(self.items)}


class Said(BaseModel):
    """The act and the message of one side in its turn. `items` and `amount` belong to its offer."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")

    act: Act
    items: tuple[str, ...] | None = None
    amount: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class BargainingTurn(Form[Said]):
    """An offer, or an answer to the other side's `standing` offer, with a message of at most `words` words.

    Only a standing offer can be accepted or rejected. The `opening` turn must be an offer. With `choices`, an
    offer names its items. Without them, an offer is for everything.
    """

    standing: Offer | None = None
    opening: bool = False
    choices: tuple[str, ...] = ()
    words: int | None = None

    @property
    def title(self) -> str:
        """The name in requests. It is the former name of this form, so that requests stay the same."""
        return "Turn"

    @property
    def acts(self) -> tuple[Act, ...]:
        """The acts that are allowed now."""
        if self.opening:
            return (Act.OFFER,)
        return tuple(Act) if self.standing else (Act.OFFER, Act.WALK_AWAY)

    def instructions(self) -> str:
        """Return the instructions for the fields and their values."""
        return _PROMPTS.text(
            "form", acts=_listed(self.acts), items=_listed(self.choices), words=self.words or 0
        )

    def parse(self, text: str) -> Said:
        """Return the turn in the JSON object in `text`."""
        said = Structured(Said).parse(text)
        if said.act not in self.acts:
            none = f"there is no offer of the other side to {said.act}"
            raise Unusable(Status.ILLEGAL, "the talks begin with an offer" if self.opening else none)
        items, amount = None, None
        if said.act is Act.OFFER:
            items, amount = self._items(said), said.amount
        else:
            self._check_no_terms(said)
        message = Speech(self.words).parse(said.message) if spoken(said.message).strip() else ""
        return Said.model_construct(message=message, act=said.act, items=items, amount=amount)

    def _items(self, said: Said) -> tuple[str, ...] | None:
        """Return the items of an offer in the order of `choices`, or None for everything."""
        if said.amount is None:
            raise Unusable(
                Status.UNPARSEABLE,
                "an offer needs its price as a number in the field 'amount'; none is read from the message",
            )
        named = said.items or ()
        if unknown := [item for item in named if item not in self.choices]:
            known = _listed(self.choices) if self.choices else "none, as the offer is about everything"
            raise Unusable(Status.ILLEGAL, f"{unknown[0][:60]!r} is not among the items to name: {known}")
        if not self.choices:
            return None
        if not named or len(set(named)) < len(named):
            raise Unusable(Status.ILLEGAL, "an offer names at least one item, and none twice")
        return tuple(item for item in self.choices if item in named)

    def _check_no_terms(self, said: Said) -> None:
        """Check that a turn without an offer names no terms, or repeats those of the offer it accepts."""
        repeated = self.standing if said.act is Act.ACCEPT else None
        other_price = said.amount is not None and not (repeated and said.amount == repeated.amount)
        other_items = said.items and not (repeated and set(said.items) == set(repeated.items))
        if other_price or other_items:
            raise Unusable(
                Status.AMBIGUOUS,
                f"it is to {said.act} and names terms of its own; to make an offer, let the act be 'offer'",
            )

    def schema(self) -> dict[str, Any]:
        """Return the schema of the object. It has only the acts that are allowed now.

        If only an offer is allowed, the amount cannot be null.
        """
        named = {"type": "string", "enum": list(self.choices)}
        maybe = dict if self.opening else _or_null
        items = {"items": maybe({"type": "array", "items": named})} if self.choices else {}
        return fields_schema(
            {
                "act": {"type": "string", "enum": list(self.acts)},
                **items,
                "amount": maybe({"type": "number"}),
                "message": text_schema(self.words),
            }
        )

    def parse_structured(self, text: str) -> Said:
        """Return the turn in a reply that follows `schema`."""
        return self.parse(text)

    def sample(self, rng: random.Random) -> str:
        """Return an act at random. An offer has a whole amount from 1 to 100, and some of the items."""
        act = rng.choice(self.acts)
        said: dict[str, Any] = {"act": act}
        if act is Act.OFFER:
            if self.choices:
                said["items"] = rng.sample(self.choices, rng.randint(1, len(self.choices)))
            said["amount"] = rng.randint(1, _SAMPLED_AMOUNTS)
        return json.dumps(said)

    def publish(self, value: Said) -> str:
        """Return the filled fields as a JSON object, in which a message cannot be mistaken for an act."""
        return json.dumps(self.public_fields(value), ensure_ascii=False)

    def fields(self, value: Said) -> dict[str, Any]:
        """Return the filled fields, and the number of ``cut_words`` if it is not 0."""
        cut = cut_words(value.message)
        return {**self.public_fields(value), "cut_words": cut} if cut else self.public_fields(value)

    def public_fields(self, value: Said) -> dict[str, Any]:
        """Return the filled fields."""
        found: dict[str, Any] = {"act": value.act.value}
        if value.items is not None:
            found["items"] = list(value.items)
        if value.amount is not None:
            found["amount"] = number(value.amount)
        if value.message:
            found["message"] = str(value.message)
        return found


def number(amount: float) -> float | int:
    """Return an amount as a number to write. A whole amount has no decimal point.

    >>> number(40.0), number(12.5)
    (40, 12.5)
    """
    return int(amount) if float(amount).is_integer() else amount


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(map(json.dumps, names))


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}
