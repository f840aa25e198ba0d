"""``arena show``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import Json, RunArgument, Whole, option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOptions:
    """The options of ``arena show``."""

    seat: Annotated[
        str | None, option("Show only the part of the transcript that this seat could see.", value="SEAT")
    ] = None
    ratings: Annotated[
        str, option("The model that rates the agents of a tournament: bradley-terry or plackett-luce.")
    ] = "bradley-terry"
    drawings: Annotated[
        Path | None,
        option(
            "Also write what each seat could see of the game as SVG files into this folder.", value="FOLDER"
        ),
    ] = None
    game: Annotated[
        str,
        option("Also draw the states of this game of yours, which is run.", value="FILE.py:NAME"),
    ] = ""
    follow: Annotated[
        bool,
        option(
            "Print what is recorded of a run while it is played, until it ends. Ctrl-C leaves the run alone."
        ),
    ] = False
    json: Json = False


_DEFAULTS = ShowOptions()


def show(
    run: RunArgument,
    episode: Annotated[
        Whole | None,
        Parameter(
            name="EPISODE", help="The number of an episode to show. By default, the run's summary is shown."
        ),
    ] = None,
    /,
    *,
    options: ShowOptions = _DEFAULTS,
) -> None:
    """Show a run's summary, or the transcript of one episode, in which private events are marked."""
    from arena.cli.showing import show_episode, write_drawings
    from arena.core.errors import UsageError
    from arena.results.showing import show_run

    if options.follow:
        from arena.cli.following import follow

        if options.seat is not None or options.drawings is not None:
            raise UsageError("What is followed is shown as everybody's: leave out --seat and --drawings.")
        follow(run, episode, options.json)
    elif episode is None:
        if options.drawings is not None:
            raise UsageError("Drawings are of one episode: give its number, as in arena show RUN 0.")
        if options.seat is not None:
            raise UsageError("A seat sees one episode: give its number, as in arena show RUN 0 --seat SEAT.")
        show_run(run, options.json, options.ratings)
    else:
        show_episode(run, episode, options.seat, options.json)
        if options.drawings is not None:
            write_drawings(run, episode, options.drawings, options.seat, options.game)
