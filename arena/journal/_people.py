"""Which of a run's agents are people, by the mark in its header."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PERSON = "person"
"""What the header of a run says of an agent that is a person: the desk where the person sat."""


def people_of(header: Mapping[str, Any]) -> dict[str, str]:
    """Return the desk of each person who played in a run or judged it, by the person's name there."""
    recorded = {**header.get("judges", {}), **header.get("agents", {})}
    return {name: one[PERSON] for name, one in recorded.items() if PERSON in one}
