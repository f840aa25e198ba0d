"""What a person in a seat is shown of an episode that goes on."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from arena.seat.transcript import View


class SeatSight(NamedTuple):
    """What a seat may see now: its brief and its view.

    `draw` returns a drawing of the game as the seat sees it, as SVG that is not to be trusted, or nothing. It
    may be called in any thread.
    """

    seat: str
    brief: str
    view: View
    draw: Callable[[], str]
