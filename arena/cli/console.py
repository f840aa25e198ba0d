"""Where the commands print, and how runs are named there."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from arena.errors import UsageError
from arena.text import printable

_WIDTH_ELSEWHERE = 160

out = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else _WIDTH_ELSEWHERE)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_TERMINALS = tuple(number for number in (1, 2) if os.isatty(number))


def leave_terminal() -> None:
    """Print nowhere from now on what would go to a terminal that is gone, where printing fails."""
    for number in _TERMINALS:
        if not os.isatty(number):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON on standard output."""
    out.file.write(json.dumps(value) + "\n")
    out.file.flush()


def plain(text: str, style: str = "") -> Text:
    """Return text that others wrote as it may be shown: no markup, no control characters."""
    return Text(printable(text), style=style)


def run_folder(run: str) -> Path:
    """Return the folder of a run given by its path, or by its name under ``runs/``.

    Raises:
        UsageError: if there is no such run.
    """
    for folder in (Path(run), Path("runs") / run):
        if folder.is_dir():
            return folder
    raise UsageError(f"There is no run called {run!r}; `arena runs` lists those there are.")
