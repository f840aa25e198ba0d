"""The advice of an episode's strategists in place of the replies that were made with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import takewhile

from arena.forms import Status
from arena.seat.additions import SENT, Added, added
from arena.seat.advice import read_advice
from arena.seat.agent import Reply
from arena.training.export._row import Row
from arena.training.rewards.places import Placed
from arena.training.rewards.reading import EpisodeReading

_ADVISED = f"{SENT}{Added.QUESTION}"


def advised(reading: EpisodeReading) -> EpisodeReading:
    """Return an episode whose replies are the advice that was read before each of its replies.

    The request of advice is what the strategist was sent. Advice has the place of the reply that was made
    with it, so it earns what that reply earns. Replies that were made without advice are left out.
    """
    return replace(reading, placed=[advice for one in reading.placed for advice in _advice(one)])


def as_advice(row: Row) -> Row:
    """Return a row of advice without the answer and the confidence, which are the reply's."""
    return row._replace(key=None, correct=None, confidence=None)


def _advice(one: Placed) -> Iterator[Placed]:
    call, notes = one.call, one.call.spent.notes
    # Only an agent writes notes, so that no reasoning of a model can pass for advice.
    is_advised = any(note.startswith(_ADVISED) for note in notes)
    advice = read_advice(call.reply.reasoning) if one.counts and is_advised and call.reply else None
    if advice is None:
        return
    before = takewhile(lambda note: not note.startswith(_ADVISED), notes)
    spent = call.spent._replace(notes=(*before, added(Added.ASIDE, advice.asked), *advice.notes))
    # A request without its question cannot be rebuilt, so it is under no known digest.
    digest = call.digest if advice.asked else ""
    said = call._replace(reply=Reply(advice.text), status=Status.OK, spent=spent, digest=digest)
    yield one._replace(call=said)
