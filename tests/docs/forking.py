"""Typing `arena` in processes forked from one that has imported what commands import.

Importing is most of what a short command does, so a page of ten commands takes a third of the time.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

HANG = 120
"""Seconds after which a command that has not ended is killed."""

_SHELL = frozenset("|&;<>$`*?(){}~#!\n")
"""What a shell would do something about."""


class Typed(NamedTuple):
    """What a command printed and the code it exited with; below 0 it is the signal that killed it."""

    returncode: int
    stdout: str
    stderr: str


def words_of(command: str) -> list[str] | None:
    """Return the words after `arena` of a command that needs no shell, else None."""
    line = command.replace("\\\n", " ")
    words = shlex.split(line) if _SHELL.isdisjoint(line) else []
    return words[1:] if words[:1] == ["arena"] else None


def arena(words: Sequence[str], environment: Mapping[str, str]) -> Typed:
    """Type a command of `arena` in the current folder."""
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    with tempfile.TemporaryDirectory() as printed:
        job = {"words": list(words), "folder": str(Path.cwd()), "env": dict(environment), "printed": printed}
        server.stdin.write(json.dumps(job) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        out, err = (Path(printed, name).read_text(encoding="utf-8") for name in ("out", "err"))
    return Typed(code, out, err)


@functools.cache
def _server() -> subprocess.Popen[str]:
    code = "from tests.docs.forking import serve; serve()"
    server = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(server.communicate)
    return server


def serve() -> None:
    """Run the commands that come on standard input, each in a fork, and print the codes they exit with."""
    import agents
    import arena.cli.running
    import arena.results.report
    import arena.running
    import arena.training.export
    import protocols
    import scenarios

    assert all((agents, arena, protocols, scenarios))
    sys.path.remove("")  # as where the program is started by its name
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(job["words"], job["folder"], job["env"], Path(job["printed"]))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(words: Sequence[str], folder: str, env: Mapping[str, str], printed: Path) -> None:
    """Run one command in this process, and end it."""
    from arena.cli import main

    signal.alarm(HANG)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    for descriptor, file in ((0, Path(os.devnull)), (1, printed / "out"), (2, printed / "err")):
        opened = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    code = 70
    try:
        sys.argv = ["arena", *words]
        main(words)
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
