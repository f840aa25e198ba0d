"""``arena import``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from arena.cli.options import option, record
from arena.core.errors import UsageError


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """The options of ``arena import``."""

    out: Annotated[
        Path, option("The folder that will hold the run. It must be new or empty.", value="FOLDER")
    ]
    mapping: Annotated[
        Path | None,
        option(
            "A TOML file that says which field of the transcripts holds what, or the name of a ready one, "
            "such as kaggle; `arena list mappings` names them.",
            value="FILE",
        ),
    ] = None
    skip_bad: Annotated[
        bool, option("Leave out the records that cannot be used, and count them.", negative="")
    ] = False


def _is_file(_: object, file: Path) -> None:
    """Refuse an option that does not exist, which cyclopts takes for a file because ``-`` is one."""
    if str(file).startswith("-") and str(file) != "-":
        raise UsageError(f"There is no option {file}. `arena import --help` lists all of them.")


def import_(
    *files: Annotated[
        Path,
        Parameter(
            name="FILE",
            required=True,
            allow_leading_hyphen=True,
            validator=_is_file,
            help="A file of transcripts: JSON documents, or a table if it ends in .csv or .tsv, packed with "
            "gzip or not. A single hyphen is standard input. Several are allowed.",
        ),
    ],
    options: ImportOptions,
) -> None:
    """Make a run from transcripts of other systems.

    It can be shown, judged and measured like any other run.
    """
    from arena.core.console import err
    from arena.importing import import_transcripts
    from arena.results.showing import show_run

    folder = options.out
    imported = import_transcripts(files, folder, mapping=options.mapping, skip_bad=options.skip_bad)
    episodes, tasks = _counted(imported.episodes, "episode"), _counted(imported.tasks, "task")
    err.print(f"Imported {episodes} on {tasks} into {folder}", markup=False)
    if imported.left_out:
        left = _counted(imported.left_out, "record")
        err.print(f"Note: The conditions of the mapping leave out {left}.", markup=False)
    if imported.bad:
        err.print(f"Note: Left out {_counted(imported.bad, 'record')} that cannot be used:", markup=False)
    for warning in imported.warnings:
        err.print(f"Note: {warning}", markup=False)
    show_run(str(folder), as_json=False)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' if count > 1 else ''}"
