"""Plays tournaments without playing anything: who beats whom comes from a function."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from arena.pairing import Format, Pairing
from arena.ratings import Result

Referee = Callable[[tuple[str, ...], int], tuple[float, ...] | None]
"""The scores of a match, given its players and how many matches were played before it."""

entrants = st.integers(2, 17).map(lambda n: [f"p{i:02}" for i in range(n)])
decisive = st.integers(0, 10_000).map(lambda seed: referee(seed, ((1.0, 0.0), (0.0, 1.0))))
any_outcome = st.integers(0, 10_000).map(
    lambda seed: referee(seed, ((1.0, 0.0), (0.0, 1.0), (0.5, 0.5), None)),
)


def referee(seed: int, outcomes: Sequence[tuple[float, ...] | None]) -> Referee:
    """Arbitrary but reproducible outcomes."""

    def decide(players: tuple[str, ...], before: int) -> tuple[float, ...] | None:
        return outcomes[
            sum(map(ord, "".join(sorted(players)))) * 31 * (seed + 7 * before + 1) // 13 % len(outcomes)
        ]

    return decide


def stronger_first(players: tuple[str, ...], before: int) -> tuple[float, ...]:
    """The name that comes first in the alphabet wins."""
    return tuple(float(player == min(players)) for player in players)


def never(players: tuple[str, ...], before: int) -> None:
    """No match has a result."""


def play(
    rules: Format, players: Sequence[str], decide: Referee
) -> tuple[list[list[Pairing]], list[list[Result]]]:
    """A whole tournament, round by round; checks that asking twice gives the same answer."""
    schedule: list[list[Pairing]] = []
    rounds: list[list[Result]] = []
    played = 0
    while pairings := rules.pairings(players, rounds):
        assert pairings == rules.pairings(tuple(players), [tuple(results[::-1]) for results in rounds])
        results = []
        for pairing in pairings:
            if not pairing.bye:
                results.append(Result(pairing.players, decide(pairing.players, played)))
                played += 1
        schedule.append(pairings)
        rounds.append(results)
        assert len(rounds) < 200, "the tournament does not end"
    for at, expected in enumerate(schedule):
        assert rules.pairings(players, rounds[:at]) == expected
    return schedule, rounds
