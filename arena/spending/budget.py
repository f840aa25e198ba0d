"""What a run spends: every model's call is priced and counted, and held for before it is made.

Before a request goes to a model, what it is thought to take is held: the agent's own guess, corrected by how
its earlier guesses turned out. When it has been answered, what it took is counted instead. A request that
does not fit under the caps together with all that is in flight waits until enough of that has been counted;
if nothing is in flight and it still does not fit, the cap is reached. Where the server tells the cost and no
price is known, one request is asked by itself, and the next are guessed by what its tokens cost. So a run can
spend more than its caps only by what the requests in flight take beyond what they were thought to, and none
of them is abandoned.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from arena.core.errors import CapReached, StopRun, UsageError
from arena.seat.agent import NOTHING_SPENT, Agent, Request, Spent
from arena.spending.limits import MEASURES, Amount, Caps, Total, in_words, tokens_in
from arena.spending.prices import Prices

SLACK = 1e-9
"""The share of a cap by which sums of many small amounts may exceed it, as they are rounded."""


class Estimator:
    """Corrects the guesses of one agent by how its earlier ones turned out."""

    def __init__(self) -> None:
        self._guessed = self._took = Amount()
        self._tells_cost = False

    def correct(self, guess: Amount) -> Amount:
        """Return what a request is thought to take, given the agent's own guess."""
        tokens = guess.tokens * _ratio(self._took.tokens, self._guessed.tokens)
        if guess.dollars is None:
            each = (self._took.dollars or 0.0) / self._took.tokens if self._tells_cost else None
            return guess._replace(tokens=tokens, dollars=None if each is None else tokens * each)
        return Amount(
            guess.calls, tokens, guess.dollars * _ratio(self._took.dollars or 0, self._guessed.dollars or 0)
        )

    def learn(self, guess: Amount, took: Amount) -> None:
        """Take note of what a request took; of one that told nothing there is nothing to learn."""
        if took.tokens:
            self._tells_cost = took.dollars is not None
            self._guessed += guess
            self._took += took


def _ratio(took: float, guessed: float) -> float:
    return took / guessed if guessed else 1.0


class Held(NamedTuple):
    """What is held for a request: the agent's `guess`, and the `amount` that it comes to."""

    guess: Amount
    amount: Amount


class Budget:
    """What a run may spend, what it has spent, and what is held for the requests in flight.

    Args:
        caps: what the run may spend.
        prices: what calls cost.
        spent: what it spent before it was resumed.

    Attributes:
        reached: why the run can spend no more; None while it can.
    """

    def __init__(
        self, caps: Caps | None = None, prices: Prices | None = None, spent: Total | None = None
    ) -> None:
        self.caps = caps or Caps()
        self.prices = prices or Prices()
        self.spent = spent or Total()
        self.reached: CapReached | None = None
        self._caps = [(name, cap) for name in MEASURES if (cap := getattr(self.caps, name)) is not None]
        self._until = None if self.caps.minutes is None else time.monotonic() + 60 * self.caps.minutes
        self._held = Amount()
        self._in_flight = 0
        self._waiting: deque[tuple[Estimator, Amount, asyncio.Future[Held]]] = deque()
        self._estimators: dict[int, Estimator] = {}
        self._untold: set[str] = set()

    @property
    def is_timed(self) -> bool:
        """Whether there is a cap of minutes."""
        return self._until is not None

    def check(self) -> None:
        """Check that an episode may begin.

        Raises:
            CapReached: if a cap is reached.
        """
        for name, cap in self._caps:
            if self.reached is None and self.spent.counted(name) >= cap * (1 - SLACK):
                self._reach(name, cap)
        self.check_time()

    def check_time(self) -> None:
        """Check that there is time left, and no cap was reached before. Raises as `check` does."""
        if self.reached is None and self._until is not None and time.monotonic() > self._until:
            self._reach("minutes", self.caps.minutes or 0)
        if self.reached is not None:
            raise self._refusal(self.reached)

    @contextmanager
    def when_time_is_up(self, end: Callable[[CapReached], None]) -> Iterator[None]:
        """Call `end` when the cap of minutes is reached, if there is one, unless the block has ended by then.

        Without it that is found out when something is next asked for, and nothing is while all calls wait.
        """
        timer: asyncio.TimerHandle | None = None

        def look() -> None:
            nonlocal timer
            try:
                self.check_time()
            except CapReached as reached:
                end(reached)
            else:
                left = (self._until or 0) - time.monotonic()
                timer = asyncio.get_running_loop().call_later(max(left, 0.01), look)

        if self.is_timed:
            look()
        try:
            yield
        finally:
            if timer is not None:
                timer.cancel()

    def guess(self, agent: Agent, request: Request) -> Amount | None:
        """Return what a request is thought to take by the agent itself; None if it asks no model."""
        usage = agent.expects(request)
        if not usage:
            return None
        return Amount(1, tokens_in(usage), self.prices.cost(agent.priced_as, usage))

    def may_tell_cost(self, agent: Agent) -> bool:
        """Whether the agent's replies may tell what they cost: they may, and none yet came without it."""
        return agent.tells_cost and agent.priced_as not in self._untold

    async def hold(self, agent: Agent, guess: Amount) -> Held:
        """Hold what a request is thought to take, as soon as it fits under the caps.

        Raises:
            CapReached: if it does not although nothing is in flight.
            StopRun: if there is a cap in dollars, and the agent's price is not known, nor told by its server.
        """
        if guess.dollars is None and self.caps.dollars is not None and not self.may_tell_cost(agent):
            raise StopRun(without_price(agent))
        self.check_time()
        place: asyncio.Future[Held] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._estimator(agent), guess, place))
        self._admit()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and not place.exception():
                self._let_go(place.result().amount)  # its turn had come in the meantime
            raise

    def release(self, held: Held) -> None:
        """Let go of what was held for a request of which nothing came."""
        self._let_go(held.amount)

    def settle(self, agent: Agent, held: Held | None, spent: Spent, *, answered: bool) -> Spent:
        """Count what a request took in place of what was held for it, and return it with its cost.

        The tokens and the dollars of a reply that were not told count with what was held, now and when the
        run is resumed.
        """
        spent = priced(spent, agent, self.prices)
        took = amount_of(spent)
        if held is not None:
            self._estimator(agent).learn(held.guess, took)
            if answered and took.calls:
                if took.dollars is None and held.guess.dollars is None:
                    self._untold.add(agent.priced_as)
                spent = estimated(spent, held.amount)
        self.spent.add(took, spent.estimated_tokens, spent.estimated_dollars)
        if held is not None:
            self._let_go(held.amount)
        return spent

    def _estimator(self, agent: Agent) -> Estimator:
        return self._estimators.setdefault(id(agent), Estimator())

    def _over(self, amount: Amount) -> tuple[str, float] | None:
        """Return the first cap that `amount` would exceed on top of all that is spent and held."""
        held = self._held + amount
        for name, cap in self._caps:
            if self.spent.counted(name) + (getattr(held, name) or 0) > cap * (1 + SLACK):
                return name, cap
        return None

    def _let_go(self, amount: Amount) -> None:
        self._in_flight -= 1
        calls, tokens, dollars = amount
        held = Amount(-calls, -tokens, -(dollars or 0.0))
        self._held = self._held + held if self._in_flight else Amount()
        self._admit()

    def _admit(self) -> None:
        """Hold what is next in turn while it fits; if it does not and nothing is in flight, turn all away."""
        while self._waiting:
            estimator, guess, place = self._waiting[0]
            if not place.done():
                amount = estimator.correct(guess)
                over = None if self.reached else self._over(amount)
                unknown = amount.dollars is None and self.caps.dollars is not None
                if (over or unknown) and self._in_flight:
                    return
                if over:
                    self._reach(*over, amount)
                try:
                    self.check_time()
                except CapReached as reached:
                    place.set_exception(reached)
                else:
                    self._in_flight += 1
                    self._held += amount
                    place.set_result(Held(guess, amount))
            self._waiting.popleft()

    @staticmethod
    def _refusal(reached: CapReached) -> CapReached:
        """Return a copy to raise: one exception that many tasks raise would hold on to the frames of all."""
        return CapReached(str(reached), reached.measure, reached.cap)

    def _reach(self, name: str, cap: float, amount: Amount | None = None) -> None:
        reason = f"The cap of {in_words(name, cap)} is reached"
        if name != "minutes":
            estimated = self.spent.counted(name) - getattr(self.spent, name)
            reason += f": {in_words(name, getattr(self.spent, name))} spent"
            if estimated:
                reason += f", and {in_words(name, estimated)} estimated where the server does not tell"
        if amount is not None and getattr(amount, name):
            reason += f", and the next request is thought to take {in_words(name, getattr(amount, name))}"
        self.reached = CapReached(f"{reason}.", name, cap)


