"""How an episode ended, and the return of each seat."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Ending(StrEnum):
    """How an episode ended. Only the first two are results."""

    COMPLETED = "completed"
    """The protocol ran to its end."""
    FORFEITED = "forfeited"
    """A seat lost by the protocol's rule, because of how it answered."""
    TRUNCATED = "truncated"
    """A limit of turns or time cut the episode off."""
    FAILED = "failed"
    """An agent, the protocol or a provider failed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an episode ended.

    `returns` maps each seat to its return, and is empty if there is no result. `offenders` are the seats that
    forfeited or failed to answer. `reason` says why the episode did not complete. `details` holds the
    protocol's other results, as JSON-able values.
    """

    ending: Ending
    returns: Mapping[str, float] = field(default_factory=dict)
    offenders: tuple[str, ...] = ()
    reason: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_result(self) -> bool:
        """Whether the episode has a result: a win, a loss or a tie."""
        return self.ending in (Ending.COMPLETED, Ending.FORFEITED)

    def __str__(self) -> str:
        returns = ", ".join(f"{seat} {amount:+g}" for seat, amount in self.returns.items())
        who = f" by {' and '.join(self.offenders)}" if self.offenders else ""
        why = f" ({self.reason})" if self.reason else ""
        return f"{self.ending.capitalize()}{who}{why}. Returns: {returns or 'none'}."

    @classmethod
    def completed(cls, returns: Mapping[str, float], **details: Any) -> Outcome:
        """Return the outcome of an episode that ran to its end."""
        return cls(Ending.COMPLETED, returns, details=details)

    @classmethod
    def won_by(cls, winner: str, *, among: Iterable[str], **details: Any) -> Outcome:
        """Return a completed outcome that pays 1 to `winner` and 0 to the other seats in `among`.

        Raises:
            ValueError: if the winner is not among them.
        """
        returns = {seat: float(seat == winner) for seat in among}
        if winner not in returns:
            raise ValueError(f"{winner!r} cannot have won among {', '.join(returns)}")
        return cls.completed(returns, **details)

    @classmethod
    def forfeited(
        cls, offenders: str | Iterable[str], reason: str, returns: Mapping[str, float], **details: Any
    ) -> Outcome:
        """Return the outcome of an episode that the `offenders` lost by the protocol's rule."""
        return cls(Ending.FORFEITED, returns, _seats(offenders), reason, details)

    @classmethod
    def truncated(cls, reason: str) -> Outcome:
        """Return the outcome of an episode that a limit cut off."""
        return cls(Ending.TRUNCATED, reason=reason)

    @classmethod
    def failed(cls, reason: str, offenders: str | Iterable[str] = ()) -> Outcome:
        """Return the outcome of an episode in which something failed."""
        return cls(Ending.FAILED, offenders=_seats(offenders), reason=reason)


def _seats(seats: str | Iterable[str]) -> tuple[str, ...]:
    return (seats,) if isinstance(seats, str) else tuple(seats)
