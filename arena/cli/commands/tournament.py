"""``arena tournament``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from cyclopts import Parameter

from arena.cli.option_records import StartOptions
from arena.cli.options import Strings, Trust, option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentOptions:
    """The options of ``arena tournament``."""

    format: Annotated[
        str | None,
        option(
            "How the agents are paired, such as round-robin?meetings=100. `arena list formats` lists "
            "the ways.",
            value="FORMAT",
        ),
    ] = None
    add: Annotated[
        Strings,
        option(
            "Add an agent to the tournament or league in the run's folder NAME, and play only the matches "
            "that are missing. Several are allowed.",
            value="[NAME=]AGENT",
            consume_multiple=1,
        ),
    ] = ()
    trust: Trust = False
    start: StartOptions = field(default_factory=StartOptions)


_DEFAULTS = TournamentOptions()


def tournament(
    *names: Annotated[
        str,
        Parameter(
            name="NAME",
            help="What to play: the name of a tournament, a game or a protocol, a file with a study, a "
            "Python file that defines `scenario`, or your own protocol, written as file.py:Name. Several "
            "games or protocols are played as a league.",
            required=True,
        ),
    ],
    options: TournamentOptions = _DEFAULTS,
) -> None:
    """Play matches between agents, and rank the agents."""
    from arena.cli.running import add_to, begin

    if options.add:
        add_to(names, options.add, options.start, {"format": options.format}, options.trust)
        return
    begin(names, options.start, {"format": options.format}, tournament=True)
