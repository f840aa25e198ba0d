"""An episode's drafts in place of the replies that were made of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from arena.annotations import AnnotationRow
from arena.forms import Status
from arena.seat.agent import Reply
from arena.seat.drafts import MADE_OF_DRAFTS, is_of_draft, read_drafts
from arena.training.rewards.places import Placed
from arena.training.rewards.reading import EpisodeReading


def drafted(reading: EpisodeReading) -> EpisodeReading:
    """Return an episode whose replies are the drafts of its replies, as samples of their turns.

    Each draft has the request of its reply. What was found out about it stands at its own place. Replies that
    were not made of drafts are left out.
    """
    drafts = [draft for one in reading.placed for draft in _drafts(reading, one)]
    return replace(reading, placed=drafts)


def _drafts(reading: EpisodeReading, one: Placed) -> Iterator[Placed]:
    call = one.call
    first = one._replace(place=one.place._replace(sample=0), is_sample=True)
    if not one.counts or call.reply is None:
        return
    # Only the engine writes annotations of drafts, and only an agent notes, so that no reasoning of a model
    # can pass for some.
    if MADE_OF_DRAFTS not in call.spent.notes and not reading.found.exactly(first, _is_of_draft):
        return
    for number, draft in enumerate(read_drafts(call.reply.reasoning).drafts):
        status = Status.OK if draft.ok else Status.ERROR
        said = call._replace(
            reply=Reply(draft.text, structured=draft.structured, parts=draft.parts), status=status
        )
        yield first._replace(call=said, place=one.place._replace(sample=number))


def _is_of_draft(row: AnnotationRow) -> bool:
    return is_of_draft(row.name)
