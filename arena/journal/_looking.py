"""What a page that shows a run asks of its journal: how far an episode is, and what belongs to it alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from arena.journal._annotations import AnnotationsOfRun
from arena.journal._bulk import EVENTS
from arena.journal._decoding import read_event
from arena.journal._verdicts import READ_VERDICTS_OF, StoredVerdict, read_verdict
from arena.seat.transcript import Event

_GROWN = """
    SELECT
        (SELECT count(*) FROM events WHERE episode = ?1),
        (SELECT count(*) FROM annotations WHERE episode = ?1 AND judgement = 0),
        (SELECT count(*) FROM calls WHERE episode = ?1),
        (SELECT count(*) FROM outcomes WHERE episode = ?1)
"""
_EVENTS_FROM = f"{EVENTS} WHERE episode = ? AND position >= ? ORDER BY position"
_CHECKSUM_OF = "SELECT checksum FROM events WHERE episode = ? AND position = ?"
_ENDED = "SELECT ending, count(*) FROM outcomes GROUP BY ending ORDER BY ending"
_BEGUN = "SELECT count(*) FROM episodes"
_FAILED = """
    SELECT ending, reason, count(*) FROM outcomes WHERE ending NOT IN ('completed')
    GROUP BY ending, reason ORDER BY 3 DESC, 1, 2 LIMIT ?
"""
_UNUSABLE = """
    SELECT status, count(*), count(DISTINCT episode) FROM calls WHERE status NOT IN ('ok', 'called')
    GROUP BY status ORDER BY 2 DESC, 1
"""
_DECISIONS = """
    SELECT text IS NULL OR text = 'tie', correct, count(*) FROM annotations
    WHERE name = 'decision' AND judgement = 0 AND kind IN ('verdict', 'answer') GROUP BY 1, 2
"""
_BRANCHES = "SELECT number FROM episodes WHERE json_extract(branch, '$[0]') = ? ORDER BY number LIMIT ?"


class GrownRows(NamedTuple):
    """How many rows the journal has of an episode, which only grow while it is played."""

    events: int
    annotations: int
    calls: int
    outcomes: int


class EpisodeTally(NamedTuple):
    """How many episodes a run has by ending, and how many have begun but not ended."""

    by_ending: Mapping[str, int]
    open: int

    @property
    def ended(self) -> int:
        """How many have ended."""
        return sum(self.by_ending.values())


class LookedAtRun(AnnotationsOfRun):
    """The parts of one episode that a journal holds beside its transcript, without a pass over others."""

    def rows_of(self, episode: int) -> GrownRows:
        """Return how many rows there are of an episode; none if it has not begun."""
        return GrownRows(*next(self._rows(_GROWN, episode)))

    def events_from(self, episode: int, position: int) -> list[Event]:
        """Return the events of an episode from a position on, at which a step begins. No others are read.

        Raises:
            JournalDamaged: if one differs from what was written.
        """
        last = next(self._rows(_CHECKSUM_OF, episode, position - 1), (None,))
        rows = list(self._rows(_EVENTS_FROM, episode, position))
        self._checks.events_after(episode, last[0], rows)
        with self._checks.reading("events", episode):
            return [read_event(row, self._checks) for row in rows]

    def tally(self) -> EpisodeTally:
        """Return how many episodes there are by ending. Their rows are counted and not checked."""
        ended = dict(self._rows(_ENDED))
        ((begun,),) = self._rows(_BEGUN)
        return EpisodeTally(ended, begun - sum(ended.values()))

    def failures(self, most: int = 20) -> list[tuple[str, str, int]]:
        """Return how many episodes did not complete, by ending and reason, those of the most first."""
        return list(self._rows(_FAILED, most))

    def unusable(self) -> list[tuple[str, int, int]]:
        """Return how many replies could not be used, and in how many episodes, by status."""
        return list(self._rows(_UNUSABLE))

    def decisions(self) -> Mapping[str, int]:
        """Return how many decisions are right, wrong, undecided, and graded otherwise or not at all."""
        counts = dict.fromkeys(("right", "wrong", "undecided", "ungraded"), 0)
        for undecided, correct, count in self._rows(_DECISIONS):
            graded = {1.0: "right", 0.0: "wrong"}.get(-1.0 if correct is None else correct, "ungraded")
            counts["undecided" if undecided else graded] += count
        return counts

    def version(self) -> int:
        """Return a number that changes when another process or connection writes the journal."""
        return int(next(self._rows("PRAGMA data_version"))[0])

    def verdicts_of(self, episode: int) -> list[StoredVerdict]:
        """Return the verdicts that were given afterwards on an episode, by key, without their calls."""
        if episode in self._left_out:
            return []
        return [read_verdict(self._checks, said, None) for said in self._rows(READ_VERDICTS_OF, episode)]

    def branches_of(self, episode: int, most: int = 50) -> list[int]:
        """Return up to `most` episodes of this fork that branch off an episode of its parent."""
        return [number for (number,) in self._rows(_BRANCHES, episode, most)]
