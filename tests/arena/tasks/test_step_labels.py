"""Files in the formats of PRM800K and DeltaBench become tasks for a critic of steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.tasks import read_deltabench, read_prm800k


def write(folder: Path, *items: Any) -> Path:
    file = folder / "items.jsonl"
    file.write_text("\n".join(json.dumps(item) for item in items), encoding="utf-8")
    return file


def step(*rated: tuple[str, int], chosen: int | None = 0, human: str | None = None) -> dict[str, Any]:
    completions = [{"text": text, "rating": rating, "flagged": None} for text, rating in rated]
    own = None if human is None else {"text": human, "rating": 1}
    return {"completions": completions, "human_completion": own, "chosen_completion": chosen}


def labelled(*steps: dict[str, Any], finish: str = "solution") -> dict[str, Any]:
    question = {"problem": "How many?", "ground_truth_answer": "3"}
    return {"labeler": "x", "question": question, "label": {"steps": list(steps), "finish_reason": finish}}


class TestPRM800K:
    def test_the_first_wrong_step_is_the_truth(self, tmp_path: Path) -> None:
        """A chosen step, one by a person, and a last one of which none was chosen because it is wrong."""
        (task,) = read_prm800k(
            write(
                tmp_path,
                labelled(
                    step(("a", -1), ("b", 1), chosen=1),
                    step(("c", -1), chosen=None, human="d"),
                    step(("e", -1), ("f", -1), chosen=None),
                    finish="found_error",
                ),
            )
        )
        assert task.data == {"steps": ["b", "d", "e"]}
        assert (task.id, task.text, task.truth) == ("items-1", "How many?", 2)

    def test_neutral_steps_are_not_wrong(self, tmp_path: Path) -> None:
        (task,) = read_prm800k(write(tmp_path, labelled(step(("a", 0)), step(("b", 1)))))
        assert task.truth == -1

    def test_steps_after_a_wrong_one_are_left_out(self, tmp_path: Path) -> None:
        (task,) = read_prm800k(write(tmp_path, labelled(step(("a", -1)), step(("b", 1)))))
        assert (task.data["steps"], task.truth) == (["a"], 0)

    def test_bad_problems_are_left_out(self, tmp_path: Path) -> None:
        bad = labelled(step(("a", 1)), finish="bad_problem")
        assert len(read_prm800k(write(tmp_path, bad, labelled(step(("a", 1)))))) == 1
        with pytest.raises(UsageError, match="no labelling that ended"):
            read_prm800k(write(tmp_path, bad))

    def test_a_choice_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="line 1: a step has no completion 3"):
            read_prm800k(write(tmp_path, labelled(step(("a", 1), chosen=3))))


SECTIONED = {
    "question": "?",
    "sections": [{"content": "a"}, {"section": "b"}, {"content": "c"}],
    "task_l1": "math",
}


class TestDeltaBench:
    def test_errors_and_useless_sections_are_the_truth(self, tmp_path: Path) -> None:
        errors = {"reason_error_section_numbers": [3], "reason_unuseful_section_numbers": [2, 3]}
        one, other = read_deltabench(write(tmp_path, SECTIONED | errors, SECTIONED))
        assert one.data == {"steps": ["a", "b", "c"], "category": "math"}
        assert (one.truth, other.truth) == ("[1, 2]", "[]")

    def test_a_section_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="line 1: there is no section 4 of 3"):
            read_deltabench(write(tmp_path, SECTIONED | {"error_section_numbers": [4]}))
