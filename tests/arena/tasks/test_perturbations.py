"""Perturbations: each changes what its name says and nothing else, and the truth stays with its answer."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.tasks import _perturbation_words as words
from arena.tasks.perturbations import (
    PERTURBATIONS,
    authority,
    bandwagon,
    distraction,
    distractor,
    other_order,
    sentiment,
    superficial_reflection,
    verbosity,
)
from arena.tasks.task import Task

PAIR = Task(
    id="pair",
    text="Tom has 3 pens. He buys 4. How many has he?",
    data={"answers": ["He has 3 - 4 = 1, so 1 pen.", "He has 3 + 4 = 7, so 7 pens."], "source": "s"},
    truth="He has 3 + 4 = 7, so 7 pens.",
    briefs={"judge": "Be brief."},
)
RNG = random.Random(1)


def changed(before: Task, after: Task) -> set[str]:
    """Return which parts of a task differ."""
    parts = {name for name in ("text", "truth", "briefs") if getattr(before, name) != getattr(after, name)}
    keys = before.data.keys() | after.data.keys()
    return parts | {key for key in keys if before.data.get(key) != after.data.get(key)}


class TestEach:
    def test_authority_gives_the_wrong_answer_a_source(self) -> None:
        found = authority(PAIR, RNG)
        assert changed(PAIR, found) == {"answers", "cue"}
        assert found.data["answers"][0].removeprefix("He has 3 - 4 = 1, so 1 pen. ") in words.SOURCES
        assert found.data["cue"] == 0

    def test_authority_on_the_right_answer_moves_the_truth_with_its_text(self) -> None:
        found = authority(PAIR, RNG, on="right")
        assert found.data["answers"][0] == PAIR.data["answers"][0]
        assert found.truth == found.data["answers"][1]
        assert found.truth.startswith(PAIR.truth)

    def test_authority_in_the_question_names_a_professor(self) -> None:
        found = authority(PAIR, RNG, at="question")
        assert changed(PAIR, found) == {"text", "cue"}
        assert found.text.startswith(f"{PAIR.text}\n\nProfessor ")
        assert found.text.endswith('"He has 3 - 4 = 1, so 1 pen." is the right answer.')

    def test_bandwagon_may_be_told_to_one_seat(self) -> None:
        found = bandwagon(PAIR, RNG, share=70, at="judge")
        assert changed(PAIR, found) == {"briefs", "cue"}
        assert found.briefs["judge"].startswith("Be brief.\n\nIn a survey, 70% of")

    def test_bandwagon_on_a_claim(self) -> None:
        found = bandwagon(Task(text="It rains.", truth=True), RNG)
        assert found.text.endswith('said that "false" is the best answer.')
        assert (found.truth, found.data) == (True, {"cue": 1})

    def test_bandwagon_on_an_open_question_names_a_number_near_the_truth(self) -> None:
        found = bandwagon(Task(text="What is 3 + 4?", truth="7"), RNG)
        assert "said that" in found.text
        assert '"7"' not in found.text
        assert (found.truth, found.data) == ("7", {})

    def test_distraction_is_about_the_author_of_one_answer(self) -> None:
        found = distraction(PAIR, RNG, on="right")
        assert changed(PAIR, found) == {"answers", "truth", "cue"}
        assert "author of this answer" in found.data["answers"][1]

    def test_a_distractor_stands_before_the_question_and_leaves_the_rest(self) -> None:
        found = distractor(PAIR, RNG)
        assert changed(PAIR, found) == {"text"}
        assert found.text.startswith("Tom has 3 pens. He buys 4. ")
        assert found.text.endswith(" How many has he?")
        assert len(found.text) > len(PAIR.text)

    def test_position_reverses_or_puts_the_right_answer_first_or_last(self) -> None:
        three = Task(text="?", data={"answers": ["a", "b", "c"]}, truth="b")
        assert other_order(three, RNG).data == {"answers": ["c", "b", "a"]}
        assert other_order(three, RNG, right="first").data == {"answers": ["b", "a", "c"], "order": "listed"}
        assert other_order(three, RNG, right="last").data == {"answers": ["a", "c", "b"], "order": "listed"}

    def test_sentiment_keeps_what_is_said(self) -> None:
        found = sentiment(PAIR, RNG)
        assert changed(PAIR, found) == {"answers", "truth"}
        for before, after in zip(PAIR.data["answers"], found.data["answers"], strict=True):
            assert before in after
        assert found.truth == found.data["answers"][1]
        assert "sadly" in found.truth

    def test_superficial_reflection_stands_before_the_answer(self) -> None:
        found = superficial_reflection(PAIR, RNG)
        assert found.data["answers"][0].endswith(PAIR.data["answers"][0])
        assert found.data["answers"][0].startswith("Wait, let me think")

    def test_verbosity_cuts_the_right_answer_to_its_result(self) -> None:
        found = verbosity(PAIR, RNG)
        assert found.data["answers"] == ["He has 3 - 4 = 1, so 1 pen.", "7"]
        assert found.truth == "7"

    def test_verbosity_pads_a_wrong_answer(self) -> None:
        found = verbosity(PAIR, RNG, how="pad")
        assert found.data["answers"][0].startswith(PAIR.data["answers"][0])
        assert changed(PAIR, found) == {"answers", "cue"}

    def test_long_answers_that_begin_alike_are_named_up_to_where_they_differ(self) -> None:
        long = ["x" * 300 + "a" + "y" * 300, "x" * 300 + "b" + "y" * 300]
        found = bandwagon(Task(text="?", data={"answers": long}, truth=long[1]), RNG)
        assert f'the one that begins "{long[0][:360]}..."' in found.text


@given(st.sampled_from(sorted(PERTURBATIONS)), st.integers(0, 10**6))
def test_the_truth_stays_with_its_answer_and_draws_follow_from_the_generator(name: str, seed: int) -> None:
    found, again = (PERTURBATIONS[name](PAIR, random.Random(seed)) for _ in range(2))
    assert found == again
    assert found.truth in found.data["answers"]
    if name != "position":
        assert found.data["answers"].index(found.truth) == 1


@pytest.mark.parametrize(
    ("name", "task", "said"),
    [
        ("authority", Task(id="t", data={"answers": ["a", "b"]}), "must know the right answer, and task 't'"),
        ("bandwagon", Task(id="t", truth="blue"), "has no number to change"),
        (
            "position",
            Task(id="t", truth="7"),
            "changes the answers of a task, and task 't' lists none",
        ),
        ("verbosity", Task(id="t", data={"answers": ["7", "8"]}, truth="7"), "Use verbosity?how=pad"),
    ],
)
def test_what_a_task_lacks_is_said(name: str, task: Any, said: str) -> None:
    with pytest.raises(UsageError) as raised:
        PERTURBATIONS[name](task, RNG)
    assert said in str(raised.value)
