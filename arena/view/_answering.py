"""What all answers of the server share: pages are made off the event loop, and errors are pages, too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from arena.core.errors import ArenaError, UsageError
from arena.core.text import one_line
from arena.journal import StoredRun
from arena.view._keys import KEYS
from arena.view._numbers import RunCounting
from arena.view._parts_of_episode import File
from arena.view._rendering import html
from arena.view._runs import ShownRuns
from arena.web.access import Access
from arena.web.events import AGAIN, News, after_of, event, news, no_words
from arena.web.links import Links, Tab

Handler = Callable[[Request], Awaitable[Response]]
Looks = Callable[[StoredRun], tuple[Callable[[], object], Callable[[], News]]]
"""Returns, for an open run, what tells that it has grown and what looks at its parts."""


class PageAnswers:
    """Answers requests about these runs."""

    def __init__(self, runs: ShownRuns, access: Access) -> None:
        self.runs = runs
        self.access = access
        self.links = Links(access.root)
        self.counting = RunCounting(runs)

    def page(self, make: Callable[[Request], str]) -> Handler:
        """Return a handler that answers with the page that `make` returns."""

        async def answer(request: Request) -> Response:
            try:
                return HTMLResponse(await run_in_threadpool(make, request))
            except ArenaError as error:
                return self.refused(error)

        return answer

    def file(self, make: Callable[[Request], File]) -> Handler:
        """Return a handler that answers with the file that `make` returns."""

        async def answer(request: Request) -> Response:
            try:
                found = await run_in_threadpool(make, request)
            except ArenaError as error:
                return self.refused(error)
            return Response(found.content, media_type=found.media_type)

        return answer

    async def stream(
        self, request: Request, run: int, looks: Looks, after: int, words: Callable[[], str] = no_words
    ) -> Response:
        """Answer with the events of a page, which end when there are no more news."""
        seen = after_of(request.headers.get("last-event-id"), after)
        try:
            stored = await run_in_threadpool(self.runs.open, run)
        except UsageError as error:
            return self.refused(error)
        except ArenaError as error:
            # A browser gives up where the answer is no stream, and the next time it may be readable.
            told_so = f"{AGAIN}{event('trouble', one_line(str(error)))}"
            return Response(told_so, media_type="text/event-stream")
        grown, look = looks(stored)

        async def told() -> AsyncIterator[str]:
            try:
                async for each in news(grown, look, seen, words=words):
                    yield each
            finally:
                stored.close()

        return StreamingResponse(told(), media_type="text/event-stream")

    def not_asked(self, error: ArenaError, run: int) -> Response:
        """Return the page that says why what a form says was not asked of a run."""
        return self._refusal(
            error, "This was not asked", 400, [Tab(self.runs.names[run], self.links.run(run))]
        )

    def refused(self, error: ArenaError) -> Response:
        """Return the page of an error: what happened, in a sentence."""
        if isinstance(error, UsageError):
            return self._refusal(error, "Not here", 404)
        return self._refusal(error, "This cannot be read", 500)

    def _refusal(self, error: ArenaError, title: str, status: int, within: Sequence[Tab] = ()) -> Response:
        page = html(
            "error.html",
            title=title,
            kind="bad" if status == 500 else "warn",
            back=within[-1] if within else Tab("the runs", self.links.to()),
            sentence=one_line(str(error)),
            crumbs=[Tab("runs", self.links.to()), *within, Tab(title, "", current=True)],
            whose="",
            keys=KEYS,
            links=self.links,
        )
        return HTMLResponse(page, status)
