"""Pictures that a file of tasks names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import UsageError
from arena.designs.building import build
from arena.designs.study_files import read_study
from arena.pictures import Picture
from arena.tasks import _pictures
from arena.tasks.reading import TaskFile, read
from tests.arena.pictures.made import jpeg, picture, png
from tests.arena.tasks.test_reading import FORMATS, written


@pytest.fixture
def images(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for shade in range(3):
        (tmp_path / "images" / f"{shade}.png").write_bytes(png(shade=shade))
    return tmp_path


@pytest.mark.parametrize("form", FORMATS)
def test_one_name_or_a_list_of_names(images: Path, form: str) -> None:
    names = ["images/0.png", "images/1.png", "https://example.org/a.png"]
    rows: list[dict[str, Any]] = [
        {"question": "One?", "pictures": "images/2.png"},
        {"question": "Several?", "pictures": json.dumps(names)},
        {"question": "None?", "pictures": None},
    ]
    one, several, none = read(written(images, form, rows))
    assert one.pictures == (picture(2),)
    assert several.pictures == (picture(0), picture(1), Picture.at(names[2]))
    assert none.pictures == ()


@pytest.mark.parametrize("form", FORMATS)
def test_several_columns_and_those_of_a_seat(images: Path, form: str) -> None:
    row = {"question": "?", "image_1": "images/0.png", "image_2": None, "image_3": "images/1.png"}
    columns = {"pictures": ["image_1", "image_2"], "pictures.judge": "image_3"}
    (task,) = read(written(images, form, [row]), columns)
    assert task.pictures == (picture(0),)
    assert task.private_pictures == {"judge": (picture(1),)}


@pytest.mark.parametrize("form", FORMATS)
def test_a_column_that_has_the_name_of_a_seats_part_is_read(images: Path, form: str) -> None:
    row = {"question": "?", "pictures.judge": "images/1.png", "briefs.judge": "Look.", "data.kind": "x"}
    (task,) = read(written(images, form, [row]))
    assert task.private_pictures == {"judge": (picture(1),)}
    assert (task.briefs, task.data) == ({"judge": "Look."}, {"kind": "x"})


def test_a_picture_that_many_rows_name_is_held_once(images: Path) -> None:
    rows = [{"question": f"{number}?", "pictures": "images/0.png"} for number in range(50)]
    tasks = read(written(images, "jsonl", rows))
    assert len({id(task.pictures[0]) for task in tasks}) == 1


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("images/9.png", "line 2: the picture 'images/9.png' cannot be read: No such file"),
        ("../secret.png", "line 2: the picture '../secret.png' is not in the folder"),
        ("/etc/hostname", "line 2: the picture '/etc/hostname' is not in the folder"),
        ("images", "line 2: the picture 'images' cannot be read: Is a directory"),
        ("page.html", "line 2: the picture 'page.html' is HTML, and a picture must be a PNG or a JPEG"),
        ("cut.png", "line 2: the picture 'cut.png' is not a whole picture"),
        ("file:///a.png", "line 2: 'file:///a.png' is no address of a picture"),
        ("[1", "line 2: the pictures are no JSON list"),
        (str(["images/0.png"] * 101).replace("'", '"'), "has 101 pictures, and a task has at most 100"),
    ],
)
def test_a_name_that_cannot_be_used_is_named_with_its_line(images: Path, name: str, says: str) -> None:
    (images / "page.html").write_text("<html>")
    (images / "cut.png").write_bytes(png()[:-3])
    rows: list[dict[str, Any]] = [{"question": "a?", "pictures": None}, {"question": "b?", "pictures": name}]
    with pytest.raises(UsageError) as refused:
        read(written(images, "jsonl", rows))
    assert says in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_folder_of_the_pictures_may_be_another(images: Path) -> None:
    (images / "data").mkdir()
    file = written(images / "data", "jsonl", [{"question": "?", "pictures": "0.png"}])
    (task,) = read(file, pictures=images / "images")
    assert task.pictures == (picture(0),)
    assert TaskFile(file=file, pictures=images / "images").tasks() == [task]


def test_a_study_names_the_folder_from_where_it_stands(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (images / "data").mkdir()
    written(images / "data", "jsonl", [{"question": "?", "pictures": "0.png"}])
    study = images / "study.toml"
    study.write_text(
        'run = "direct"\nagents = ["random"]\n[tasks]\nfile = "data/tasks.jsonl"\npictures = "images"\n'
    )
    monkeypatch.chdir("/")
    (task,) = build(read_study(study).source).tasks
    assert task.pictures == (picture(0),)


def test_all_pictures_of_a_file_together_have_a_bound(images: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pictures, "MOST_BYTES_TOGETHER", len(png()) + len(jpeg()) - 1)
    (images / "a.jpg").write_bytes(jpeg())
    rows = [{"question": f"{name}?", "pictures": name} for name in ("images/0.png", "a.jpg")]
    with pytest.raises(UsageError, match=r"more than .* bytes together"):
        read(written(images, "jsonl", rows))
