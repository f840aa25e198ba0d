"""``arena play``."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from arena.cli.option_records import SeatOptions

_DEFAULTS = SeatOptions()


def play(
    name: Annotated[
        str,
        Parameter(
            name="NAME",
            help="What to play: the name of a game, a scenario or a protocol, a Python file that defines "
            "`scenario`, or your own game or protocol, written as file.py:Name.",
        ),
    ],
    /,
    *,
    options: SeatOptions = _DEFAULTS,
) -> None:
    """Take a seat yourself, at this terminal or in a browser, and see only what the seat may see."""
    from arena.cli.playing import take_seats

    take_seats(name, options)
