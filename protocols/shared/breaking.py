"""The outcome of an episode that a reply broke off."""

from __future__ import annotations

from typing import Any

from arena.episode.outcome import Outcome
from arena.seat.response import Response


def broken_off(answer: Response[Any]) -> Outcome:
    """Return the outcome of an episode that a reply that cannot be used broke off, without returns.

    If the agent itself is at fault, its seat has forfeited. Otherwise the episode has failed.
    """
    reason = f"{answer.seat}: {answer.status.value}: {answer.reason}"
    if answer.status.is_the_agents_doing:
        return Outcome.forfeited(answer.seat, reason, {})
    return Outcome.failed(reason, answer.seat)
