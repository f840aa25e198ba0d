"""The facts about a run in its journal, checked: its header, its judging criteria and its measurements."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from pydantic_core import from_json

from arena.episode.measurement import Measurement
from arena.journal._bulk import MEASUREMENT, Read, Row
from arena.journal._checking import Checks
from arena.journal._verdicts import READ_CRITERIA, PanelRule

_HEADER = "SELECT name, value, checksum FROM header ORDER BY name"
_MEASUREMENTS = f"SELECT {MEASUREMENT}, checksum FROM measures ORDER BY name, condition, round"


MAY_GROW = ("added", "named")
"""What a run's configuration gains when agents are added to it. Its earlier episodes stay as they are."""


def unlike(config: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two configurations differ in more than the agents that were added later."""
    names = (config.keys() | other.keys()).difference(MAY_GROW)
    return any(config.get(name) != other.get(name) for name in names)


def read_header(read: Read, checks: Checks) -> dict[str, Any]:
    """Return the header, as JSON-able values by name. It is empty if the run never began.

    Raises:
        JournalDamaged: if it differs from what was written.
    """
    with checks.reading("header"):
        return {name: from_json(value) for name, value, _ in _facts(read, checks, "header", _HEADER, 1)}


def read_criteria(read: Read, checks: Checks) -> dict[str, tuple[Any, PanelRule]]:
    """Return the judging criteria, as JSON-able values, and the rules for their verdicts, by name.

    Raises:
        JournalDamaged: if they differ from what was written.
    """
    with checks.reading("criteria"):
        rows = _facts(read, checks, "criteria", f"{READ_CRITERIA} ORDER BY name", 1)
        return {name: (from_json(criterion), PanelRule(*rule)) for name, criterion, *rule, _ in rows}


def read_measurements(read: Read, checks: Checks) -> list[Measurement]:
    """Return the measurements between rounds, by name, condition and round.

    Raises:
        JournalDamaged: if they differ from what was written.
    """
    rows = _facts(read, checks, "measures", _MEASUREMENTS, 3)
    return [Measurement(name, round_, value, condition) for name, condition, round_, value, _ in rows]


def _facts(read: Read, checks: Checks, table: str, query: str, key: int) -> list[Row]:
    """Return the checked rows of a table, as many as were written. The first `key` values are their key."""
    in_order = checks.in_order(table, itemgetter(slice(key)))
    rows = [in_order(row) for row in read(query)]
    for row in rows:
        checks.fact(table, row)
    checks.count(table)
    return rows
