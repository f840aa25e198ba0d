"""Hypothesis strategies for finished matches."""

from __future__ import annotations

from hypothesis import strategies as st

from arena.ratings import Result

NAMES = ("ann", "bob", "cat", "dan", "eve")

# Few different scores, so that ties are common; -0.0 must count as 0.0.
scores = st.sampled_from([0.0, -0.0, 0.5, 1.0, 2.0])


@st.composite
def one_result(draw: st.DrawFn, sizes: tuple[int, ...] = (2,), odd_ones: bool = True) -> Result:
    """A result between different players; with `odd_ones` also self-play and matches without a result."""
    size = draw(st.sampled_from(sizes))
    seats = st.lists(st.sampled_from(NAMES), min_size=size, max_size=size, unique=True)
    if odd_ones and draw(st.integers(0, 9)) == 0:
        seats = st.sampled_from(NAMES).map(lambda name: [name] * size)
    players = tuple(draw(seats))
    if odd_ones and draw(st.integers(0, 9)) == 0:
        return Result(players, None)
    return Result(players, tuple(draw(st.lists(scores, min_size=size, max_size=size))))


def some_results(
    sizes: tuple[int, ...] = (2,), odd_ones: bool = True, at_least: int = 0
) -> st.SearchStrategy[list[Result]]:
    """A tournament of up to thirty matches in any order."""
    return st.lists(one_result(sizes, odd_ones), min_size=at_least, max_size=30)


def win(winner: str, loser: str, times: int = 1) -> list[Result]:
    """So many matches that one won against the other."""
    return [Result((winner, loser), (1.0, 0.0))] * times


def tie(one: str, two: str, times: int = 1) -> list[Result]:
    """So many ties."""
    return [Result((one, two), (0.5, 0.5))] * times
