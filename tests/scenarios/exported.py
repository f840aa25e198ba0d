"""Running a scenario by scripted agents at the command line, and reading its rows."""

from __future__ import annotations

from typing import Any

import pyarrow.parquet

from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in


def played(arena: Typist, scenario: str, tasks: int, *words: str) -> Found:
    """Play so many tasks, and return the figures."""
    said = arena("run", scenario, "--tasks", str(tasks), "--out", "run", *words)
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def exported(arena: Typist, *words: str, to: str = "trl-vision-sft") -> list[dict[str, Any]]:
    """Return the rows of the run's export in a Parquet format, without a baseline unless one is named."""
    over = () if "--advantage" in words else ("--advantage", "none")
    said = arena("export", "run", "--to", to, "--out", "rows.parquet", *over, *words)
    assert said.code == 0, said.err
    found: list[dict[str, Any]] = pyarrow.parquet.read_table(arena.folder / "rows.parquet").to_pylist()
    return found
