"""Worked solutions: from files, and made from a seed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.tasks import checkable, read_gsm8k_solutions, read_processbench, worked_solutions
from arena.tasks.arithmetic import MARK, equations, value_of
from tests.shared.examples import few
from tests.shared.protocols import seeds
from tests.shared.tasks import real


def write(folder: Path, *lines: Any) -> Path:
    file = folder / "items.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)))
    return file


class TestGsm8k:
    def test_a_step_a_line_with_its_marks(self, tmp_path: Path) -> None:
        answer = "It is 2+1=<<2+1=3>>3.\n\nThen 400*3=<<400*3=1200>>1,200.\n#### 1,200"
        (task,) = read_gsm8k_solutions(write(tmp_path, {"question": "How many?", "answer": answer}))
        assert task.text == "How many?"
        assert task.data["steps"] == ["It is 2+1=<<2+1=3>>3.", "Then 400*3=<<400*3=1200>>1,200."]
        assert task.truth == "1200"

    @pytest.mark.parametrize("answer", ["#### 3", "It is 3.", "It is 3.\n#### three", ""])
    def test_what_is_no_solution_is_told(self, tmp_path: Path, answer: str) -> None:
        with pytest.raises(UsageError, match="line 1: the answer is not steps and then #### and a number"):
            read_gsm8k_solutions(write(tmp_path, {"question": "?", "answer": answer}))

    def test_the_real_file(self) -> None:
        tasks = read_gsm8k_solutions(real("gsm8k/test.jsonl"))
        assert len(tasks) == 1319
        assert sum(len(task.data["steps"]) for task in tasks) == 4819
        assert sum(bool(checkable(task.data["steps"], marks=True)) for task in tasks) == 1296
        assert sum(bool(checkable(task.data["steps"])) for task in tasks) == 1112


ITEM = {"id": "one", "problem": "How many?", "steps": ["a", "b"], "label": 1, "generator": "x"}


class TestProcessBench:
    def test_the_label_is_the_truth(self, tmp_path: Path) -> None:
        one, other = read_processbench(
            write(tmp_path, ITEM, {"problem": "?", "steps": ["a"], "label": -1, "final_answer_correct": True})
        )
        assert (one.id, one.text, one.truth) == ("one", "How many?", 1)
        assert one.data == {"steps": ["a", "b"]}
        assert (other.id, other.truth) == ("items-2", -1)

    @pytest.mark.parametrize(
        ("item", "said"),
        [
            (ITEM | {"label": 2}, "label 2 is not the index"),
            (ITEM | {"label": -2}, "label"),
            (ITEM | {"label": "1"}, "label"),
            (ITEM | {"label": True}, "label"),
            (ITEM | {"steps": []}, "steps"),
            ({"steps": ["a"], "label": 0}, "problem"),
        ],
    )
    def test_bad_lines_are_told(self, tmp_path: Path, item: Any, said: str) -> None:
        with pytest.raises(UsageError, match=f"line 1: .*{said}"):
            read_processbench(write(tmp_path, item))

    def test_no_id_twice(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="line 2: an earlier line has the same id 'one'"):
            read_processbench(write(tmp_path, ITEM, ITEM))


class TestMade:
    @few
    @given(seeds, st.integers(1, 20))
    def test_solutions_are_right_and_marked(self, seed: int, n: int) -> None:
        tasks = worked_solutions(n, seed)
        assert len({task.id for task in tasks}) == n
        assert tasks == worked_solutions(n + 3, seed)[:n]
        for task in tasks:
            steps = task.data["steps"]
            assert checkable(steps) == checkable(steps, marks=True) == list(range(len(steps)))
            assert all(len(MARK.findall(step)) == 1 for step in steps)
            last = equations(steps[-1])[0].right
            assert last == value_of(task.truth)
            assert last > 0

    @few
    @given(seeds)
    def test_each_step_uses_what_the_one_before_came_to(self, seed: int) -> None:
        for task in worked_solutions(5, seed):
            results = [str(equations(step)[0].right) for step in task.data["steps"]]
            for result, step in zip(results, task.data["steps"][1:], strict=False):
                assert result in step


def test_steps_that_can_be_checked() -> None:
    steps = ["So 1 + 1 = 2.", "So 1 + 1 = 3.", "Nothing.", "It is <<1+1=2>>2.", "1 + 1 = 2, not <<1+1=3>>3."]
    assert checkable(steps) == [0, 4]
    assert checkable(steps, marks=True) == [0, 3]