def priced(spent: Spent, agent: Agent, prices: Prices) -> Spent:
    """Return what a request to the agent took, with its model and its cost."""
    if spent is NOTHING_SPENT:
        return spent
    model = spent.model or agent.priced_as
    if not model:
        return spent
    if spent.is_cached:
        cost: float | None = 0.0
    else:
        cost = prices.cost(model, spent.usage) if spent.cost is None else spent.cost
    return spent._replace(model=model, cost=cost)


def estimated(spent: Spent, amount: Amount) -> Spent:
    """Return what a request took, with the tokens and dollars of `amount` where it does not tell its own."""
    if not tokens_in(spent.usage):
        told_cost = spent.cost or None  # what no tokens cost is not known to be nothing
        dollars = amount.dollars if told_cost is None else None
        return spent._replace(estimated_tokens=round(amount.tokens), estimated_dollars=dollars)
    if spent.cost is None and amount.dollars:
        return spent._replace(estimated_dollars=amount.dollars)
    return spent


def amount_of(spent: Spent) -> Amount:
    """Return what a request took, in calls to a model, tokens and dollars."""
    if not (spent.model and spent.usage):
        return Amount()
    calls = 0 if spent.is_cached else spent.usage.get("attempts", 1)
    return Amount(calls, tokens_in(spent.usage), spent.cost)


def check_prices(agents: Iterable[Agent], prices: Prices, *, needed: bool) -> None:
    """Look up the prices of all agents' models, which takes its time if it is the first time.

    Raises:
        UsageError: if one is not known although it is `needed`.
    """
    unknown = [
        agent
        for agent in agents
        if agent.priced_as and not prices.knows(agent.priced_as) and not agent.tells_cost
    ]
    if needed and unknown:
        raise UsageError(without_price(unknown[0]))


def without_price(agent: Agent) -> str:
    """Return the sentence that a cap in dollars cannot be kept for an agent, and how to give its price."""
    model = agent.priced_as
    if not model:
        return (
            f"A cap in dollars cannot be kept, as the agent {agent.name!r} does not say what its model is "
            "priced as; let it define priced_as."
        )
    untold = ", and its server does not tell what replies cost" if agent.tells_cost else ""
    return (
        f"A cap in dollars cannot be kept, as the price of {model} is not known{untold}; give it in "
        f'dollars per million tokens, in a file for --prices that holds ["{model}"] with its prompt and '
        f"completion, or by Prices({{{model!r}: ...}})."
    )
