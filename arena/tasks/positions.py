"""Where the right answer stands."""

from __future__ import annotations

from arena.core.seeds import derive


def two_answers(seed: int, place: int, right: str, wrong: str) -> list[str]:
    """Return two answers of the task in a `place`; the right one is first in one of each two places."""
    right_first = (derive(seed, "right answer first", place // 2) + place) % 2
    return [right, wrong] if right_first else [wrong, right]
