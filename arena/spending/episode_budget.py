"""The budget of one episode: its own limits, and its share of the run's budget.

An episode's limits must not depend on how the run is scheduled or interrupted. So a seat's remaining budget
is computed only from the episode's own past: the usage in earlier steps, the seat's own usage in this step,
and the estimates of the seats that were asked before it in this step, whether they have been answered or not.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile

from arena.core.errors import EpisodeLimit, StopRun
from arena.seat.agent import Agent, Request, RequestUsage
from arena.spending._estimating import Estimator, Reservation
from arena.spending._pricing import amount_of, unknown_price
from arena.spending.budget import SLACK, Budget
from arena.spending.limits import QUANTITIES, Amount, Limits, in_words


class EpisodeBudget:
    """The budget of the seats of one episode.

    Args:
        budget: the run's budget.
        limits: the episode's limits.

    Attributes:
        is_timed: whether the run has a cap of minutes. Then the usage of every request is estimated.
    """

    def __init__(self, budget: Budget, limits: Limits) -> None:
        self._budget = budget
        self.is_timed = budget.is_timed
        self._limits = [(name, limit) for name in QUANTITIES if (limit := getattr(limits, name)) is not None]
        self._before = Amount()
        self._tool_calls = limits.tool_calls
        self._tool_calls_before = 0
        self._own_tool_calls: defaultdict[str, int] = defaultdict(int)
        self._first: dict[str, Amount] = {}
        self._own: defaultdict[str, Amount] = defaultdict(Amount)
        self._estimators: defaultdict[str, Estimator] = defaultdict(Estimator)

    def guess(self, agent: Agent, request: Request) -> Amount | None:
        """Return the agent's own estimate of a request's usage, or None if it asks no model.

        Raises:
            CapReached: if the run's time is up.
        """
        if self.is_timed:
            self._budget.check_time()
        return self._budget.guess(agent, request)

    async def reserve(self, agent: Agent, seat: str, guess: Amount) -> Reservation:
        """Reserve the estimated usage of a request.

        Raises:
            EpisodeLimit: if it exceeds the episode's limits.
            CapReached: if it exceeds the run's caps.
            StopRun: if dollars are limited, and the price of the agent's model is unknown.
        """
        if self._limits:
            self._check(agent, seat, guess)
        return await self._budget.reserve(agent, guess)

    def release(self, reservation: Reservation) -> None:
        """Release the reservation of a request that was not made."""
        self._budget.release(reservation)

    def settle(
        self, agent: Agent, seat: str, reservation: Reservation | None, spent: RequestUsage, *, answered: bool
    ) -> RequestUsage:
        """Count the real usage of a request in place of its reservation, and return it with its cost."""
        spent = self._budget.settle(agent, reservation, spent, answered=answered)
        if self._limits:
            self._note(seat, reservation and reservation.guess, spent, answered=answered)
        return spent

    def recall(self, agent: Agent, request: Request, spent: RequestUsage, *, answered: bool) -> None:
        """Count the usage of a request from an earlier execution toward the episode's limits."""
        if not self._limits:
            return
        guess = self._budget.guess(agent, request)
        if guess is not None:
            self._first.setdefault(request.seat, self._estimators[request.seat].correct(guess))
        self._note(request.seat, guess, spent, answered=answered)

    def take_tool_call(self, seat: str) -> None:
        """Count a call of a tool that a seat is about to make.

        Raises:
            EpisodeLimit: if it exceeds the episode's limits.
            CapReached: if it exceeds the run's caps.
        """
        limit = self._tool_calls
        if limit is not None and self._tool_calls_before + self._own_tool_calls[seat] >= limit:
            raise EpisodeLimit(f"it reached its limit of {in_words('tool_calls', limit)}")
        self._budget.take_tool_call()
        self.recall_tool_call(seat)

    def recall_tool_call(self, seat: str) -> None:
        """Count a call of a tool from an earlier execution toward the episode's limits."""
        self._own_tool_calls[seat] += 1

    def end_step(self) -> None:
        """Note that every seat that was asked in this step has been answered."""
        self._tool_calls_before += sum(self._own_tool_calls.values())
        self._own_tool_calls.clear()
        for amount in self._own.values():
            self._before += amount
        self._own.clear()
        self._first.clear()

    def _check(self, agent: Agent, seat: str, guess: Amount) -> None:
        amount = self._estimators[seat].correct(guess)
        taken = self._before + self._own[seat] + amount
        for other in takewhile(lambda other: other != seat, self._first):
            taken += self._first[other]
        for name, limit in self._limits:
            if name == "dollars" and guess.dollars is None and not self._budget.may_report_cost(agent):
                raise StopRun(unknown_price(agent))
            if getattr(taken, name) > limit * (1 + SLACK):
                raise EpisodeLimit(f"it reached its limit of {in_words(name, limit)}")
        self._first.setdefault(seat, amount)

    def _note(self, seat: str, guess: Amount | None, spent: RequestUsage, *, answered: bool) -> None:
        took = amount_of(spent)
        if guess is None:
            self._own[seat] += took
            return
        if answered and took.calls:  # unreported usage counts as this episode's own estimate
            amount = self._estimators[seat].correct(guess)
            tokens = took.tokens or amount.tokens
            took = took._replace(
                tokens=tokens, dollars=amount.dollars if took.dollars is None else took.dollars
            )
        self._own[seat] += took
        self._estimators[seat].learn(guess, amount_of(spent))
