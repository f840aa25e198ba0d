"""The snippets of a Markdown document: its fenced blocks, and running them in order.

- ```` ```python ```` is run, sharing one namespace with the document's other blocks;
  with ``title="name.py"`` it is instead written to that file, as any block with a title is.
- ```` ```text ```` right after a python block is what that block prints.
- ```` ```console ```` holds commands after ``$ `` and what they print, if it is shown; the last one must exit
  with 0, or with the code in ``{.console exit="N"}``.
- Anything else, ```` ```sh ```` included, is not run.

In shown output ``…`` stands for anything within a line, and alone on a line for any lines. A command's
standard error comes before its standard output.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docs import forking

_PROGRESS = re.compile(r"^[^\n]* episodes done, [^\n]*\n(?=[^\n]* episodes done, )", re.MULTILINE)
"""A progress line that another follows: how many there are depends on how long a run takes."""

OPENING = re.compile(r'```(\w+)( title="[^"]+")?|```\{\.(\w+)( exit="\d+")\}')
"""The openings of a block that the site shows as one; any other it shows as words with backticks."""

_BLOCK = re.compile(r"^```\{?\.?(\w+)([^\n}]*)\}?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Snippet:
    """One fenced block and the line it starts at; `after` is the language of the block before it."""

    language: str
    options: dict[str, str]
    text: str
    line: int
    after: str


def snippets(document: str) -> Iterator[Snippet]:
    """Yield the fenced blocks of a Markdown document."""
    after = ""
    for found in _BLOCK.finditer(document):
        language, options, text = found.groups()
        pairs = dict(word.split("=", 1) for word in shlex.split(options) if "=" in word)
        yield Snippet(language, pairs, text, document.count("\n", 0, found.start()) + 1, after)
        after = language


class Runner:
    """Runs a document's snippets in the current folder, and complains with the line of one that fails."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._namespace: dict[str, Any] = {"__name__": "__snippets__"}
        self._printed = ""

    def run(self, snippet: Snippet) -> None:
        """Run one snippet, and compare what it prints with what the document shows."""
        for shown, printed in self.outputs(snippet):
            check(self._where(snippet), "this", printed, shown)

    def outputs(self, snippet: Snippet) -> Iterator[tuple[str, str]]:
        """Run one snippet, and yield what the document shows of its outputs and what was printed."""
        match snippet.language:
            case _ if "title" in snippet.options:
                file = Path(snippet.options["title"])
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(snippet.text, encoding="utf-8")
            case "python":
                self._printed = self._python(snippet)
            case "text" if snippet.after == "python":
                yield snippet.text, self._printed
            case "console":
                yield from self._console(snippet)

    def _where(self, snippet: Snippet) -> str:
        return f"{self._name}:{snippet.line}"

    def _python(self, snippet: Snippet) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile(snippet.text, self._where(snippet), "exec", dont_inherit=True), self._namespace)
        return out.getvalue()

    def _console(self, snippet: Snippet) -> Iterator[tuple[str, str]]:
        commands = list(_commands(snippet.text))
        for place, (command, shown) in enumerate(commands, start=1):
            expected = int(snippet.options.get("exit", 0)) if place == len(commands) else 0
            done = _typed(command)
            code = done.returncode if done.returncode >= 0 else 128 - done.returncode
            assert code == expected, (
                f"{self._where(snippet)}: `{command}` exits with {code}:\n{done.stdout}{done.stderr}"
            )
            if shown.strip():
                yield shown, _PROGRESS.sub("", done.stderr) + done.stdout


def _commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield each command with the output shown after it; a backslash continues a command."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, shown = part, ""
        lines = part.splitlines(keepends=True)
        for last, line in enumerate(lines):
            if not line.rstrip("\n").endswith("\\"):
                command, shown = "".join(lines[: last + 1]).strip(), "".join(lines[last + 1 :])
                break
        yield command, shown


def _typed(command: str) -> forking.Typed | subprocess.CompletedProcess[str]:
    words = forking.words_of(command)
    if words is not None:
        return forking.arena(words, _environment())
    return subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        timeout=forking.HANG,
        env=_environment(),
        check=False,
    )


def _environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def check(where: str, what: str, printed: str, shown: str) -> None:
    """Compare what was printed with what is shown, in which ``…`` stands for what may differ."""
    lines = (
        r"(?:[^\n]*\n)*?" if line == "…" else ".*?".join(map(re.escape, line.split("…"))) + r"\n"
        for line in _stripped(shown).splitlines()
    )
    assert re.fullmatch("".join(lines), _stripped(printed) + "\n"), (
        f"{where}: {what} prints\n{_stripped(printed)}\nbut the document shows\n{_stripped(shown)}"
    )


def _stripped(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())
