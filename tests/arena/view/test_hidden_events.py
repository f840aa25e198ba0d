"""A seat's page tells nothing of hidden events: not by what it shows, nor by its addresses or counts."""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from arena.annotations import Belief, row_of
from arena.core.errors import UsageError
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.episode.record import Call
from arena.forms import Status
from arena.journal import Journal, recording
from arena.seat.agent import Reply
from arena.seat.transcript import NOBODY, Event, EventKind
from arena.tasks.task import Task
from arena.view._episode_answers import EpisodePlace, episode_page
from arena.view._episode_routes import episode_looks
from arena.view._parts_of_episode import picture_file, text_page
from arena.view._runs import ShownRuns
from arena.web.events import PageNews, no_words
from arena.web.links import Links
from arena.web.words import LONGEST
from tests.arena.pictures.made import picture

ALL, OWN, OTHERS = frozenset(("ann", "bob", "cy")), frozenset(("ann",)), frozenset(("bob", "cy"))
LONG = "A long speech. " * (LONGEST // 10)
LINKS = Links("/secret")
PLACE = EpisodePlace(0, 0, 0)


class Step(NamedTuple):
    """The events of a step, and the beliefs that were said in it, by seat."""

    events: tuple[Event, ...]
    beliefs: Mapping[str, float] = {}


def asked(seat: str, reply: str, audience: frozenset[str], heard: frozenset[str]) -> tuple[Event, ...]:
    return (
        Event(EventKind.ASKED, seat, audience, f"{seat}, what do you say?"),
        Event(EventKind.SAID, seat, heard, reply),
    )


def told(audience: frozenset[str], text: str = "News.", pictured: bool = False) -> Event:
    return Event(EventKind.TOLD, None, audience, text, pictures=(picture(),) if pictured else ())


SEEN = [
    Step((told(OWN, LONG),)),
    Step((told(ALL), told(ALL, "See this.", pictured=True))),
    Step(asked("ann", LONG, OWN, ALL)),
    Step((Event(EventKind.SAID, "bob", ALL, "Bob speaks."), *asked("ann", "Ann speaks.", OWN, ALL))),
    Step((Event(EventKind.SAID, "bob", frozenset(("ann", "bob")), LONG),)),
    Step(asked("ann", "Probability: 30", NOBODY, NOBODY), {"ann": 0.3}),
]
UNSEEN = [
    Step((told(OTHERS, "Psst: the source."),)),
    Step((told(OTHERS, LONG, pictured=True), told(NOBODY))),
    Step(asked("bob", "Bob thinks.", frozenset(("bob",)), NOBODY)),
    Step(asked("cy", "Probability: 80", NOBODY, NOBODY), {"cy": 0.8}),
    Step(asked("cy", "To Bob alone.", frozenset(("cy",)), OTHERS)),
]
seen = st.lists(st.sampled_from(SEEN), min_size=3, max_size=5)
unseen = st.lists(st.sampled_from(UNSEEN), max_size=3)


class Hidden(NamedTuple):
    """What only others see: steps before a step that is seen, and events in its midst, by their place."""

    before: list[Step]
    within: list[Step]
    at: int


hidden = st.lists(st.builds(Hidden, unseen, unseen, st.integers(0, 9)), min_size=6, max_size=6)


class Written:
    """An episode that is being written, and what a browser with the page of ann is told of it."""

    def __init__(self, journal: Journal, folder: Path, agent: str) -> None:
        self._journal = journal
        self._steps = self._position = self._found = 0
        self._calls = Counter[str]()
        seats = {"ann": "ann-1", "bob": agent, "cy": agent}
        self._plan = Plan(0, Task(id="q", text="Who did it?", truth=agent), seats, chance=len(agent))
        self._runs = ShownRuns([folder])
        journal.begin(self._plan, {"ann": "Speak.", "bob": agent, "cy": agent})

    def step(self, step: Step) -> None:
        for event in step.events:
            if event.kind is EventKind.ASKED and event.seat is not None:
                self._journal.call(0, call(event.seat, self._calls[event.seat], self._steps))
                self._calls[event.seat] += 1
        self._journal.events(0, self._steps, self._position, step.events)
        rows = [
            row_of(
                Belief("right", value, author=seat, said=self._steps, number=self._found + at, came_true=1.0)
            )
            for at, (seat, value) in enumerate(step.beliefs.items())
        ]
        self._journal.annotations(0, self._steps, rows)
        self._found += len(rows)
        self._position += len(step.events)
        self._steps += 1

    async def page(self) -> str:
        """Return the page of ann as it is."""
        await self._journal.flush()
        return episode_page(self._runs, PLACE, LINKS)

    def parts(self, page: str) -> list[tuple[str, bytes] | None]:
        """Return what addresses of a page lead to, and that there is nothing at others."""
        found = [self._part(at) for at in range(20)]
        assert all(found[int(at)] is not None for at in re.findall(r"(?:text|picture)/(\d+)/", page))
        return found

    def _part(self, at: int) -> tuple[str, bytes] | None:
        try:
            words = text_page(self._runs, PLACE, at, LINKS)
        except UsageError:
            return None
        try:
            return words, picture_file(self._runs, PLACE, at, 0).content
        except UsageError:
            return words, b""


def call(seat: str, count: int, step: int) -> Call:
    return Call(seat, count, step, f"{step:032x}", 1, Status.OK, "", None, 0.1, Reply("Said."))


async def watched(folder: Path, steps: Sequence[Step], others: Sequence[Hidden], agent: str) -> list[object]:
    """Play an episode step by step, and return what the page of ann shows and what its stream tells."""
    found: list[object] = []
    config: dict[str, Any] = {"kind": "scenario", "seats": {}, "protocol": {"class": "a:B"}}
    async with recording(folder, {"config": config, "version": "0", "source": None}) as journal:
        written = Written(journal, folder, agent)
        found.append(await written.page())
        runs = ShownRuns([folder])
        with runs.open(0) as stored:
            page = PageNews(*episode_looks(runs, LINKS, EpisodePlace(0, 0, 0, 1), stored), no_words, 0)
            found += page.fresh()
            for step, unseen in zip(steps, others, strict=False):
                for one in unseen.before:
                    written.step(one)
                await journal.flush()
                found += page.fresh()
                inner = [event for one in unseen.within for event in one.events]
                beliefs = {seat: value for one in unseen.within for seat, value in one.beliefs.items()}
                at = unseen.at % (len(step.events) + 1)
                events = (*step.events[:at], *inner, *step.events[at:])
                written.step(Step(events, {**beliefs, **step.beliefs}))
                found.append(await written.page())
                found += page.fresh()
            ending = Outcome.completed({"bob": float(len(agent))})
            journal.end(Played(written._plan, ending, written._steps, 0.1))
            found.append(await written.page())
            found += page.fresh()
            found += written.parts(episode_page(runs, PLACE, LINKS))
    return found


@settings(max_examples=3, deadline=None, phases=[Phase.generate])
@given(seen, hidden, hidden)
def test_journals_that_differ_in_what_a_seat_cannot_see_give_it_the_same_bytes(
    steps: list[Step], some: list[Hidden], others: list[Hidden]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        first = asyncio.run(watched(Path(folder) / "a" / "run", steps, some, "b1"))
        second = asyncio.run(watched(Path(folder) / "b" / "run", steps, others, "another"))
    assert first == second
