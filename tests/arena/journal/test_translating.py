"""What old details are translated into is what the protocols write today for the same episode."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from arena.annotations import AnnotationRow
from arena.designs.coached import Coached
from arena.episode import Protocol, annotation_rows
from arena.journal._old_episodes import OldEpisode, OldQuestion
from arena.journal._translating import TRANSLATIONS, annotations_of_details
from arena.seat.transcript import EventKind
from arena.tasks import sums
from arena.tasks.task import PublicTask, Task
from protocols import AnswerMatch, Bargain, FirstError, Revise, SneakyCritic
from tests.protocols.haggling import BUNDLE, LAMP, bargains
from tests.protocols.test_revise import revising
from tests.protocols.test_sneaky_critic import STEPS
from tests.shared.agents import Erratic
from tests.shared.examples import fewest
from tests.shared.playing import Playing, play
from tests.shared.protocols import seeds

pytestmark = pytest.mark.slow

EGGS = PublicTask(id="eggs", text="How many dollars?", data={"steps": STEPS})
WORDS = Task(text="Who?", data={"answers": ["ann", "bob", "cy"]}, truth="bob")


def old_episode(playing: Playing, settings: Mapping[str, Any]) -> OldEpisode:
    """Return an episode as a journal without annotations holds it."""
    replies = {(call.step, call.seat): call for call in playing.calls}
    questions: dict[tuple[int, str], OldQuestion] = {}
    for step, events in enumerate(playing.steps):
        for event in events:
            if event.kind is EventKind.ASKED and event.seat and (step, event.seat) not in questions:
                call = replies[step, event.seat]
                questions[step, event.seat] = OldQuestion(
                    seat=event.seat,
                    step=step,
                    fields=event.data or {},
                    status=call.status.value,
                    reason=call.reason,
                    parsed=None if call.parsed is None else from_json(call.parsed),
                )
    return OldEpisode(
        details=from_json(to_json(playing.outcome.details)),
        returns=playing.outcome.returns,
        questions=tuple(questions.values()),
        task=playing.episode.task.data,
        settings=settings,
    )


async def both(
    protocol: Protocol,
    task: PublicTask,
    truth: Any,
    seed: int,
    settings: Mapping[str, Any] | None = None,
) -> tuple[list[AnnotationRow], list[AnnotationRow]]:
    """Play an episode; return the rows that were written, and those that its details are translated into."""
    failing = seed % 3 / 10
    playing = await play(protocol, Erratic(failing), task=task, truth=truth, seed=seed)
    known = from_json(protocol.model_dump_json()) if settings is None else settings
    found = annotations_of_details(old_episode(playing, known))
    return playing.memory.found.get(0, []), annotation_rows(0, truth, protocol.seats, found)


@fewest
@given(revising(), seeds, st.booleans())
def test_revisions(protocol: Revise, seed: int, are_known: bool) -> None:
    settings: dict[str, Any] | None = None if are_known else {}
    written, translated = asyncio.run(both(protocol, sums(1)[0].public, "3", seed, settings))
    if not are_known:  # Feedback that failed does not say what it would have been.
        written = [row for row in written if row.name != "feedback" or row.status == "ok"]
        translated = [row for row in translated if row.name != "feedback" or row.status == "ok"]
    assert [row[3:] for row in translated] == [row[3:] for row in written]


@fewest
@given(seeds)
def test_revisions_of_listed_answers_and_of_words(seed: int) -> None:
    protocol = Revise(turns=3, samples=2, comparison=AnswerMatch.CASEFOLD)
    written, translated = asyncio.run(both(protocol, WORDS.public, WORDS.truth, seed))
    assert translated == written
    assert {row.method for row in written if row.status == "ok"} <= {"exact", ""}


@fewest
@given(seeds, st.integers(0, 3), st.booleans())
def test_games_of_a_generator_and_a_critic(seed: int, rollouts: int, arithmetic: bool) -> None:
    protocol = SneakyCritic(any_step=True, rollouts=rollouts, arithmetic=arithmetic or not rollouts)
    written, translated = asyncio.run(both(protocol, EGGS, "3", seed))
    assert translated == written


@fewest
@given(seeds, st.booleans())
def test_first_errors(seed: int, stop: bool) -> None:
    written, translated = asyncio.run(both(FirstError(stop=stop), EGGS, 1, seed))
    assert translated == written
    assert written


@fewest
@given(bargains, seeds, st.booleans())
def test_talks_and_advice(protocol: Bargain, seed: int, is_coached: bool) -> None:
    task = (BUNDLE if protocol.bundle else LAMP).public
    held: Protocol = Coached(protocol=protocol, improving="buyer") if is_coached else protocol
    settings = {"improving": "buyer"} if is_coached else {}
    written, translated = asyncio.run(both(held, task, None, seed, settings))
    assert translated == written
    assert written


def test_a_solver_too_weak_to_tell_is_no_longer_the_generators_fault() -> None:
    """Of the original step 2 of 4 succeeded, and of the altered step none: it was called invalid."""
    rollouts = {
        name: {"succeeded": n, "unusable": 0, "of": 4} for name, n in (("original", 2), ("altered", 0))
    }
    detection = {"told": "alter", "valid": False, "validated_by": "rollouts", "rollouts": rollouts}
    alteration = OldQuestion(
        seat="generator", step=1, fields={"asks": "alter"}, parsed={"error_type": "operator"}
    )
    old = OldEpisode(details={"detection": detection}, returns={"generator": -1.0}, questions=(alteration,))
    found = {one.name: one for one in annotations_of_details(old)}
    assert set(found) == {"error_type", "valid"}
    assert found["valid"].status == "unknown"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(TRANSLATIONS)), anything, anything)
def test_details_of_another_shape_are_left_out(key: str, value: Any, fields: Any) -> None:
    question = OldQuestion(seat="critic", step=0, fields=fields if isinstance(fields, dict) else {})
    for questions in ((), (question,)):
        annotations_of_details(OldEpisode(details={key: value}, questions=questions))


@pytest.mark.parametrize("key", sorted(TRANSLATIONS))
def test_no_details_say_nothing(key: str) -> None:
    assert annotations_of_details(OldEpisode(details={f"{key}s": {}})) == []
