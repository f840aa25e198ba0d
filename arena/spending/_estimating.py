"""The estimates of what requests will use, corrected by what earlier requests used.

An agent estimates the tokens of its requests before they are made. Its estimates may be wrong in the same
direction every time, so each is multiplied by the ratio of what was used so far to what was estimated so far.
"""

from __future__ import annotations

from typing import NamedTuple

from arena.spending.limits import Amount


class Estimator:
    """Corrects the estimates of one agent by the errors of its earlier ones."""

    def __init__(self) -> None:
        self._guessed = self._took = Amount()
        self._reports_cost = False

    def correct(self, guess: Amount) -> Amount:
        """Return the corrected estimate of a request's usage. `guess` is the agent's own estimate."""
        tokens = guess.tokens * _ratio(self._took.tokens, self._guessed.tokens)
        if guess.dollars is None:
            each = (self._took.dollars or 0.0) / self._took.tokens if self._reports_cost else None
            return guess._replace(tokens=tokens, dollars=None if each is None else tokens * each)
        return Amount(
            guess.calls, tokens, guess.dollars * _ratio(self._took.dollars or 0, self._guessed.dollars or 0)
        )

    def learn(self, guess: Amount, took: Amount) -> None:
        """Record the real usage of a request. Nothing is learned from a request that reported no usage."""
        if took.tokens:
            self._reports_cost = took.dollars is not None
            self._guessed += guess
            self._took += took


def _ratio(took: float, guessed: float) -> float:
    return took / guessed if guessed else 1.0


class Reservation(NamedTuple):
    """The reservation for a request: the agent's `guess`, and the corrected `amount`."""

    guess: Amount
    amount: Amount
