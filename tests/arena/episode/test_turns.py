"""Turns: one for each question to a seat, however often it was asked again."""

from __future__ import annotations

from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.turns import turns
from arena.forms import Speech
from tests.shared.agents import Scripted
from tests.shared.playing import play
from tests.shared.protocols import OneShot


async def _talk(episode: Episode) -> Outcome:
    await episode.together(("bob", "ann"), Speech())
    episode.tell(("ann",), "Go on.")
    await episode.ask("ann", Speech(), remember=False)
    return Outcome.completed({})


async def test_count_by_step_and_then_in_the_order_of_commitment() -> None:
    played = await play(OneShot(method=_talk), {"ann": Scripted("a", "b"), "bob": Scripted("c")})
    found = turns(played.steps, played.calls)
    assert [(turn.number, turn.step, turn.seat) for turn in found] == [
        (0, 0, "bob"),
        (1, 0, "ann"),
        (2, 2, "ann"),
    ]


async def test_hold_every_attempt() -> None:
    played = await play(OneShot(method=_talk), {"ann": Scripted("", "", "a", "b"), "bob": Scripted("c")})
    found = turns(played.steps, played.calls)
    assert [len(turn.calls) for turn in found] == [1, 3, 1]
    assert [call.count for call in found[1].calls] == [0, 1, 2]


async def test_what_has_no_events_yet_comes_last_in_its_step() -> None:
    played = await play(OneShot(method=_talk), {"ann": Scripted("a", "b"), "bob": Scripted("c")})
    found = turns(played.steps[:2], played.calls)
    assert [turn.seat for turn in found] == ["bob", "ann", "ann"]
