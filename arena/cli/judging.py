"""The work of ``arena judge``: it conducts a judging, shows its progress, and prints the result."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, TypeVar

from rich.table import Table
from rich.text import Text

from arena.cli.draining import draining_first
from arena.cli.interrupting import INTERRUPTED
from arena.cli.labelling import labels_record, show_labels
from arena.cli.running import CAP_REACHED, with_larger_cap
from arena.core.console import err, out, plain, print_json
from arena.core.screen import screen
from arena.judging import Asks, Judged, JudgeTally, JudgingProgress, Labelled, RulingStatus, because
from arena.judging.rendering import speaker

_SECONDS = 5.0
_Result = TypeVar("_Result", Judged, Labelled)


def conduct_judging(judging: Awaitable[Judged], progress: JudgingProgress, as_json: bool) -> None:
    """Await a judging, print its result, and exit with 3 at a cap, or with 130 if it was interrupted."""
    judged = _awaited(judging, progress, as_json)
    if as_json:
        print_json(_record(judged))
    else:
        _show(judged)
    _end(judged, progress)


def conduct_labelling(labelling: Awaitable[Labelled], progress: JudgingProgress, as_json: bool) -> None:
    """Await a labelling, print its result, and exit as `conduct_judging` does."""
    labelled = _awaited(labelling, progress, as_json)
    if as_json:
        print_json(labels_record(labelled))
    else:
        show_labels(labelled)
    _end(labelled, progress)


def _awaited(judging: Awaitable[_Result], progress: JudgingProgress, as_json: bool) -> _Result:
    try:
        return asyncio.run(_interruptible(judging, progress, as_json))
    except (KeyboardInterrupt, asyncio.CancelledError):
        err.print(
            "Stopped. All answers so far are kept. To continue, add to the command: --append",
            markup=False,
        )
        sys.exit(INTERRUPTED)


def _end(judged: Judged | Labelled, progress: JudgingProgress) -> None:
    if reached := judged.reached:
        more = with_larger_cap(reached, progress.spent)
        err.print(
            f"{reached} {_done(progress)} To continue, add to the command: --append{more}", markup=False
        )
        sys.exit(CAP_REACHED)
    if judged.interrupted:
        err.print(f"Stopped early. {_done(progress)} To continue, add to the command: --append", markup=False)
        sys.exit(INTERRUPTED)


def _done(progress: JudgingProgress) -> str:
    return f"The journal holds {progress.line()}."


async def _interruptible(judging: Awaitable[_Result], progress: JudgingProgress, as_json: bool) -> _Result:
    def drain() -> bool:
        if progress.drained.is_set or not progress.planned:
            return False
        progress.drained.set()
        return True

    return await draining_first(_watched(judging, progress, as_json), drain, "the verdicts being asked for")


async def _watched(judging: Awaitable[_Result], progress: JudgingProgress, as_json: bool) -> _Result:
    watch = asyncio.create_task(_watch(progress, as_json))
    try:
        return await judging
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _watch(progress: JudgingProgress, as_json: bool) -> None:
    while True:
        await asyncio.sleep(_SECONDS)
        if as_json:
            done = progress.found + progress.done
            print_json({"event": "progress", "done": done, "planned": progress.planned})
        elif not screen.is_taken:
            err.print(progress.line(), markup=False)


def _record(judged: Judged) -> dict[str, Any]:
    return {
        "event": "result",
        "folder": str(judged.folder),
        "criterion": judged.criterion,
        "asks": judged.asks.value,
        "episodes": judged.episodes,
        "left_out": judged.left_out,
        "left_out_because": dict(judged.left_out_because),
        "warnings": list(judged.warnings),
        "reached": str(judged.reached) if judged.reached else None,
        **judged.tally.record(),
    }


def _show(judged: Judged) -> None:
    tally = judged.tally
    head = f"Judged by {judged.criterion}: {judged.episodes:,} episodes{_left_out(judged)}."
    out.print(f"{head}{_MEANT[judged.asks]}", markup=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    heads = ["judge", "usable"]
    if judged.asks is Asks.ANSWER:
        heads += [*_GRADES, *(how.value for how in _HOWS)]
    elif tally.sides_compared:
        heads += [*tally.sides, *(how.value for how in _HOWS)]
        heads += [speaker(place) for place in range(len(tally.sides))]
    else:
        heads += tally.sides
    for name in [*heads, "how they parsed"]:
        table.add_column(name, no_wrap=name != "judge", overflow="fold")
    for name, judge in tally.judges.items():
        table.add_row(*_cells(name, judge, judged))
    out.print(table)
    if tally.sides_compared and len(tally.judges) > 1:
        panel = ", ".join(f"{name} {count:,}" for name, count in tally.panel_wins().items())
        out.print(f"Majority of the {len(tally.judges)} judges: {panel}.", markup=False)
        out.print(
            f"All judges agree on {tally.agreed:,} of the {tally.compared:,} episodes that each judge "
            "decided, "
            f"out of {len(tally.panel):,} episodes.",
            markup=False,
        )
    for warning in judged.warnings:
        out.print(f"Note: {warning}", markup=False)


def _left_out(judged: Judged) -> str:
    """Return how many episodes were left out and why, such as ``", 3 left out (2 failed, 1 truncated)"``."""
    if not judged.left_out:
        return ""
    return f", {judged.left_out:,} left out ({because(judged.left_out_because)})"


_MEANT = {
    Asks.ANSWER: " Asked: which answer is right.",
    Asks.SPEAKER: " Asked: which side did better.",
    Asks.SCORE: " Scores are means.",
    Asks.RUBRIC: " Scores are means.",
}
_GRADES = ("right", "wrong", "truth unknown")
_HOWS = (RulingStatus.TIED, RulingStatus.UNDECIDED, RulingStatus.MISSING)


def _cells(name: str, judge: JudgeTally, judged: Judged) -> list[str | Text]:
    tally = judged.tally
    cells: list[str | Text] = [plain(name), f"{judge.usable:,} of {judge.verdicts:,}"]
    if judged.asks is Asks.ANSWER:
        answered = judge.answered()
        cells += [f"{answered[label]:,}" for label in (*_GRADES, *_HOWS)]
    elif tally.sides_compared:
        wins = judge.wins()
        cells += [f"{wins[label]:,}" for label in (*tally.sides, *_HOWS)]
        cells += [f"{judge.places[speaker(place)]:,}" for place in range(len(tally.sides))]
    else:
        cells += [_score(judge, side) for side in tally.sides]
    return [*cells, ", ".join(f"{count:,} {how}" for how, count in judge.parsed.items())]


def _score(judge: JudgeTally, side: str) -> str:
    score = judge.scores.get(side)
    if score is None or score.mean is None:
        return "-"
    return f"{score.mean:.2f} ({score.usable:,} of {score.size:,})"
