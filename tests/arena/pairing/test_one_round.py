"""Round robin, gauntlet and self-play: who meets whom, and how often."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.pairing import Gauntlet, MirrorMatches, Pairing, RoundRobin
from arena.ratings import Result
from tests.arena.pairing.play import entrants, play, stronger_first


class TestRoundRobin:
    @given(entrants, st.integers(1, 3))
    def test_every_pair_meets_as_often_as_asked(self, players: list[str], meetings: int) -> None:
        (only,), _ = play(RoundRobin(meetings), players, stronger_first)
        met = Counter(frozenset(pairing.players) for pairing in only)
        assert met == {frozenset(pair): meetings for pair in combinations(players, 2)}

    @given(entrants, st.integers(1, 2))
    def test_nobody_plays_twice_in_a_turn(self, players: list[str], meetings: int) -> None:
        """And there are as few turns as can be: n - 1 for even n, n for odd."""
        turns: dict[str, list[str]] = {}
        for pairing in RoundRobin(meetings).pairings(players, []):
            turns.setdefault(pairing.label, []).extend(pairing.players)
        assert all(len(set(seated)) == len(seated) for seated in turns.values())
        assert len(turns) == meetings * (len(players) - 1 + len(players) % 2)

    @given(entrants)
    def test_first_seats_are_shared(self, players: list[str]) -> None:
        """Over two meetings exactly, over one as nearly as can be."""
        for meetings, slack in ((1, 1), (2, 0)):
            lead = Counter(dict.fromkeys(players, 0))
            for pairing in RoundRobin(meetings).pairings(players, []):
                lead.update({pairing.players[0]: 1, pairing.players[1]: -1})
            assert max(map(abs, lead.values())) <= slack

    @given(st.integers(3, 7), st.integers(3, 4), st.integers(1, 2))
    def test_tables_are_all_combinations(self, n: int, size: int, meetings: int) -> None:
        players = [str(i) for i in range(max(n, size))]
        met = Counter(frozenset(p.players) for p in RoundRobin(meetings, size).pairings(players, []))
        assert met == {frozenset(table): meetings for table in combinations(players, size)}

    def test_four_by_hand(self) -> None:
        pairs = [set(pairing.players) for pairing in RoundRobin().pairings("abcd", [])]
        turns = list(zip(pairs[::2], pairs[1::2], strict=True))
        assert turns == [({"a", "d"}, {"b", "c"}), ({"a", "c"}, {"b", "d"}), ({"a", "b"}, {"c", "d"})]


class TestGauntlet:
    @given(entrants, st.integers(1, 3))
    def test_the_first_meets_each_other(self, players: list[str], meetings: int) -> None:
        (only,), _ = play(Gauntlet(meetings), players, stronger_first)
        met = Counter(frozenset(pairing.players) for pairing in only)
        assert met == {frozenset((players[0], other)): meetings for other in players[1:]}


class TestSelfPlay:
    def test_each_meets_itself(self) -> None:
        (only,), _ = play(MirrorMatches(2, table_size=3), ["ann"], lambda players, _: (1.0, 2.0, 3.0))
        assert only == [Pairing(("ann",) * 3, "meeting 1"), Pairing(("ann",) * 3, "meeting 2")]


@pytest.mark.parametrize("rules", [RoundRobin(), Gauntlet(), MirrorMatches()])
class TestRefuses:
    def test_nobody_and_namesakes(self, rules: RoundRobin | Gauntlet | MirrorMatches) -> None:
        with pytest.raises(UsageError, match="at least"):
            rules.pairings([], [])
        with pytest.raises(UsageError, match="same name: ann"):
            rules.pairings(["ann", "bob", "ann"], [])

    def test_rounds_it_did_not_schedule(self, rules: RoundRobin | Gauntlet | MirrorMatches) -> None:
        """A resumed tournament with other entrants is noticed."""
        _, rounds = play(rules, ["ann", "bob"], stronger_first)
        with pytest.raises(UsageError, match="Round 1"):
            rules.pairings(["ann", "cat"], rounds)
        with pytest.raises(UsageError, match="Round 2"):
            rules.pairings(["ann", "bob"], [*rounds, [Result(("ann", "bob"), (1, 0))]])


@pytest.mark.parametrize(
    "make",
    [
        lambda: RoundRobin(0),
        lambda: Gauntlet(0),
        lambda: MirrorMatches(0),
        lambda: RoundRobin(table_size=1),
        lambda: MirrorMatches(table_size=1),
    ],
)
def test_refuses_settings_that_play_nothing(make: object) -> None:
    assert callable(make)
    with pytest.raises(UsageError):
        make()
