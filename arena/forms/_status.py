"""How an attempt to get an answer ended, and the exception that says why a reply cannot be used."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How an attempt to get an answer ended.

    Everything except OK is a failure, and no failure is a result.
    """

    OK = "ok"
    AMBIGUOUS = "ambiguous"
    """The reply held more than one answer."""
    UNPARSEABLE = "unparseable"
    """The reply held no answer."""
    ILLEGAL = "illegal"
    """The reply held an answer that is not allowed."""
    REFUSED = "refused"
    TRUNCATED = "truncated"
    TOO_LONG = "too long"
    """The request is longer than the agent's model can read."""
    TIMED_OUT = "timed out"
    ERROR = "error"
    """The agent raised an error."""
    CALLED = "called"
    """The reply calls tools. The seat is asked again with what they return."""

    @property
    def is_the_agents_doing(self) -> bool:
        """Whether the agent did reply, but badly. A time-out or an error is not a reply."""
        return self not in (Status.OK, Status.TOO_LONG, Status.TIMED_OUT, Status.ERROR, Status.CALLED)


class Unusable(Exception):
    """A reply is not what the form requires. The seat is given the reason when it is asked again."""

    def __init__(self, status: Status, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
