"""The position of the right answer."""

from __future__ import annotations

from arena.core.seeds import derive


def two_answers(seed: int, place: int, right: str, wrong: str) -> list[str]:
    """Return a task's two answers, ordered by its `place`. The right one is first in every other place."""
    right_first = (derive(seed, "right answer first", place // 2) + place) % 2
    return [right, wrong] if right_first else [wrong, right]
