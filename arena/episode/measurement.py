"""What a scenario measures between its rounds, such as how exploitable the policy that learns is by now."""

from __future__ import annotations

from typing import NamedTuple


class Measurement(NamedTuple):
    """A value measured when so many rounds had been played, under a condition if there are several."""

    name: str
    round: int
    value: float
    condition: str = ""
