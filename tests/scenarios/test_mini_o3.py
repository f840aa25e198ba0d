"""The example of Mini-o3 through the whole path: looks, limits, what is cut off, advantages and rows."""

from __future__ import annotations

import json
import re

import pytest

from scenarios.mini_o3 import grids
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.arena.tasks.drawn.pixels import of_colour, patches, pixels
from tests.scenarios.exported import exported

SEARCHER = "scenarios.mini_o3:Searcher?of="


def played(arena: Typist, courses: str, *words: str) -> Found:
    """Play courses, and return the figures."""
    said = arena("run", "mini-o3", "--agents", f"agent={SEARCHER}{courses}", "--out", "run", *words)
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


@pytest.mark.parametrize(
    ("cut_off", "advantages"),
    [("in", [1.1547005, -0.5773503]), ("out", [0.7071068, -0.7071068])],
    ids=["code", "paper"],
)
def test_what_is_cut_off_counts_as_nothing_in_its_group_or_is_left_out(
    arena: Typist, cut_off: str, advantages: list[float]
) -> None:
    """Right 1, wrong 0, exceeds: mean 1/3 and deviation 0.57735, or 1/2 and 0.7071. It has no row itself."""
    played(arena, "0r,0w,9r&samples=3", "--tasks", "1", "--episodes", "3")
    said = arena(
        *("export", "run", "--to", "trl-sft", "--out", "rows.jsonl"),
        *("--advantage", f"group-mean?by=task&divide=sample-sd&cut-off={cut_off}"),
    )
    assert said.code == 0, said.err
    rows = [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]
    found = [row["advantage"] for row in rows if row["condition"] == "limit-4"]
    assert found == pytest.approx(advantages, abs=1e-6)


def test_more_turns_let_more_searches_end(arena: Typist) -> None:
    """0, 2, 5 and 9 looks before a right answer: 2, 3 and 4 of 4 within 4, 8 and 16 turns."""
    found = played(arena, "0r,2r,5r,9r", "--tasks", "4")
    for limit, right, turns in ((4, 0.5, 3.0), (8, 0.75, 4.5), (16, 1.0, 5.0)):
        condition = f"limit-{limit}"
        group = f"{condition}: searcher, answer"
        assert found.shown("Accuracy, undecided as wrong", group) == (right, 4, 4)
        assert found.shown("Share of a class", f"{condition}: exceeds is yes") == (1 - right, 4, 4)
        assert found.shown("Mean score", f"{condition}: turns, of searcher") == (turns, 4, 4)


def test_a_look_shows_the_cells_around_that_are_in_the_grid(arena: Typist) -> None:
    played(arena, "1r", "--tasks", "1")
    shown = arena("show", "run", "0").out
    row, column = str(grids(1, seed=7)[0].truth).split(",")
    assert f"row {row}, column {column}: mark" in shown
    assert "row 0" not in shown
    assert "column 10" not in shown


def test_a_look_may_show_a_picture_of_the_cells(arena: Typist) -> None:
    """The mark is one red cell of at most nine, in the place that its row and column say."""
    played(arena, "1r", "--tasks", "1", "--set", "conditions.limit-4.protocol.pictured=true")
    rows = exported(arena)
    (shown,) = (row for row in rows if row["images"])
    assert shown["condition"] == "limit-4"
    picture = pixels(shown["images"][0]["bytes"])
    red = of_colour(picture, "red")
    assert len(patches(red)) == 1
    told = next(
        part["text"] for one in shown["prompt"] for part in one["content"] if "at its top left" in str(part)
    )
    first = [int(number) for number in re.findall(r"row (\d+), column (\d+)\. A", told)[0]]
    y, x = (int(places.mean()) // 40 for places in red.nonzero())
    assert str(grids(1, seed=7)[0].truth) == f"{first[0] + y},{first[1] + x}"
    others = [row for row in rows if row["condition"] != "limit-4"]
    assert "mark" in str(others)


def test_a_course_that_is_none_is_refused(arena: Typist) -> None:
    said = arena("run", "mini-o3", "--agents", f"agent={SEARCHER}2x")
    assert said.code != 0
    assert "a number of looks" in said.err
