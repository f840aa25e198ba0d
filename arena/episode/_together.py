"""Asking several seats at once: a value for each seat, and the errors of one that interrupt no other."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any, TypeVar

from arena.core.errors import CapReached, Drained, EpisodeLimit
from arena.seat.response import Response

T = TypeVar("T")


class BySeat(dict[str, T]):
    """A separate value for each seat, where `Episode.together` otherwise takes one for all."""


async def unless_out_of_bounds(
    exchange: Awaitable[Response[T]],
) -> Response[T] | EpisodeLimit | CapReached | Drained:
    """Return an exchange's answer, or its limit error.

    Raising it here would interrupt the other exchanges.
    """
    try:
        return await exchange
    except (EpisodeLimit, CapReached, Drained) as limit:
        return limit


def answer_or_raise(came: Response[T] | EpisodeLimit | CapReached | Drained) -> Response[T]:
    """Return an answer, or raise the error of a limit that came in its place.

    Raises:
        EpisodeLimit: if the episode has used up its limits.
        CapReached: if the run has reached a cap.
        Drained: if the run is being drained.
    """
    if isinstance(came, Response):
        return came
    raise came


def of_seat(seat: str, given: Any) -> Any:
    """Return what is given for a seat: its own value of a `BySeat`, or else the one for all."""
    return given[seat] if isinstance(given, BySeat) else given
