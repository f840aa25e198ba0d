"""What the server answers a person: the page, its events, and what comes from the forms."""

from __future__ import annotations

import asyncio
import traceback

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from arena.core.errors import UsageError
from arena.core.log import log
from arena.people import _desk_page as pages
from arena.people._desk import Desk
from arena.web.access import Access, Guard, posted
from arena.web.drawings import safe_svg
from arena.web.events import News, after_of, news
from arena.web.links import Links
from arena.web.static_files import STATIC, static_file

_LATE = "That question is not open any more, so what you sent was not used. Here is what is asked now."
_LONGEST_NUMBER = 9
_SOON = 0.05
"""How many seconds pass between a form and the page that follows."""


def application(desk: Desk, access: Access) -> Guard:
    """Return the application that shows a desk to whoever has its link."""
    root = access.root
    answers = _DeskAnswers(desk, access)
    return Guard(
        Starlette(
            routes=[
                Route(f"{root}/", answers.page),
                Route(f"{root}/agree/", answers.agree, methods=["POST"]),
                Route(f"{root}/answer/", answers.answer, methods=["POST"]),
                Route(f"{root}/events/{{after:int}}/", answers.events),
                Route(f"{root}/all/", answers.all),
                Route(f"{root}/text/{{which}}/", answers.text),
                Route(f"{root}/drawing/{{number:int}}.svg", answers.drawing),
                Route(f"{root}/picture/{{which}}/{{number:int}}/", answers.picture),
                Route(f"{root}/static/{{name}}", answers.static),
            ],
            exception_handlers={404: answers.missing, 405: answers.missing, Exception: answers.failed},
        ),
        access,
    )


class _DeskAnswers:
    """Answers requests about one desk. Pages are made off the event loop, from the state at that time."""

    def __init__(self, desk: Desk, access: Access) -> None:
        self._desk = desk
        self._access = access
        self._links = Links(access.root)

    async def page(self, _: Request) -> Response:
        """Answer with the page as it is now."""
        return await self._page()

    async def _page(self, notice: str = "", status: int = 200) -> Response:
        state = self._desk.state
        made = await run_in_threadpool(pages.desk_page, state, self._links, self._access.form_field, notice)
        self._desk.was_shown(state.version)
        return HTMLResponse(made, status)

    async def agree(self, request: Request) -> Response:
        """Take the answer to the text of consent."""
        fields = await posted(request, self._access)
        if fields is None:
            return self._refused("This form was sent by no page of ours.")
        self._desk.agree(fields.get("agrees") == ["yes"])
        return await self._page_soon()

    async def answer(self, request: Request) -> Response:
        """Take an answer. What does not fit is said on the page, and a late answer is not used."""
        fields = await posted(request, self._access)
        if fields is None:
            return self._refused(
                "This answer was not taken: it is longer than 4 MiB, or was sent by no page of ours."
            )
        number = fields.pop("question", [""])[-1]
        declines = fields.pop("declines", []) == ["yes"]
        is_number = number.isascii() and number.isdigit() and len(number) <= _LONGEST_NUMBER
        if not is_number or not self._desk.answer(int(number), fields, declines=declines):
            return await self._page(_LATE, 409)
        return await self._page_soon()

    async def _page_soon(self) -> Response:
        """Send the browser to the page. What is asked next is often known at once, and is on it then."""
        await asyncio.sleep(_SOON)
        return RedirectResponse(self._links.to(), 303)

    async def events(self, request: Request) -> Response:
        """Answer with the parts of the page, each time they change."""
        seen = after_of(request.headers.get("last-event-id"), request.path_params["after"])

        loop = asyncio.get_running_loop()

        def look() -> News:
            state = self._desk.state
            parts = pages.desk_parts(state, self._links, self._access.form_field)
            loop.call_soon_threadsafe(self._desk.was_shown, state.version)
            return News(state.version, {part.name: part.html for part in parts}, state.is_over)

        return StreamingResponse(
            news(lambda: self._desk.state.version, look, seen), media_type="text/event-stream"
        )

    async def all(self, _: Request) -> Response:
        """Answer with all that the seat has seen."""
        return HTMLResponse(await run_in_threadpool(pages.all_events_page, self._desk.state, self._links))

    async def text(self, request: Request) -> Response:
        """Answer with all words of one text."""
        which = request.path_params["which"]
        try:
            made = await run_in_threadpool(pages.text_page, self._desk.state, self._links, which)
        except UsageError as error:
            return self._refused(str(error), 404)
        return HTMLResponse(made)

    async def drawing(self, _: Request) -> Response:
        """Answer with the game as the seat sees it now."""
        state = self._desk.state
        drawn = "" if state.consent else await run_in_threadpool(lambda: safe_svg(state.draw()))
        if not drawn:
            return self._refused("There is no drawing here.", 404)
        return Response(drawn, media_type="image/svg+xml")

    async def picture(self, request: Request) -> Response:
        """Answer with a picture that the seat was shown."""
        where = request.path_params
        try:
            found = pages.picture(self._desk.state, where["which"], where["number"])
        except UsageError as error:
            return self._refused(str(error), 404)
        return Response(found.content, media_type=found.media_type)

    async def static(self, request: Request) -> Response:
        """Answer with a file that all pages share."""
        name = request.path_params["name"]
        if name not in STATIC:
            return self._refused("There is no such file here.", 404)
        return Response(static_file(name), media_type=STATIC[name])

    async def missing(self, _: Request, __: Exception) -> Response:
        """Answer that there is no such page."""
        return self._refused("There is no such page here.", 404)

    async def failed(self, _: Request, error: Exception) -> Response:
        """Answer that our own code failed, and log it."""
        log.error("a person's page cannot be made", error=type(error).__name__)
        log.debug("a person's page cannot be made because", traceback=traceback.format_exc())
        return self._refused("This page cannot be made. The run goes on; load the page again.", 500)

    def _refused(self, sentence: str, status: int = 403) -> Response:
        return HTMLResponse(pages.refusal_page(self._links, sentence), status)
