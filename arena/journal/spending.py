"""The usage of a stored run's calls, including those whose replies are no longer on its tape."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from arena.core.text import one_line
from arena.journal._bulk import Read
from arena.journal._checking import Checks
from arena.journal._decoding import read_seats
from arena.seat.agent import AnsweredBy, RequestUsage
from arena.seat.calls import ToolStatus
from arena.spending.limits import TotalUsage

_TOOK = """
    SELECT episode, seats, seat, count, seconds, usage, model, cost, faults
    FROM calls JOIN episodes ON number = episode WHERE usage <> '{{}}' {of} ORDER BY episode, seat, count
"""
_TOOK_FORGOTTEN = """
    SELECT episode, seats, seat, NULL, seconds, usage, model, cost, faults
    FROM forgotten JOIN episodes ON number = episode WHERE true {of} ORDER BY episode, seat
"""
_TOOK_JUDGING = """
    SELECT episode, json_object('judging', judge), 'judging', NULL, seconds, usage, model, cost, faults
    FROM judge_calls WHERE usage <> '{{}}' {of} ORDER BY episode, judge
"""
_UNREPORTED = """
    SELECT seats, seat, coalesce(model, ''), count(*), count(cost), total(cost)
    FROM calls JOIN episodes ON number = episode WHERE (usage IS NULL OR usage = '{{}}') {of}
    GROUP BY 1, 2, 3
    UNION ALL
    SELECT json_object('judging', judge), 'judging', coalesce(model, ''), count(*), count(cost), total(cost)
    FROM judge_calls WHERE (usage IS NULL OR usage = '{{}}') {of}
    GROUP BY 1, 2, 3
"""
_TOTAL = """
    SELECT total(calls), total(tokens), total(cost), total(iif(cost IS NULL, calls, 0)),
        total(estimated_tokens), total(estimated_dollars)
    FROM (
        SELECT cost, estimated_tokens, estimated_dollars, coalesce(
            json_extract(usage, '$.attempts'), json_extract(usage, '$.cache_hits') IS NULL
        ) AS calls, coalesce(
            json_extract(usage, '$.prompt_tokens'), 0
        ) + coalesce(json_extract(usage, '$.completion_tokens'), 0) AS tokens
        FROM (
            SELECT usage, model, cost, estimated_tokens, estimated_dollars FROM calls
            UNION ALL SELECT usage, model, cost, estimated_tokens, estimated_dollars FROM forgotten
            UNION ALL SELECT usage, model, cost, estimated_tokens, estimated_dollars FROM judge_calls
        )
        WHERE model IS NOT NULL AND usage <> '{}'
    )
"""


_TOKENS = """
    SELECT episode, CASE WHEN total(model IS NOT NULL AND tokens IS NULL) = 0 THEN sum(tokens) END FROM (
        SELECT episode, model, iif(
            json_extract(usage, '$.prompt_tokens') IS NULL, NULL,
            json_extract(usage, '$.prompt_tokens') + coalesce(json_extract(usage, '$.completion_tokens'), 0)
        ) AS tokens
        FROM (
            SELECT episode, model, usage FROM calls UNION ALL SELECT episode, model, usage FROM forgotten
        )
    ) GROUP BY episode ORDER BY episode
"""
_NOTED = """
    SELECT coalesce(model, ''), value, count(*) FROM (
        SELECT model, notes, episode FROM calls UNION ALL SELECT model, notes, episode FROM judge_calls
    ), json_each(notes) WHERE notes IS NOT NULL AND value NOT LIKE 'also sent %'
        AND value NOT LIKE 'made of %' AND episode NOT IN (SELECT value FROM json_each(?))
    GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""
_ANSWERED_BY = """
    SELECT model, reported, print, count(*) FROM (
        SELECT coalesce(model, '') AS model, coalesce(reported_model, '') AS reported,
            coalesce(fingerprint, '') AS print
        FROM calls WHERE coalesce(reported_model, fingerprint) IS NOT NULL
            AND episode NOT IN (SELECT value FROM json_each(?1))
        UNION ALL
        SELECT coalesce(model, ''), coalesce(reported_model, ''), coalesce(fingerprint, '')
        FROM judge_calls WHERE coalesce(reported_model, fingerprint) IS NOT NULL
            AND episode NOT IN (SELECT value FROM json_each(?1))
    ) GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 2, 3
"""


_TOOL_CALLS = "SELECT count(*) FROM returned WHERE status <> ?"
_RETURNED = """
    SELECT name, status, count(*), total(seconds) FROM returned
    WHERE episode NOT IN (SELECT value FROM json_each(?)) GROUP BY 1, 2 ORDER BY 1, status <> 'ok', 2
"""


class ToolUse(NamedTuple):
    """How often a tool was called, in what its calls ended, and how many seconds they took together."""

    name: str
    ended: Mapping[ToolStatus, int]
    seconds: float

    @property
    def calls(self) -> int:
        """How often it was called."""
        return sum(self.ended.values())

    @property
    def failed(self) -> int:
        """How many of its calls returned nothing."""
        return self.calls - self.ended.get(ToolStatus.OK, 0)

    def __str__(self) -> str:
        """Return the use as a line."""
        times = "once" if self.calls == 1 else f"{self.calls:,} times"
        bad = ", ".join(
            f"{count:,} {status.value}" for status, count in self.ended.items() if status is not ToolStatus.OK
        )
        return f"The tool {one_line(self.name, 100)} was called {times}" + (f" ({bad})." if bad else ".")


