"""``arena import``: a run made of other people's transcripts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import option, record


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """Where the run goes, and how its files are read."""

    out: Annotated[Path, option("The folder of the run that is made.", value="FOLDER")]
    mapping: Annotated[
        Path | None, option("A TOML file that says where in the transcripts everything stands.", value="FILE")
    ] = None


def import_(
    *files: Annotated[Path, Parameter(name="FILE", required=True, help="Transcripts, as JSON lines.")],
    options: ImportOptions,
) -> None:
    """Make a run of other people's transcripts, which is shown, judged and measured as any other."""
    from arena.core.console import err
    from arena.importing import import_transcripts
    from arena.results.showing import show_run

    folder = options.out
    imported = import_transcripts(files, folder, mapping=options.mapping)
    episodes, tasks = _counted(imported.episodes, "episode"), _counted(imported.tasks, "task")
    err.print(f"Imported {episodes} on {tasks} into {folder}", markup=False)
    for warning in imported.warnings:
        err.print(f"Note: {warning}", markup=False)
    show_run(str(folder), as_json=False)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count > 1 else ''}"
