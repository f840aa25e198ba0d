"""Watching a run: whoever watches is shown each step as it is recorded, and nothing else changes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from arena import Scenario
from arena.episode.plan import Plan, Played
from arena.journal import StoredRun
from arena.running.progress import Progress
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.seat.transcript import Event
from protocols import Play


class Notes:
    """A watcher that notes what it is shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, int]] = []
        self.seen: dict[int, list[Event]] = {}

    def begin(self, plan: Plan) -> None:
        self.shown.append(("begin", plan.number))
        self.seen[plan.number] = []

    def events(self, plan: Plan, events: Sequence[Event]) -> None:
        self.shown.append(("events", plan.number))
        self.seen[plan.number] += events

    def end(self, played: Played) -> None:
        self.shown.append(("end", played.plan.number))


def scenario(agent: Agent | str = "random") -> Scenario:
    return Scenario(
        name="watched",
        protocol=Play(game="kuhn"),
        seats={"player_0": agent, "player_1": "random"},
        episodes=3,
        seed=5,
    )


def test_each_event_is_shown_once_between_the_beginning_and_the_end_of_its_episode(tmp_path: Path) -> None:
    notes = Notes()
    asyncio.run(run(scenario(), tmp_path / "run", progress=Progress(watcher=notes)))
    with StoredRun(tmp_path / "run") as stored:
        assert notes.seen == {number: list(stored.episode(number).events) for number in range(3)}
    for number in range(3):
        own = [what for what, of in notes.shown if of == number]
        assert own[0] == "begin"
        assert own[-1] == "end"
        assert set(own[1:-1]) == {"events"}


def test_what_a_seat_has_read_was_shown_before_the_seat_answers(tmp_path: Path) -> None:
    notes = Notes()
    asked: list[bool] = []

    class Reading(Agent):
        name = "reading"

        async def reply(self, request: Request) -> Reply:
            asked.append(bool(request.view) and all(event in notes.seen[0] for event in request.view))
            return Reply("Move: check") if "check" in request.prompt.text else Reply("Move: fold")

    one = scenario(Reading()).model_copy(update={"episodes": 1})
    asyncio.run(run(one, tmp_path / "run", progress=Progress(watcher=notes)))
    assert asked
    assert all(asked)


def test_a_watched_run_has_the_transcripts_of_one_that_nobody_watched(tmp_path: Path) -> None:
    asyncio.run(run(scenario(), tmp_path / "watched", progress=Progress(watcher=Notes())))
    asyncio.run(run(scenario(), tmp_path / "alone"))
    with StoredRun(tmp_path / "watched") as watched, StoredRun(tmp_path / "alone") as alone:
        assert [watched.episode(n).events for n in range(3)] == [alone.episode(n).events for n in range(3)]
