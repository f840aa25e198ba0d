"""How much each seat said to everyone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from pydantic_core import from_json

from arena.journal import StoredRun
from arena.seat.transcript import Event, EventKind


def read_words(
    run: StoredRun, places: Mapping[int, int], seats: Sequence[Mapping[str, str]]
) -> dict[int, dict[str, int]]:
    """Return how many words each seat said to everyone, by the place of its episode. Bets are not counted.

    Args:
        run: the run.
        places: the place of each of its episodes, by number.
        seats: the agent in each seat, by place.
    """
    found: dict[int, dict[str, int]] = {}
    branches = run.branches()
    for number, seat, audience, text, payload in run.spoken():
        place = places.get(number)
        if place is None or number in branches:
            continue
        if _seats(audience).issuperset(seats[place]) and not _is_bet(payload):
            words = found.setdefault(place, {})
            words[seat] = words.get(seat, 0) + len(text.split())
    for number in branches.keys() & places.keys():
        place = places[number]
        everyone_of = frozenset(seats[place])
        for event in (event for step in run.steps(number) for event in step):
            if event.kind is EventKind.SAID and event.audience >= everyone_of and not _holds_bet(event):
                words = found.setdefault(place, {})
                words[event.seat or ""] = words.get(event.seat or "", 0) + len(event.text.split())
    return found


@cache
def _seats(audience: str) -> frozenset[str]:
    return frozenset(from_json(audience))


def _is_bet(payload: str) -> bool:
    return "probability" in payload and _tells_probability(from_json(payload))


def _holds_bet(event: Event) -> bool:
    return _tells_probability(event.data)


def _tells_probability(fields: object) -> bool:
    return isinstance(fields, dict) and "probability" in fields
