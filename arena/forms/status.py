"""How an attempt to get an answer went, and the exception that says why a reply cannot be used."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How an attempt to get an answer went. Everything but OK is a failure, and no failure is a result."""

    OK = "ok"
    AMBIGUOUS = "ambiguous"
    """More than one answer was there."""
    UNPARSEABLE = "unparseable"
    """No answer was there."""
    ILLEGAL = "illegal"
    """An answer was there, but not one that was allowed."""
    REFUSED = "refused"
    TRUNCATED = "truncated"
    TOO_LONG = "too long"
    """What the agent was asked is longer than its model can read."""
    TIMED_OUT = "timed out"
    ERROR = "error"
    """The agent broke."""

    @property
    def is_the_agents_doing(self) -> bool:
        """Whether the agent did answer, badly; a time-out or a crash is not something it said."""
        return self not in (Status.OK, Status.TOO_LONG, Status.TIMED_OUT, Status.ERROR)


class Unusable(Exception):
    """A reply is not what the form asks for; the reason is shown to the seat when it is asked again."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
