"""Counting the matches of a regular expression, in bounded time.

Patterns come from files that others wrote, and may never end. So another process counts (`_matcher`), which
is killed when a text takes too long.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from arena.core.errors import UsageError

LONGEST_PATTERN = 1000
"""How many characters a pattern may have."""
SECONDS = 5.0
"""How long a pattern may take over one text."""


class Matches(NamedTuple):
    """How often a pattern was found in a text, and where its first match begins and ends, in characters."""

    number: int
    start: int | None = None
    end: int | None = None


def check_pattern(pattern: str) -> None:
    """Refuse what is no regular expression.

    Raises:
        UsageError: saying what is wrong with it.
    """
    if not 0 < len(pattern) <= LONGEST_PATTERN:
        raise UsageError(f"A regular expression has from 1 to {LONGEST_PATTERN:,} characters.")
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise UsageError(f"{pattern!r:.100} is no regular expression: {error}.") from None


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
        line = json.dumps({"pattern": pattern, "text": text}).encode() + b"\n"
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
    # Isolated: it imports nothing of this package, and no site packages, so it begins quickly.
    program = str(Path(__file__).with_name("_matcher.py"))
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", program, stdin=PIPE, stdout=PIPE, stderr=asyncio.subprocess.DEVNULL
    )


async def _answer(process: Process, line: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(ConnectionError):
        process.stdin.write(line)
        await process.stdin.drain()
    return await process.stdout.readline()
