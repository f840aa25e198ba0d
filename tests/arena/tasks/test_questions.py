"""Files of questions: what is in them, and one sentence for each bad line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.running import run
from arena.tasks import read_questions
from arena.tasks.questions import CLAIM, check_truth
from arena.tasks.task import Task
from protocols import Direct
from protocols.shared.questions import Question

KEY = {"question": "Who?", "answers": ["ann", "bob"], "answer": "bob", "source": "Bob.", "id": "key"}


def write(folder: Path, *lines: Any) -> Path:
    file = folder / "asked.jsonl"
    file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return file


class TestReading:
    def test_a_question(self, tmp_path: Path) -> None:
        (task,) = read_questions(write(tmp_path, KEY))
        assert (task.id, task.text, task.truth) == ("key", "Who?", "bob")
        assert task.data == {"answers": ["ann", "bob"], "source": "Bob."}
        assert Question.of(task.public).source == "Bob."

    def test_a_claim_without_an_id(self, tmp_path: Path) -> None:
        first, second = read_questions(write(tmp_path, KEY, "", {"question": "It rains.", "answer": "false"}))
        assert (second.id, second.truth, second.data) == ("asked-3", "false", {})
        assert Question.of(second.public).answers == CLAIM
        assert first.id == "key"

    def test_the_right_answer_may_be_unknown(self, tmp_path: Path) -> None:
        (task,) = read_questions(write(tmp_path, {"question": "Who?", "answers": ["ann", "bob"]}))
        assert task.truth is None


class TestBadLines:
    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("{", "it is no JSON"),
            ('{"question": NaN}', "it is no JSON"),
            ("[" * 100_000, "it is no JSON"),
            ("[]", "it must be a table of names and values"),
            ({**KEY, "answers": ["ann"]}, "answers: it must be a list of at least 2"),
            ({**KEY, "answers": ["ann", "ann"]}, "two of the answers are the same"),
            ({**KEY, "answer": "cy"}, "the right answer 'cy' is not among the answers 'ann', 'bob'"),
            ({**KEY, "colour": "red"}, "colour: there is no such setting"),
            ({**KEY, "question": 7}, "question: it must be text, not 7"),
            ({**KEY, "answer": "\x1b[2J"}, r"the right answer '\x1b[2J' is not"),
        ],
    )
    def test_are_told_by_their_number(self, tmp_path: Path, line: Any, said: str) -> None:
        file = write(tmp_path, {**KEY, "id": "other"}, line)
        with pytest.raises(UsageError) as raised:
            read_questions(file)
        message = str(raised.value)
        assert message.startswith(f"{file}, line 2: ")
        assert said in message
        assert "\n" not in message
        assert "\x1b" not in message

    def test_are_told_one_a_sentence(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as raised:
            read_questions(write(tmp_path, KEY, KEY, *["{"] * 9))
        said = str(raised.value)
        assert [f", line {n}: " in said for n in range(2, 8)] == [True] * 5 + [False]
        assert "line 2: an earlier line has the same id 'key'" in said
        assert said.endswith(". 5 more lines are bad.")

    def test_a_line_without_end_is_not_read_to_its_end(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("arena.core.jsonl.LONGEST_LINE", 100)
        with pytest.raises(UsageError, match="line 1: it is longer than 100 bytes"):
            read_questions(write(tmp_path, "x" * 1000))

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"none\.jsonl cannot be read: No such file"):
            read_questions(tmp_path / "none.jsonl")


class TestTruth:
    @pytest.mark.parametrize("truth", ["bob", None, ["bob"]])
    def test_one_of_the_answers_or_nothing_comparable_is_fine(self, truth: Any) -> None:
        check_truth(Task(data={"answers": ["ann", "bob"]}, truth=truth))
        check_truth(Task(truth=truth))

    @pytest.mark.parametrize("truth", ["Bob", "cy", 2, True])
    def test_any_other_is_refused_with_the_answers(self, truth: Any) -> None:
        with pytest.raises(
            UsageError, match=r"The truth of task 'key', .* is not one of its answers \('ann', 'bob'\)"
        ):
            check_truth(Task(id="key", data={"answers": ["ann", "bob"]}, truth=truth))

    async def test_a_run_does_not_begin_with_it(self, tmp_path: Path) -> None:
        task = Task(id="key", text="Who?", data={"answers": ["ann", "bob"]}, truth="Bob")
        scenario = Scenario(protocol=Direct(), seats={"judge": "random"}, tasks=[task])
        with pytest.raises(UsageError, match="is not one of its answers"):
            await run(scenario, tmp_path / "run")
        assert not (tmp_path / "run").exists()
