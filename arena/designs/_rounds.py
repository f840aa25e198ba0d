"""What a scenario plans: rounds of episodes, and who sits where in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from arena.episode.plan import Plan


@dataclass(frozen=True, slots=True)
class Round:
    """Plans that may be played at the same time, and their number. They are made as they are needed."""

    plans: Iterator[Plan]
    size: int


class Seating(NamedTuple):
    """The name of the agent in each seat, and the name of the condition if there are several."""

    seats: Mapping[str, str]
    condition: str = ""
