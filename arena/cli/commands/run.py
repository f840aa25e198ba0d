"""``arena run``."""

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
class RunOptions:
    """Who plays a scenario, how often, and under which settings."""

    settings: Settings = ()
    agents: Agents = ()
    judge: Annotated[
        str | None,
        option("Who judges. It is short for --set seats.judge=AGENT.", value="[NAME=]AGENT"),
    ] = None
    tasks: FirstTasks = None
    episodes: EpisodesEach = None
    seed: Seed = None
    out: Out = None
    dry_run: DryRun = False
    play: PlayOptions = field(default_factory=PlayOptions)


USUAL = RunOptions()


def run(
    scenario: Annotated[
        str,
        Parameter(
            name="SCENARIO",
            help="The name of a scenario, a Python file that defines `scenario`, or a protocol: its name, or "
            "file.py:Name.",
        ),
    ],
    /,
    *,
    options: RunOptions = USUAL,
) -> None:
    """Run a scenario."""
    from arena.cli.running import begin, source

    changed = {
        "seats.judge": options.judge,
        "first": options.tasks,
        "episodes": options.episodes,
        "seed": options.seed,
    }
    typed = source(scenario, options.agents, options.settings, changed)
    begin(typed, options.out, options.play, dry=options.dry_run)