class Noted(NamedTuple):
    """A note on how a model's requests were changed or its replies repaired, and on how many calls."""

    model: str
    note: str
    calls: int

    def __str__(self) -> str:
        """Return the note as a line."""
        model = f"{self.model}: " if self.model else ""
        return f"{model}{self.note} ({self.calls:,} {'call' if self.calls == 1 else 'calls'})."


class RecordedUsage(NamedTuple):
    """The usage of one request.

    `count` is its place on the seat's tape, or None if its reply is not there.
    """

    episode: int
    agent: str
    seat: str
    count: int | None  # type: ignore[assignment]  # hides tuple's method, which nobody misses
    seconds: float
    spent: RequestUsage


class UnreportedUsage(NamedTuple):
    """The number of an agent's requests in a seat without reported usage, and their known cost in dollars."""

    agent: str
    seat: str
    model: str
    calls: int
    priced: int
    dollars: float


def read_total_usage(read: Read) -> TotalUsage:
    """Return the usage of all calls to models, and of tools. `read` runs a query."""
    calls, tokens, dollars, unpriced, estimated_tokens, estimated_dollars = next(read(_TOTAL))
    estimated = int(estimated_tokens), estimated_dollars
    ((used,),) = read(_TOOL_CALLS, ToolStatus.REFUSED)
    return TotalUsage(int(calls), int(tokens), dollars, int(unpriced), *estimated, tool_calls=used)


def read_episode_tokens(read: Read) -> dict[int, int]:
    """Return the tokens of the prompts and completions of each episode that reports those of all its models.

    Judges who were asked afterwards are not in it. `read` runs a query.
    """
    return {episode: tokens for episode, tokens in read(_TOKENS) if tokens is not None}


def read_usage(
    read: Read, checks: Checks, episode: int | None, left_out: Collection[int]
) -> Iterator[RecordedUsage]:
    """Yield the reported usage of each request, of all episodes except `left_out`, or of one."""
    of, parameters = _of(episode, left_out)
    for query in (_TOOK, _TOOK_FORGOTTEN, _TOOK_JUDGING):
        rows = read(query.format(of=of), *parameters)
        for number, seats, seat, count, seconds, usage, model, cost, faults in rows:
            with checks.reading("calls", number):
                spent = RequestUsage(from_json(usage), model or "", tuple(from_json(faults or "[]")), cost)
                took = RecordedUsage(number, read_seats(seats)[seat], seat, count, seconds, spent)
            yield took


def read_noted(read: Read, left_out: Collection[int]) -> list[Noted]:
    """Return the notes on all calls, except of episodes that are `left_out`, by model."""
    return [Noted(*row) for row in read(_NOTED, to_json(sorted(left_out)).decode())]


def read_tool_use(read: Read, checks: Checks, left_out: Collection[int]) -> list[ToolUse]:
    """Return how often each tool was called, of all episodes except `left_out`, by name."""
    found: dict[str, ToolUse] = {}
    for name, status, count, seconds in read(_RETURNED, to_json(sorted(left_out)).decode()):
        with checks.reading("returned"):
            before = found.get(name, ToolUse(name, {}, 0.0))
            ended = {**before.ended, ToolStatus(status): count}
            found[name] = ToolUse(name, ended, before.seconds + seconds)
    return list(found.values())


def read_unreported(
    read: Read, checks: Checks, episode: int | None, left_out: Collection[int]
) -> Iterator[UnreportedUsage]:
    """Yield the requests without reported usage, of all episodes except `left_out`, or of one."""
    of, parameters = _of(episode, left_out)
    for seats, seat, *rest in read(_UNREPORTED.format(of=of), *parameters, *parameters):
        with checks.reading("calls"):
            unreported = UnreportedUsage(read_seats(seats)[seat], seat, *rest)
        yield unreported


def read_models(read: Read) -> dict[str, set[str]]:
    """Return the models that answered for each seat, by their names in price lists."""
    found: dict[str, set[str]] = {}
    for seat, model in read("SELECT DISTINCT seat, model FROM calls WHERE model IS NOT NULL"):
        found.setdefault(seat, set()).add(model)
    return found


def read_judge_models(read: Read) -> dict[str, set[str]]:
    """Return the models that answered for each judge who came afterwards, by their names in price lists."""
    found: dict[str, set[str]] = {}
    asked = "SELECT DISTINCT judge, model FROM judge_calls WHERE model IS NOT NULL AND kept"
    for judge, model in read(asked):
        found.setdefault(judge, set()).add(model)
    return found


def read_answered_by(read: Read, left_out: Collection[int]) -> dict[str, dict[AnsweredBy, int]]:
    """Return the names that servers gave of their models, and how many calls each answered, by model."""
    found: dict[str, dict[AnsweredBy, int]] = {}
    for model, reported, fingerprint, count in read(_ANSWERED_BY, to_json(sorted(left_out)).decode()):
        found.setdefault(model, {})[AnsweredBy(reported, fingerprint)] = count
    return found


def _of(episode: int | None, left_out: Collection[int]) -> tuple[str, tuple[Any, ...]]:
    """Return an SQL condition, with its parameters, for rows of the episode, or of episodes not left out."""
    if episode is not None:
        return "AND episode = ?", (episode,)
    if not left_out:
        return "", ()
    return "AND episode NOT IN (SELECT value FROM json_each(?))", (to_json(sorted(left_out)).decode(),)
