"""Pictures on the page of a report, and in the terminal."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest

from arena.results.report import _album
from arena.results.report._album import Album
from arena.running import run
from tests.arena.cli.typing_in import Typist
from tests.arena.pictures.made import picture, png
from tests.arena.results.report.test_writing import written
from tests.arena.running.test_pictures import FAR, study


def data(shade: int) -> str:
    return f"data:image/png;base64,{b64encode(png(shade=shade)).decode()}"


def test_a_picture_is_shown_once_and_then_by_its_label() -> None:
    album = Album()
    first, again = album.show(picture(1), 1), album.show(picture(1), 5)
    assert (first.source, again.source) == (data(1), "")
    assert again.name == first.name
    assert again.label.startswith("[picture 5: PNG 2x3, ")


def test_an_address_is_named_and_never_asked() -> None:
    assert Album().show(FAR, 1).source == ""
    assert Album().show(FAR, 1).label == "[picture 1: at https://example.org/a.png]"


def test_a_page_holds_so_many_bytes_of_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_album, "_MOST_BYTES", len(png(shade=1)) + 1)
    album = Album()
    assert album.show(picture(1), 1).source
    late = album.show(picture(2), 2)
    assert not late.source
    assert "already" in late.note


async def test_the_page_shows_each_picture_with_its_label_and_for_whom_it_was(tmp_path: Path) -> None:
    await run(study(tasks=2), tmp_path / "run")
    page = written(tmp_path / "run", to=tmp_path)
    assert {value for name, value in page.attributes if name == "src"} == {data(0), data(1), data(7)}
    assert page.elements["img"] == 3
    assert f"[picture 1: PNG 2x3, {picture(7).digest[:6]}…]" in page.text
    assert page.text.count("private: only bob") >= 2
    assert "img-src data:" in page.source
    assert 'src="http' not in page.source
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    links = {value[1:] for name, value in page.attributes if name == "href"}
    assert links <= set(ids)


async def test_the_terminal_names_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await run(study(tasks=2), tmp_path / "run")
    arena = Typist(tmp_path, capsys)

    def shown(*words: str) -> str:
        return arena("show", str(tmp_path / "run"), "1", *words).out

    whole = shown()
    assert f"[picture 1: PNG 2x3, {picture(7).digest[:6]}…]" in whole
    assert "[picture 2: at https://example.org/a.png]" in whole
    ann = shown("--seat", "ann")
    assert picture(0).digest[:6] in ann
    assert picture(1).digest[:6] not in ann
