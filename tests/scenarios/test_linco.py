"""LInCo: the dispersion of terms between groups of judges, on cases computed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

import arena
from arena.running import run
from scenarios.linco import Bench, Terms, cases
from tests.arena.results.figures.lines import Found, sections_in

GROUP = "bench: term, 2 groups"


async def sentenced(folder: Path, of: str, judges: int = 1) -> Found:
    """Return the figures of three cases."""
    bench = Bench(judges=judges)
    seats = dict.fromkeys(bench.seats, Terms(of, bench.seats))
    scenario = arena.Scenario(protocol=bench, tasks=cases(3, seed=7), seats=seats)
    await run(scenario, folder)
    return Found(sections_in(folder))


async def test_the_three_cases_of_the_sheet(tmp_path: Path) -> None:
    """12 and 18, 24 and 24, 6 and 10 months: deviations 3, 0 and 2; ranges 6, 0 and 4; .2, 0 and .25."""
    found = await sentenced(tmp_path, "12/18,24/24,6/10")
    assert found.shown("Inconsistency of groups", GROUP) == (round(5 / 3, 9), 3, 3)
    assert found.shown("Inconsistency of groups, range", GROUP) == (round(10 / 3, 9), 3, 3)
    assert found.shown("Inconsistency of groups, relative", GROUP) == (0.15, 3, 3)


async def test_a_planted_inconsistency_is_found(tmp_path: Path) -> None:
    """Terms of 10, 20 and 30 months, a tenth less in the north and a tenth more in the south."""
    found = await sentenced(tmp_path, "9/11,18/22,27/33")
    assert found.shown("Inconsistency of groups", GROUP) == (2.0, 3, 3)


async def test_a_case_that_one_group_ruled_on_is_left_out(tmp_path: Path) -> None:
    found = await sentenced(tmp_path, "12/18,24/?,6/10")
    assert found.shown("Inconsistency of groups", GROUP) == (2.5, 2, 3)
    assert found.shown("Inconsistency of groups, range", GROUP) == (5.0, 2, 3)


async def test_several_judges_of_a_group_are_averaged_first(tmp_path: Path) -> None:
    """Groups of 10 and 14, and of 16 and 20: their means differ by 6, and each spreads by 2."""
    found = await sentenced(tmp_path, "10/14/16/20", judges=2)
    assert found.shown("Inconsistency of groups", GROUP) == (3.0, 3, 3)
    assert found.shown("Inconsistency inside groups", GROUP) == (2.0, 3, 3)
    test = found.line("Inconsistency of groups", GROUP).test
    assert test is not None
    assert test.p == pytest.approx(1 / 3, abs=0.06), "one of the three ways to make two pairs of four judges"


def test_it_finds_what_it_lists() -> None:
    arena.check_protocol(Bench(), cases(1, seed=1)[0])
