"""Caps on a run, limits on an episode, and amounts of usage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import ConfigDict, Field

from arena.core.checked import Checked
from arena.core.ranges import Dollars, Seconds, TokensOrCalls

Positive = Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)]


class Caps(Checked):
    """The most that a run may spend: `dollars`, `tokens`, `calls` and `tool_calls` in total, and `minutes`.

    None is no cap. Tokens are those of prompts, from a cache or not, and of completions. Calls are calls to
    models, and every attempt counts. Tool calls are those that agents make of tools. Minutes count from the
    start of the run or its resumption; the other quantities add up over all executions.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    dollars: Positive | None = None
    tokens: TokensOrCalls | None = None
    calls: TokensOrCalls | None = None
    tool_calls: TokensOrCalls | None = None
    minutes: Positive | None = None

    def changed_by(self, other: Caps | None) -> Caps:
        """Return these caps, replaced by those that are set in `other`.

        A cap that `other` sets to None is lifted.
        """
        given = other.model_dump(exclude_unset=True) if other else {}
        return self.model_copy(update=given)


class Amount(NamedTuple):
    """An amount of calls, tokens and dollars. `dollars` is None if they are unknown."""

    calls: float = 0
    tokens: float = 0
    dollars: float | None = 0.0

    def __add__(self, other: Amount) -> Amount:  # type: ignore[override]
        """Return the sum of both. Unknown dollars count as none."""
        dollars = (self.dollars or 0.0) + (other.dollars or 0.0)
        return Amount(self.calls + other.calls, self.tokens + other.tokens, dollars)


QUANTITIES = Amount._fields
"""The quantities of an amount: calls, tokens and dollars."""


@dataclass(slots=True)
class TotalUsage:
    """The total spent so far. `calls` are calls to models, and the cost of `unpriced` ones is unknown.

    `tool_calls` are the calls of tools that were made, whatever came of them.

    The estimated tokens and dollars count toward the caps in place of those that were not reported.
    """

    calls: int = 0
    tokens: int = 0
    dollars: float = 0.0
    unpriced: int = 0
    estimated_tokens: int = 0
    estimated_dollars: float = 0.0
    tool_calls: int = 0

    def add(self, amount: Amount, estimated_tokens: int = 0, estimated_dollars: float | None = None) -> None:
        """Count the usage of one request, which may consist of several calls."""
        self.estimated_tokens += estimated_tokens
        self.estimated_dollars += estimated_dollars or 0.0
        self.calls += int(amount.calls)
        self.tokens += int(amount.tokens)
        if amount.dollars is None:
            self.unpriced += int(amount.calls)
        else:
            self.dollars += amount.dollars

    def counted(self, quantity: str) -> float:
        """Return how much of a quantity counts toward its cap: what was spent, and what is estimated."""
        return float(getattr(self, quantity) + getattr(self, f"estimated_{quantity}", 0))

    def shown(self) -> str:
        """Return the tokens and the cost in words."""
        if not self.unpriced:
            cost = in_dollars(self.dollars)
        else:
            cost = f"more than {in_dollars(self.dollars)}" if self.dollars else "cost unknown"
        return f"{self.tokens:,} tokens, {cost}"


def tokens_in(usage: Mapping[str, int]) -> int:
    """Return the total tokens of a usage: prompt and completion tokens, which include all others."""
    return usage.get("prompt_tokens", 0) + usage.get("completion_tokens", 0)


def in_dollars(dollars: float) -> str:
    """Return an amount in dollars. Small amounts have two significant digits.

    >>> in_dollars(1234.5), in_dollars(0.0123), in_dollars(0.00001234), in_dollars(0)
    ('$1,234.50', '$0.012', '$0.000012', '$0.00')
    """
    if dollars >= 0.1 or dollars <= 0:
        return f"${dollars:,.2f}"
    digits = 1
    while dollars < 10.0**-digits:
        digits += 1
    return f"${dollars:.{digits + 1}f}"


def in_words(quantity: str, value: float) -> str:
    """Return a value of a quantity in words, such as ``$1.00`` or ``5,000 tokens``."""
    if quantity == "dollars":
        return in_dollars(value)
    amount = f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"
    unit = quantity.replace("_", " ")
    return f"{amount} {unit.removesuffix('s') if value == 1 else unit}"


class Limits(Checked):
    """The most that one episode may use; None is no limit.

    `seconds` limits its time, and `turns` the number of answers asked for. `calls` are calls to models, every
    attempt counted; `tokens` are those of prompts and completions, and `dollars` their cost. `tool_calls` are
    calls of tools by all seats; seats that are asked at the same time do not count each other's.

    Args:
        seconds: The most seconds of an episode.
        turns: The most answers that are asked for in an episode.
        calls: The most calls to models in an episode, every attempt counted.
        tokens: The most tokens of prompts and completions in an episode.
        dollars: The most that an episode may cost.
        tool_calls: The most calls of tools in an episode, whatever came of them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    seconds: Seconds | None = None
    turns: TokensOrCalls | None = None
    calls: TokensOrCalls | None = None
    tokens: TokensOrCalls | None = None
    dollars: Dollars | None = None
    tool_calls: TokensOrCalls | None = None
