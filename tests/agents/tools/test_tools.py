"""The tools that have names: a calculator that is exact, and a checker of answers that says to try again."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.tools.calculator import calculator
from arena.seat.agent import Request
from arena.seat.transcript import EventKind
from arena.tasks.task import Task
from arena.tools import ToolFailed
from tests.arena.tools.playing import played, scenario, told


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("90 * (37 + 42) + 60", "7170"),
        ("0.1 + 0.2", "0.3"),
        ("1 / 3", "0.333333333333333"),
        ("-7 // 2", "-4"),
        ("7 % 3 + 2 ** 10", "1025"),
        ("2 ** -1", "0.5"),
        ("+(3)", "3"),
    ],
)
def test_sums_are_worked_out_exactly(expression: str, value: str) -> None:
    assert calculator(expression) == value


@pytest.mark.parametrize(
    "expression",
    [
        "__import__('os').system('true')", "a + 1", "1 +", "[1][0]", "True + 1", "'a' * 9", "9 ** 9 ** 9",
        "2 ** 0.5", "1 / 0", "(" * 500 + "1", "1" * 2_000, "lambda: 1", "1 if 1 else 2",
        "10 ** 1000 * 10 ** 1000",
    ],
)  # fmt: skip
def test_nothing_else_is_run_or_takes_long(expression: str) -> None:
    with pytest.raises(ToolFailed):
        calculator(expression)


@pytest.mark.parametrize(("truth", "right"), [("4", "4"), ("4.0", "4"), ("four", "four")])
async def test_an_answer_that_is_not_right_is_tried_again(tmp_path: Path, truth: str, right: str) -> None:
    guesses = iter(("3", "5", right))

    def script(request: Request) -> str:
        if request.prompt.kind is EventKind.RETURNED and "Right." in request.prompt.text:
            return "Answer: 4"
        return f'Tool: try_answer {{"answer": "{next(guesses)}"}}'

    task = Task(id="sum", text="What is 2 + 2?", truth=truth)
    episode = await played(scenario(script, "try-answer", tasks=[task]), tmp_path / "run")
    assert told(episode).splitlines() == [
        "try_answer returned:", "> Try again.",
        "try_answer returned:", "> Try again.",
        "try_answer returned:", "> Right.",
    ]  # fmt: skip


async def test_without_a_truth_nobody_is_told_that_an_answer_is_wrong(tmp_path: Path) -> None:
    def script(request: Request) -> str:
        return "Answer: 4" if request.count else 'Tool: try_answer {"answer": "4"}'

    episode = await played(scenario(script, "try-answer"), tmp_path / "run")
    assert "it is not known which answer is right" in told(episode)
