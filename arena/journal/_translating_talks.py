"""What old negotiations and coached games found out: the deal, who has what of it, and advice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from arena.annotations import Annotation, Answer, Label, Place, Score, Verdict, status_of
from arena.journal._old_episodes import OldEpisode, said_in

_SIDES = "buyer", "seller"


def of_negotiation(old: OldEpisode, talks: Mapping[str, Any]) -> Iterator[Annotation]:
    """Yield the annotations of ``details["negotiation"]``."""
    if talks["ended"] in ("forfeited", "failed"):
        last = [question for question in old.questions if question.seat in _SIDES][-1]
        yield Label("deal", status=status_of(last.status), reason=last.reason)
    else:
        yield Label("deal", "yes" if talks["deal"] else "no")
    yield Score("surplus", talks["surplus"], unit="dollars")
    if talks["deal"]:
        yield Score("price", talks["price"], unit="dollars")
        yield Score("created", talks["created"], unit="dollars")
        for side in _SIDES:
            yield Score("gain", old.returns[side], about=Place(side), unit="dollars")
            if (share := talks[f"{side}_share"]) is not None:
                yield Score("share of surplus", share, about=Place(side))
    for question in old.asked("moderator"):
        truth = "deal" if talks["deal"] else "no deal"
        struck = question.parsed["choice"] if question.is_ok else None
        yield said_in(question, Verdict("struck", struck, truth=truth))


def of_coaching(old: OldEpisode, coaching: Mapping[str, Any]) -> Iterator[Annotation]:
    """Yield the annotations of ``details["coaching"]``: the game as it was seen, and the advice if any."""
    improving = Place(old.settings.get("improving", ""))
    yield Answer("history", coaching["history"], about=improving, graded=False)
    for question in old.asked("critic"):
        yield said_in(question, Answer("advice", coaching["advice"], about=improving, graded=False))
