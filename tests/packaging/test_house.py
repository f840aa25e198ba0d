"""The house keeps to its map: layers, no circles, rooms of a readable size, one name a thing."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path
from statistics import median

import pytest

from tests.packaging import house
from tests.packaging.house import Function

VERBS = {
    "arena/face/_runs.py:fork_async",
    "arena/face/_verbs.py:rehearse_async",
    "arena/face/_verbs.py:run_async",
    "arena/results/report/_writing.py:write_report",
    "arena/running/rehearsal.py:rehearse",
    "arena/running/running.py:run",
    "arena/running/forking.py:fork",
    "arena/training/environments/owned.py:owned_seat",
    "arena/training/environments/env.py:__init__",
    "arena/episode/episode.py:ask",
    "arena/episode/episode.py:together",
}
"""The documented verbs, which may take more than six parameters."""
TWICE = {"Verdict"}
"""A verdict is found out (an annotation, in `arena`), and is also asked for (its form, in `arena.forms`)."""
SAME_VERB = {
    *("exploitability", "export", "fork", "judge", "pause", "rank", "rehearse", "report", "resume", "run"),
    "stop",
}
"""Verbs of `arena`, which their commands and the functions that do their work have, too."""
ONE_A_MODULE = {"RULES", "scenario"}
"""The rules of each game, and what each file of `scenarios` is read for."""
ACTIONS = {"ACCEPT", "PASS"}
"""Actions that each game numbers anew."""
SEATS = {"CRITIC", "JUDGE", "MODERATOR"}
"""Seats that several protocols have; each constant is the seat's name in small letters."""
GIVEN = {"arena/training/environments/verifiers.py:resume"}
"""Methods whose parameters are those of another library's class, which ours overrides."""
SETTINGS = {"games/loading.py:repeated"}
"""Functions whose parameters are what a user may write in a name."""
LONG: set[str] = set()
"""Modules that are too long until they are rewritten."""


def test_few_modules_stand_in_no_room() -> None:
    assert len(house.directly_in_arena()) <= 3


def test_nothing_is_imported_in_a_circle() -> None:
    assert house.cycles() == []


def test_nothing_is_imported_from_above() -> None:
    assert house.upward() == []


def test_nothing_above_is_named_in_a_string_but_by_the_registry() -> None:
    assert house.named_above() == []


def test_the_linter_of_imports_agrees() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=house.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_what_only_its_package_imports_has_an_underscore() -> None:
    assert house.misnamed_privacy() == []


def test_every_function_fits_on_a_screen() -> None:
    assert house.long_functions() == []


def test_only_the_verbs_take_many_parameters() -> None:
    assert [one for one in house.wide_functions() if one.place not in VERBS | GIVEN | SETTINGS] == []


def test_no_public_name_stands_for_two_things() -> None:
    assert house.doubles().keys() == TWICE | SAME_VERB | ONE_A_MODULE | ACTIONS | SEATS


@pytest.mark.parametrize("seat", sorted(SEATS))
def test_a_seat_of_several_protocols_is_called_the_same_in_all(seat: str) -> None:
    named = [getattr(importlib.import_module(each), seat) for each in _modules_with(seat)]
    assert named == [seat.lower()] * len(named)


@pytest.mark.parametrize("verb", sorted(SAME_VERB))
def test_a_verb_that_stands_twice_is_a_command_or_offered_by_arena(verb: str) -> None:
    assert any(place.startswith(("arena/cli/commands/", "arena/face/")) for place in house.doubles()[verb])


def _modules_with(name: str) -> list[str]:
    return [place.removesuffix(".py").replace("/", ".") for place in house.doubles()[name]]


def test_modules_are_of_a_readable_size() -> None:
    assert 80 <= median(house.sizes()) <= 130
    assert house.percentile_90() < 250


def test_no_module_is_too_long_for_one_subject() -> None:
    assert set(house.long_modules()) <= LONG


class TestMeasures:
    """What is measured is there to be measured, or the tests above would hold of nothing."""

    def test_modules_functions_and_imports_are_found(self) -> None:
        assert len(house.modules()) > 200
        assert len(house.functions()) > 2000
        assert "arena.core.errors" in house.imports().find_modules_directly_imported_by("arena.registry")

    def test_lines_and_parameters_are_counted(self) -> None:
        (own,) = (one for one in house.functions() if one.place == "arena/core/seeds.py:drawn")
        assert own == Function("arena/core/seeds.py:drawn", own.lines, 2)
        assert 1 < own.lines < house.LONGEST_FUNCTION

    def test_layers_are_counted_from_the_lowest(self) -> None:
        ranks = house.layers()
        assert ranks["core"] == 0
        assert ranks["core"] < ranks["registry"] < ranks["cli"]
