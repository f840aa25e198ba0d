"""What one episode spends: its own limits, and its share of the run's budget.

An episode's limits hold alike however the run is scheduled, and through any interruption. So what a seat may
still take is worked out from nothing but the episode's own past: what was taken in earlier steps, what the
seat itself has taken in this one, and what the seats that were asked before it in the same step were thought
to take, whether they have been answered by now or not.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile

from arena.core.errors import EpisodeLimit, StopRun
from arena.seat.agent import Agent, Request, Spent
from arena.spending.budget import SLACK, Budget, Estimator, Held, amount_of, without_price
from arena.spending.limits import MEASURES, Amount, Limits, in_words


class EpisodeBudget:
    """What the seats of one episode may spend, and have spent.

    Args:
        budget: the run's.
        limits: the episode's.

    Attributes:
        is_timed: whether the run's time is bounded, so that every request is to be guessed at.
    """

    def __init__(self, budget: Budget, limits: Limits) -> None:
        self._budget = budget
        self.is_timed = budget.is_timed
        self._limits = [(name, limit) for name in MEASURES if (limit := getattr(limits, name)) is not None]
        self._before = Amount()
        self._first: dict[str, Amount] = {}
        self._own: defaultdict[str, Amount] = defaultdict(Amount)
        self._estimators: defaultdict[str, Estimator] = defaultdict(Estimator)

    def guess(self, agent: Agent, request: Request) -> Amount | None:
        """Return what a request is thought to take by the agent itself; None if it asks no model.

        Raises:
            CapReached: if the run's time is up.
        """
        if self.is_timed:
            self._budget.check_time()
        return self._budget.guess(agent, request)

    async def hold(self, agent: Agent, seat: str, guess: Amount) -> Held:
        """Hold what a request is thought to take.

        Raises:
            EpisodeLimit: if the episode may not take that much.
            CapReached: if the run may not.
            StopRun: if dollars are bounded, and the agent's price is not known.
        """
        if self._limits:
            self._check(agent, seat, guess)
        return await self._budget.hold(agent, guess)

    def release(self, held: Held) -> None:
        """Let go of what was held for a request of which nothing came."""
        self._budget.release(held)

    def settle(self, agent: Agent, seat: str, held: Held | None, spent: Spent, *, answered: bool) -> Spent:
        """Count what a request took in place of what was held for it, and return it with its cost."""
        spent = self._budget.settle(agent, held, spent, answered=answered)
        if self._limits:
            self._note(seat, held and held.guess, spent, answered=answered)
        return spent

    def recall(self, agent: Agent, request: Request, spent: Spent, *, answered: bool) -> None:
        """Count toward the episode's limits what a request took in an earlier execution."""
        if not self._limits:
            return
        guess = self._budget.guess(agent, request)
        if guess is not None:
            self._first.setdefault(request.seat, self._estimators[request.seat].correct(guess))
        self._note(request.seat, guess, spent, answered=answered)

    def end_step(self) -> None:
        """Note that every seat that was being asked has been answered."""
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
            if name == "dollars" and guess.dollars is None and not self._budget.may_tell_cost(agent):
                raise StopRun(without_price(agent))
            if getattr(taken, name) > limit * (1 + SLACK):
                raise EpisodeLimit(f"it reached its limit of {in_words(name, limit)}")
        self._first.setdefault(seat, amount)

    def _note(self, seat: str, guess: Amount | None, spent: Spent, *, answered: bool) -> None:
        took = amount_of(spent)
        if guess is None:
            self._own[seat] += took
            return
        if answered and took.calls:  # what was not told counts as this episode alone would guess it
            amount = self._estimators[seat].correct(guess)
            tokens = took.tokens or amount.tokens
            took = took._replace(
                tokens=tokens, dollars=amount.dollars if took.dollars is None else took.dollars
            )
        self._own[seat] += took
        self._estimators[seat].learn(guess, amount_of(spent))
