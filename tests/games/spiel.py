"""Our games and OpenSpiel's, walked side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from games import CHANCE, State

pyspiel = pytest.importorskip("pyspiel")


def all_pairs(ours: State, theirs: Any) -> Iterator[tuple[State, Any]]:
    """Every history, as our state and OpenSpiel's."""
    yield ours, theirs
    for action in theirs.legal_actions():
        yield from all_pairs(ours.child(action), theirs.child(action))


def assert_same(ours: State, theirs: Any) -> None:
    """Whose turn, what is legal, what chance may do and what is paid agree."""
    assert ours.is_terminal == theirs.is_terminal()
    assert ours.current_player == theirs.current_player()
    assert list(ours.legal_actions()) == theirs.legal_actions()
    for player in (0, 1):
        assert list(ours.legal_actions(player)) == theirs.legal_actions(player)
    expected_chance = theirs.chance_outcomes() if ours.current_player == CHANCE else []
    assert list(ours.chance_outcomes()) == expected_chance
    assert list(ours.returns()) == theirs.returns()


def assert_information_states_match(histories: Iterable[tuple[State, Any]], player: int) -> None:
    """Two information states of ours are equal exactly where OpenSpiel's are.

    Endings are left out: OpenSpiel's do not tell what a showdown showed.
    """
    going_on = ((ours, theirs) for ours, theirs in histories if not ours.is_terminal)
    pairs = {
        (ours.information_state(player), theirs.information_state_string(player)) for ours, theirs in going_on
    }
    assert len({ours for ours, _ in pairs}) == len(pairs)
    assert len({theirs for _, theirs in pairs}) == len(pairs)
