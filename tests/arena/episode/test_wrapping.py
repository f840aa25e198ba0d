"""A protocol around another one hides nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from arena.annotations import Annotation, Score
from arena.designs.coached import Coached
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.episode.rewriting import Rewritten
from arena.episode.wrapping import WrappingProtocol
from arena.seat.transcript import Event
from arena.tasks.task import PublicTask
from protocols.strategised import Strategised


class Particular(Protocol):
    """Says something of its own wherever a protocol may."""

    seats = ("ann", "bob")  # type: ignore[pydantic-field]
    players = ("ann",)  # type: ignore[pydantic-field]
    absent = ("later",)  # type: ignore[pydantic-field]
    picture_names = ("ann", "source")  # type: ignore[pydantic-field]

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        return {"own": Score}

    @property
    def tools(self) -> Mapping[str, Sequence[Any]]:
        return {"bob": ("calculator",)}

    def asks_of(self, seat: str) -> frozenset[str]:
        return frozenset({f"asked of {seat}"})

    def drawings(self, events: Sequence[Event], chance: int) -> Mapping[int, Mapping[str, str]]:
        return {chance: {"ann": "<svg/>"}}

    def shows_pictures(self, seat: str, task: PublicTask) -> bool:
        return seat == "bob"

    def brief(self, seat: str, task: PublicTask) -> str:
        return f"You are {seat}."

    async def play(self, episode: Episode) -> Outcome:
        return Outcome.completed({})


INNER = Particular()
WRAPPED = [
    Rewritten(protocol=INNER, rate=0, turns=1),
    Coached(protocol=INNER, improving="ann"),
    Strategised(protocol=INNER, advised=("bob",)),
]


@pytest.mark.parametrize("protocol", WRAPPED, ids=lambda one: type(one).__name__)
def test_what_a_wrapping_protocol_does_not_change_is_as_the_other_has_it(protocol: WrappingProtocol) -> None:
    task = PublicTask(text="A task.")
    assert protocol.players == ("ann",)
    assert protocol.absent == ("later",)
    assert protocol.tools == {"bob": ("calculator",)}
    assert protocol.finds["own"] is Score
    assert protocol.drawings([], 7) == {7: {"ann": "<svg/>"}}
    assert set(protocol.picture_names) >= {"ann", "bob", "source"}
    for seat in INNER.seats:
        assert protocol.asks_of(seat) == frozenset({f"asked of {seat}"})
        assert protocol.shows_pictures(seat, task) is (seat == "bob")
        assert protocol.brief(seat, task) == f"You are {seat}."
    for seat in set(protocol.seats) - set(INNER.seats):
        assert protocol.asks_of(seat) is None
        assert not protocol.shows_pictures(seat, task)


def test_nothing_that_a_protocol_may_say_is_forgotten() -> None:
    """Or a hook that is added to protocols would be lost as soon as one is wrapped."""
    hooks = {name for name in vars(Protocol) if not name.startswith(("_", "model_"))} - {"play"}
    assert hooks <= set(vars(WrappingProtocol))
