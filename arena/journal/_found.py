"""Episodes found by what they are and what was said in them, a page at a time and in bounded time.

The newest episodes, or the oldest, are looked at in windows, until a page is full or the time is over. So a
search of 100,000 episodes answers as soon as one of 100, and says where it stopped.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pydantic_core import from_json

from arena.journal._bulk import MOST
from arena.journal._looking import LookedAtRun

IN_PLAY = "in play"
"""The state of an episode that has begun and not ended, beside the names of endings."""
RIGHT, WRONG, UNDECIDED = "right", "wrong", "undecided"
_DECISION = (
    "SELECT 1 FROM annotations WHERE episode = episodes.number AND judgement = 0 AND name = 'decision'"
)
_VERDICTS = {
    RIGHT: f"EXISTS ({_DECISION} AND correct = 1)",
    WRONG: f"EXISTS ({_DECISION} AND correct = 0)",
    UNDECIDED: f"EXISTS ({_DECISION} AND (text IS NULL OR text = 'tie'))",
}
_WORDS = r"""(
    EXISTS (
        SELECT 1 FROM tasks JOIN json_tree(tasks.task)
        WHERE tasks.id = episodes.task AND tasks.task LIKE ? ESCAPE '\' AND atom LIKE ? ESCAPE '\'
    )
    OR EXISTS (
        SELECT 1 FROM events
        WHERE episode = episodes.number AND kind IN ('said', 'told') AND text LIKE ? ESCAPE '\'
    )
)"""
_AGENT = r"EXISTS (SELECT 1 FROM json_each(episodes.seats) WHERE value LIKE ? ESCAPE '\')"
_MOST_WORDS = 8
_WORD = re.compile(r'"([^"]+)"|([^\s"]+)')
_CANDIDATES = """
    SELECT number FROM episodes LEFT JOIN outcomes ON outcomes.episode = episodes.number
    WHERE number >= ? AND number < ? {where} ORDER BY number {order} LIMIT ?
"""
_SHOWN = """
    SELECT number, json_extract(tasks.task, '$.text'), condition, ending, reason, turns, returns
    FROM episodes LEFT JOIN outcomes ON outcomes.episode = episodes.number
        LEFT JOIN tasks ON tasks.id = episodes.task
    WHERE number = ?
"""
_DECIDED = """
    SELECT text, confidence, correct FROM annotations
    WHERE episode = ? AND judgement = 0 AND name = 'decision' ORDER BY number LIMIT 1
"""
_CALLS = "SELECT status, count(*), total(cost), count(cost) FROM calls WHERE episode = ? GROUP BY status"
# In one query of its own, each end is read from the index. Together they would take a pass over all.
_ENDS = """
    SELECT
        coalesce((SELECT min(number) FROM episodes), 0), coalesce((SELECT max(number) FROM episodes), -1)
"""
_SECONDS = 0.04
_LONGEST_TEXT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeFilter:
    """Which episodes are looked for.

    Args:
        words: words of the task, or of what was said or told, in any case of the letters A to Z. Each must
            stand somewhere, and so must words in a row between quotation marks. Empty is all.
        agent: a part of the name of an agent in a seat; empty is all.
        condition: the name of a condition; empty is all.
        why: a part of the reason of the ending; empty is all.
        fork_of: the episode of the parent run that it branches off; None is all.
        state: an ending, or `IN_PLAY`; empty is all.
        verdict: ``right``, ``wrong`` or ``undecided``; empty is all.
        asked_again: a status of a reply that could not be used, such as ``refused``; empty is all.
        oldest_first: whether those with the lowest numbers come first.
    """

    words: str = ""
    agent: str = ""
    condition: str = ""
    why: str = ""
    fork_of: int | None = None
    state: str = ""
    verdict: str = ""
    asked_again: str = ""
    oldest_first: bool = False

    @property
    def window(self) -> int:
        """How many episodes are looked at between two looks at the clock."""
        return 50 if self.words else 500 if self.verdict or self.asked_again or self.agent else 10_000

    def where(self) -> tuple[str, list[str | int]]:
        """Return the conditions in SQL, and the values of their parameters in order."""
        clauses: list[str] = []
        values: list[str | int] = []
        if self.state:
            clauses.append("ending IS NULL" if self.state == IN_PLAY else "ending = ?")
            values += [] if self.state == IN_PLAY else [self.state]
        if self.verdict in _VERDICTS:
            clauses.append(_VERDICTS[self.verdict])
        if self.asked_again:
            clauses.append("EXISTS (SELECT 1 FROM calls WHERE episode = episodes.number AND status = ?)")
            values.append(self.asked_again)
        if self.condition:
            clauses.append("condition = ?")
            values.append(self.condition)
        if self.fork_of is not None:
            clauses.append("json_extract(branch, '$[0]') = ?")
            values.append(self.fork_of)
        if self.why:
            clauses.append(r"reason LIKE ? ESCAPE '\'")
            values.append(_part(self.why))
        if self.agent:
            clauses.append(_AGENT)
            values.append(_part(self.agent))
        for phrase, word in _WORD.findall(self.words)[:_MOST_WORDS]:
            clauses.append(_WORDS)
            values += [_part(phrase or word)] * 3
        return "".join(f" AND {clause}" for clause in clauses), values


def _part(text: str) -> str:
    """Return a pattern for a text that holds this one."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


