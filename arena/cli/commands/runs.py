"""``arena runs``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def runs(
    folder: Annotated[Path, Parameter(name="FOLDER", help="The folder that holds the runs.")] = Path("runs"),
    /,
) -> None:
    """List the runs in a folder."""
    from arena.cli.listing import show_runs

    show_runs(folder)
