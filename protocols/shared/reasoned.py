"""The form of a probability with reasons. Only the number is published."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from arena.annotations import Finding
from arena.forms import Form, Probability
from arena.forms.base import REASONS_WORDS, fields_schema, only_fields, text_schema
from arena.forms.number import read_probability
from arena.forms.reading import PROBABILITY, without
from arena.prompts import Prompts

_PROMPTS = Prompts(__file__)


class Reasoned(NamedTuple):
    """A probability and the reasons given for it."""

    probability: float
    reasons: str = ""


@dataclass(frozen=True, slots=True)
class ReasonedProbability(Form[Reasoned]):
    """The probability of `of`, with reasons. Only the number is published."""

    of: str
    scale: Literal[1, 100] = 100

    @property
    def _number(self) -> Probability:
        return Probability(self.of, self.scale)

    def instructions(self) -> str:
        """Return the instructions for giving reasons and the probability."""
        return _PROMPTS.text("form", number=self._number.instructions())

    def parse(self, text: str) -> Reasoned:
        """Return the probability, and the rest of the reply as the reasons."""
        probability, answer = read_probability(text, self.scale)
        return Reasoned(probability, without(answer.own, PROBABILITY) if answer.labelled else "")

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"reasons": text, "probability": number}``."""
        return fields_schema({"reasons": text_schema(REASONS_WORDS), **self._number.schema()["properties"]})

    def parse_structured(self, text: str) -> Reasoned:
        """Return the reasons and the probability in a reply that follows `schema`."""
        found = only_fields(text, ("reasons", "probability"))
        return Reasoned(self._number.parse(str(found["probability"])), str(found["reasons"]).strip())

    def sample(self, rng: random.Random) -> str:
        """Return a probability at random."""
        return self._number.sample(rng)

    def publish(self, value: Reasoned) -> str:
        """Return only the probability, as a percentage."""
        return self._number.publish(value.probability)

    def finding(self, value: Reasoned, name: str) -> Finding:
        """Return the probability."""
        return Finding(number=value.probability)

    def fields(self, value: Reasoned) -> dict[str, Any]:
        """Return the probability and the reasons."""
        return value._asdict()

    def public_fields(self, value: Reasoned) -> dict[str, float]:
        """Return only the probability."""
        return {"probability": value.probability}
