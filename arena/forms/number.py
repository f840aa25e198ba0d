"""Forms whose answer is a number: `Number` within bounds, and `Probability` of a named proposition."""

from __future__ import annotations

import math
import random
import re
from dataclasses import dataclass
from typing import Any, Literal

from arena.forms.answer_line import read_answer, shortened, simpler
from arena.forms.base import Form, Status, Unusable, object_schema

_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(?P<percent>%?)"
)


def _read(text: str, label: str) -> tuple[float, bool, str]:
    """Return the number, whether it is a percentage, and how to quote it."""
    answer, found = read_answer(text, label, _number)
    if found is None:
        raise Unusable(Status.UNPARSEABLE, f"{shortened(answer.text)!r} is not a number")
    value, percent = found
    if not math.isfinite(value):
        raise Unusable(Status.ILLEGAL, f"{shortened(answer.text)} is beyond all bounds")
    return value, percent, shortened(answer.text)


def _number(answer: str) -> tuple[float, bool] | None:
    for spelling in simpler(answer):
        if match := _NUMBER.fullmatch(spelling):
            return float(match["number"]), bool(match["percent"])
    return None


@dataclass(frozen=True, slots=True)
class Number(Form[float]):
    """A decimal number from `low` to `high`, both included; a whole one if `whole`."""

    low: float = -math.inf
    high: float = math.inf
    whole: bool = False

    def instructions(self) -> str:
        """Return how to write the number."""
        kind = "a whole number" if self.whole else "a number"
        bounds = []
        if self.low > -math.inf:
            bounds.append(f"at least {self.low:g}")
        if self.high < math.inf:
            bounds.append(f"at most {self.high:g}")
        described = " ".join([kind, " and ".join(bounds)]).strip()
        return f"Answer with {described}. End with a line 'Answer: ' and the number."

    def parse(self, text: str) -> float:
        """Return the number."""
        value, percent, answer = _read(text, "Answer")
        if percent:
            raise Unusable(Status.UNPARSEABLE, f"{answer!r} is a percentage, not a number")
        if self.whole and not value.is_integer():
            raise Unusable(Status.ILLEGAL, f"{answer} is not a whole number")
        if not self.low <= value <= self.high:
            raise Unusable(Status.ILLEGAL, f"{answer} is not between {self.low:g} and {self.high:g}")
        return value

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"answer": number}``."""
        bounds = {"minimum": self.low, "maximum": self.high}
        finite = {name: bound for name, bound in bounds.items() if math.isfinite(bound)}
        return object_schema("answer", {"type": "integer" if self.whole else "number"} | finite)

    def sample(self, rng: random.Random) -> str:
        """Return any number in bounds; where there is no bound, one within 100 of the other."""
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
    """Return the JSON schema of a number from 0 to `scale` in whole hundredths of it.

    The step is for models held to it by a grammar, which would else write decimals without end.
    """
    kind = {"type": "integer"} if scale == 100 else {"type": "number", "multipleOf": 0.01}
    return kind | {"minimum": 0, "maximum": scale}


@dataclass(frozen=True, slots=True)
class Probability(Form[float]):
    """How likely `of` is, asked for from 0 to `scale` (1 or 100) and parsed to between 0 and 1."""

    of: str
    scale: Literal[1, 100] = 100

    def instructions(self) -> str:
        """Return how to write the probability."""
        return (
            f"How likely is it that {self.of}? Answer with a number from 0 (impossible) to {self.scale} "
            "(certain). End with a line 'Probability: ' and the number."
        )

    def parse(self, text: str) -> float:
        """Return the probability; ``70%`` is 0.7 on either scale."""
        value, percent, answer = _read(text, "Probability")
        value /= 100 if percent else self.scale
        if not 0 <= value <= 1:
            raise Unusable(Status.ILLEGAL, f"{answer} is not between 0 and {self.scale}")
        return value

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"probability": number}``, from 0 to `scale`."""
        return object_schema("probability", percentage_schema(self.scale))

    def sample(self, rng: random.Random) -> str:
        """Return any probability."""
        return f"{rng.random() * self.scale:.3f}"

    def publish(self, value: float) -> str:
        """Return the probability as a percentage."""
        return f"{value * 100:.15g}%"

    def fields(self, value: float) -> dict[str, float]:
        """Return ``{"probability": value}``."""
        return {"probability": value}
