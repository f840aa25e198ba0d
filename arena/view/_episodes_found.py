"""The list of a run's episodes: what is searched for, which are shown, and where the pages go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from arena.core.text import one_line
from arena.episode.outcome import Ending
from arena.forms import Status
from arena.journal import EpisodeFilter, EpisodeTally, FoundEpisode, StoredRun
from arena.spending.limits import in_dollars
from arena.view._runs import ShownRuns
from arena.web.links import Links
from arena.web.rendering import percent

MOST_EPISODES = 20
"""The most episodes on a page."""
IN_PLAY = "in play"
STATES = ("", IN_PLAY, *(ending.value for ending in Ending))
VERDICTS = ("", "right", "wrong", "undecided")
ASKED_AGAIN = ("", *(status.value for status in Status if status.is_the_agents_doing), "timed out", "error")
_LONGEST_WORDS = 200
_LOOKS = {"completed": "done", IN_PLAY: "live", "failed": "failed", "forfeited": "failed", "truncated": "cut"}


@dataclass(frozen=True, slots=True)
class EpisodeSearch:
    """What is searched for, from which episode on (None for the first page), and the `most` on a page."""

    words: str = ""
    agent: str = ""
    condition: str = ""
    why: str = ""
    fork_of: int | None = None
    state: str = ""
    verdict: str = ""
    asked_again: str = ""
    oldest_first: bool = False
    start: int | None = None
    most: int = MOST_EPISODES

    @classmethod
    def of(cls, given: Mapping[str, str]) -> EpisodeSearch:
        """Return the search that the fields of a form describe. What is not known counts as empty."""

        def words(field: str) -> str:
            return given.get(field, "").strip()[:_LONGEST_WORDS]

        return cls(
            words=words("q"),
            agent=words("agent"),
            condition=words("condition"),
            why=words("why"),
            fork_of=_number(given.get("fork", "")),
            state=_known(given.get("state", ""), STATES),
            verdict=_known(given.get("verdict", ""), VERDICTS),
            asked_again=_known(given.get("again", ""), ASKED_AGAIN),
            oldest_first=given.get("order") == "oldest",
            start=_number(given.get("start", "")),
        )

    @property
    def is_empty(self) -> bool:
        """Whether all episodes are wanted."""
        return self.filter() in (EpisodeFilter(), EpisodeFilter(oldest_first=True))

    def query(self) -> str:
        """Return the end of an address that asks for it."""
        named = {
            "q": self.words,
            "agent": self.agent,
            "condition": self.condition,
            "why": self.why,
            "fork": "" if self.fork_of is None else str(self.fork_of),
            "state": self.state,
            "verdict": self.verdict,
            "again": self.asked_again,
            "order": "oldest" if self.oldest_first else "",
            "start": "" if self.start is None else str(self.start),
        }
        said = urlencode({name: value for name, value in named.items() if value})
        return f"?{said}" if said else ""

    def filter(self) -> EpisodeFilter:
        """Return what the journal is asked for."""
        return EpisodeFilter(
            words=self.words,
            agent=self.agent,
            condition=self.condition,
            why=self.why,
            fork_of=self.fork_of,
            state=self.state,
            verdict=self.verdict,
            asked_again=self.asked_again,
            oldest_first=self.oldest_first,
        )


_MOST_RETURNS = 4
"""Of how many seats a line tells the returns, the highest first."""


class EpisodeLine(NamedTuple):
    """An episode in the list, in words."""

    number: int
    address: str
    task: str
    look: str
    state: str
    verdict: str
    judged: str
    again: str
    turns: str
    cost: str


class FoundPage(NamedTuple):
    """A page of the list. `after` and `before` are addresses of others, or empty.

    `caption` says how many are shown of how many, and `more` that the search stopped before it was through.
    """

    lines: Sequence[EpisodeLine]
    caption: str
    more: str
    after: str
    before: str
    clear: str


def found_page(
    runs: ShownRuns,
    stored: StoredRun,
    run: int,
    search: EpisodeSearch,
    tally: EpisodeTally,
    links: Links,
) -> FoundPage:
    """Return a page of the list of episodes."""
    found = stored.find_episodes(search.filter(), search.start, search.most)
    own = links.run(run)
    after = before = more = ""
    if not links.flat:
        if found.next is not None:
            after = own + replace(search, start=found.next).query()
        if search.start is not None:
            before = own + replace(search, start=_earlier(stored, search)).query()
        if not found.is_full:
            more = f"The search has come to episode {found.next:,}. It goes on with the next page."
    lines = [_line(one, links.episode(run, one.number), _choice(runs, stored, one)) for one in found.episodes]
    begun = tally.ended + tally.open
    shown = f"{len(lines):,} shown of {begun:,} begun"
    return FoundPage(lines, shown, more, after, before, own)


def _earlier(stored: StoredRun, search: EpisodeSearch) -> int | None:
    """Return where the page before begins, or None if it is the first one."""
    turned = replace(search, oldest_first=not search.oldest_first)
    assert search.start is not None
    step = -1 if search.oldest_first else 1
    back = stored.find_episodes(turned.filter(), search.start + step, search.most)
    is_full = len(back.episodes) == search.most
    return back.episodes[-1].number if is_full and back.next is not None else None


def _choice(runs: ShownRuns, stored: StoredRun, one: FoundEpisode) -> str:
    return runs.text(stored, one.number, one.choice) if one.choice else ""


def _line(one: FoundEpisode, address: str, choice: str) -> EpisodeLine:
    judged = {1.0: "right", 0.0: "wrong"}.get(-1.0 if one.correct is None else one.correct, "")
    verdict = "-"
    if one.decided:
        sure = f" {percent(one.confidence)}" if one.confidence is not None else ""
        verdict = f"{one_line(choice, 60)}{sure}" if one.choice is not None else "undecided"
    elif one.state == IN_PLAY:
        verdict = "not yet"
    elif one.returns:
        shown = sorted(one.returns.items(), key=lambda seat: -seat[1])[:_MOST_RETURNS]
        rest = ", ..." if len(one.returns) > _MOST_RETURNS else ""
        verdict = ", ".join(f"{one_line(seat, 30)} {amount:+.3g}" for seat, amount in shown) + rest
    again = ", ".join(
        f"{status} {count}" if count > 1 else status for status, count in one.asked_again.items()
    )
    turns = f"{one.turns:,}" if one.turns is not None else f"{one.calls:,}"
    task = ". ".join(filter(None, (one.condition, one.task)))
    return EpisodeLine(
        one.number,
        address,
        task,
        _LOOKS.get(one.state, "cut"),
        one.state,
        verdict,
        judged,
        again or "-",
        turns,
        "-" if one.cost is None else in_dollars(one.cost),
    )


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


def _known(given: str, among: Sequence[str]) -> str:
    return given if given in among else ""
