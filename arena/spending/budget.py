"""The run's budget.

Every call to a model is priced and counted, and its estimate is reserved before it is made.

Before a request goes to a model, its estimated usage is reserved. The estimate is the agent's own, corrected
by the errors of its earlier estimates. When the request has been answered, its real usage is counted in place
of the reservation. A request that does not fit under the caps, together with all requests in flight, waits
until enough of those have been counted. If nothing is in flight and it still does not fit, the cap is
reached. If the server reports the cost and no price is known, one request is made by itself, and the cost per
token in its reply gives the estimates of the next ones. So a run can exceed its caps only by the error of the
estimates of the requests in flight, and no request is abandoned.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from arena.core.errors import CapReached, StopRun
from arena.seat.agent import Agent, Request, RequestUsage
from arena.spending._estimating import Estimator, Reservation
from arena.spending._pricing import amount_of, check_prices, estimated, priced, unknown_price
from arena.spending.limits import QUANTITIES, Amount, Caps, TotalUsage, in_words, tokens_in
from arena.spending.prices import Prices

__all__ = ["SLACK", "Budget", "Estimator", "Reservation", "amount_of", "check_prices", "unknown_price"]

SLACK = 1e-9
"""The share of a cap by which a sum may exceed it, because sums of many small amounts are rounded."""


class Budget:
    """The budget of a run: its caps, what it has spent, and what is reserved for the requests in flight.

    Args:
        caps: the most that the run may spend.
        prices: the prices of models.
        spent: what the run spent before it was resumed.

    Attributes:
        reached: the cap that was reached; None while the run can spend more.
    """

    def __init__(
        self, caps: Caps | None = None, prices: Prices | None = None, spent: TotalUsage | None = None
    ) -> None:
        self.caps = caps or Caps()
        self.prices = prices or Prices()
        self.spent = spent or TotalUsage()
        self.reached: CapReached | None = None
        self._caps = self._counted_caps()
        self._began = time.monotonic()
        self._held_since: float | None = None
        self._time_is_up: Callable[[CapReached], None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._reserved = Amount()
        self._in_flight = 0
        self._waiting: deque[tuple[Estimator, Amount, asyncio.Future[Reservation]]] = deque()
        self._estimators: dict[int, Estimator] = {}
        self._unreported: set[str] = set()

    @property
    def is_timed(self) -> bool:
        """Whether there is a cap of minutes."""
        return self.caps.minutes is not None

    def check(self) -> None:
        """Check that an episode may begin.

        Raises:
            CapReached: if a cap is reached.
        """
        for name, cap in self._caps:
            if self.reached is None and self.spent.counted(name) >= cap * (1 - SLACK):
                self._reach(name, cap)
        self._check_tool_calls()
        self.check_time()

    def check_time(self) -> None:
        """Check that there is time left, and that no cap was reached before.

        Raises:
            CapReached: if a cap is reached.
        """
        if self.reached is None and self.is_timed and self._seconds_left() < 0:
            self._reach("minutes", self.caps.minutes or 0)
        if self.reached is not None:
            raise self._refusal(self.reached)

    def take_tool_call(self) -> None:
        """Count a call of a tool, which is about to be made.

        Raises:
            CapReached: if a cap is reached.
        """
        self._check_tool_calls()
        self.check_time()
        self.spent.tool_calls += 1

    @contextmanager
    def when_time_is_up(self, end: Callable[[CapReached], None]) -> Iterator[None]:
        """Call `end` if the cap of minutes is reached before the block ends.

        Without this timer, a run whose calls are all waiting would not notice that its time is over.
        """
        self._time_is_up = end
        self._look_at_time()
        try:
            yield
        finally:
            self._time_is_up = None
            self._look_at_time()

    def change(self, caps: Caps) -> None:
        """Replace the caps. Minutes count from the run's beginning, as before."""
        self.caps = caps
        self._caps = self._counted_caps()
        self._look_at_time()
        self._admit()

    def hold(self) -> None:
        """Let the time of the cap of minutes stand still until `let_go`."""
        if self._held_since is None:
            self._held_since = time.monotonic()
            self._look_at_time()

    def let_go(self) -> None:
        """Let the time of the cap of minutes go on."""
        if self._held_since is not None:
            self._began += time.monotonic() - self._held_since
            self._held_since = None
            self._look_at_time()

    def guess(self, agent: Agent, request: Request) -> Amount | None:
        """Return the agent's own estimate of a request's usage, or None if it asks no model."""
        usage = agent.expects(request)
        if not usage:
            return None
        return Amount(1, tokens_in(usage), self.prices.cost(agent.priced_as, usage))

    def may_report_cost(self, agent: Agent) -> bool:
        """Return whether the agent's replies may report their cost, and none has come without it yet."""
        return agent.reports_cost and agent.priced_as not in self._unreported

    async def reserve(self, agent: Agent, guess: Amount) -> Reservation:
        """Reserve the estimated usage of a request, as soon as it fits under the caps.

        Raises:
            CapReached: if it does not fit although nothing is in flight.
            StopRun: if there is a cap in dollars, and the price is neither known nor reported by the server.
        """
        if guess.dollars is None and self.caps.dollars is not None and not self.may_report_cost(agent):
            raise StopRun(unknown_price(agent))
        self.check_time()
        place: asyncio.Future[Reservation] = asyncio.get_running_loop().create_future()
        self._waiting.append((self._estimator(agent), guess, place))
        self._admit()
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and not place.exception():
                self._let_go(place.result().amount)  # its turn had come in the meantime
            raise

    def release(self, reservation: Reservation) -> None:
        """Release the reservation of a request that was not made."""
        self._let_go(reservation.amount)

    def settle(
        self, agent: Agent, reservation: Reservation | None, spent: RequestUsage, *, answered: bool
    ) -> RequestUsage:
        """Count the real usage of a request in place of its reservation, and return it with its cost.

        If a reply does not report its tokens or its cost, the reserved amount counts instead, now and when
        the run is resumed.
        """
        spent = priced(spent, agent, self.prices)
        took = amount_of(spent)
        if reservation is not None:
            self._estimator(agent).learn(reservation.guess, took)
            if answered and took.calls:
                if took.dollars is None and reservation.guess.dollars is None:
                    self._unreported.add(agent.priced_as)
                spent = estimated(spent, reservation.amount)
        self.spent.add(took, spent.estimated_tokens, spent.estimated_dollars)
        if reservation is not None:
            self._let_go(reservation.amount)
        return spent

    def _counted_caps(self) -> list[tuple[str, float]]:
        return [(name, cap) for name in QUANTITIES if (cap := getattr(self.caps, name)) is not None]

    def _seconds_left(self) -> float:
        now = time.monotonic() if self._held_since is None else self._held_since
        return self._began + 60 * (self.caps.minutes or 0) - now

    def _look_at_time(self) -> None:
        """End the run if its time is up, or look again when it will be."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._time_is_up is None or not self.is_timed or self._held_since is not None:
            return
        try:
            self.check_time()
        except CapReached as reached:
            self._time_is_up(reached)
        else:
            left = max(self._seconds_left(), 0.01)
            self._timer = asyncio.get_running_loop().call_later(left, self._look_at_time)

    def _check_tool_calls(self) -> None:
        cap = self.caps.tool_calls
        if self.reached is None and cap is not None and self.spent.tool_calls >= cap:
            self._reach("tool_calls", cap)

    def _estimator(self, agent: Agent) -> Estimator:
        return self._estimators.setdefault(id(agent), Estimator())

    def _over(self, amount: Amount) -> tuple[str, float] | None:
        """Return the first cap that `amount` would exceed, on top of all that is spent and reserved."""
        reservation = self._reserved + amount
        for name, cap in self._caps:
            if self.spent.counted(name) + (getattr(reservation, name) or 0) > cap * (1 + SLACK):
                return name, cap
        return None

    def _let_go(self, amount: Amount) -> None:
        self._in_flight -= 1
        calls, tokens, dollars = amount
        reservation = Amount(-calls, -tokens, -(dollars or 0.0))
        self._reserved = self._reserved + reservation if self._in_flight else Amount()
        self._admit()

    def _admit(self) -> None:
        """Reserve for waiting requests in order while they fit.

        If one does not fit and nothing is in flight, refuse all.
        """
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
                    self._reserved += amount
                    place.set_result(Reservation(guess, amount))
            self._waiting.popleft()

    @staticmethod
    def _refusal(reached: CapReached) -> CapReached:
        """Return a copy to raise.

        One exception that many tasks raise would keep the frames of all tasks alive.
        """
        return CapReached(str(reached), reached.quantity, reached.cap)

    def _reach(self, name: str, cap: float, amount: Amount | None = None) -> None:
        reason = f"The cap of {in_words(name, cap)} is reached"
        if name != "minutes":
            estimated = self.spent.counted(name) - getattr(self.spent, name)
            reason += f": {in_words(name, getattr(self.spent, name))} spent"
            if estimated:
                reason += f", and {in_words(name, estimated)} estimated where the server reports none"
        if amount is not None and getattr(amount, name):
            reason += f", and the next request is estimated at {in_words(name, getattr(amount, name))}"
        self.reached = CapReached(f"{reason}.", name, cap)
