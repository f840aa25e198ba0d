"""``arena runs``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from arena.cli.options import USUALLY, Json, RunArgument, option

Yes = Annotated[bool, option("Do it without asking.", "--yes", "-y")]

runs = App(
    name="runs",
    help="List the runs in a folder, remove one, or pack one into a file.",
    **USUALLY,
)


@runs.default
def list_runs(
    folder: Annotated[Path, Parameter(name="FOLDER", help="The folder that holds the runs.")] = Path("runs"),
    /,
    *,
    json: Json = False,
) -> None:
    """List the runs in a folder: their states, when they were played, what was played, cost and size."""
    from arena.cli.stored_runs import show_runs

    show_runs(folder, json)


@runs.command(name="remove")
def remove(run: RunArgument, /, *, yes: Yes = False) -> None:
    """Remove a run and all that is in its folder. It asks first."""
    from arena.cli.stored_runs import remove_asked

    remove_asked(run, yes)


@runs.command(name="pack")
def pack(run: RunArgument, /, *, yes: Yes = False) -> None:
    """Pack a run into one compressed file beside its folder, and remove the folder. It asks first."""
    from arena.cli.stored_runs import pack_asked

    pack_asked(run, yes)
