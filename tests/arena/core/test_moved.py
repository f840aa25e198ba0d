"""Whoever imports a name of 0.1 is told in one sentence what it is called now."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from arena.core._moved_names import NAMES
from arena.core.errors import Moved, UnknownName, UsageError
from arena.core.moved import MODULES, sentence
from arena.registry import MOVED, find

RENAMED = [(module, name) for module, names in NAMES.items() for name in names]
HERE = [(module, name) for module, name in RENAMED if module not in MODULES]

LISTED = [
    (module, name)
    for line in (Path(__file__).parents[2] / "data" / "public_names_0.2.txt").read_text("utf-8").splitlines()
    for module, _, names in [line.partition(": ")]
    for name in names.split()
]
"""What the modules of 0.2 (commit 1b77227) listed in their `__all__`."""


def current(module: str, name: str) -> object:
    """Return what stands at the place that the sentence about an old name gives."""
    where, _, now = sentence(module, name).removesuffix(".").rpartition(" ")[2].rpartition(".")
    return getattr(importlib.import_module(where), now)


def _above(module: str) -> list[str]:
    """Return the module and the packages in which it stands, the module first."""
    parts = module.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]


class TestModules:
    @pytest.mark.parametrize("old", MODULES)
    def test_that_are_gone_say_where_they_stand_now(self, old: str) -> None:
        with pytest.raises(Moved, match=rf"^{old} is now {MODULES[old]}\.") as raised:
            importlib.import_module(old)
        assert raised.value.name == old
        importlib.import_module(MODULES[old])

    def test_whose_names_became_one_thing_say_so_once(self) -> None:
        with pytest.raises(Moved) as raised:
            importlib.import_module("arena.columns")
        assert str(raised.value) == (
            "arena.columns is now arena.results.study. Its names AskRow, BeliefRow, Columns, DetailsRow, "
            "EpisodeKey, EpisodeRow, RulingRow, SPEAKER, ScoreRow, SideRow, read_columns are now "
            "arena.results.study.Study."
        )

    def test_of_packages_that_are_gone_say_where_the_package_stands(self) -> None:
        with pytest.raises(Moved, match=r"^arena\.figures is now arena\.results\.figures\."):
            importlib.import_module("arena.figures.lines")

    def test_tell_of_their_renamed_classes_too(self) -> None:
        with pytest.raises(
            Moved, match=r"protocols\.shared\.offers\.Turn is now protocols\.shared\.offers\.Barg"
        ):
            importlib.import_module("protocols.offers")

    @pytest.mark.parametrize("place", MOVED)
    def test_in_which_classes_of_old_journals_stood_are_all_known(self, place: str) -> None:
        module = place.partition(":")[0]
        above = module.rpartition(".")[0]
        assert module in MODULES or above in MODULES or importlib.import_module(module)

    def test_that_never_were_are_not_found_as_ever(self) -> None:
        with pytest.raises(ModuleNotFoundError, match=r"No module named 'arena\.nonsense'") as raised:
            importlib.import_module("arena.nonsense")
        assert not isinstance(raised.value, UsageError)

    def test_are_told_where_an_agent_is_specified_by_its_place(self) -> None:
        with pytest.raises(UsageError, match=r"agents\.wrapper is now agents\.shared\.wrapper"):
            find("agents", "agents.wrapper:Nothing")
        with pytest.raises(UnknownName):
            find("agents", "agents.nonsense:Nothing")


class TestNames:
    @pytest.mark.parametrize(("module", "name"), HERE)
    def test_that_are_gone_say_what_they_are_now(self, module: str, name: str) -> None:
        with pytest.raises(Moved) as raised:
            exec(f"from {module} import {name}")
        assert str(raised.value) == sentence(module, name)
        assert current(module, name) is not None

    @pytest.mark.parametrize(("module", "name"), LISTED)
    def test_that_0_2_listed_are_still_there_or_say_what_they_are_now(self, module: str, name: str) -> None:
        package = next((each for each in _above(module) if each in MODULES), None)
        now = module if package is None else MODULES[package] + module.removeprefix(package)
        if sentence(now, name):
            assert current(now, name) is not None
            return
        if module == "arena.environments.verifiers":
            pytest.importorskip("verifiers")
        try:
            found = getattr(importlib.import_module(now), name)
        except Moved as raised:  # the face of arena keeps a table of its own
            found = str(raised) if f"{now}.{name} is now " in str(raised) else None
        assert found is not None

    def test_that_never_were_are_missing_as_ever(self) -> None:
        with pytest.raises(ImportError, match="cannot import name 'Nonsense'"):
            exec("from agents.hagglers import Nonsense")
        with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
            importlib.import_module("arena").nonsense  # noqa: B018

    @pytest.mark.parametrize(
        "line",
        [
            "from agents.hagglers import Talks",
            "from games.trade import Offer; import arena",
            "from protocols import Method",
            "import games.trade, arena; games.trade.Offer",
        ],
    )
    def test_are_told_whatever_was_imported_first(self, line: str) -> None:
        done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=False)
        last = done.stderr.splitlines()[-1]
        if line.startswith("from games"):  # games stand on their own: nothing of arena is there yet
            assert last.startswith("ImportError: cannot import name 'Offer'")
        else:
            assert last.startswith("arena.core.errors.Moved: ")
            assert " is now " in last


def test_a_module_is_loaded_as_ever_and_keeps_its_source() -> None:
    module = importlib.import_module("agents.hagglers")
    assert module.__spec__ is not None
    assert module.__file__ == module.__spec__.origin
    assert module.BargainingPrompt.__module__ == "agents.hagglers"
