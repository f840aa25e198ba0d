"""The folders from which a run's files are found, whatever folder the command that plays it is typed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any

from arena.core.files import searching
from arena.core.python_files import code_file
from arena.registry import GAME_FILES, find


@contextmanager
def found_from(source: Mapping[str, Any] | None) -> Iterator[None]:
    """Find the files that a run names from the folders of its source while the block runs.

    Args:
        source: what was typed to begin the run, as its journal holds it; None if it was begun from Python.
    """
    while source is not None and "parent" in source:
        source = source["parent"]
    folders = (source or {}).get("folders", ())
    of_games = find("games", GAME_FILES)
    with searching(*folders) if folders else nullcontext():
        before = of_games.set(code_file)
        try:
            yield
        finally:
            of_games.reset(before)
