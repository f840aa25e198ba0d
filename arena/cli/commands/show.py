"""``arena show``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import Json, RunArgument, Whole, option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ShowOptions:
    """What of a run is shown."""

    seat: Annotated[str | None, option("Show only what this seat could see.", value="SEAT")] = None
    ratings: Annotated[
        str, option("What rates the agents of a tournament: bradley-terry or plackett-luce.")
    ] = "bradley-terry"
    json: Json = False


USUAL = ShowOptions()


def show(
    run: RunArgument,
    episode: Annotated[
        Whole | None,
        Parameter(name="EPISODE", help="The number of an episode. Without it, the run's summary is shown."),
    ] = None,
    /,
    *,
    options: ShowOptions = USUAL,
) -> None:
    """Show a run's summary, or one episode's transcript with its private events marked."""
    from arena.cli.showing import show_episode
    from arena.results.showing import show_run

    if episode is None:
        show_run(run, options.json, options.ratings)
    else:
        show_episode(run, episode, options.seat, options.json)
