"""When answers are the same, and what can be learnt of the truth: whether an answer is right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.tasks.grading import AnswerMatch, Grader
from arena.tasks.task import Task
from tests.properties.test_truth import TRUTH, holds_truth
from tests.shared.agents import Watched
from tests.shared.examples import some
from tests.shared.protocols import OneShot


class TestComparison:
    @pytest.mark.parametrize(
        ("comparison", "one", "other", "same"),
        [
            (AnswerMatch.EXACT, "Paris", "Paris", True),
            (AnswerMatch.EXACT, "Paris", "paris", False),
            (AnswerMatch.CASEFOLD, "Paris", "'PARIS'.", True),
            (AnswerMatch.CASEFOLD, "New  York", "new york", True),
            (AnswerMatch.CASEFOLD, "Straße", "STRASSE", True),
            (AnswerMatch.CASEFOLD, "18", "18.0", False),
            (AnswerMatch.NUMBER, "18", "18.0", True),
            (AnswerMatch.NUMBER, "$1,234.50", "1234.5", True),
            (AnswerMatch.NUMBER, "-$5", "−5.00", True),
            (AnswerMatch.NUMBER, ".5", "0.50", True),
            (AnswerMatch.NUMBER, "50%", "50", False),
            (AnswerMatch.NUMBER, "5", "-5", False),
            (AnswerMatch.NUMBER, "1" + "0" * 40, "1" + "0" * 39 + "1", False),
        ],
    )
    def test_what_is_the_same(self, comparison: AnswerMatch, one: str, other: str, same: bool) -> None:
        keys = comparison.key(one), comparison.key(other)
        assert None not in keys
        assert (keys[0] == keys[1]) is same

    @pytest.mark.parametrize("text", ["", ".", "$", "%", "-", "1,23", "1 2", "four", "18 apples", "٣"])
    def test_what_is_no_number(self, text: str) -> None:
        assert AnswerMatch.NUMBER.key(text) is None


class TestSpellings:
    @pytest.mark.parametrize("answer", ["1/2", ".5", "50%", "50%."])
    def test_each_spelling_of_the_truth_is_right(self, answer: str) -> None:
        assert Grader(["1/2", ".5", "50%"])(answer, AnswerMatch.CASEFOLD)

    def test_what_is_no_spelling_is_wrong(self) -> None:
        right = Grader(["1/2", ".5", "50%"])
        assert right("50", AnswerMatch.CASEFOLD) is False
        assert right("0.50", AnswerMatch.NUMBER) is True
        assert right("1/2", AnswerMatch.NUMBER) is None

    @pytest.mark.parametrize("truth", [[], [2, 5], ["1", 2]])
    def test_another_list_is_no_truth_of_an_answer(self, truth: list[object]) -> None:
        assert Grader(truth)("2", AnswerMatch.NUMBER) is None


class TestGrader:
    @pytest.mark.parametrize(
        ("truth", "answer", "by", "right"),
        [
            ("42", "42", AnswerMatch.EXACT, True),
            ("42", "42.0", AnswerMatch.EXACT, False),
            ("42", "$42.00", AnswerMatch.NUMBER, True),
            (42, "42", AnswerMatch.NUMBER, True),
            (0.5, ".50", AnswerMatch.NUMBER, True),
            (True, "True", AnswerMatch.CASEFOLD, True),
            (False, "true", AnswerMatch.EXACT, False),
            ("the cook", "The Cook.", AnswerMatch.CASEFOLD, True),
            ("the cook", "the maid", AnswerMatch.CASEFOLD, False),
        ],
    )
    def test_says_whether_an_answer_is_right(
        self, truth: object, answer: str, by: AnswerMatch, right: bool
    ) -> None:
        assert Grader(truth)(answer, by) is right

    @pytest.mark.parametrize("truth", [None, [42], {"answer": "42"}, "forty-two"])
    def test_of_what_is_no_answer_it_does_not_know(self, truth: object) -> None:
        assert Grader(truth)("42", AnswerMatch.NUMBER) is None
        assert Grader("42")("many", AnswerMatch.NUMBER) is None

    @some
    @given(st.text(max_size=9), st.text(max_size=9), st.sampled_from(AnswerMatch))
    def test_agrees_with_the_comparison(self, truth: str, answer: str, by: AnswerMatch) -> None:
        keys = by.key(truth), by.key(answer)
        assert Grader(truth)(answer, by) is (None if None in keys else keys[0] == keys[1])


class TestTheDoor:
    async def test_a_protocol_learns_whether_an_answer_is_right_and_nothing_leads_to_the_truth(self) -> None:
        """Not even private attributes of the episode: what grades holds digests."""
        learnt: list[object] = []

        async def method(episode: Episode) -> Outcome:
            learnt.extend([episode.score(TRUTH), episode.score("the cook"), holds_truth(episode)])
            learnt.append(vars(episode)["_grader"](TRUTH, AnswerMatch.EXACT))
            return Outcome.completed({})

        plan = Plan(0, Task(id="1", text="Who did it?", truth=TRUTH), {"ann": "ann", "bob": "bob"}, 0)
        await play_episode(OneShot(method=method), plan, {name: Watched("hi") for name in ("ann", "bob")})
        assert learnt == [True, False, False, True]

    def test_without_a_grader_nobody_knows(self) -> None:
        assert Episode({"ann": Watched("hi")}).score("42") is None
