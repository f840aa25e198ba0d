"""Measurements that a scenario makes between its rounds, such as how exploitable a learning policy is."""

from __future__ import annotations

from typing import NamedTuple


class Measurement(NamedTuple):
    """A value that was measured after `round` rounds, under a condition if there are several."""

    name: str
    round: int
    value: float
    condition: str = ""
