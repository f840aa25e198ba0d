"""What judges said of a run afterwards, as its journal holds it: in tables beside those of the episodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from arena.agent import Spent
from arena.forms import Status
from arena.journal.bulk import Read
from arena.journal.decoding import read_call
from arena.messages import Message
from arena.record import Call

KEY = "judge, criterion, episode, subject, ordering, sample"
ADD_VERDICT = (
    f"INSERT OR REPLACE INTO verdicts ({KEY}, speakers, status, reason, found) VALUES (?{', ?' * 9})"
)
ADD_CALL = f"""
    INSERT INTO judge_calls (
        {KEY}, seat, count, step, digest, seen, status, reason, parsed, seconds, text, reasoning, stop, usage,
        structured, model, cost, faults, tokens, reported_model, fingerprint, estimated_tokens,
        estimated_dollars, notes, messages
    ) VALUES (?{", ?" * 29})
"""
ADD_CRITERION = "INSERT OR REPLACE INTO criteria (name, criterion, combine, quorum) VALUES (?, ?, ?, ?)"

_ASKED = ", ".join(f"asked.{name}" for name in KEY.split(", "))
_SAID = ", ".join(f"said.{name}" for name in KEY.split(", "))
_BY_EPISODE = "said.episode, said.judge, said.criterion, said.subject, said.ordering, said.sample"
_CALL = """
    seat, count, step, digest, seen, asked.status, asked.reason, parsed, seconds,
    text, reasoning, stop, usage, structured, model, cost, faults, tokens,
    reported_model, fingerprint, estimated_tokens, estimated_dollars, notes, (
        SELECT json_group_array(json(message)) FROM (
            SELECT json_array(json_extract(value, '$[0]'), coalesce(texts.text, '')) AS message
            FROM json_each(messages) LEFT JOIN texts ON texts.digest = json_extract(value, '$[1]')
            ORDER BY key
        )
    )
"""
_READ_CALLS = f"""
    SELECT {_CALL} FROM judge_calls AS asked WHERE ({KEY}) = (?, ?, ?, ?, ?, ?) AND kept ORDER BY count
"""
_READ_VERDICTS_ALONE = f"""
    SELECT {_SAID}, speakers, status, reason, found FROM verdicts AS said ORDER BY {_BY_EPISODE}
"""
# A row for each call, in the order in which the indices have them: SQLite need not hold them to sort them.
_READ_VERDICTS = f"""
    SELECT {_SAID}, speakers, said.status, said.reason, found, {_CALL}
    FROM verdicts AS said LEFT JOIN judge_calls AS asked ON ({_ASKED}) = ({_SAID}) AND kept
    ORDER BY {_BY_EPISODE}, count
