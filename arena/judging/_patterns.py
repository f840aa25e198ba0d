"""Counting the matches of a regular expression, in bounded time.

Patterns come from files that others wrote, and may never end. So another process counts (`_matcher`), which
is killed when a text takes too long.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from arena.core.errors import UsageError

LONGEST_PATTERN = 1000
"""How many characters a pattern may have."""
SECONDS = 5.0
"""How long a pattern may take over one text."""


# Isolated: it imports nothing of this package, and no site packages, so it begins quickly.
_COMMAND = (sys.executable, "-I", "-S", str(Path(__file__).with_name("_matcher.py")))


class Matches(NamedTuple):
    """How often a pattern was found in a text, and where its first match begins and ends, in characters."""

    number: int
    start: int | None = None
    end: int | None = None


def check_pattern(pattern: str, seconds: float = SECONDS) -> None:
    """Refuse what is no regular expression.

    Raises:
        UsageError: saying what is wrong with it, also if reading it takes longer than `seconds`.
    """
    if not 0 < len(pattern) <= LONGEST_PATTERN:
        raise UsageError(f"A regular expression has from 1 to {LONGEST_PATTERN:,} characters.")
    try:
        done = subprocess.run(
            _COMMAND, input=_asked(pattern, ""), capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise UsageError(f"The regular expression {pattern!r:.100} takes too long to read.") from None
    answer = json.loads(done.stdout or b'{"error": "it needs too much memory"}')
    if "error" in answer:
        raise UsageError(f"{pattern!r:.100} is no regular expression: {answer['error']}.")


class Matcher:
    """Counts matches, one text after another."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    async def matches(self, pattern: str, text: str) -> Matches:
        """Return the matches of a pattern in a text. They do not overlap, and may be empty.

        Raises:
            TimeoutError: if it takes too long.
            MemoryError: if it needs too much memory.
        """
        line = _asked(pattern, text)
        async with self._turn:
            try:
                process = self._process = self._process or await _begun()
                async with asyncio.timeout(self._seconds):
                    answer = await _answer(process, line)
            except BaseException:
                await self.close()
                raise
            if not answer:
                await self.close()
                raise MemoryError("the pattern needs too much memory")
        found = json.loads(answer)
        return Matches(found["count"], *(found["span"] or ()))

    @property
    def process_id(self) -> int | None:
        """The number of the process that counts, or None if there is none."""
        return None if self._process is None else self._process.pid

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@asynccontextmanager
async def open_matcher(seconds: float = SECONDS) -> AsyncIterator[Matcher]:
    """Give a matcher, whose process ends with the block. It begins with the first text."""
    matcher = Matcher(seconds)
    try:
        yield matcher
    finally:
        await matcher.close()


async def _begun() -> Process:
    return await asyncio.create_subprocess_exec(*_COMMAND, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)


def _asked(pattern: str, text: str) -> bytes:
    return json.dumps({"pattern": pattern, "text": text}).encode() + b"\n"


async def _answer(process: Process, line: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        process.stdin.write(line)
        await process.stdin.drain()
    return await process.stdout.readline()
