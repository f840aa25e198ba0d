"""``arena fork``: from what was typed to a run of siblings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.cli.options import Options
from arena.cli.running import conduct, source_of
from arena.core.console import run_folder
from arena.core.errors import UsageError
from arena.designs.building import ForkSource, build_fork
from arena.designs.fork import pick_turns
from arena.journal import Run
from arena.journal.resuming import check_ours


def begin_fork(
    run: str,
    episodes: Sequence[int] | None,
    turn: int | None,
    seat: str | None,
    given: Mapping[str, Any],
    seats: Sequence[str] | None,
    replies: Sequence[str] | None,
    out: Path | None,
    options: Options,
) -> None:
    """Build a stored run's scenario again, branch its episodes, and show what came of it.

    Where `turn` is not said, one is picked at random, of `seat` if that is.
    """
    if turn is not None and seat is not None:
        raise UsageError("A turn is given by its number or picked from a seat's, not both: --turn or --seat.")
    folder = run_folder(run)
    check_ours(folder)
    with Run(folder) as stored:
        if turn is None:
            at = pick_turns(stored, episodes, seat=seat, seed=given.get("seed", 0))
        else:
            at = dict.fromkeys(episodes or sorted(stored.numbers(finished=True)), turn)
    if not at:
        whose = f" of {seat}" if seat else ""
        raise UsageError(f"The run in {folder} has no turn{whose} to branch an episode at.")
    source = ForkSource(
        parent=source_of(folder), at=at, seats=_by_seat(seats or ()), replies=tuple(replies or ()), **given
    )
    conduct(build_fork(source, folder), out, options, source=source.model_dump(mode="json"))


def _by_seat(typed: Sequence[str]) -> dict[str, str]:
    found = {}
    for one in typed:
        seat, equals, agent = one.partition("=")
        if not equals or not seat or not agent:
            raise UsageError(f"Who takes over is written seat=agent, such as pro=random, not {one!r}.")
        found[seat] = agent
    return found
