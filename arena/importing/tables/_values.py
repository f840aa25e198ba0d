"""The values of a row: names of players, how a match ended, scores, places and counts."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from arena.core.jsonl import BadLine
from arena.core.text import one_line

_LONGEST_NAME = 200

WIN, TIE, LOSS = (1.0, 0.0), (0.5, 0.5), (0.0, 1.0)
_WORDS: dict[str, tuple[float, float]] = {
    **dict.fromkeys(
        ("win", "won", "w", "a", "model_a", "left", "white", "player_1", "model_1", "first"), WIN
    ),
    **dict.fromkeys(("loss", "lost", "lose", "l", "b", "model_b", "right", "black"), LOSS),
    **dict.fromkeys(("player_2", "model_2", "second", "opponent"), LOSS),
    **dict.fromkeys(("tie", "tied", "draw", "drawn", "d", "t", "both", "equal", "neither"), TIE),
    **dict.fromkeys(("tie (bothbad)", "tie (both bad)", "bothbad", "both_bad", "remis"), TIE),
}
_NOTHING = ("", "*", "none", "null", "nan", "n/a", "na", "unknown", "no result", "error", "aborted", "void")
_FRACTIONS = {"1/2": 0.5, "½": 0.5}
_HALVES = re.compile(r"\s*([\d.½/]+)\s*[-:–]\s*([\d.½/]+)\s*")


def name_of(value: Any, part: str) -> str:
    """Return a player's name.

    Raises:
        BadLine: if there is none, or it is too long.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadLine(f"the {part} is not a name")
    name = str(value).strip()
    if not name:
        raise BadLine(f"the {part} is missing")
    if len(name) > _LONGEST_NAME:
        raise BadLine(f"the {part} is longer than {_LONGEST_NAME} characters")
    return name


def is_nothing(value: Any) -> bool:
    """Return whether a value says that there is no result."""
    if isinstance(value, float) and math.isnan(value):
        return True
    return value is None or (isinstance(value, str) and value.strip().lower() in _NOTHING)


def ended(value: Any, players: Sequence[str], *, signed: bool) -> tuple[float, float] | None:
    """Return the scores of two players, or None if the match has no result.

    Args:
        value: how it ended: ``1-0``, ``1/2-1/2``, ``3-1``, the winner's name, a word such as ``tie``, or the
            first player's score: 1, 0.5 or 0.
        players: the two names.
        signed: whether a loss is written -1 in this table, so that 0 is a tie.

    Raises:
        BadLine: if it is not one of these.
    """
    if is_nothing(value) and value not in players:
        return None
    said = str(value).strip()
    if said in players:
        return (1.0, 0.0) if said == players[0] else (0.0, 1.0)
    if (word := said.lower().replace(" ", "_")) in _WORDS or (word := said.lower()) in _WORDS:
        return _WORDS[word]
    if pair := _HALVES.fullmatch(said):
        return number_of(pair[1], "result"), number_of(pair[2], "result")
    try:
        own = number_of(said, "result")
    except BadLine:
        own = math.nan
    if signed and own in (-1, 0, 1):
        own = (own + 1) / 2
    if own not in (0, 0.5, 1):
        raise BadLine(f"the result {one_line(said, 60)!r} is not a win, a tie or a loss")
    return own, 1 - own


def number_of(value: Any, part: str) -> float:
    """Return a finite number; ``85%`` is 85.

    Raises:
        BadLine: if it is not one.
    """
    if isinstance(value, str) and value.strip() in _FRACTIONS:
        return _FRACTIONS[value.strip()]
    try:
        found = math.nan if isinstance(value, bool) else float(str(value).strip().removesuffix("%"))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise BadLine(f"the {part} {one_line(str(value), 60)!r} is not a number")
    return found


def count_of(value: Any, part: str) -> int:
    """Return how often something happened; an empty cell is 0.

    Raises:
        BadLine: if it is not a whole number of at least 0.
    """
    if is_nothing(value):
        return 0
    found = number_of(value, part)
    if found < 0 or found != int(found):
        raise BadLine(f"the {part} must be a whole number of at least 0, not {one_line(str(value), 60)}")
    return int(found)


def places_won(places: Sequence[float]) -> tuple[float, ...]:
    """Return the share of the others that each player finished before; a shared place counts half.

    >>> places_won([1, 3, 2]), places_won([1, 1])
    ((1.0, 0.0, 0.5), (0.5, 0.5))
    """
    return tuple(
        (sum(own < other for other in places) + (places.count(own) - 1) / 2) / (len(places) - 1)
        for own in places
    )
