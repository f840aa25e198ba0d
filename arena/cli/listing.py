"""``arena list`` and ``arena runs``."""

from __future__ import annotations

import inspect
import sys
from pathlib import Path

from rich.table import Table

from arena.core.console import out, plain
from arena.core.errors import ArenaError
from arena.journal import Run
from arena.registry import Kind, find, table

KINDS: tuple[Kind, ...] = ("scenarios", "protocols", "agents", "games")


def show_names() -> None:
    """Print every name there is, with the first sentence of what it stands for."""
    from arena.pairing import FORMATS

    for kind in KINDS:
        _show(kind, {name: _summary(kind, name) for name in table(kind)})
    _show("formats", {name: _first_sentence(kind) for name, kind in FORMATS.items()})


def _show(heading: str, names: dict[str, str]) -> None:
    grid = Table.grid(padding=(0, 2))
    for name in sorted(names):
        grid.add_row(f"  {name}", plain(names[name]))
    out.print(plain(heading, "bold"))
    out.print(grid)


def _summary(kind: Kind, name: str) -> str:
    try:
        found = find(kind, name)
    except (ArenaError, ImportError) as error:
        return f"(not available: {error})"
    return _first_sentence(sys.modules[table(kind)[name].partition(":")[0]] if kind == "scenarios" else found)


def _first_sentence(found: object) -> str:
    text = inspect.cleandoc(getattr(found, "__doc__", "") or "").split("\n\n")[0]
    return " ".join(text.split()).partition(". ")[0].rstrip(".")


def show_runs(folder: Path) -> None:
    """Print the runs in a folder, and how far each has come."""
    grid = Table("run", "what", "episodes", "failed", box=None, header_style="bold", pad_edge=False)
    found = sorted(path.parent for path in folder.glob("*/journal.sqlite"))
    for path in found:
        try:
            with Run(path) as run:
                counts = {ending.value: count for ending, count in run.counts().items()}
                protocol = run.header()["config"]["protocol"]["class"]
        except ArenaError as error:
            grid.add_row(plain(path.name), plain(str(error)), "", "")
        else:
            total, failed = sum(counts.values()), counts.get("failed", 0)
            grid.add_row(plain(path.name), plain(protocol), str(total), str(failed))
    if found:
        out.print(grid)
    else:
        out.print(f"There are no runs in {folder}.")
