"""What is drawn of figures is told by the figures, whatever they and their section are called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from arena.results.figures import Axis, Line, Section
from arena.results.figures.plots import (
    CoursePlot,
    IntervalPlot,
    ReliabilityPlot,
    RiskCoveragePlot,
    interval_plots,
)
from arena.results.metrics import Figure
from arena.results.report._sections import figures as shown
from tests.arena.results.figures.lines import found_in
from tests.arena.results.stored import RIGHT, WRONG, bets, debated

AXIS = Axis("share", 0.5)


def line(group: str, value: float | None, axis: Axis | None = AXIS, name: str = "any name") -> Line:
    return Line(name, group, "", "episodes", Figure(value, 1, 1), axis)


class TestIntervals:
    def test_are_of_the_groups_in_which_a_figure_with_an_axis_is_defined(self) -> None:
        lines = [line("a", 0.5), line("b", None), line("c", 0.7), line("a", 1, axis=None, name="other")]
        (plot,) = interval_plots(lines)
        assert (plot.name, [each.group for each in plot.lines]) == ("any name", ["a", "c"])

    def test_of_a_single_group_are_drawn_if_the_axis_says_so(self) -> None:
        assert not list(interval_plots([line("a", 0.5)]))
        assert len(list(interval_plots([line("a", 0.5, replace(AXIS, alone=True))]))) == 1


async def sections(folder: Path) -> dict[str, Section]:
    beliefs = bets((0.5, 0.6), (0.8, 0.9))
    episodes = [debated(RIGHT, 0.8, beliefs=beliefs), debated(WRONG, 0.6, beliefs=beliefs)]
    return {section.title: section for section in (await found_in(folder, *episodes)).sections}


async def test_sections_hold_what_can_be_drawn_of_their_rows(tmp_path: Path) -> None:
    found = await sections(tmp_path)
    kinds = {title: [type(plot) for plot in section.plots] for title, section in found.items()}
    assert kinds["Calibration"] == [ReliabilityPlot, RiskCoveragePlot]
    assert kinds["Beliefs"] == [CoursePlot, ReliabilityPlot]
    assert set(kinds["Sides and positions"]) == {IntervalPlot}
    assert [len(found[title].grids) for title in ("Beliefs", "Sides and positions")] == [1, 1]


async def test_a_section_with_another_title_has_the_same_pictures(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    for section in (await sections(tmp_path)).values():
        renamed = shown(replace(section, title="Another title"), 5)
        assert list(renamed.parts) == list(shown(section, 5).parts)
        assert (renamed.name, renamed.title) == ("another-title", "Another title")
