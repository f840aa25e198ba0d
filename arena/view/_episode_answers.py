"""What the server answers about one episode: its page, its parts, and the exact requests of its turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arena.core.errors import UsageError
from arena.core.text import one_line
from arena.journal import StoredEpisode, StoredRun
from arena.results.usage import spending
from arena.spending.limits import in_dollars
from arena.steering import is_being_written
from arena.view._episode_page import MOMENTS, LiveSection, Viewed, sections, viewed
from arena.view._keys import KEYS
from arena.view._moments import Exchange
from arena.view._rendering import html
from arena.view._runs import ShownRuns
from arena.view._verdicts import decision, later
from arena.web.links import Links, Tab

_LONGEST_HEADING = 240


@dataclass(frozen=True, slots=True)
class EpisodePlace:
    """Which page of an episode: its run, its number, the number of a seat or None, and the page from 1.

    Page 0 is the one that is shown first: that of the last moment while the episode is played.
    """

    run: int
    episode: int
    seat: int | None = None
    page: int = 0


def look(runs: ShownRuns, stored: StoredRun, place: EpisodePlace) -> Viewed:
    """Return what may be shown of an episode.

    Raises:
        UsageError: if there is no such episode or seat.
        JournalDamaged: if it is not what was written.
    """
    episode = runs.read(stored, place.episode)
    seats = tuple(episode.plan.seats)
    if place.seat is not None and not 0 <= place.seat < len(seats):
        raise UsageError(f"Episode {place.episode} has no seat {place.seat}.")
    seat = "" if place.seat is None else seats[place.seat]
    return viewed(episode, stored.header()["config"], place.run, seat)


def episode_sections(
    runs: ShownRuns, stored: StoredRun, shown: Viewed, links: Links, page: int
) -> list[LiveSection]:
    """Return the parts of a page that change while the episode is played."""
    return list(sections(shown, links, page, _values(runs, stored, shown, links)))


def episode_page(runs: ShownRuns, place: EpisodePlace, links: Links) -> str:
    """Return the page of an episode, or of a seat's view of it.

    Raises:
        UsageError: if there is no such episode, seat or page.
        JournalDamaged: if the episode is not what was written.
    """
    with runs.open(place.run) as stored:
        shown = look(runs, stored, place)
        page = place.page or (shown.pages if shown.is_live else 1)
        if not 1 <= page <= shown.pages:
            raise UsageError(
                f"Episode {place.episode} has {shown.pages} pages of {MOMENTS} moments, and no page {page}."
            )
        parts = episode_sections(runs, stored, shown, links, page)
    number, seat = place.episode, place.seat
    live = ""
    if shown.is_live and page == shown.pages and not links.flat:
        live = links.within(place.run, number, seat, "events", page, shown.count)
    return html(
        "episode.html",
        title=f"Episode {number}",
        crumbs=[
            Tab("runs", links.to()),
            Tab(runs.names[place.run], links.run(place.run)),
            Tab(f"episode {number}", "", current=True),
        ],
        whose=f"what {shown.seat} can see" if shown.seat else "owner's page: shows everything",
        live=live,
        keys=KEYS,
        links=links,
        shown=shown,
        page=page,
        parts=parts,
        pager={
            "before": links.episode(place.run, number, seat, max(1, page - 1)),
            "after": links.episode(place.run, number, seat, page + 1),
        },
    )


def _values(runs: ShownRuns, stored: StoredRun, shown: Viewed, links: Links) -> Mapping[str, Any]:
    """Return the values of the templates of a page's head, verdict and tools."""
    episode, run = shown.episode, shown.run
    is_owner = not shown.seat
    forks = runs.forks_of(run, episode.number) if is_owner else []
    last = max(1, len(shown.steps) - 1)
    asked_again = {
        exchange.step
        for moment in shown.moments
        for own in moment.lanes.values()
        for exchange in own
        if isinstance(exchange, Exchange) and any(attempt.failed for attempt in exchange.attempts)
    }
    pins = [("asked", round(99 * step / last, 1)) for step in sorted(asked_again)]
    pins += [("fork", round(99 * fork.step / last, 1)) for fork in forks]
    forked: dict[int, list[Tab]] = {}
    for number, fork in enumerate(forks, 1):
        forked.setdefault(fork.step, []).append(
            Tab(_fork_name(number, fork.decided), links.episode(fork.run, fork.episode))
        )
    pages = range(1, shown.pages + 1)
    starts = [
        (shown.moments[(page - 1) * MOMENTS].first, links.episode(run, episode.number, shown.number, page))
        for page in pages
        if shown.moments
    ]
    return {
        "heading": _heading(episode, runs.names[run]),
        "summary": _summary(stored, shown, runs.names[run]),
        "states": _states(runs, run, shown, len(forks)),
        "decided": decision(episode, shown.cited) if is_owner else None,
        "later": later(runs.verdicts(stored, episode.number)) if is_owner else [],
        "seat_tabs": _seat_tabs(shown, links),
        "fork_tabs": _fork_tabs(runs, stored, shown, links) if is_owner else [],
        "forked": forked,
        "pins": pins,
        "page_starts": starts,
        "first_page": links.episode(run, episode.number, shown.number, 1),
    }


