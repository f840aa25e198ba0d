"""The tables of a section: of very many lines, those of most rows are shown, and how many more there are."""

from __future__ import annotations

from arena.results.figures._section import Section
from arena.results.metrics import Figure
from arena.results.report._parts import PageTable
from arena.results.report._sections import MOST_LINES, figures
from arena.results.study import Line


def lines(number: int) -> tuple[Line, ...]:
    return tuple(
        Line("Mean count", f"label {place}", "mean", "turns", Figure(0.5, place, place))
        for place in range(1, number + 1)
    )


def groups(number: int) -> list[str]:
    (table,) = [
        part for part in figures(Section("Labels", "", lines(number)), 10).parts if hasattr(part, "rows")
    ]
    return [str(row[0]) for row in table.rows]


def test_a_figure_of_few_lines_shows_all() -> None:
    assert len(groups(MOST_LINES)) == MOST_LINES + 1


def test_a_figure_of_many_lines_shows_those_of_most_rows() -> None:
    found = groups(3000)
    assert len(found) == MOST_LINES + 2
    assert "label 3000" in found
    assert "label 1" not in found
    assert f"{3000 - MOST_LINES:,} more" in found[-1]


def test_a_figure_of_more_than_a_few_lines_is_folded_by_itself() -> None:
    found = figures(Section("Labels", "", lines(30)), 10).parts
    assert [part.summary for part in found if isinstance(part, PageTable)] == ["Mean count: 30 lines"]
