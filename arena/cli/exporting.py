"""``arena export``: runs as a file of episodes, or of rows to train on, with a card beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from arena.core.complaints import first_problem
from arena.core.console import err, run_folder
from arena.core.errors import UsageError
from arena.results.showing import say_damage
from arena.training.export.card import Card
from arena.training.export.exporting import ExportOptions, export_episodes, export_rows
from arena.training.export.formats import LOSSLESS, format_of


def export_runs(runs: Sequence[str], to: str, file: Path | None, choice: Mapping[str, Any]) -> None:
    """Write the file and its card, and say how much it came to."""
    folders = [run_folder(run) for run in runs]
    if to == LOSSLESS:
        if len(folders) > 1:
            raise UsageError(f"The format {LOSSLESS} takes one run at a time: its lines are known by number.")
        target = file or folders[0] / "episodes.jsonl"
        card = export_episodes(folders[0], target)
        err.print(f"Wrote {card.lines:,} episodes to {target}", markup=False)
        _end(card)
        return
    target = file or folders[0] / f"{to}{format_of(to).suffix}"
    try:
        wanted = ExportOptions(to=to, **choice)
    except ValidationError as invalid:
        raise UsageError(f"This cannot be exported: {first_problem(invalid)}.") from None
    card = export_rows(folders, target, wanted)
    err.print(f"Wrote {card.lines:,} rows to {target}{_spoilt(card)}", markup=False)
    _end(card)


def _end(card: Card) -> None:
    """Say what was left out as it is damaged, and then exit with 1."""
    say_damage([(source.run, source.damaged) for source in card.sources])


def _spoilt(card: Card) -> str:
    """Return how many rows are not to be learnt from, and where it says why."""
    counts = {"masked": card.masked.total(), "left out": card.left_out.total()}
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return f" ({told}; {Path(card.file).with_suffix('.card.md')} says why)" if told else ""
