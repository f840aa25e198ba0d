"""Forms whose answer is a number: `Number` within bounds, and `Probability` of a named proposition."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from arena.annotations import Annotation, Belief
from arena.forms._status import Status, Unusable
from arena.forms.base import FORM_PROMPTS, Form, object_schema
from arena.forms.reading import (
    NUMBER,
    PROBABILITY,
    LineLabel,
    Numeral,
    Read,
    Value,
    read_answer,
    read_number,
    shortened,
)

_ONE_POINT = re.compile(r"(?<!\d)1[.,]0")
"""The number one, as written on a scale to 1. On a scale to 100 it may mean 1 % or 100 %."""


def _read(text: str, label: LineLabel, means: Callable[[Value], float | None]) -> tuple[float, Read]:
    """Return the meaning of the number, as given by `means`, and where it was read."""
    answer, number = read_answer(text, label, means)
    if number is None:
        raise Unusable(Status.UNPARSEABLE, f"{shortened(answer.text)!r} is not a number")
    return number, answer


def _numeral(value: Value) -> Numeral | None:
    """Return the number written in a value, or None if there is none."""
    number = read_number(value)
    if number is not None and not math.isfinite(number.value):
        raise Unusable(Status.ILLEGAL, f"{shortened(value.text)} is beyond all bounds")
    return number


@dataclass(frozen=True, slots=True)
class Number(Form[float]):
    """A decimal number from `low` to `high`, both included. It must be whole if `whole` is true."""

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False

    def instructions(self) -> str:
        """Return how to write the number."""
        low = f"{self.low:g}" if self.low > -math.inf else ""
        high = f"{self.high:g}" if self.high < math.inf else ""
        return FORM_PROMPTS.text("number", whole=self.whole, low=low, high=high)

    def parse(self, text: str) -> float:
        """Return the number."""
        value, read = _read(text, NUMBER, self._on_scale)
        answer = shortened(read.text)
        if self.whole and not value.is_integer():
            raise Unusable(Status.ILLEGAL, f"{answer} is not a whole number")
        if not self.low <= value <= self.high:
            raise Unusable(Status.ILLEGAL, f"{answer} is not between {self.low:g} and {self.high:g}")
        return value

    def _on_scale(self, value: Value) -> float | None:
        """Return the intended number: "8/10" is 8 if `high` is 10, and a fraction if there is no bound."""
        number, answer = _numeral(value), shortened(value.text)
        if number is None:
            return None
        if number.percent and not (self.low == 0 and self.high == 100):
            raise Unusable(Status.UNPARSEABLE, f"{answer!r} is a percentage, not a number")
        if number.out_of is None or number.out_of == self.high:
            return number.value
        if self.high == math.inf or self.high <= 1:
            return number.value / number.out_of
        raise Unusable(Status.AMBIGUOUS, f"{answer!r} is not out of {self.high:g}")

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"answer": number}``."""
        bounds = {"minimum": self.low, "maximum": self.high}
        finite = {name: bound for name, bound in bounds.items() if math.isfinite(bound)}
        return object_schema("answer", {"type": "integer" if self.whole else "number"} | finite)

    def sample(self, rng: random.Random) -> str:
        """Return any number within the bounds. If one bound is missing, it is within 100 of the other."""
        low = self.low if self.low > -math.inf else min(0.0, self.high) - 100
        high = self.high if self.high < math.inf else max(0.0, self.low) + 100
        if self.whole:
            return str(rng.randint(math.ceil(low), math.floor(high)))
        share = rng.random()
        # Without high - low, which may be beyond all bounds.
        return repr(min(max(low * (1 - share) + high * share, low), high))

    def publish(self, value: float) -> str:
        """Return the number in its shortest decimal form."""
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)

    def fields(self, value: float) -> dict[str, float]:
        """Return ``{"number": value}``."""
        return {"number": value}


def percentage_schema(scale: Literal[1, 100]) -> dict[str, Any]:
    """Return the JSON schema of a number from 0 to `scale`, in steps of a hundredth of it.

    The step is for models whose output a grammar constrains. Without it they may write decimals without end.
    """
    kind = {"type": "integer"} if scale == 100 else {"type": "number", "multipleOf": 0.01}
    return kind | {"minimum": 0, "maximum": scale}


def probability(number: Numeral, answer: str, scale: Literal[1, 100]) -> float:
    """Return the probability (0 to 1) of a number on a scale. `answer` is the number as it was written.

    Raises:
        Unusable: with status illegal if it is off the scale, ambiguous if it could be on either scale.
    """
    value = number.value
    if number.out_of is not None:
        share = value / number.out_of
    elif number.percent:
        share = value / 100
    elif scale == 100 and (0 < value < 1 or (value == 1 and _ONE_POINT.search(answer))):
        reason = f"{answer} may be {answer} % or {value * 100:g} %; write it with a % sign"
        raise Unusable(Status.AMBIGUOUS, reason)
    else:
        share = value / scale
    if not 0 <= share <= 1:
        raise Unusable(Status.ILLEGAL, f"{answer} is not between 0 and {scale}")
    return share


def read_probability(text: str, scale: Literal[1, 100]) -> tuple[float, Read]:
    """Return the one probability in a reply, and where it was read.

    Raises:
        Unusable: as `Form.parse` does.
    """
    return _read(text, PROBABILITY, lambda value: probability_of(value, scale))


def probability_of(value: Value, scale: Literal[1, 100]) -> float | None:
    """Return the probability written in a value, or None if it is not a number.

    Raises:
        Unusable: as `probability` does.
    """
    number = _numeral(value)
    return None if number is None else probability(number, shortened(value.text), scale)


def sample_percentage(scale: Literal[1, 100], rng: random.Random) -> str:
    """Return any probability on a scale, with a percent sign if a bare number would be ambiguous."""
    number = rng.random() * scale
    return f"{number:.3f}{'%' if scale == 100 and number < 1.001 else ''}"


@dataclass(frozen=True, slots=True)
class Probability(Form[float]):
    """The probability of `of`, asked on a scale of 0 to `scale` (1 or 100) and read as 0 to 1."""

    of: str
    scale: Literal[1, 100] = 100

    def instructions(self) -> str:
        """Return how to write the probability."""
        return FORM_PROMPTS.text("probability", of=self.of, scale=self.scale)

    def parse(self, text: str) -> float:
        """Return the probability. ``70%`` and ``7/10`` are 0.7 on either scale.

        A bare number between 0 and 1 on a scale to 100 is ambiguous: ``0.7`` may be 0.7 % or 70 %.
        """
        return read_probability(text, self.scale)[0]

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"probability": number}``, from 0 to `scale`."""
        return object_schema("probability", percentage_schema(self.scale))

    def sample(self, rng: random.Random) -> str:
        """Return any probability."""
        return sample_percentage(self.scale, rng)

    def publish(self, value: float) -> str:
        """Return the probability as a percentage."""
        return f"{value * 100:.15g}%"

    def finds(self) -> Annotation:
        """Return a belief called ``belief``, of the proposition."""
        return Belief("belief", of=self.of, method=f"verbalised-{self.scale}")

    def fields(self, value: float) -> dict[str, float]:
        """Return ``{"probability": value}``."""
        return {"probability": value}
