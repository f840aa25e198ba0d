"""The commands that ask agents: ``run``, ``tournament``, ``resume``, ``fork`` and ``judge``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arena.cli.options import (
    Agents,
    Options,
    Out,
    RunArgument,
    Seed,
    Settings,
    given,
    to_judge,
    to_play,
    with_options,
)

Tasks = Annotated[int | None, typer.Option(min=1, help="How many of the tasks are played.")]
Judge = Annotated[
    str | None, typer.Option(metavar="AGENT", help="Who judges; the same as --set seats.judge=AGENT.")
]
Episodes = Annotated[int | None, typer.Option(min=1, help="How often each task is played (in each match).")]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Ask no model; print the tokens and the cost to expect.")
]


@with_options(to_play)
def run(
    scenario: Annotated[
        str, typer.Argument(help="A scenario's name, or a Python file that defines `scenario`.")
    ],
    settings: Settings = None,
    agents: Agents = None,
    judge: Judge = None,
    tasks: Tasks = None,
    episodes: Episodes = None,
    seed: Seed = None,
    out: Out = None,
    dry_run: DryRun = False,
    *,
    options: Options,
) -> None:
    """Run a scenario."""
    from arena.cli.running import begin

    begin(
        scenario,
        agents,
        settings,
        given(**{"seats.judge": judge}, first=tasks, episodes=episodes, seed=seed),
        out,
        options,
        dry=dry_run,
    )


@with_options(to_play)
def tournament(
    name: Annotated[str, typer.Argument(help="A tournament's or a game's name, or a Python file.")],
    agents: Agents = None,
    format: Annotated[  # noqa: A002
        str | None, typer.Option(help="How they are paired, such as round-robin?meetings=100.")
    ] = None,
    settings: Settings = None,
    tasks: Tasks = None,
    episodes: Episodes = None,
    seed: Seed = None,
    out: Out = None,
    dry_run: DryRun = False,
    *,
    options: Options,
) -> None:
    """Run a tournament between agents and rank them."""
    from arena.cli.running import begin

    chosen = given(format=format, first=tasks, episodes=episodes, seed=seed)
    begin(name, agents, settings, chosen, out, options, tournament=True, dry=dry_run)


@with_options(to_play)
def resume(
    run: RunArgument,
    retry_failed: Annotated[bool, typer.Option(help="Also play the failed episodes again.")] = False,
    settings: Settings = None,
    *,
    options: Options,
) -> None:
    """Continue a run that was stopped; nothing that was answered is asked again."""
    from arena.cli.running import resume as resume_run

    resume_run(run, settings, retry_failed, options)


@with_options(to_play)
def fork(
    run: RunArgument,
    episodes: Annotated[
        list[int] | None,
        typer.Option("--episode", help="Which is branched; all that have ended unless given. Repeatable."),
    ] = None,
    turn: Annotated[
        int | None, typer.Option(min=0, help="The turn that is taken anew; one at random unless given.")
    ] = None,
    seat: Annotated[str | None, typer.Option(help="Whose turn is picked at random.")] = None,
    siblings: Annotated[
        int | None, typer.Option("-n", min=1, help="How many ways each episode goes on in; 2 unless given.")
    ] = None,
    seats: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="SEAT=AGENT", help="Who takes over from the turn on. Repeatable."),
    ] = None,
    replies: Annotated[
        list[str] | None,
        typer.Option("--reply", metavar="TEXT", help="The reply at the turn, of one sibling. Repeatable."),
    ] = None,
    seed: Seed = None,
    out: Out = None,
    *,
    options: Options,
) -> None:
    """Branch a run's episodes at a turn, and play on from there; nothing before it is asked again."""
    from arena.cli.forking import begin_fork

    begin_fork(run, episodes, turn, seat, given(siblings=siblings, seed=seed), seats, replies, out, options)


@with_options(to_judge)
def judge(
    run: RunArgument,
    judges: Annotated[
        list[str],
        typer.Option("--judge", metavar="AGENT", help="Who judges, such as local-policy. Repeatable."),
    ],
    method: Annotated[
        str, typer.Option(help="choice (which side did better) or score (of each side).")
    ] = "choice",
    rubric: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Judge by the questions in this TOML or JSON file.")
    ] = None,
    question: Annotated[str, typer.Option(help="What is asked, if not the method's usual question.")] = "",
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="NAME=VALUE", help="Change a setting, such as reference=true. Repeatable."
        ),
    ] = None,
    sides: Annotated[
        list[str] | None,
        typer.Option("--side", metavar="SEAT", help="Who is judged; the players unless given. Repeatable."),
    ] = None,
    samples: Annotated[int, typer.Option(min=1, help="How often each judge is asked the same.")] = 1,
    swap: Annotated[bool, typer.Option(help="Whether to ask in every order of the sides.")] = True,
    combine: Annotated[
        str | None,
        typer.Option(
            metavar="HOW",
            help="How the orders are: two-game (unless given), tie-on-disagreement or mean-probability.",
        ),
    ] = None,
    quorum: Annotated[
        int | None,
        typer.Option(min=1, help="How many judges of a panel must come to a ruling; more than half of them."),
    ] = None,
    append: Annotated[
        bool, typer.Option("--append", help="Keep the verdicts there are, and add to them.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the verdicts there are.")] = False,
    other_families: Annotated[
        bool, typer.Option("--other-families", help="Refuse a judge of the model family of those it judges.")
    ] = False,
    *,
    options: Options,
) -> None:
    """Have a run's completed episodes judged by those who were not there; nothing is played again."""
    from arena.cli.judging import judge_stored

    judge_stored(
        run,
        {
            "method": method,
            "rubric": rubric,
            "question": question,
            "sides": sides or (),
            "settings": settings or (),
        },
        {
            "judges": judges,
            "samples": samples,
            "swap": swap,
            "combine": combine,
            "quorum": quorum,
            "append": append,
            "overwrite": overwrite,
            "other_families": other_families,
        },
        options,
    )
