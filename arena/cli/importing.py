"""``arena import``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from arena.core.console import err
from arena.importing import import_transcripts
from arena.results.showing import show_run


def import_files(files: Sequence[Path], folder: Path, mapping: Path | None) -> None:
    """Import transcripts, and show what they came to."""
    imported = import_transcripts(files, folder, mapping=mapping)
    episodes, tasks = _counted(imported.episodes, "episode"), _counted(imported.tasks, "task")
    err.print(f"Imported {episodes} on {tasks} into {folder}", markup=False)
    for warning in imported.warnings:
        err.print(f"Note: {warning}", markup=False)
    show_run(str(folder), as_json=False)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count > 1 else ''}"
