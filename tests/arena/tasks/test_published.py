"""Published files of tasks are read as they are, without a mapping of columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.tasks import read, read_processbench

ARTICLE: dict[str, Any] = {
    "article_id": "10001",
    "set_unique_id": "10001_A",
    "source": "Made up",
    "title": "The Orchard",
    "article": "Ada planted pears. Ben ate them.",
    "questions": [
        {
            "question": "What did Ada plant?",
            "question_unique_id": "10001_A_1",
            "options": ["Apples", "Pears", "Plums", "Figs"],
            "writer_label": 2,
            "gold_label": 2,
            "validation": [],
            "difficult": 0,
        },
        {
            "question": "Who ate?",
            "question_unique_id": "10001_A_2",
            "options": ["Ada", "Cleo", "Nobody", "Ben"],
            "gold_label": 4,
            "difficult": 1,
        },
    ],
}
ITEM = {
    "id": "made-0",
    "generator": "nobody",
    "problem": "What is 2 + 3 * 4?",
    "steps": ["3 * 4 = 12.", "2 + 12 = 15."],
    "final_answer_correct": False,
    "label": 1,
}


def write(file: Path, *rows: Any) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


class TestQuality:
    def test_each_question_is_a_task(self, tmp_path: Path) -> None:
        tasks = read(write(tmp_path / "QuALITY.v1.0.1.htmlstripped.train", ARTICLE))
        assert [(task.id, task.text, task.truth, task.data["category"]) for task in tasks] == [
            ("10001_A_1", "What did Ada plant?", "Pears", "easy"),
            ("10001_A_2", "Who ate?", "Ben", "hard"),
        ]
        assert tasks[0].data["answers"] == ["Apples", "Pears", "Plums", "Figs"]
        assert tasks[0].data["source"] == "Ada planted pears. Ben ate them."

    def test_those_of_the_test_set_have_no_truth(self, tmp_path: Path) -> None:
        hidden = {name: ARTICLE["questions"][0][name] for name in ("question", "options")}
        (task,) = read(write(tmp_path / "x.test", {**ARTICLE, "questions": [hidden]}))
        assert task.truth is None

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"gold_label": 0}, "line 1: questions.0.gold_label: it must be at least 1"),
            ({"gold_label": 5}, "line 1: truth_at is '4', and must be a place from 0 to 3"),
            ({"options": ["Pears", "Pears"]}, "line 1: "),
            ({"question": ""}, "line 1: questions.0.question: it must be"),
        ],
    )
    def test_a_bad_one_is_told_by_its_line(self, tmp_path: Path, changed: Any, said: str) -> None:
        question = {**ARTICLE["questions"][0], **changed}
        with pytest.raises(UsageError) as raised:
            read(write(tmp_path / "x.train", {**ARTICLE, "questions": [question]}))
        assert said in str(raised.value)


class TestProcessBench:
    def test_is_read_from_a_list_and_from_lines_as_by_its_own_reader(self, tmp_path: Path) -> None:
        right = {**ITEM, "id": "made-1", "label": -1}
        listed = tmp_path / "gsm8k.json"
        listed.write_text(json.dumps([ITEM, right]))
        tasks = read(listed)
        assert [(task.id, task.text, task.truth) for task in tasks] == [
            ("made-0", "What is 2 + 3 * 4?", 1),
            ("made-1", "What is 2 + 3 * 4?", -1),
        ]
        assert tasks[0].data["steps"] == ["3 * 4 = 12.", "2 + 12 = 15."]
        lines = write(tmp_path / "gsm8k.jsonl", ITEM, right)
        assert read(lines) == read_processbench(lines) == tasks

    def test_a_label_that_is_no_step_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="line 1: the label 2 is not the index of one of the 2 steps"):
            read(write(tmp_path / "x.jsonl", {**ITEM, "label": 2}))

    def test_columns_that_are_named_come_first(self, tmp_path: Path) -> None:
        (task,) = read(write(tmp_path / "x.jsonl", ITEM), {"question": "problem", "truth": "generator"})
        assert (task.truth, task.data) == ("nobody", {})
