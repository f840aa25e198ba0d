"""The addresses of runs: their list, each run's page with its events, figures, and what is asked of it."""

from __future__ import annotations

import time
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from arena.core.errors import ArenaError, UsageError
from arena.journal import StoredRun
from arena.steering import state
from arena.view._answering import Handler, PageAnswers
from arena.view._episodes_found import EpisodeSearch
from arena.view._figures_page import Figuring
from arena.view._run_page import AskedOfRun, run_page, run_sections
from arena.view._runs_page import runs_page
from arena.view._steering import act_of, ask_of
from arena.web.access import posted
from arena.web.events import News

_RUN = "/run/{run:int}"


def run_routes(own: PageAnswers) -> list[tuple[str, Handler, list[str]]]:
    """Return the routes of the list of runs and of each run."""
    figuring = Figuring(own.runs)

    def runs(_: Request) -> str:
        return runs_page(own.runs, own.links)

    def page(request: Request) -> str:
        run = request.path_params["run"]
        own.runs.check(run)
        search = EpisodeSearch.of(request.query_params)
        asked = AskedOfRun(search, own.counting.numbers(run), own.access.form_field)
        return run_page(own.runs, run, asked, own.links)

    def figures(request: Request) -> str:
        return figuring.page(request.path_params.get("run"), own.links)

    async def events(request: Request) -> Response:
        return await _events(own, request)

    async def act(request: Request) -> Response:
        return await _act(own, request)

    get, post = ["GET"], ["POST"]
    return [
        ("/", own.page(runs), get),
        ("/compare/", own.page(figures), get),
        (f"{_RUN}/", own.page(page), get),
        (f"{_RUN}/figures/", own.page(figures), get),
        (f"{_RUN}/events/", events, get),
        (f"{_RUN}/act/", act, post),
    ]


async def _events(own: PageAnswers, request: Request) -> Response:
    run = request.path_params["run"]
    search = EpisodeSearch.of(request.query_params)

    def looks(stored: StoredRun) -> tuple[Callable[[], object], Callable[[], News]]:
        started = time.time_ns() // 1_000_000

        def row() -> int:
            numbers = own.counting.numbers(run, patience=0.0)
            return started + stored.version() + (numbers.stamp if numbers else 0)

        def looked() -> News:
            reached, numbers = row(), own.counting.numbers(run, patience=0.0)
            asked = AskedOfRun(search, numbers, own.access.form_field)
            made = run_sections(own.runs, stored, run, asked, own.links)
            parts = {part.name: part.html for part in made}
            ended = state(stored).kind.is_over and numbers is not None and not own.counting.is_busy(run)
            return News(reached, parts, ended)

        return row, looked

    return await own.stream(request, run, looks, 0)


async def _act(own: PageAnswers, request: Request) -> Response:
    """Ask something of a run, as a form on its page says, and show the page again."""
    run = request.path_params["run"]
    fields = await posted(request, own.access)
    if fields is None:
        return own.refused(
            UsageError("This form is not of this page, or too old. Load the page and try again.")
        )
    said = {name: values[-1] for name, values in fields.items()}
    try:
        own.runs.check(run)
    except ArenaError as error:
        return own.refused(error)
    try:
        await run_in_threadpool(ask_of, own.runs.folders[run], act_of(said))
    except ArenaError as error:
        return own.not_asked(error, run)
    return RedirectResponse(own.links.run(run), 303)