class FoundEpisode(NamedTuple):
    """An episode in a list. What does not apply is None or empty.

    `asked_again` holds how often each status of a reply that could not be used occurs. `cost` is in dollars,
    and None if no price is known. `returns` are those of the seats.
    """

    number: int
    task: str
    condition: str
    state: str
    reason: str
    turns: int | None
    decided: bool
    choice: str | None
    confidence: float | None
    correct: float | None
    asked_again: Mapping[str, int]
    calls: int
    cost: float | None
    returns: Mapping[str, float]


class FoundEpisodes(NamedTuple):
    """A page of episodes, in order. `next` is where the search goes on, or None if there is no more.

    `is_full` is false if the time was over before the page was full.
    """

    episodes: tuple[FoundEpisode, ...]
    next: int | None
    is_full: bool


class SearchedRun(LookedAtRun):
    """Searches a journal for episodes. What is shown of them in a list is not checked."""

    def find_episodes(
        self,
        wanted: EpisodeFilter,
        start: int | None = None,
        most: int = 20,
        seconds: float = _SECONDS,
    ) -> FoundEpisodes:
        """Return up to `most` episodes from the number `start` on, in the order that the filter says.

        Args:
            wanted: which episodes.
            start: the first number that is looked at; by default, the newest or the oldest.
            most: how many are returned at most.
            seconds: after how long the search stops, at the end of a window.
        """
        ((lowest, highest),) = self._rows(_ENDS)
        step = 1 if wanted.oldest_first else -1
        at = start if start is not None else lowest if wanted.oldest_first else highest
        at = max(min(at, highest), lowest) if highest >= lowest else at
        until = time.monotonic() + seconds
        numbers: list[int] = []
        while lowest <= at <= highest and len(numbers) <= most:
            first, end = (at, at + wanted.window) if step > 0 else (at - wanted.window + 1, at + 1)
            numbers += self._candidates(wanted, first, end, most + 1 - len(numbers))
            at += step * wanted.window
            if len(numbers) <= most and time.monotonic() >= until:
                break
        kept = tuple(map(self._found, numbers[:most]))
        if len(numbers) > most:
            return FoundEpisodes(kept, numbers[most], True)
        ended = not lowest <= at <= highest
        return FoundEpisodes(kept, None if ended else at, ended)

    def _candidates(self, wanted: EpisodeFilter, first: int, end: int, most: int) -> Iterator[int]:
        where, values = wanted.where()
        query = _CANDIDATES.format(where=where, order="ASC" if wanted.oldest_first else "DESC")
        for (number,) in self._rows(query, max(first, 0), min(end, MOST), *values, most):
            if number not in self._left_out:
                yield number

    def _found(self, number: int) -> FoundEpisode:
        _, task, condition, ending, reason, turns, returns = next(self._rows(_SHOWN, number))
        decided = next(self._rows(_DECIDED, number), None)
        choice, confidence, correct = decided or (None, None, None)
        again: dict[str, int] = {}
        calls, cost, priced = 0, 0.0, 0
        for status, count, dollars, known in self._rows(_CALLS, number):
            calls += count
            cost += dollars
            priced += known
            if status not in ("ok", "called"):
                again[status] = count
        return FoundEpisode(
            number,
            str(task or "")[:_LONGEST_TEXT],
            condition,
            ending or IN_PLAY,
            reason or "",
            turns,
            decided is not None,
            choice,
            confidence,
            correct,
            again,
            calls,
            cost if priced else None,
            {} if returns is None else from_json(returns),
        )
