"""Server-sent events: the parts of a page that changed, as the journal grows.

Each event holds one rendered part and the number of the journal's rows that it shows, which a browser sends
again as ``Last-Event-ID`` when it connects anew. So nothing is lost and nothing stands twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

_EVERY = 0.25
"""How many seconds pass between two looks at the journal."""
_SILENT = 60
"""After how many looks without news a comment is sent, so that nothing in between closes the connection."""


class News(NamedTuple):
    """The parts of a page, by name, as they are at a row of the journal. `ended` says that no more come."""

    row: int
    parts: dict[str, str]
    ended: bool


def event(kind: str, data: str, row: int | None = None) -> str:
    r"""Return a server-sent event. Every line of the data is a field of its own.

    >>> event("section", "<p>\n</p>", 3)
    'id: 3\nevent: section\ndata: <p>\ndata: </p>\n\n'
    """
    lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    named = "" if row is None else f"id: {row}\n"
    fields = "".join(f"data: {line}\n" for line in lines)
    return f"{named}event: {kind}\n{fields}\n"


def no_words() -> str:
    """Return nothing, where no words are shown while they are written."""
    return ""


async def news(
    row: Callable[[], int],
    look: Callable[[], News],
    after: int,
    every: float = _EVERY,
    words: Callable[[], str] = no_words,
) -> AsyncIterator[str]:
    """Yield events with the parts that changed, until no more come.

    Args:
        row: returns the row that the journal has reached; it is asked often.
        look: returns the parts as they are.
        after: the row that the browser has seen.
        every: how many seconds pass between two looks.
        words: returns what is being written now, which is no row of the journal. Its events have no id.
    """
    known: dict[str, str] = {}
    silent, written = 0, ""
    yield "retry: 2000\n\n"
    while True:
        reached = await run_in_threadpool(row)
        if reached != after or not known:
            found = await run_in_threadpool(look)
            changed = _changed(known, found.parts) if known or found.row != after else ()
            for part in changed:
                yield event("section", part, found.row)
            known, after, silent = found.parts, found.row, 0
            if found.ended:
                yield event("writing", "")
                yield event("ended", "", found.row)
                return
        else:
            silent += 1
            if silent % _SILENT == 0:
                yield ": still here\n\n"
        unfinished = await run_in_threadpool(words)
        if unfinished != written:
            written = unfinished
            yield event("writing", written)
        await asyncio.sleep(every)


def _changed(known: dict[str, str], parts: dict[str, str]) -> Iterable[str]:
    return [part for name, part in parts.items() if known.get(name) != part]


def after_of(header: str | None, given: int) -> int:
    """Return the row that a browser has seen: that of its header, or else the one in the address."""
    return (
        int(header)
        if header is not None and header.isascii() and header.isdigit() and len(header) < 19
        else given
    )
