"""Moments: what was said in a round, and what was believed after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.journal import StoredEpisode, StoredRun
from arena.seat.transcript import EventKind
from arena.view._episode_page import viewed
from arena.view._moments import all_steps, moments, steps_seen_by
from tests.arena.view.runs import debates, kuhn


@pytest.fixture
async def debate(tmp_path: Path) -> StoredEpisode:
    await debates(tmp_path / "debate", 1)
    with StoredRun(tmp_path / "debate") as run:
        return run.episode(0)


class TestTheMomentsOfADebate:
    def test_are_its_rounds(self, debate: StoredEpisode) -> None:
        found = moments(all_steps(debate), tuple(debate.plan.seats), debate.calls, debate.annotations)
        titles = [(one.title, one.first, one.last) for one in found]
        assert titles == [
            ("Before it begins", 0, 3),
            ("Round 1", 4, 6),
            ("Round 2", 7, 9),
            ("Round 3", 10, 12),
            ("Verdict", 13, 17),
        ]

    def test_hold_every_step_once(self, debate: StoredEpisode) -> None:
        found = moments(all_steps(debate), tuple(debate.plan.seats), debate.calls, debate.annotations)
        assert [step for one in found for step in one.steps] == list(range(len(debate.steps)))

    def test_put_words_said_together_beside_each_other(self, debate: StoredEpisode) -> None:
        found = moments(all_steps(debate), tuple(debate.plan.seats), debate.calls, debate.annotations)
        (row,) = found[1].rows
        assert [one.seat for one in row.said] == ["debater_a", "debater_b"]
        assert found[1].together
        assert row.to_all

    def test_keep_beliefs_in_lanes(self, debate: StoredEpisode) -> None:
        found = moments(all_steps(debate), tuple(debate.plan.seats), debate.calls, debate.annotations)
        assert {seat: len(own) for seat, own in found[1].lanes.items()} == {
            "debater_a": 2,
            "debater_b": 2,
            "judge": 1,
        }

    def test_pair_each_question_with_its_call(self, debate: StoredEpisode) -> None:
        shown = viewed(debate, {})
        calls = [
            attempt.call
            for one in shown.moments
            for own in one.lanes.values()
            for each in own
            for attempt in getattr(each, "attempts", ())
        ]
        assert None not in calls
        assert sorted(call[:2] for call in calls if call) == sorted(call[:2] for call in debate.calls)


class TestTheViewOfASeat:
    def test_is_that_of_the_engine_and_its_own_questions(self, debate: StoredEpisode) -> None:
        for seat in debate.plan.seats:
            seen = [one.event for step in steps_seen_by(debate, seat).steps for one in step.events]
            view = set(map(id, debate.transcript().view(seat)))
            assert view <= set(map(id, seen))
            assert all(event.seat == seat for event in seen if id(event) not in view)

    def test_is_counted_without_gaps(self, debate: StoredEpisode) -> None:
        seen = steps_seen_by(debate, "judge")
        assert [step.number for step in seen.steps] == list(range(len(seen.steps)))
        assert [one.place for step in seen.steps for one in step.events] == list(range(len(seen.places)))

    def test_holds_no_words_that_only_others_heard(self, debate: StoredEpisode) -> None:
        hidden = next(event.text for event in debate.events if event.kind is EventKind.TOLD)
        assert "judge" not in debate.events[0].audience
        assert all(
            one.event.text != hidden for step in steps_seen_by(debate, "judge").steps for one in step.events
        )


async def test_each_move_of_a_game_is_a_moment_with_what_is_told_of_it(tmp_path: Path) -> None:
    await kuhn(tmp_path / "kuhn", 1)
    with StoredRun(tmp_path / "kuhn") as run:
        episode = run.episode(0)
    found = viewed(episode, {}).moments
    assert found[0].title == "Before it begins"
    assert [one.title for one in found[1:]] == [f"Turn {turn}" for turn in range(1, len(found))]
    assert all(len(one.rows) == 1 and one.rows[0].told for one in found[1:])