def _heading(episode: StoredEpisode, name: str) -> str:
    text = episode.plan.task.text or f"{name}, episode {episode.number}"
    return one_line(text, _LONGEST_HEADING) if len(text) > _LONGEST_HEADING else text


def _summary(stored: StoredRun, shown: Viewed, name: str) -> str:
    episode = shown.episode
    if shown.seat:
        return f"Episode {episode.number} of {name}, as {shown.seat} sees it"
    took = spending(stored, episode.number).total
    cost = "" if took.nothing_is_priced or not took.calls else in_dollars(took.dollars)
    tokens = took.prompt_tokens + took.completion_tokens
    parts = [
        f"Episode {episode.number} of {name}",
        f"{len(episode.calls):,} calls",
        f"{tokens:,} tokens" if tokens else "",
        cost,
        episode.plan.condition,
    ]
    return ", ".join(filter(None, parts))


def _states(runs: ShownRuns, run: int, shown: Viewed, forks: int) -> list[tuple[str, str]]:
    """Return the pills beside the heading: a kind, and words."""
    played = shown.episode.played
    if played is not None:
        kind = "done" if played.outcome.ending == "completed" else "failed"
        states = [(kind, played.outcome.ending.value)] if not shown.seat else [("done", "ended")]
    elif not is_being_written(runs.folders[run]):
        states = [("paused", "stopped before its end; resume goes on with it")]
    else:
        states = [("live", "in play")]
    if forks:
        states.append(("forked", f"forked {'once' if forks == 1 else f'{forks} times'}"))
    return states


def _seat_tabs(shown: Viewed, links: Links) -> list[Tab]:
    run, number = shown.run, shown.episode.number
    tabs = [Tab("Everything", links.episode(run, number), not shown.seat)]
    return tabs + [
        Tab(seat, links.episode(run, number, place), seat == shown.seat)
        for place, seat in enumerate(shown.seats)
    ]


def _fork_tabs(runs: ShownRuns, stored: StoredRun, shown: Viewed, links: Links) -> list[Tab]:
    """Return the episode as it was played and its forks, as tabs."""
    own = shown.run, shown.episode.number
    original = runs.original_of(shown.run, stored, shown.episode.number) or own
    tabs = [Tab("as played", links.episode(*original), original == own)]
    return tabs + [
        Tab(
            _fork_name(number, fork.decided),
            links.episode(fork.run, fork.episode),
            (fork.run, fork.episode) == own,
        )
        for number, fork in enumerate(runs.forks_of(*original), 1)
    ]


def _fork_name(number: int, decided: str) -> str:
    return f"fork {number}: {one_line(decided, 60)}" if decided else f"fork {number}"
