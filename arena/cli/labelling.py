"""What ``arena judge --label`` prints: how often each judge gave each label."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from arena.core.console import out, plain
from arena.judging import Labelled, because


def labels_record(labelled: Labelled) -> dict[str, Any]:
    """Return the result of a labelling as JSON-able values."""
    return {
        "event": "result",
        "folder": str(labelled.folder),
        "episodes": labelled.episodes,
        "left_out_because": dict(labelled.left_out),
        "warnings": list(labelled.warnings),
        "reached": str(labelled.reached) if labelled.reached else None,
        "labels": [
            {
                "label": name,
                "judge": judge,
                "turns": tally.turns,
                "classified": tally.classified,
                "mean": tally.mean,
                "values": dict(tally.values),
            }
            for (name, judge), tally in labelled.tallies.items()
        ],
    }


def show_labels(labelled: Labelled) -> None:
    """Print the result of a labelling."""
    left_out = labelled.left_out
    more = f", {sum(left_out.values()):,} left out ({because(left_out)})" if left_out else ""
    out.print(f"Labelled: {labelled.episodes:,} episodes{more}.", markup=False)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in ("label", "judge", "classified", "mean count", "turns with each value"):
        table.add_column(head, no_wrap=head != "judge", overflow="fold")
    for (name, judge), tally in labelled.tallies.items():
        mean = "-" if tally.mean is None else f"{tally.mean:.3f}"
        values = ", ".join(f"{value} {count:,}" for value, count in sorted(tally.values.items()))
        classified = f"{tally.classified:,} of {tally.turns:,}"
        table.add_row(plain(name), plain(judge), classified, mean, plain(values))
    out.print(table)
    for warning in labelled.warnings:
        out.print(f"Note: {warning}", markup=False)
