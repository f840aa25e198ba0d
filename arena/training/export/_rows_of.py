"""What becomes rows: replies, or what they were made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from arena.training.export._advised import advised, as_advice
from arena.training.export._drafted import drafted
from arena.training.export._row import Row
from arena.training.export._tried import as_try, tried
from arena.training.rewards.reading import EpisodeReading


class RowsOf(StrEnum):
    """What becomes rows."""

    REPLIES = "replies"
    """The replies of the seats."""
    DRAFTS = "drafts"
    """The drafts of which agents such as ``best-of``, ``aggregate`` and ``panel`` made their replies."""
    ADVICE = "advice"
    """The advice of strategists, each paid as the reply that was made with it."""
    TRIES = "tries"
    """The tries at steps of guided solvers, each paid 1 if the critic accepted it and 0 if not."""
    VERDICTS = "verdicts"
    """The replies of the judges who judged the run afterwards, each paid for being right."""


READ_AS: Mapping[RowsOf, Callable[[EpisodeReading], EpisodeReading]] = {
    RowsOf.DRAFTS: drafted,
    RowsOf.ADVICE: advised,
    RowsOf.TRIES: tried,
}
"""What makes an episode's replies what becomes rows, if these are not the replies themselves."""


def finished(rows: Iterable[Row], what: RowsOf, reading: EpisodeReading) -> list[Row]:
    """Return the rows of an episode without what is the reply's, and not that of its part."""
    if what is RowsOf.ADVICE:
        return list(map(as_advice, rows))
    if what is RowsOf.TRIES:
        return [as_try(row, one) for row, one in zip(rows, reading.placed, strict=True)]
    return list(rows)
