"""Where the standard prompts stand: beside the modules that say them."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from arena.prompts import SUFFIX


@cache
def prompt_files() -> Mapping[str, Path]:
    """Return the files of the prompts that our protocols, agents and engine say, by their names."""
    roots = [Path(__file__).parents[1]]
    roots += [
        Path(folder) for kind in ("protocols", "agents") for folder in importlib.import_module(kind).__path__
    ]
    return {file.stem: file for root in roots for file in sorted(root.rglob(f"*{SUFFIX}"))}