"""
READ_RULES = "SELECT name, combine, quorum FROM criteria"
_READ_FINISHED = f"SELECT {KEY} FROM verdicts"
_READ_UNFINISHED = f"SELECT DISTINCT {KEY} FROM judge_calls WHERE kept EXCEPT SELECT {KEY} FROM verdicts"

# Calls are never removed: what they took counts, also when their verdict was replaced.
FORGET = (
    "UPDATE judge_calls SET kept = 0 WHERE judge = ? AND criterion = ?",
    "DELETE FROM verdicts WHERE judge = ? AND criterion = ?",
)
FORGET_BROKEN = (
    "UPDATE judge_calls SET kept = 0 WHERE judge = ? AND criterion = ? AND text IS NULL",
    "DELETE FROM verdicts WHERE judge = ? AND criterion = ? AND status IN ('timed out', 'error')",
)


class VerdictKey(NamedTuple):
    """Which verdict: whose, by which criterion, of which episode.

    `subject` is the seat that was judged, empty where sides were compared, `order` the number of the order in
    which the sides were shown, and `sample` tells repetitions apart.
    """

    judge: str
    criterion: str
    episode: int
    subject: str = ""
    order: int = 0
    sample: int = 0


class Rule(NamedTuple):
    """How the verdicts by one criterion are read, which may change: they are all kept as they came.

    `combine` names how a judge's orders come to one ruling, and `quorum` is how many judges of a panel must
    have come to one; more than half of them if it is None.
    """

    combine: str = "two-game"
    quorum: int | None = None


class Found(NamedTuple):
    """What a usable verdict says, as far as it was asked.

    `choice` is a seat, or a tie; `score` the number, or what the rubric's `answers` come to; `probabilities`
    are those of the choices, by seat, or of the scores. `confidence` is the judge's own word, from 0 to 1.
    """

    choice: str | None = None
    score: float | None = None
    probabilities: Mapping[str, float] = MappingProxyType({})
    confidence: float | None = None
    reasons: str = ""
    answers: Mapping[str, bool] = MappingProxyType({})


NOTHING_FOUND = Found()
_SAID_IN = itemgetter(slice(len(VerdictKey._fields) + 4))
"""Reads off a row of `_READ_VERDICTS` what a judge said: all but the call."""


class JudgeCall(NamedTuple):
    """One request to a judge, the messages that it was sent, and what came of it."""

    call: Call
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """What came of asking a judge: what it `found`, or the status and reason of its last failed attempt.

    `speakers` are the sides in the order in which they were shown: the first was "Speaker 1". `calls` holds
    every request, re-asks included.
    """

    key: VerdictKey
    speakers: tuple[str, ...]
    status: Status
    reason: str = ""
    found: Found = NOTHING_FOUND
    calls: tuple[JudgeCall, ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """Whether there is a verdict."""
        return self.status is Status.OK

    @property
    def raw(self) -> str:
        """The last reply as it came; empty if there was none."""
        reply = self.calls[-1].call.reply if self.calls else None
        return reply.text if reply else ""

    @property
    def messages(self) -> tuple[Message, ...]:
        """The last request as it was sent."""
        return self.calls[-1].messages if self.calls else ()

    @property
    def parsed(self) -> str:
        """How it parsed: ok, re-asked (so ok), refused, truncated, ambiguous, unparseable or failed."""
        match self.status:
            case Status.OK:
                return "ok" if all(call.call.status is Status.OK for call in self.calls) else "re-asked"
            case Status.TOO_LONG | Status.TIMED_OUT | Status.ERROR:
                return "failed"
            case Status.ILLEGAL:
                return "unparseable"
        return self.status.value

    @property
    def spent(self) -> Spent:
        """What all its requests took together; the cost is None if that of any is unknown."""
        usage: dict[str, int] = {}
        for name, count in (item for call in self.calls for item in call.call.spent.usage.items()):
            usage[name] = usage.get(name, 0) + count
        costs = [call.call.spent.cost for call in self.calls]
        known = [cost for cost in costs if cost is not None]
        models = {call.call.spent.model for call in self.calls}
        return Spent(
            usage,
            models.pop() if len(models) == 1 else "",
            tuple(fault for call in self.calls for fault in call.call.spent.faults),
            sum(known) if known and len(known) == len(costs) else None,
        )


def verdict_row(verdict: StoredVerdict) -> tuple[Any, ...]:
    """Return a verdict as `ADD_VERDICT` takes it."""
    found = {name: value for name, value in verdict.found._asdict().items() if value not in (None, "")}
    found |= {name: dict(found[name]) for name in ("probabilities", "answers")}
    parts = (to_json(verdict.speakers).decode(), verdict.status.value, verdict.reason)
    return (*verdict.key, *parts, to_json(found).decode())


def read_verdicts(read: Read, *, calls: bool) -> Iterator[StoredVerdict]:
    """Yield all verdicts, by episode and key, one at a time; `read` runs a query."""
    if not calls:
        yield from (_verdict(row, ()) for row in read(_READ_VERDICTS_ALONE))
        return
    for said, rows in groupby(read(_READ_VERDICTS), key=_SAID_IN):
        made = (row[len(said) :] for row in rows)
        yield _verdict(said, tuple(_judge_call(call) for call in made if call[0] is not None))


def read_verdict_keys(read: Read, *, finished: bool) -> set[VerdictKey]:
    """Return which verdicts there are, or which were begun and have not come to an end."""
    return {VerdictKey(*row) for row in read(_READ_FINISHED if finished else _READ_UNFINISHED)}


def read_judge_calls(read: Read, key: VerdictKey) -> tuple[JudgeCall, ...]:
    """Return the requests that were made for a verdict, in order."""
    return tuple(map(_judge_call, read(_READ_CALLS, *key)))


def read_rules(read: Read) -> dict[str, Rule]:
    """Return how the verdicts by each criterion are read."""
    return {name: Rule(*rule) for name, *rule in read(READ_RULES)}


def _verdict(said: Sequence[Any], calls: tuple[JudgeCall, ...]) -> StoredVerdict:
    *key, speakers, status, reason, found = said
    told = Found(**from_json(found))
    return StoredVerdict(VerdictKey(*key), tuple(from_json(speakers)), Status(status), reason, told, calls)


def _judge_call(row: Sequence[Any]) -> JudgeCall:
    return JudgeCall(read_call(row[:-1]), tuple(Message(role, text) for role, text in from_json(row[-1])))
