"""Markup stands in templates alone, and whatever is put into them is inert."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from arena.results import report
from arena.results.report._album import PagePicture
from arena.results.report._parts import (
    Cell,
    Folded,
    Heading,
    Look,
    Note,
    PagePart,
    PageSection,
    PageTable,
    Shown,
)
from arena.results.report._pictures import PALETTE
from arena.results.report._rendering import render, stream
from arena.results.report._transcripts import ShownEpisode, ShownTurn
from arena.seat.transcript import EventKind
from tests.arena.results.report.pages import Page
from tests.arena.results.report.test_writing import EVIL, SHOWN

HERE = Path(report.__file__).parent
TEMPLATES = HERE / "templates"


def page(*parts: PagePart, title: str = "") -> Page:
    return Page(render("page.html", title=title, sections=[PageSection("name", title, parts)]))


CELLS: list[Shown] = [EVIL, *(Cell([EVIL, EVIL], look, EVIL) for look in Look)]
TABLE = PageTable([EVIL] * len(CELLS), [CELLS, [Cell([EVIL], small=EVIL)]], numbers=1)
EPISODE = ShownEpisode(
    number=0,
    summary=EVIL,
    text=EVIL,
    notes=[EVIL],
    briefs=TABLE,
    turns=[
        ShownTurn(kind, EVIL, EVIL, readers, [PagePicture(EVIL, EVIL, note=EVIL)])
        for kind in EventKind
        for readers in ("", EVIL)
    ],
    found=[Heading(EVIL, EVIL), TABLE],
    ending=EVIL,
)
HOSTILE: dict[str, tuple[PagePart, int]] = {
    "a table": (TABLE, 5 + 1 + 4 * 3 + 2),
    "a heading": (Heading(EVIL, EVIL), 2),
    "a note": (Note(EVIL), 1),
    "folded text": (Folded(EVIL, EVIL), 2),
    "an episode": (EPISODE, 3 + 2 * 20 + len(EventKind) * (2 * 2 + 1 + 2 * 2) + 2 + 1),
}


class TestWhatIsPutIn:
    @pytest.mark.parametrize("kind", HOSTILE)
    def test_is_shown_and_inert_in_every_field(self, kind: str) -> None:
        part, times = HOSTILE[kind]
        whole = page(part, title=EVIL)
        assert not {"script", "img", "b"} & set(whole.elements)
        assert whole.elements["style"] == 1
        assert not any(name.startswith("on") for name, _ in whole.attributes)
        assert not set("\u202e\x1b\x00") & set(whole.source)
        assert whole.text.count(SHOWN) == times + 4
        assert whole.opened == []

    @pytest.mark.parametrize("part", [Note("a\n  b\n\nc "), Folded("", " a\n\n b\n")], ids=["note", "folded"])
    def test_keeps_its_spaces_and_lines(self, part: Note | Folded) -> None:
        assert f">{part.text}</" in page(part).source

    def test_that_is_missing_is_an_error_and_no_gap(self) -> None:
        with pytest.raises(UndefinedError):
            render("summary.html", name="run", parts=[])


def test_parts_are_made_while_the_page_is_written() -> None:
    """A report on many episodes holds one of them at a time."""
    out = StringIO()

    def parts() -> Iterator[PagePart]:
        for number in range(3):
            yield Note(f"part {number}")
            assert f">part {number}<" in out.getvalue()

    stream("page.html", out, title="", sections=[PageSection("name", "", parts())])
    assert out.getvalue().count('class="note"') == 3


class TestTemplates:
    def test_one_thing_alone_is_put_in_as_it_is_and_that_is_a_drawing(self) -> None:
        safe = [
            line.strip()
            for file in sorted(TEMPLATES.iterdir())
            for line in file.read_text().splitlines()
            if re.search(r"\bsafe\b|autoescape", line)
        ]
        assert len(safe) == 1
        assert "{{ picture.drawing | safe }}" in safe[0]

    def test_no_markup_is_in_the_code(self) -> None:
        """But where a drawing is taken out of its file."""
        found = {
            file.name
            for file in HERE.glob("*.py")
            if re.search(
                r"</?(?:p|div|span|t[dhr]|table|h\d|pre|br|small|svg|details|figure)\b", file.read_text()
            )
        }
        assert found == {"_pictures.py"}

    def test_every_colour_of_a_curve_is_there_in_light_in_dark_and_in_print(self) -> None:
        style = (TEMPLATES / "style.css").read_text()
        assert {name: len(re.findall(rf"{name}: #", style)) for name in PALETTE} == dict.fromkeys(PALETTE, 3)
