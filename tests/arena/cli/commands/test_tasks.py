"""``arena tasks``: the tasks of a study, a file or a scenario, shown inert, and none is played."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.arena.cli.typing_in import Typist

FILE = """question,answer,category
Is it so?,yes,a
"Red [red]x[/red] \x1b[2J",no,b
Third?,,a
"""


@pytest.fixture
def file(arena: Typist) -> str:
    return arena.write("q.csv", FILE)


def test_it_says_how_many_there_are_and_of_which_categories(arena: Typist, file: str) -> None:
    said = arena("tasks", file, "--limit", "2")
    assert said.code == 0
    assert said.out.startswith("3 tasks, 2 of them with a right answer.\n")
    assert "Categories: a (2), b (1)." in said.out
    assert "Is it so?" in said.out
    assert "1 more; --limit N shows N of them." in said.out
    assert "truth" not in said.out
    assert "yes" not in said.out


def test_texts_are_shown_inert(arena: Typist, file: str) -> None:
    said = arena("tasks", file, "--truth")
    assert "Red [red]x[/red]" in said.out
    assert "\x1b" not in said.out
    assert "truth: yes" in said.out


def test_the_same_as_json(arena: Typist, file: str) -> None:
    told = json.loads(arena("tasks", file, "--json", "--limit", "1").out)
    assert (told["tasks"], told["with_truth"], told["categories"]) == (3, 2, {"a": 2, "b": 1})
    assert [task["text"] for task in told["first"]] == ["Is it so?"]
    assert "truth" not in told["first"][0]


def test_those_of_a_study_a_scenario_and_made_ones(arena: Typist, file: str) -> None:
    study = 'run = "direct"\nseats.judge = "random"\nfirst = 2\ntasks.file = "q.csv"\n'
    Path("study.toml").write_text(study)
    assert arena("tasks", "study.toml").out.startswith("2 tasks")
    assert arena("tasks", "debate").out.startswith("3 tasks, 3 of them")
    assert arena("tasks", "sums?n=4").out.startswith("4 tasks, 4 of them")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("none.csv",), "none.csv cannot be read"),
        (("study.toml", "--split", "a"), "--columns and --split are about a file of tasks"),
        (("q.csv", "--columns", "question=Z"), "has no column 'Z'"),
        (("sums?n=0",), "The setting n of the tasks sums is from 1"),
    ],
)
def test_what_cannot_be_read_is_said(arena: Typist, file: str, typed: tuple[str, ...], said: str) -> None:
    Path("study.toml").write_text('run = "direct"\nseats.judge = "random"\n')
    found = arena("tasks", *typed)
    assert (found.code, found.out, found.err.count("\n")) == (2, "", 1)
    assert said in found.err


def test_looking_at_a_study_runs_no_code_that_it_names(arena: Typist, file: str) -> None:
    Path("mine.py").write_text("from pathlib import Path\nPath('was-run').touch()\n")
    Path("study.toml").write_text('run = "mine.py"\ntasks.file = "q.csv"\nperturb = ["mine.py:shout"]\n')
    assert arena("tasks", "study.toml").out.startswith("3 tasks")
    Path("study.toml").write_text('run = "mine.py"\n')
    said = arena("tasks", "study.toml")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "looking at it runs no code" in said.err
    assert not Path("was-run").exists()
