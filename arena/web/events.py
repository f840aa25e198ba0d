"""Server-sent events: the parts of a page that changed, as the journal grows.

Each event holds one rendered part and the count that the page has reached, which a browser sends again as
``Last-Event-ID`` when it connects anew. So nothing is lost and nothing stands twice.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import AsyncIterator, Callable
from typing import NamedTuple

from starlette.concurrency import run_in_threadpool

from arena.core.errors import ArenaError
from arena.core.log import log
from arena.core.text import one_line

AGAIN = "retry: 2000\n\n"
"""Has the browser connect again after two seconds, whenever the connection ends."""
_EVERY = 0.25
"""How many seconds pass between two looks at the journal."""
_REST = 20
"""How many times as long passes after a look that failed."""
_SILENT = 60
"""After how many looks without news a comment is sent, so that nothing in between closes the connection."""
_UNFORESEEN = "What is new cannot be shown, because of an error in Arena. The page tries again by itself."
"""It does not say which error, because that may hold what a seat must not see. It is logged."""


class News(NamedTuple):
    """The parts of a page, by name, and how far it has come. `ended` says that no more come.

    `reached` changes whenever the page does. On the page of one seat it must come of what that seat sees
    alone, because a gap in it would tell of what others do.
    """

    reached: int
    parts: dict[str, str]
    ended: bool


def event(kind: str, data: str, count: int | None = None) -> str:
    r"""Return a server-sent event. Every line of the data is a field of its own.

    >>> event("section", "<p>\n</p>", 3)
    'id: 3\nevent: section\ndata: <p>\ndata: </p>\n\n'
    """
    lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    named = "" if count is None else f"id: {count}\n"
    fields = "".join(f"data: {line}\n" for line in lines)
    return f"{named}event: {kind}\n{fields}\n"


def no_words() -> str:
    """Return nothing, where no words are shown while they are written."""
    return ""


async def news(
    grown: Callable[[], object],
    look: Callable[[], News],
    after: int,
    every: float = _EVERY,
    words: Callable[[], str] = no_words,
) -> AsyncIterator[str]:
    """Yield events with the parts that changed, until no more come.

    If something goes wrong, the page is told in a sentence, and is looked at again after a rest.

    Args:
        grown: returns what is another value when the journal has grown; it is asked often.
        look: returns the parts as they are.
        after: the count that the browser has seen.
        every: how many seconds pass between two looks.
        words: returns what is being written now, which the journal does not hold. Its events have no id.
    """
    page = PageNews(grown, look, words, after)
    silent, trouble = 0, ""
    yield AGAIN
    while not page.ended:
        told, wrong, why = list[str](), "", ""
        try:
            told = await run_in_threadpool(page.fresh)
        except ArenaError as error:
            wrong = why = one_line(str(error))
        except Exception as error:
            # A mistake of Arena must not end the stream without a word, so whatever it is, it is told.
            wrong, why = _UNFORESEEN, f"{type(error).__name__}: {one_line(str(error))}"
            log.debug("a page cannot be made anew because", traceback=traceback.format_exc())
        if why != trouble:
            if why:
                log.warning("a page cannot be made anew", why=why)
            told, trouble = [event("trouble", wrong), *told], why
        for each in told:
            yield each
        silent = 0 if told else silent + 1
        if silent and silent % _SILENT == 0:
            yield ": still here\n\n"
        if not page.ended:
            await asyncio.sleep(every * _REST if wrong else every)


class PageNews:
    """What a page has been told so far. The arguments are those of `news`."""

    def __init__(
        self, grown: Callable[[], object], look: Callable[[], News], words: Callable[[], str], after: int
    ) -> None:
        self._grown = grown
        self._look = look
        self._words = words
        self._after = after
        self._known: dict[str, str] | None = None
        self._looked_at: object = None
        self._written = ""
        self.ended = False

    def fresh(self) -> list[str]:
        """Return the events of what has changed since they were last asked for."""
        grown = self._grown()
        found = self._look() if self._known is None or grown != self._looked_at else None
        ended = found is not None and found.ended
        written = "" if ended else self._words()
        told = []
        if found is not None:
            known = self._known
            if known is None:
                known = found.parts if found.reached == self._after else {}
            changed = [part for name, part in found.parts.items() if known.get(name) != part]
            told = [event("section", part, found.reached) for part in changed]
            self._known = found.parts
        if written != self._written or ended:
            told.append(event("writing", written))
        if found is not None and ended:
            told.append(event("ended", "", found.reached))
        self._looked_at, self._written, self.ended = grown, written, ended
        return told


def after_of(header: str | None, given: int) -> int:
    """Return the count that a browser has seen: that of its header, or else the one in the address."""
    return (
        int(header)
        if header is not None and header.isascii() and header.isdigit() and len(header) < 19
        else given
    )
