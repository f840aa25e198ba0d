"""Tasks that are made from a seed have names with settings, at the command line and in study files."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena import tasks
from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.tasks.made import TASK_MAKERS, is_made, made
from tests.arena.cli.typing_in import Typist


@pytest.mark.parametrize("name", TASK_MAKERS)
def test_a_name_stands_for_its_function(name: str) -> None:
    function = getattr(tasks, name.replace("-", "_"))
    assert made(f"{name}?n=3&seed=5") == function(n=3, seed=5)
    assert made(f"{name.replace('-', '_')}?n=2") == function(n=2)


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("smus?n=3", "did you mean"),
        ("sums?m=3", "no setting 'm'; they have n, seed, terms"),
        ("sums?n=many", "a whole number, not 'many'"),
        ("sums?n=", "a whole number"),
        ("sums?n=0", "from 1 to 100,000"),
        ("sums?n=9999999", "from 1 to 100,000"),
        ("sums?terms=1", "2 to 20 terms"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(given: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=f"(?i){complaint}"):
        made(given)


@pytest.mark.parametrize("given", ["sums.csv", "./sums", "20", "questions", "sums/part"])
def test_files_and_numbers_are_no_names(given: str) -> None:
    assert not is_made(given)


def played(folder: Path) -> list[str]:
    with StoredRun(folder) as run:
        return sorted(one.plan.task.id for one in run.finished())


def test_the_command_line_plays_them(arena: Typist) -> None:
    said = arena(
        *("run", "self-correction", "--tasks", "bar-charts?n=2&seed=3", "--agents", "random", "--out", "run")
    )
    assert said.code == 0, said.err
    assert played(arena.folder / "run") == ["bars-3-0", "bars-3-1"]


def test_a_study_file_names_them(arena: Typist) -> None:
    (arena.folder / "study.toml").write_text(
        'run = "self-correction"\ntasks = "sums?n=2&seed=3"\n[seats]\nanswerer = "random"\n'
    )
    said = arena("run", "study.toml", "--out", "run")
    assert said.code == 0, said.err
    assert played(arena.folder / "run") == ["sum-3-4-0", "sum-3-4-1"]


def test_columns_are_about_files(arena: Typist) -> None:
    said = arena("run", "self-correction", "--tasks", "sums?n=2", "--columns", "question=Q")
    assert said.code != 0
    assert "about a file of tasks" in said.err
