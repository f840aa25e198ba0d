"""Hidden passages: the answer follows from the passage, and from nothing else."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.tasks import hidden_passage
from arena.tasks.task import Task
from protocols.shared.questions import Question
from tests.shared.examples import few
from tests.shared.protocols import seeds


def read(task: Task) -> str:
    """Answer a question from its passage alone, by rules that know nothing of how it was made."""
    text, source = task.text, task.data["source"]
    if found := re.match(r"Who had (.*) at the end of the day", text):
        thing = re.escape(found[1])
        return last(rf"(?i){thing} (?:over )?(?:to|from \w+ to) (\w+)", source)
    if found := re.match(r"Where was (.*) at the end of the day", text):
        return last(rf"took {re.escape(found[1])} from .*? to ([^.]*)\.", source)
    if text.startswith("Who came to"):
        return last(r"(\w+) had been there since", source)
    if found := re.match(r"Whose duty was it in the end to (.*)\?", text):
        first, second = re.search(r"Then (\w+) and (\w+) exchanged", source).groups()  # type: ignore[union-attr]
        told = last(rf"(\w+) to {found[1]}", source)
        return second if told == first else first
    paid = Counter[str]()
    for name, crowns in re.findall(r"(\w+) (?:paid|added) (\d+)", source):
        paid[name] += int(crowns)
    back, to = re.search(r"(\d+) crowns were given back to (\w+)", source).groups()  # type: ignore[union-attr]
    paid[to] -= int(back)
    return max(paid, key=lambda name: paid[name])


def last(pattern: str, source: str) -> str:
    return str(re.findall(pattern, source)[-1])


class TestTruth:
    def test_follows_from_the_passage(self) -> None:
        tasks = hidden_passage(500, seed=3)
        assert [read(task) for task in tasks] == [task.truth for task in tasks]

    def test_cannot_be_told_from_the_question(self) -> None:
        """Neither the place, nor the alphabet, nor the length, nor being named first gives it away."""
        tasks = hidden_passage(2000, seed=5)
        guesses = {
            "first": [task.data["answers"][0] for task in tasks],
            "alphabet": [min(task.data["answers"]) for task in tasks],
            "length": [min(task.data["answers"], key=lambda one: (len(one), one)) for task in tasks],
        }
        for name, guessed in guesses.items():
            right = sum(guess == task.truth for guess, task in zip(guessed, tasks, strict=True))
            assert 0.46 < right / len(tasks) < 0.54, name
        named = [task for task in tasks if " or " in task.text]
        first = [min(task.data["answers"], key=task.text.index) == task.truth for task in named]
        assert 0.44 < sum(first) / len(first) < 0.56

    def test_both_answers_stand_in_the_passage(self) -> None:
        for task in hidden_passage(200, seed=1):
            assert all(answer in task.data["source"] for answer in task.data["answers"])


class TestLists:
    @few
    @given(seeds, st.integers(1, 20), st.integers(0, 20))
    def test_a_longer_one_begins_with_a_shorter_one(self, seed: int, n: int, more: int) -> None:
        assert hidden_passage(n + more, seed)[:n] == hidden_passage(n, seed)

    @pytest.mark.parametrize("n", [1, 10, 101])
    def test_the_right_answer_is_first_in_half_of_them(self, n: int) -> None:
        first = sum(task.data["answers"][0] == task.truth for task in hidden_passage(n, seed=9))
        assert abs(2 * first - n) <= 1

    def test_all_are_different(self) -> None:
        tasks = [*hidden_passage(500, seed=1), *hidden_passage(500, seed=2)]
        assert len({task.id for task in tasks}) == len({task.data["source"] for task in tasks}) == 1000

    def test_protocols_take_them(self) -> None:
        for task in hidden_passage(20):
            question = Question.of(task.public)
            assert task.truth in question.answers
            assert question.source
