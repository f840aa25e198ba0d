"""The published systems: each command that is listed runs, and gives the figure that stands beside it."""

from __future__ import annotations

import shlex
from collections import Counter

import pytest

from scenarios.systems import SYSTEMS, System
from scenarios.systems.page import PAGE, page
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in


@pytest.mark.parametrize(
    "system",
    [pytest.param(one, id=one.name, marks=pytest.mark.slow if one.slow else ()) for one in SYSTEMS],
)
def test_the_command_gives_the_figure(arena: Typist, system: System) -> None:
    folder = ""
    for command in system.command.split(" && "):
        program, *words = shlex.split(command)
        assert program == "arena"
        said = arena(*words)
        assert said.code == 0, said.err
        folder = folder or words[words.index("--out") + 1]
    found = Found(sections_in(arena.folder / folder))
    value, n, of = found.shown(system.figure.name, system.figure.group)
    assert value == pytest.approx(system.figure.value, abs=1e-9)
    assert n == of


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m scenarios.systems writes it"


def test_each_has_one_name_and_one_run() -> None:
    assert {count for one in SYSTEMS for count in Counter([one.name, one.command]).values()} == {1}
    assert len({one.name for one in SYSTEMS}) == len(SYSTEMS)


def test_listing_prints_name_paper_and_command(arena: Typist) -> None:
    listed = arena("list", "systems").out
    for system in SYSTEMS:
        assert system.command in listed
    shown = arena("list", "systems", "score").out
    assert "Kumar et al. 2024" in shown
    assert "Accuracy after turn 2 (revise: trained): 0.644" in shown
