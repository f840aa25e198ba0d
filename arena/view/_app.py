"""The server's application: which address is answered by what. Journals are read off the event loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from arena.core.errors import ArenaError, UsageError
from arena.core.text import one_line
from arena.view import _parts_of_episode as parts
from arena.view._access import Access, Guard
from arena.view._episode_answers import EpisodePlace, episode_page, episode_sections, look
from arena.view._episode_page import Tab
from arena.view._events import News, after_of, news
from arena.view._keys import KEYS
from arena.view._links import Links
from arena.view._rendering import html
from arena.view._runs import ShownRuns
from arena.view._runs_page import runs_page

STATIC = {
    "style.css": "text/css",
    "page.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
"""The files that all pages share, with their media types."""

_EPISODE = "/run/{run:int}/episode/{episode:int}"
Handler = Callable[[Request], Awaitable[Response]]


def static_file(name: str) -> bytes:
    """Return the content of a file that all pages share."""
    return files(__package__).joinpath("static", name).read_bytes()


class Pages:
    """Answers requests about these runs."""

    def __init__(self, runs: ShownRuns, access: Access) -> None:
        self.runs = runs
        self.access = access
        self.links = Links(access.root)

    def routes(self) -> list[Route]:
        """Return the routes, each behind the token."""
        own = [
            ("/", self._html(lambda _: runs_page(self.runs, self.links))),
            ("/static/{name}", self._static),
            *self._of_episode(""),
            *self._of_episode("/as/{seat:int}"),
        ]
        return [Route(f"{self.access.root}{path}", answer) for path, answer in own]

    def _of_episode(self, seat: str) -> list[tuple[str, Handler]]:
        """Return the routes of an episode, or of a seat's view of it."""
        base = f"{_EPISODE}{seat}"

        def page(request: Request) -> str:
            return episode_page(self.runs, _place(request), self.links)

        def text(request: Request) -> str:
            return parts.text_page(self.runs, _place(request), request.path_params["at"], self.links)

        def brief(request: Request) -> str:
            return parts.brief_page(self.runs, _place(request), request.path_params["of"], self.links)

        def asked(request: Request) -> str:
            step, of = request.path_params["step"], request.path_params["of"]
            return parts.requests_page(self.runs, _place(request), step, of, self.links)

        def drawing(request: Request) -> parts.File:
            at, of = request.path_params["at"], request.path_params["of"]
            return parts.drawing_file(self.runs, _place(request), at, of)

        def picture(request: Request) -> parts.File:
            at, number = request.path_params["at"], request.path_params["number"]
            return parts.picture_file(self.runs, _place(request), at, number)

        return [
            (f"{base}/", self._html(page)),
            (f"{base}/page/{{page:int}}/", self._html(page)),
            (f"{base}/text/{{at:int}}/", self._html(text)),
            (f"{base}/brief/{{of:int}}/", self._html(brief)),
            (f"{base}/asked/{{step:int}}/{{of:int}}/", self._html(asked)),
            (f"{base}/drawing/{{at:int}}/{{of:int}}.svg", self._file(drawing)),
            (f"{base}/picture/{{at:int}}/{{number:int}}/", self._file(picture)),
            (f"{base}/events/{{page:int}}/{{after:int}}/", self._episode_events),
        ]

    def _html(self, page: Callable[[Request], str]) -> Handler:
        async def answer(request: Request) -> Response:
            try:
                return HTMLResponse(await run_in_threadpool(page, request))
            except ArenaError as error:
                return self._refused(error)

        return answer

    def _file(self, file: Callable[[Request], parts.File]) -> Handler:
        async def answer(request: Request) -> Response:
            try:
                found = await run_in_threadpool(file, request)
            except ArenaError as error:
                return self._refused(error)
            return Response(found.content, media_type=found.media_type)

        return answer

    async def _static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in STATIC:
            return self._refused(UsageError("There is no such file here."))
        return Response(static_file(name), media_type=STATIC[name])

    async def _episode_events(self, request: Request) -> Response:
        place = _place(request)
        after = after_of(request.headers.get("last-event-id"), request.path_params["after"])
        try:
            stored = await run_in_threadpool(self.runs.open, place.run)
        except ArenaError as error:
            return self._refused(error)

        def row() -> int:
            rows = stored.rows_of(place.episode)
            return rows.events + rows.annotations + rows.outcomes

        def looked() -> News:
            reached = row()
            shown = look(self.runs, stored, place)
            made = episode_sections(self.runs, stored, shown, self.links, place.page)
            return News(reached, {part.name: part.html for part in made}, not shown.is_live)

        async def told() -> Any:
            try:
                async for each in news(row, looked, after):
                    yield each
            except ArenaError:
                return
            finally:
                stored.close()

        return StreamingResponse(told(), media_type="text/event-stream")

    def _refused(self, error: ArenaError) -> Response:
        """Return the page of an error: what happened, in a sentence."""
        status, title, kind = (
            (404, "Not here", "warn")
            if isinstance(error, UsageError)
            else (500, "This cannot be read", "bad")
        )
        page = html(
            "error.html",
            title=title,
            kind=kind,
            sentence=one_line(str(error)),
            crumbs=[Tab("runs", self.links.to()), Tab(title, "", current=True)],
            whose="",
            keys=KEYS,
            links=self.links,
        )
        return HTMLResponse(page, status)


def application(runs: ShownRuns, access: Access) -> Guard:
    """Return the application that shows these runs to whoever `access` lets in."""
    pages = Pages(runs, access)

    async def missing(request: Request, error: Exception) -> Response:
        return pages._refused(UsageError("There is no such page here."))

    app = Starlette(routes=pages.routes(), exception_handlers={404: missing, 405: missing})
    return Guard(app, access)


def _place(request: Request) -> EpisodePlace:
    found = request.path_params
    return EpisodePlace(found["run"], found["episode"], found.get("seat"), found.get("page", 0))
