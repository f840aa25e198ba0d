"""The record of a strategist's advice that an agent keeps in a reply's reasoning.

It is JSON with the ``advice`` (``text``, ``reasoning``, ``status``, ``reason``, ``asked``, any
``notes``) and the agent's own ``reasoning``. ``asked`` is the question to the strategist, which stood below
everything that the seat was sent. Older records lack it.
"""

from __future__ import annotations

import json
from typing import NamedTuple


class Advice(NamedTuple):
    """Advice as it came, the question that it answers (empty in older records), and the notes on it."""

    text: str
    asked: str
    notes: tuple[str, ...]


def read_advice(reasoning: str) -> Advice | None:
    """Return the advice in a record; None if the text is no such record."""
    try:
        advice = json.loads(reasoning)["advice"]
        return Advice(
            str(advice["text"]), str(advice.get("asked", "")), tuple(map(str, advice.get("notes", ())))
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
