"""Hypothesis strategies for columns of confidence and correctness."""

from __future__ import annotations

from hypothesis import strategies as st

# Few different confidences, so that equal ones and both ends are common.
confidences = st.one_of(st.integers(0, 20).map(lambda i: i / 20), st.floats(0, 1, width=32))
outcomes = st.sampled_from([0, 1])
points = st.sampled_from([0, 0.5, 1])

Row = tuple[float, int]
GappyRow = tuple[float | None, int | None]


def rows(at_least: int = 1, at_most: int = 30) -> st.SearchStrategy[list[Row]]:
    """Pairs of a confidence and whether the answer was right."""
    return st.lists(st.tuples(confidences, outcomes), min_size=at_least, max_size=at_most)


def gappy_rows(at_most: int = 30) -> st.SearchStrategy[list[GappyRow]]:
    """The same, either or both of which may be missing."""
    return st.lists(st.tuples(st.none() | confidences, st.none() | outcomes), max_size=at_most)


def columns(pairs: list[Row]) -> tuple[list[float], list[int]]:
    """The rows' confidences and correctness."""
    return [stated for stated, _ in pairs], [right for _, right in pairs]


def gappy_columns(pairs: list[GappyRow]) -> tuple[list[float | None], list[int | None]]:
    """The rows' confidences and correctness, or what stands for them."""
    return [stated for stated, _ in pairs], [right for _, right in pairs]
