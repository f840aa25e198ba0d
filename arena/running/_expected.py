"""What a rehearsal adds up: the ranges of tokens and dollars, and how long a run takes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from arena.running._lengths import NOTHING, Learnt, Range
from arena.seat.agent import Agent, Request
from arena.spending.prices import Prices

_LOCAL = "local"


@dataclass(slots=True)
class _Account:
    """The calls to one model: how many, their tokens, and how fast and how often it may be asked."""

    calls: int = 0
    tokens: float = 0.0
    seconds: Range = NOTHING
    is_known: bool = True
    at_once: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


@dataclass(slots=True)
class ExpectedTotal:
    """Adds up what models would write. `reply_tokens` is the length of every reply, if it is fixed."""

    known: Learnt
    prices: Prices
    reply_tokens: int | None = None
    written: Range = NOTHING
    dollars: Range | None = NOTHING
    is_learnt: bool = False
    _accounts: dict[str, _Account] = field(default_factory=lambda: defaultdict(_Account))

    def add(self, agent: Agent, request: Request, prompt: int) -> int:
        """Count one call, and return how many tokens are expected to be written."""
        model, fixed = agent.priced_as, self.reply_tokens
        cap = request.most_tokens or getattr(agent, "max_tokens", None)
        length = self.known.length(model, request.seat, request.form, cap)
        length = length if fixed is None else Range(fixed, fixed, fixed)
        self.written += length
        costs = [self.prices.cost(model, _usage(prompt, tokens)) for tokens in length]
        known = [cost for cost in costs if cost is not None]
        self.dollars = self.dollars + Range(*known) if self.dollars is not None and len(known) == 3 else None
        self._time(agent, request.seat, prompt, length)
        return round(length.expected)

    def _time(self, agent: Agent, seat: str, prompt: int, length: Range) -> None:
        model = agent.priced_as
        account = self._accounts[model]
        account.calls += 1
        account.tokens += prompt + length.expected
        for name in ("requests_per_minute", "tokens_per_minute"):
            setattr(account, name, getattr(agent, name, None))
        account.at_once = 1 if model.startswith(_LOCAL) else getattr(agent, "concurrency", None)
        keys = ((model, seat), (model, ""))
        self.is_learnt = self.is_learnt or any(key in self.known.tokens for key in keys)
        rate = next((self.known.rates[key] for key in keys if key in self.known.rates), None)
        if rate is None:
            account.is_known = False
        else:
            account.seconds += length.times(1 / rate)

    def minutes(self, concurrency: int) -> Range | None:
        """Return how long the calls take, asked as many at once as may be, within the accounts' limits.

        It is None if there are no calls, or nothing says how fast a model is or how often it may be asked.
        """
        found = [_minutes(account, concurrency) for account in self._accounts.values()]
        known = [one for one in found if one is not None]
        return Range(*map(max, zip(*known, strict=True))) if known and len(known) == len(found) else None


def _minutes(account: _Account, concurrency: int) -> Range | None:
    at_once = min(concurrency, account.at_once or concurrency)
    limits = [
        amount / most
        for amount, most in (
            (account.calls, account.requests_per_minute),
            (account.tokens, account.tokens_per_minute),
        )
        if most
    ]
    if not account.is_known:
        return Range(max(limits), max(limits), max(limits) * 2) if limits else None
    took = account.seconds.times(1 / 60 / at_once)
    return Range(*(max(one, *limits) if limits else one for one in took))


def _usage(prompt: int, tokens: float) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": round(tokens)}
