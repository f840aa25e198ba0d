"""The scenes of the shop: three options, what a customer needs of them, and what a purchase is worth."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from arena.annotations import Finding
from arena.core.errors import UsageError
from arena.forms import Form, Number, Status, Unusable
from arena.forms.base import object_schema
from arena.forms.reading import ANSWER, Value, read_answer, shortened
from arena.prompts import Prompts
from arena.tasks.task import PublicTask
from protocols.shared.offers import number

OPTIONS = ("A", "B", "C")
BUYS_NOTHING = "D"
"""What a customer chooses who buys none of the options."""
_BESIDE = frozenset({"and", "option", "options", "of", "them"})
_PROMPTS = Prompts(__file__)


class ShopOption(BaseModel):
    """One option: its price in dollars, and its features.

    A feature is 1 if the option has it, -1 if it does not, and 0 if the shop does not know. What it does not
    know is not there.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    price: float = Field(gt=0, allow_inf_nan=False)
    features: Mapping[str, Literal[-1, 0, 1]]


class ShopScene(BaseModel):
    """What is in the shop, and what the customer needs.

    Args:
        item: what the customer wants to buy.
        feature: the feature that it must have.
        options: the options A, B and C.
        cheapest: whether the customer wants the cheapest of those that have the feature.
        prices: whether the customer sees the prices.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    feature: str
    options: tuple[ShopOption, ShopOption, ShopOption]
    cheapest: bool = False
    prices: bool = True

    @classmethod
    def of(cls, task: PublicTask) -> ShopScene:
        """Return the scene of a task, which is its data.

        Raises:
            UsageError: if it is none.
        """
        try:
            scene = cls.model_validate(dict(task.data))
        except ValidationError as invalid:
            where = ".".join(map(str, invalid.errors()[0]["loc"]))
            raise UsageError(
                f"Task {task.id!r} is no scene of a shop: {where}: {invalid.errors()[0]['msg']}."
            ) from None
        if any(scene.feature not in one.features for one in scene.options):
            raise UsageError(f"Task {task.id!r} has an option that says nothing of {scene.feature!r}.")
        return scene

    def option(self, letter: str) -> ShopOption:
        """Return the option of a letter."""
        return self.options[OPTIONS.index(letter)]

    def has(self, letter: str) -> bool:
        """Return whether an option truly has the feature. What is not specified is not there."""
        return self.option(letter).features[self.feature] == 1

    def utility(self, choice: str) -> float:
        """Return what a choice is worth to the customer, from -1 to 1.

        It is -1 for an option without the feature, and else the lowest price of those that have it, divided
        by the price that was paid. Nothing is worth 0. Liang et al. 2025 say nothing of that, and their code
        gives -1 in scenes without a wish for the price even if the feature is there, which is a slip.
        """
        if choice == BUYS_NOTHING:
            return 0.0
        if not self.has(choice):
            return -1.0
        lowest = min(self.option(letter).price for letter in OPTIONS if self.has(letter))
        return lowest / self.option(choice).price

    def regret(self, choice: str) -> float:
        """Return how much more the best choice would have been worth, from 0 to 2."""
        return max(map(self.utility, (*OPTIONS, BUYS_NOTHING))) - self.utility(choice)

    def listed(self, *, features: bool, prices: bool = True) -> str:
        """Return the options as they are told, one on each line, with what of them is told."""
        return "\n".join(self._told(letter, features=features, prices=prices) for letter in OPTIONS)

    def _told(self, letter: str, *, features: bool, prices: bool) -> str:
        option = self.option(letter)
        values = option.features if features else {}
        return _PROMPTS.text(
            "option",
            letter=letter,
            price=str(number(option.price)) if prices else "",
            has=tuple(name for name, value in values.items() if value == 1),
            lacks=tuple(name for name, value in values.items() if value == -1),
            unsaid=tuple(name for name, value in values.items() if value == 0),
        )


def normalised_rating(rating: float) -> float:
    """Return a rating of 1 to 5 on a scale from -1 to 1.

    >>> normalised_rating(1), normalised_rating(4), normalised_rating(5)
    (-1.0, 0.5, 1.0)
    """
    return (rating - 3) / 2


@dataclass(frozen=True, slots=True)
class ServiceRating(Number):
    """A whole number from 1 to 5, after reasons. What it finds is the normalised rating."""

    low: float = 1
    high: float = 5
    whole: bool = True

    def finding(self, value: float, name: str) -> Finding:
        """Return the rating from -1 to 1."""
        return Finding(number=normalised_rating(value))


@dataclass(frozen=True, slots=True)
class OptionLetters(Form[tuple[str, ...]]):
    """Any of the options by their letters, or none."""

    def instructions(self) -> str:
        """Return how to write them."""
        return _PROMPTS.text("letters", options=OPTIONS)

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the letters in their order."""
        answer, letters = read_answer(text, ANSWER, _letters)
        if letters is None:
            reason = f"{shortened(answer.text)!r} is neither letters of the options nor none"
            raise Unusable(Status.UNPARSEABLE, reason)
        return letters

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"answer": text}``."""
        return object_schema("answer", {"type": "string", "pattern": "^(none|[ABC](, [ABC]){0,2})$"})

    def sample(self, rng: random.Random) -> str:
        """Return any of them."""
        return f"Answer: {self.publish(tuple(one for one in OPTIONS if rng.random() < 0.5))}"

    def publish(self, value: tuple[str, ...]) -> str:
        """Return the letters with commas between them, or none."""
        return ", ".join(value) or "none"

    def fields(self, value: tuple[str, ...]) -> dict[str, Any]:
        """Return ``{"letters": [...]}``."""
        return {"letters": list(value)}


def _letters(value: Value) -> tuple[str, ...] | None:
    words = [word for word in re.findall(r"\w+", value.text.casefold()) if word not in _BESIDE]
    if words in (["none"], ["all"]):
        return OPTIONS if words == ["all"] else ()
    letters = {word.upper() for word in words}
    return tuple(sorted(letters)) if letters and letters <= set(OPTIONS) else None
