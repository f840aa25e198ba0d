"""What an export of imported runs says of their rows, and why it makes none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from arena.core.errors import UsageError
from arena.journal.resuming import IMPORTED
from arena.training.export._pairs import ALONE, UNPAIRED
from arena.training.export._row import NO_RETURN
from arena.training.export._source import SourceRun

REBUILT = (
    "The rows of imported runs are rebuilt from what each seat saw, by its brief and in order. They need not "
    "be what was sent to the models."
)
_HINTS = {
    NO_RETURN: "give the seats their `returns`, or verdicts and what they defend, in the mapping",
    ALONE: "pairs need several replies to one request, such as speeches with a `sample`",
    UNPAIRED: "the replies to a request need different rewards",
}


def is_imported(run: SourceRun) -> bool:
    """Return whether a run was imported."""
    return bool(run.header["config"].get("kind") == IMPORTED)


def check_imported(runs: Sequence[SourceRun], rows: int, lines: int, left_out: Counter[str]) -> None:
    """Check that something was made of runs that were imported.

    Args:
        runs: the runs of the export.
        rows: how many replies they have.
        lines: how many lines the file has.
        left_out: how many replies were left out, by reason.

    Raises:
        UsageError: if all runs were imported and the file has no lines.
    """
    if lines or not runs or not all(map(is_imported, runs)):
        return
    named = ", ".join(run.name for run in runs)
    if not rows:
        seats = _speakers(runs[0])
        raise UsageError(
            f"No rows can be made of {named}, because it was imported without replies: name the seats whose "
            f"speeches are replies (replies = {seats}) in the mapping or the episodes, and import it again."
        )
    why, count = left_out.most_common(1)[0] if left_out else ("the reason is not known", rows)
    hint = f"; {_HINTS[why]}" if why in _HINTS else ""
    raise UsageError(f"None of the {rows:,} replies of {named} became a line ({count:,}: {why}){hint}.")


def _speakers(run: SourceRun) -> str:
    """Return the seats of a run as a list of TOML."""
    seats: Collection[str] = run.header["config"].get("players") or run.header["config"]["seats"]
    return "[" + ", ".join(f'"{seat}"' for seat in seats) + "]"
