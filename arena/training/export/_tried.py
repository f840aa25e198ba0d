"""The tries at steps of which agents made an episode's replies, in place of these replies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from arena.forms import Status
from arena.seat.additions import Added, added
from arena.seat.agent import Reply
from arena.seat.tries import MADE_OF_TRIES, read_tries
from arena.training.export._row import Row
from arena.training.rewards.places import Placed
from arena.training.rewards.reading import EpisodeReading

NO_VERDICT = "the critic gave no verdict on it"
_ACCEPTED = {True: "accepted", False: "rejected", None: ""}
_PAYS = {"accepted": 1.0, "rejected": 0.0}


def tried(reading: EpisodeReading) -> EpisodeReading:
    """Return an episode whose replies are the tries at the steps of its replies.

    The request of a try is what the agent was sent. A try has the turn of the reply that was made of it, its
    step as the sample and its number as the attempt, both from 0. Replies that were not made of tries are
    left out.
    """
    return replace(reading, placed=[one for reply in reading.placed for one in _tries(reply)])


def as_try(row: Row, one: Placed) -> Row:
    """Return a row of a try, which earns 1 if the critic accepted it and 0 if not."""
    earned = _PAYS.get(one.call.reply.reasoning if one.call.reply else "")
    return row._replace(
        sample=one.place.sample,
        reward=earned,
        advantage=earned,
        unearned="" if earned is not None else NO_VERDICT,
        key=None,
        correct=None,
        confidence=None,
        stands=one.counts,
    )


def _tries(one: Placed) -> Iterator[Placed]:
    call = one.call
    if not one.counts or call.reply is None or MADE_OF_TRIES not in call.spent.notes:
        return
    before = list(takewhile(lambda note: note != MADE_OF_TRIES, call.spent.notes))
    for made in read_tries(call.reply.reasoning):
        notes = (*before, added(Added.ASIDE, made.asked), *made.notes)
        said = call._replace(
            reply=Reply(made.text, reasoning=_ACCEPTED[made.accepted], structured=made.structured),
            status=Status.OK,
            spent=call.spent._replace(notes=notes),
        )
        place = one.place._replace(sample=made.step - 1)
        yield one._replace(call=said, place=place, attempt=made.number - 1, counts=made.kept)
