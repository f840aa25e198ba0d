"""The addresses of an episode, and of what one seat can see of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from arena.journal import StoredRun, is_being_written
from arena.running.live_words import watch, written_words
from arena.view import _parts_of_episode as parts
from arena.view._answering import Handler, PageAnswers
from arena.view._episode_answers import EpisodePlace, episode_page, episode_sections, look
from arena.view._rendering import html
from arena.view._runs import ShownRuns
from arena.web.events import News, no_words
from arena.web.links import Links

_EPISODE = "/run/{run:int}/episode/{episode:int}"


def episode_routes(own: PageAnswers) -> list[tuple[str, Handler]]:
    """Return the routes of an episode for its owner, and those of a seat's view of it."""
    return [*_routes(own, ""), *_routes(own, "/as/{seat:int}")]


def _routes(own: PageAnswers, seat: str) -> list[tuple[str, Handler]]:
    base = f"{_EPISODE}{seat}"
    runs, links = own.runs, own.links

    def page(request: Request) -> str:
        return episode_page(runs, _place(request), links)

    def text(request: Request) -> str:
        return parts.text_page(runs, _place(request), request.path_params["at"], links)

    def brief(request: Request) -> str:
        return parts.brief_page(runs, _place(request), request.path_params["of"], links)

    def asked(request: Request) -> str:
        found = request.path_params
        return parts.requests_page(runs, _place(request), found["step"], found["of"], links)

    def drawing(request: Request) -> parts.File:
        return parts.drawing_file(runs, _place(request), request.path_params["at"], request.path_params["of"])

    def picture(request: Request) -> parts.File:
        found = request.path_params
        return parts.picture_file(runs, _place(request), found["at"], found["number"])

    async def events(request: Request) -> Response:
        return await _events(own, request)

    return [
        (f"{base}/", own.page(page)),
        (f"{base}/page/{{page:int}}/", own.page(page)),
        (f"{base}/text/{{at:int}}/", own.page(text)),
        (f"{base}/brief/{{of:int}}/", own.page(brief)),
        (f"{base}/asked/{{step:int}}/{{of:int}}/", own.page(asked)),
        (f"{base}/drawing/{{at:int}}/{{of:int}}.svg", own.file(drawing)),
        (f"{base}/picture/{{at:int}}/{{number:int}}.{{kind}}", own.file(picture)),
        (f"{base}/events/{{page:int}}/{{after:int}}/", events),
    ]


async def _events(own: PageAnswers, request: Request) -> Response:
    place = _place(request)
    own.runs.check(place.run)
    folder = own.runs.folders[place.run]

    def words() -> str:
        if not is_being_written(folder):
            return ""  # A process that was killed leaves words that nobody is writing.
        watch(folder, place.episode)
        written = written_words(folder, place.episode)
        return html("writing.html", written=written) if written else ""

    # Unparsed words may hold what no seat may ever see, so that only the owner's page has them.
    shown = words if place.seat is None else no_words
    looks = partial(episode_looks, own.runs, own.links, place)
    return await own.stream(request, place.run, looks, request.path_params["after"], shown)


def episode_looks(
    runs: ShownRuns, links: Links, place: EpisodePlace, stored: StoredRun
) -> tuple[Callable[[], object], Callable[[], News]]:
    """Return what tells that an episode of an open run has grown, and what looks at the parts of its page."""

    def grown() -> tuple[object, ...]:
        # A call that is answered changes the page when its events have come, too.
        rows = stored.rows_of(place.episode)._replace(calls=0)
        return rows, is_being_written(runs.folders[place.run])

    def looked() -> News:
        shown = look(runs, stored, place)
        made = episode_sections(runs, stored, shown, links, place.page)
        # The heads come last, so that a page that says "completed" has all that was said.
        made.sort(key=lambda part: not part.name.startswith("m"))
        return News(shown.count, {part.name: part.html for part in made}, not shown.is_live)

    return grown, looked


def _place(request: Request) -> EpisodePlace:
    found = request.path_params
    return EpisodePlace(found["run"], found["episode"], found.get("seat"), found.get("page", 0))
