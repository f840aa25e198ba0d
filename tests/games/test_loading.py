"""Games are found by name, cheaply, and a wrong name is answered in one sentence."""

from __future__ import annotations

import subprocess
import sys
from ast import literal_eval
from importlib.metadata import EntryPoint, EntryPoints

import pytest

import games
from games import GAMES, Repeated, UnknownGame, load
from games.kuhn import KuhnPoker


@pytest.mark.parametrize("name", sorted(set(GAMES) - {"disguised", "openspiel", "repeated"}))
def test_every_game_is_found_by_the_name_it_gives_itself(name: str) -> None:
    assert load(name).name == name


@pytest.mark.parametrize("name", ["repeated:kuhn?n=10", "openspiel:liars_dice(numdice=1)"])
def test_parameters_are_part_of_the_name(name: str) -> None:
    if name.startswith("openspiel"):
        pytest.importorskip("pyspiel")
    assert load(name).name == name


def test_a_repeated_game_is_named_after_its_hand() -> None:
    assert load("repeated:kuhn?n=3") == Repeated(KuhnPoker(), 3)


def test_a_repeated_game_whose_hand_has_parameters_is_made_again_by_its_name() -> None:
    made = Repeated(load("ultimatum?coins=7"), 3)
    assert load(made.name) == made


def test_an_unknown_name_is_answered_with_the_nearest_and_all_known() -> None:
    with pytest.raises(
        UnknownGame,
        match=r"no game 'khun' \(did you mean 'kuhn'\?\); the games are bargaining, blackjack, disguised,",
    ):
        load("khun")


@pytest.mark.parametrize("spec", ["kuhn?cards=4", "kuhn:4", "repeated:kuhn", "repeated?n=3"])
def test_wrong_parameters_are_answered_in_a_sentence(spec: str) -> None:
    with pytest.raises(ValueError, match="cannot be made"):
        load(spec)


def test_other_packages_add_games_by_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("theirs", "games.kuhn:KuhnPoker", "arena.games")
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda group: EntryPoints([point]).select(group=group)
    )
    assert load("theirs") == KuhnPoker()


def test_what_is_no_game_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(GAMES, "fraction", "fractions:Fraction")
    with pytest.raises(TypeError, match=r"not a games\.Game"):
        load("fraction")


class TestTheFace:
    def test_every_public_name_is_there(self) -> None:
        for name in games.__all__:
            assert getattr(games, name) is not None

    def test_other_names_are_not(self) -> None:
        with pytest.raises(AttributeError, match="no attribute 'Poker'"):
            games.Poker  # noqa: B018

    def test_importing_it_imports_nothing_else(self) -> None:
        code = "import sys; before = set(sys.modules); import games; print(sorted(set(sys.modules) - before))"
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        imported = set(literal_eval(run.stdout))
        assert {name for name in imported if name.startswith("games")} == {"games"}
        assert not imported & {"dataclasses", "inspect", "importlib.metadata", "numpy", "pyspiel"}

    def test_the_marker_that_tells_it_from_other_packages_called_games(self) -> None:
        assert (games.__doc__ or "").startswith("Part of Arena (arena-protocols): ")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("leduc?cards=3", r"leduc has no parameter 'cards'; it has none\."),
        ("repeated:kuhn?m=3", r"repeated:kuhn has no parameter 'm'; its parameters are n, payoff,"),
        ("trade?turn=3", r"no parameter 'turn' \(did you mean 'turns'\?\); its parameters are turns, most\."),
    ],
)
def test_an_unknown_parameter_is_answered_with_those_that_there_are(spec: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        load(spec)
