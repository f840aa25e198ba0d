"""Tasks from datasets of Hugging Face: an object, a folder in which one was saved, or a name."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import MissingExtra, UsageError
from arena.designs.scenario import Scenario
from arena.tasks import read
from protocols import Direct

ROWS: list[dict[str, str | None]] = [
    {"Q": "Is ice cold?", "A": "true", "topic": "things"},
    {"Q": "Is fire cold?", "A": "false", "topic": "things"},
    {"Q": "Do fish fly?", "A": None, "topic": "animals"},
]
QUESTIONS = [str(row["Q"]) for row in ROWS]
COLUMNS = {"question": "Q", "truth": "A", "category": "topic"}


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    return pytest.importorskip("datasets")


def test_an_object_is_read_as_a_file_is(library: Any, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    found = library.Dataset.from_list(ROWS)
    ours, theirs = read(file, COLUMNS), read(found, COLUMNS)
    assert [(task.text, task.truth, task.data) for task in theirs] == [
        (task.text, task.truth, task.data) for task in ours
    ]
    tasks = library.Dataset.from_list([{"question": "Is it?"}])
    scenario = Scenario(protocol=Direct(), seats={"judge": "random"}, tasks=tasks)
    assert [task.text for task in scenario.tasks] == ["Is it?"]


def test_a_folder_in_which_one_was_saved(library: Any, tmp_path: Path) -> None:
    library.Dataset.from_list(ROWS).save_to_disk(str(tmp_path / "one"))
    assert [task.text for task in read(tmp_path / "one", COLUMNS)] == QUESTIONS
    parts = {"train": library.Dataset.from_list(ROWS[:1]), "test": library.Dataset.from_list(ROWS[1:])}
    library.DatasetDict(parts).save_to_disk(str(tmp_path / "two"))
    assert len(read(tmp_path / "two", COLUMNS)) == 3
    assert [task.text for task in read(tmp_path / "two", COLUMNS, split="test")] == [
        row["Q"] for row in ROWS[1:]
    ]


def test_a_name_is_loaded_by_the_library_with_its_settings(library: Any, tmp_path: Path) -> None:
    """A folder of files stands for the hub here: the library takes it as a name."""
    place = tmp_path / "org" / "name"
    place.mkdir(parents=True)
    (place / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    assert len(read(f"hf:{place}", COLUMNS)) == 3
    assert [task.text for task in read(f"hf:{place}?split=train&n=2", COLUMNS)] == [
        row["Q"] for row in ROWS[:2]
    ]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "hf:a/b?splits=test",
            r"no setting 'splits'\. Did you mean split\? It takes config,",
        ),
        ("hf:a/b?n=many", "The setting n of a dataset is a whole number, not 'many'"),
        ("hf:/no/such/place", "The dataset /no/such/place cannot be loaded: "),
    ],
)
def test_what_cannot_be_loaded_is_said_in_a_sentence(library: Any, name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        read(name)
    assert "\n" not in str(raised.value)


def test_a_value_that_is_no_text_is_refused(library: Any) -> None:
    odd = library.Dataset.from_list([{"question": "?", "raw": b"bytes"}])
    with pytest.raises(UsageError, match="The dataset, row 1: it holds a value that is neither"):
        read(odd)


def test_without_the_library_the_line_to_install_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(MissingExtra, match=r"Datasets of Hugging Face need their library; .*\[datasets\]"):
        read("hf:a/b")
