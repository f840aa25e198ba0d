"""Write into the README and the docs what their snippets print now: ``python -m tests.docs.refresh``.

Only shown output that no longer matches is replaced. Elisions (``…`` alone on a line) are kept where the line
after them can be found again by how it begins. Read the difference before committing it.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise

from tests.docs.snippets import Runner, check, snippets
from tests.docs.test_snippets import DOCUMENTS

_ENOUGH = 12
"""How many characters at the start of two lines make them the same line with another content."""


def main() -> None:
    """Refresh every document, and say which have changed."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            sys.path.insert(0, folder)
            try:
                refreshed = _refreshed(document.name, text)
            except AssertionError as problem:
                refreshed = text
                print(problem)
            sys.path.remove(folder)
        if refreshed != text:
            document.write_text(refreshed, encoding="utf-8")
            print(f"changed: {document}")


def _refreshed(name: str, text: str) -> str:
    runner = Runner(name)
    for snippet in snippets(text):
        block = snippet.text
        for shown, printed in runner.outputs(snippet):
            try:
                check(name, "it", printed, shown)
            except AssertionError:
                block = block.replace(shown.strip("\n"), "\n".join(_elided(shown, printed)), 1)
        text = text.replace(snippet.text, block, 1)
    return text


def _elided(shown: str, printed: str) -> Iterator[str]:
    """Yield the printed lines, less those that the shown ones leave out."""
    was = shown.strip("\n").splitlines()
    marks = [following for line, following in pairwise(was) if line == "…"]
    lines = [
        re.sub(r"[\d,.]+ turns/s.*", "… turns/s", line.rstrip()) for line in printed.strip().splitlines()
    ]
    kept = was.index("…") if "…" in was else len(lines)
    for place, line in enumerate(lines):
        if place < kept:
            yield line
        elif marks and line[:_ENOUGH] == marks[0][:_ENOUGH]:
            marks.pop(0)
            kept = len(lines)
            yield "…"
            yield line
    if was[-1:] == ["…"]:
        yield "…"


if __name__ == "__main__":
    main()
