"""``arena tournament``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import (
    Agents,
    DryRun,
    EpisodesEach,
    FirstTasks,
    Out,
    PlayOptions,
    Seed,
    Settings,
    option,
    record,
)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class TournamentOptions:
    """Who meets whom, how often, and under which settings."""

    agents: Agents = ()
    format: Annotated[
        str | None, option("How the agents are paired, such as round-robin?meetings=100.", value="FORMAT")
    ] = None
    settings: Settings = ()
    tasks: FirstTasks = None
    episodes: EpisodesEach = None
    seed: Seed = None
    out: Out = None
    dry_run: DryRun = False
    play: PlayOptions = field(default_factory=PlayOptions)


USUAL = TournamentOptions()


def tournament(
    name: Annotated[
        str,
        Parameter(
            name="NAME",
            help="The name of a tournament, game or protocol, a Python file, or file.py:Name of your own.",
        ),
    ],
    /,
    *,
    options: TournamentOptions = USUAL,
) -> None:
    """Run a tournament between agents and rank them."""
    from arena.cli.running import begin, source

    changed = {
        "format": options.format,
        "first": options.tasks,
        "episodes": options.episodes,
        "seed": options.seed,
    }
    typed = source(name, options.agents, options.settings, changed, tournament=True)
    begin(typed, options.out, options.play, dry=options.dry_run)
