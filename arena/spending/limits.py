"""What a run may spend at most, and amounts of what is spent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field

from arena.core.checked import Checked
from arena.core.ranges import Amount as Most
from arena.core.ranges import Dollars, Seconds

Positive = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]
Whole = Annotated[int, Field(gt=0, le=10**15)]


class Caps(Checked):
    """What a run may spend: `dollars`, `tokens` and `calls` in all, and `minutes` at a time; None is no cap.

    Tokens are those of prompts, from a cache or not, and of completions. Calls are those made to models,
    every attempt counted. The minutes count from when the run begins or is resumed; the others add up.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dollars: Positive | None = None
    tokens: Whole | None = None
    calls: Whole | None = None
    minutes: Positive | None = None

    def changed_by(self, other: Caps | None) -> Caps:
        """Return these caps but for those that `other` was given; one that was given as None is lifted."""
        given = other.model_dump(exclude_unset=True) if other else {}
        return self.model_copy(update=given)


class Amount(NamedTuple):
    """What was or may be spent; `dollars` is None if they are not known."""

    calls: float = 0
    tokens: float = 0
    dollars: float | None = 0.0

    def __add__(self, other: Amount) -> Amount:  # type: ignore[override]
        """Return both together; unknown dollars count as none."""
        dollars = (self.dollars or 0.0) + (other.dollars or 0.0)
        return Amount(self.calls + other.calls, self.tokens + other.tokens, dollars)


MEASURES = Amount._fields
"""What amounts are measured in: calls, tokens and dollars."""


@dataclass(slots=True)
class Total:
    """What was spent so far: `calls` to models, of which the cost of `unpriced` ones is not known.

    The estimated tokens and dollars count toward the caps in place of those that were not told.
    """

    calls: int = 0
    tokens: int = 0
    dollars: float = 0.0
    unpriced: int = 0
    estimated_tokens: int = 0
    estimated_dollars: float = 0.0

    def add(self, amount: Amount, estimated_tokens: int = 0, estimated_dollars: float | None = None) -> None:
        """Count what was spent on one request, in one call or several."""
        self.estimated_tokens += estimated_tokens
        self.estimated_dollars += estimated_dollars or 0.0
        self.calls += int(amount.calls)
        self.tokens += int(amount.tokens)
        if amount.dollars is None:
            self.unpriced += int(amount.calls)
        else:
            self.dollars += amount.dollars

    def counted(self, measure: str) -> float:
        """Return how much of a measure counts toward its cap: what was spent, and what is estimated."""
        return float(getattr(self, measure) + getattr(self, f"estimated_{measure}", 0))

    def shown(self) -> str:
        """Return the tokens and the cost in words."""
        if not self.unpriced:
            cost = money(self.dollars)
        else:
            cost = f"more than {money(self.dollars)}" if self.dollars else "cost unknown"
        return f"{self.tokens:,} tokens, {cost}"


def tokens_in(usage: Mapping[str, int]) -> int:
    """Return the tokens of a usage: the prompt's and the completion's, of which the others are parts."""
    return usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)


def money(dollars: float) -> str:
    """Return an amount in dollars, small ones to two significant digits.

    >>> money(1234.5), money(0.0123), money(0.00001234), money(0)
    ('$1,234.50', '$0.012', '$0.000012', '$0.00')
    """
    if dollars >= 0.1 or dollars <= 0:
        return f"${dollars:,.2f}"
    digits = 1
    while dollars < 10.0**-digits:
        digits += 1
    return f"${dollars:.{digits + 1}f}"


def in_words(measure: str, value: float) -> str:
    """Return a value of a measure in words, such as ``$1.00`` or ``5,000 tokens``."""
    if measure == "dollars":
        return money(value)
    amount = f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"
    return f"{amount} {measure.removesuffix('s') if value == 1 else measure}"


class Limits(Checked):
    """What one episode may take; None is no limit.

    `seconds` are of time, `turns` are answers asked for. `calls` are those made to models, every attempt
    counted, `tokens` those of prompts and completions, and `dollars` what they cost.

    Args:
        seconds: The most seconds of an episode.
        turns: The most answers that are asked for in an episode.
        calls: The most calls to models in an episode, every attempt counted.
        tokens: The most tokens of prompts and completions in an episode.
        dollars: The most that an episode may cost.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: Seconds | None = None
    turns: Most | None = None
    calls: Most | None = None
    tokens: Most | None = None
    dollars: Dollars | None = None
