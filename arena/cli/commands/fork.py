"""``arena fork``: a run of siblings, branched from a stored one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from arena.cli.options import (
    Count,
    Out,
    PlayOptions,
    RunArgument,
    Seed,
    Texts,
    Whole,
    option,
    record,
    whole,
)


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ForkOptions:
    """Which episodes are branched, at which turn, and who plays on from there."""

    episodes: Annotated[
        tuple[Whole, ...],
        option(
            "The episode to branch. Without it, all episodes that have ended are branched. Repeatable.",
            "--episode",
        ),
    ] = ()
    turn: Annotated[
        Whole | None,
        whole(0),
        option("The number of the turn that is taken anew. Without it, one is picked at random."),
    ] = None
    seat: Annotated[str | None, option("The seat of whose turns one is picked at random.", value="SEAT")] = (
        None
    )
    siblings: Annotated[
        Count | None, option("How many times each episode is played on from the turn. Without it, 2.", "-n")
    ] = None
    seats: Annotated[
        Texts,
        option(
            "The agent that takes over a seat from the turn on, such as pro=random. Repeatable.",
            "--with",
            value="SEAT=[NAME=]AGENT",
        ),
    ] = ()
    replies: Annotated[
        Texts,
        option(
            "The reply at the turn in one of the siblings. Repeatable.",
            "--reply",
            value="TEXT",
            allow_leading_hyphen=True,
        ),
    ] = ()
    seed: Seed = None
    out: Out = None
    play: PlayOptions = field(default_factory=PlayOptions)


USUAL = ForkOptions()


def fork(run: RunArgument, /, *, options: ForkOptions = USUAL) -> None:
    """Branch a run's episodes at a turn, and play on from there; nothing before it is asked again."""
    from arena.cli.running import conduct
    from arena.core.console import run_folder
    from arena.core.errors import UsageError
    from arena.designs.building import ForkSource, build_fork, source_of
    from arena.journal.resuming import check_ours

    if options.turn is not None and options.seat is not None:
        raise UsageError("A turn is given by its number or picked from a seat's, not both: --turn or --seat.")
    folder = run_folder(run)
    check_ours(folder)
    at = _turns(folder, options)
    if not at:
        whose = f" of {options.seat}" if options.seat else ""
        raise UsageError(f"The run in {folder} has no turn{whose} to branch an episode at.")
    source = ForkSource(
        parent=source_of(folder),
        at=at,
        seats=_by_seat(options.seats),
        replies=options.replies,
        siblings=options.siblings,
        seed=options.seed,
    )
    conduct(build_fork(source, folder), options.out, options.play, source=source.model_dump(mode="json"))


def _turns(folder: Path, options: ForkOptions) -> dict[int, int]:
    """Return the turn at which each episode is branched."""
    from arena.designs.fork import pick_turns
    from arena.journal import StoredRun

    episodes = options.episodes or None
    with StoredRun(folder) as stored:
        if options.turn is not None:
            return dict.fromkeys(episodes or sorted(stored.numbers(finished=True)), options.turn)
        return dict(pick_turns(stored, episodes, seat=options.seat, seed=options.seed or 0))


def _by_seat(typed: Sequence[str]) -> dict[str, str]:
    from arena.core.errors import UsageError

    found = {}
    for one in typed:
        seat, equals, agent = one.partition("=")
        if not equals or not seat or not agent:
            raise UsageError(f"Who takes over is written seat=agent, such as pro=random, not {one!r}.")
        found[seat] = agent
    return found
