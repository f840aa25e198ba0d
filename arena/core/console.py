"""Where the commands print, and how they find a run by its name.

Text that others wrote (a provider, a file, the user) is printed as plain text. It cannot colour or clear the
screen, and it cannot begin a line of its own. Every string that is printed or put in a table is treated so.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.style import Style
from rich.text import Text

from arena.core.errors import UsageError
from arena.core.text import one_line, printable

_WIDTH_ELSEWHERE = 160


class _Console(Console):
    """A console that prints strings without markup, because others wrote them.

    Our own styled text is a `Text`.
    """

    def render_str(self, text: str, **how: Any) -> Text:
        return plain(text, how.get("style", ""))


def _is_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


out = _Console(highlight=False, soft_wrap=True, width=None if _is_terminal() else _WIDTH_ELSEWHERE)
err = _Console(stderr=True, highlight=False, soft_wrap=True)

_TERMINALS = tuple(number for number in (1, 2) if os.isatty(number))


def leave_terminal() -> None:
    """Discard everything printed from now on. This is for a terminal that is gone, where printing fails."""
    for number in _TERMINALS:
        if not os.isatty(number):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, number)
            os.close(nowhere)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON on standard output."""
    out.file.write(json.dumps(value) + "\n")
    out.file.flush()


def plain(text: str, style: str | Style = "") -> Text:
    """Return text that others wrote, on one line, without markup and control characters."""
    return Text(one_line(text), style=style)


def whole_text(text: str, style: str = "") -> Text:
    """Return text of several lines in full, marked so that none of its lines looks like one of ours."""
    return Text(printable(text).replace("\n", "\n      "), style=style)


def run_folder(run: str) -> Path:
    """Return the folder of a run given by its path, or by its name under ``runs/``.

    Raises:
        UsageError: if there is no such run.
    """
    for folder in (Path(run), Path("runs") / run):
        if folder.is_dir():
            return folder
        packed = folder.with_name(f"{folder.name}.tar.gz")
        if packed.is_file():
            raise UsageError(f"The run {run} is packed; unpack it with: tar -xzf {packed} -C {packed.parent}")
    raise UsageError(f"There is no run called {run!r}; `arena runs` lists those there are.")
