"""GSM8K and MATH-500: a right answer, and a wrong one that could pass for it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.tasks import read_gsm8k, read_math500
from arena.tasks.problems import perturbed
from arena.tasks.task import Task
from tests.shared.examples import few
from tests.shared.protocols import seeds
from tests.shared.tasks import real

Reader = Callable[..., list[Task]]


class TestPerturbation:
    @few
    @given(st.integers(0, 10**9), seeds)
    def test_gives_another_whole_number_above_nothing(self, number: int, seed: int) -> None:
        wrong = int(perturbed(str(number), random.Random(seed)))
        assert wrong != number
        assert 0 < wrong <= max(2, 2 * number, number + 10) or wrong < 10 ** len(str(number))

    @few
    @given(st.decimals(0, 1000, places=2), seeds)
    def test_keeps_as_many_decimals(self, number: object, seed: int) -> None:
        wrong = perturbed(str(number), random.Random(seed))
        assert re.fullmatch(r"\d+\.\d\d", wrong)
        assert float(wrong) != float(str(number))

    def test_changes_one_number_of_several(self) -> None:
        wrong = perturbed(r"\frac{28}{3}", random.Random(0))
        assert re.fullmatch(r"\\frac\{(28\}\{\d+|\d+\}\{3)\}", wrong)


def test_a_line_without_a_final_number_is_told(tmp_path: Path) -> None:
    file = tmp_path / "test.jsonl"
    lines = [{"question": "2 + 2?", "answer": "So\n#### 1,004"}, {"question": "?", "answer": "four"}]
    file.write_text(json.dumps(lines[0]) + "\n")
    (task,) = read_gsm8k(file)
    assert task.truth == "1004"
    file.write_text("\n".join(map(json.dumps, lines)))
    with pytest.raises(UsageError, match="line 2: the answer does not end in #### and a number"):
        read_gsm8k(file)


@pytest.mark.parametrize(
    ("reader", "name", "count"),
    [(read_gsm8k, "gsm8k/test.jsonl", 1319), (read_math500, "math500/math500.jsonl", 489)],
)
class TestRealFiles:
    def test_every_task_has_two_answers(self, reader: Reader, name: str, count: int) -> None:
        tasks = reader(real(name))
        assert len(tasks) == len({task.id for task in tasks}) == count
        first = 0
        for task in tasks:
            right, wrong = sorted(task.data["answers"], key=lambda answer: answer != task.truth)
            assert right == task.truth != wrong
            first += task.data["answers"][0] == right
        assert abs(2 * first - count) <= 1

    def test_the_seed_decides_the_wrong_answers(self, reader: Reader, name: str, count: int) -> None:
        file = real(name)
        assert reader(file, seed=1) == reader(file, seed=1) != reader(file, seed=2)
