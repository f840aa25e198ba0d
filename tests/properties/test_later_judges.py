"""A judge who comes after an episode reads what a judge in the seat would have read, whoever else sits."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.random import Random
from arena.designs.scenario import Scenario
from arena.episode.plan import Plan
from arena.episode.protocol import Protocol
from arena.journal import StoredEpisode
from arena.judging import judge_run
from arena.judging.rendering import rendered
from arena.running import run
from arena.seat.transcript import Event, EventKind
from arena.tasks.task import PublicTask, Task
from protocols import Debate
from protocols.shared.questions import Readers
from tests.arena.judging.debating import read_by
from tests.properties.settings import SETTINGS
from tests.protocols.asking import SOURCE, TASK, debates
from tests.shared.agents import Watched
from tests.shared.examples import few, some
from tests.shared.playing import play
from tests.shared.protocols import seeds

JUDGE = "judge"
protocol_names = pytest.mark.parametrize("name", SETTINGS)


def stored(protocol: Protocol, task: PublicTask, seed: int, **options: Any) -> StoredEpisode:
    """Play a protocol with random agents, and return the episode as a journal gives it."""
    playing = asyncio.run(play(protocol, Random(), task=task, seed=seed, **options))
    plan = Plan(0, Task(**dict(task)), dict.fromkeys(protocol.seats, "random"), chance=seed)
    return StoredEpisode(0, plan, playing.briefs, tuple(playing.steps), (), None)


def without_own(episode: StoredEpisode) -> StoredEpisode:
    """Return the episode without what the judge told nobody, which another judge has not thought."""
    steps = [
        tuple(event for event in step if event.seat != JUDGE or event.audience - {JUDGE})
        for step in episode.steps
    ]
    return replace(episode, steps=tuple(steps))


def heard_by_all(episode: StoredEpisode) -> list[Event]:
    kinds = EventKind.TOLD, EventKind.SAID
    seats = frozenset(episode.plan.seats)
    return [event for event in episode.events if event.kind in kinds and event.audience >= seats]


@protocol_names
@some
@given(data=st.data(), seed=seeds)
def test_what_a_later_judge_reads_is_the_view_of_the_judges_seat(
    name: str, data: st.DataObject, seed: int
) -> None:
    """Whether somebody sat in it or not. Where a protocol has no such seat, it is what all seats heard."""
    settings = SETTINGS[name]
    protocol = data.draw(settings.protocols)
    task = data.draw(st.sampled_from(settings.tasks))
    episode = stored(protocol, task, seed, **settings.options)
    text = rendered(episode, protocol.players)
    if JUDGE in (*protocol.seats, *protocol.absent) and JUDGE not in protocol.players:
        assert text == rendered(without_own(episode), protocol.players, view=JUDGE)
    else:
        heard = {event.text for event in heard_by_all(episode)}
        others = {event.text for event in episode.events if event.kind is not EventKind.ASKED} - heard
        lines = {f"> {line}" for event in heard for line in event.splitlines()}
        for one in others:
            if one.strip() and len(one) > 20 and not any(one in known for known in heard):
                assert one not in text or f"> {one}" in lines


@few
@given(protocol=debates, seed=seeds, task=st.sampled_from([TASK.public]))
def test_the_text_is_the_same_whether_a_judge_sat_or_not(
    protocol: Debate, seed: int, task: PublicTask
) -> None:
    """The agents' own chance follows the seat and the count, so that they say the same in both."""
    quiet = protocol.model_copy(update={"beliefs": protocol.beliefs.model_copy(update={"holders": ()})})
    both = [
        stored(quiet.model_copy(update={"judged": judged, "interactive": False}), task, seed)
        for judged in (True, False)
    ]
    if all(any(event.kind is EventKind.FAILED for event in one.events) is False for one in both):
        one, other = (rendered(episode, quiet.speakers) for episode in both)
        assert one == other
        assert (SOURCE in one) is (quiet.source is Readers.EVERYONE)


@pytest.mark.parametrize("onlookers", [0, 1])
@pytest.mark.parametrize("source", Readers)
async def test_the_requests_show_the_source_only_to_those_who_may_read_it(
    tmp_path: Path, source: Readers, onlookers: int
) -> None:
    judge = Watched(lambda request: request.form.sample(request.random()), "later")
    protocol = Debate(rounds=1, judged=False, source=source, onlookers=onlookers)
    seats = dict.fromkeys(protocol.seats, "random")
    await run(Scenario(protocol=protocol, seats=seats, tasks=[TASK], seed=5), tmp_path / "run")
    await judge_run(tmp_path / "run", [judge])
    assert judge.sent
    assert all((SOURCE in read_by(sent)) is (source is Readers.EVERYONE) for sent in judge.sent)  # type: ignore[arg-type]


def test_an_old_journal_keeps_the_source_from_the_judge_too() -> None:
    """It says that both debaters heard it, and that they are everyone."""
    both = frozenset(("debater_a", "debater_b"))
    defended = json.dumps({"defended": dict.fromkeys(sorted(both), "the cook")})
    steps = (
        (Event(EventKind.TOLD, None, both, f"The source:\n\n{SOURCE}"),),
        (Event(EventKind.TOLD, None, both, "They defend the cook.", defended),),
        (Event(EventKind.SAID, "debater_a", both, "The cook did."),),
    )
    plan = Plan(0, TASK, dict.fromkeys(sorted(both), "agent"), chance=0)
    episode = StoredEpisode(0, plan, {}, steps, (), None)
    assert SOURCE not in rendered(episode, sorted(both)).replace("\n> ", "\n")
    assert "The cook did." in rendered(episode, sorted(both))
    assert SOURCE in rendered(episode, sorted(both), view="debater_a").replace("\n> ", "\n")
