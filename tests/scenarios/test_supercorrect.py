"""A student's and a teacher's correction of one wrong step become a pair, if one alone is right."""

from __future__ import annotations

import json

import pytest

from scenarios.supercorrect import scenario
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.scenarios.test_self_correction import rows

HERE = "scenarios.supercorrect:"
SEATS = (
    *("--set", f"seats.student={HERE}scripted_student", "--set", f"seats.teacher={HERE}tutor"),
    *("--set", f"seats.inspector={HERE}exact_inspector"),
)
PAIRS = ("--reward", "correction", "--pairs", "seats")


@pytest.fixture
def played(arena: Typist) -> Typist:
    said = arena("run", "supercorrect", *SEATS, "--out", "run")
    assert said.code == 0, said.err
    return arena


def test_tasks_have_the_first_wrong_step_and_what_is_right_there() -> None:
    for task in scenario.tasks[:20]:
        wrong, result = task.data["wrong"], task.data["result"]
        assert task.data["steps"][: wrong - 1] == task.data["right"][: wrong - 1]
        assert task.data["steps"][wrong - 1] != task.data["right"][wrong - 1]
        assert task.data["right"][wrong - 1].endswith(f"= {result}")
        assert task.truth == f"{wrong}: {result}"


def test_pairs_are_of_the_solutions_that_one_of_them_alone_corrects(played: Typist) -> None:
    """Of twelve, both are right about four: no preference."""
    pairs = rows(played, *PAIRS, to="trl-dpo")
    assert len(pairs) == 8
    truths = {task.id: str(task.truth) for task in scenario.tasks}
    for pair in pairs:
        assert pair["chosen"][0]["content"].endswith(f"Answer: {truths[pair['task']]}")
        assert "A right solution" not in json.dumps(pair["prompt"])
        assert pair["role"] == "student"


def test_the_worked_example(arena: Typist) -> None:
    """The first wrong step is 3. The teacher says 3 and the right value, the student 5: one pair."""
    right = ["2 + 3 = 5", "5 * 4 = 20", "20 + 31 = 51", "51 + 1 = 52", "52 + 1 = 53"]
    steps = [*right[:2], "20 + 31 = 50", *right[3:]]
    data = {"steps": steps, "right": right, "wrong": 3, "result": 51}
    task = {"question": "What comes out?", "truth": "3: 51"} | {
        f"data_{name}": one for name, one in data.items()
    }
    arena.write("task.jsonl", json.dumps(task))
    arena.write(
        "both.py",
        "def student(request):\n    return 'So.\\nAnswer: 5: 60'\n"
        "def teacher(request):\n    return 'So.\\nAnswer: 3: 51'\n"
        "def inspector(request):\n    return 'Verdict: accept'\n",
    )
    columns = [word for name in data for word in ("--columns", f"data.{name}=data_{name}")]
    seats = [
        word
        for seat in ("student", "teacher", "inspector")
        for word in ("--set", f"seats.{seat}=both.py:{seat}")
    ]
    said = arena("run", "supercorrect", "--tasks", "task.jsonl", *columns, *seats, "--out", "run")
    assert said.code == 0, said.err
    (pair,) = rows(arena, *PAIRS, to="trl-dpo")
    assert pair["chosen"][0]["content"] == "So.\nAnswer: 3: 51"
    assert pair["rejected"][0]["content"] == "So.\nAnswer: 5: 60"
    asked = pair["prompt"][-1]["content"]
    assert "Step 1: 2 + 3 = 5" in asked
    assert "Step 2: 5 * 4 = 20" in asked
    assert "20 + 31" not in asked
    found = Found(sections_in(arena.folder / "run"))
    group = "step-correction: {}, of {}"
    for seat, value in (("student", 0.0), ("teacher", 1.0)):
        for name in ("location right", "correction right"):
            assert found.shown("Mean score", group.format(name, seat)) == (value, 1, 1)


def test_the_inspector_sends_wrong_corrections_back(played: Typist) -> None:
    """The tutor is wrong at first about a fourth of them, and right when it is asked again."""
    found = Found(sections_in(played.folder / "run"))
    tutor = f"step-correction: {HERE}tutor"
    assert found.shown("Accuracy after turn 1", tutor) == (0.75, 12, 12)
    assert found.shown("Accuracy after turn 2", tutor) == (1.0, 12, 12)


def test_at_most_three_rounds(arena: Typist) -> None:
    stubborn = [word.replace("exact_inspector", "no") for word in SEATS]
    arena.write("never.py", "def no(request):\n    return 'Verdict: revise'\n")
    stubborn[-1] = "seats.inspector=never.py:no"
    said = arena("run", "supercorrect", *stubborn, "--tasks", "1", "--out", "run")
    assert said.code == 0, said.err
    found = Found(sections_in(arena.folder / "run"))
    assert "Accuracy after turn 3" in found.names
    assert "Accuracy after turn 4" not in found.names
