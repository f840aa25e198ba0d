"""Verdicts that judges gave on a run afterwards. They have their own tables beside those of the episodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from pydantic_core import from_json, to_json

from arena.annotations import AnnotationRow, Label, row_of
from arena.episode.record import Call
from arena.forms import Status
from arena.journal._bulk import CALL, Read, Row
from arena.journal._checking import Checks
from arena.journal._checksums import text_digest
from arena.journal._decoding import read_call
from arena.seat.agent import RequestUsage
from arena.seat.messages import Message, PlacedPicture, Role

KEY = "judge, criterion, episode, subject, ordering, sample"
ADD_VERDICT = f"""
    INSERT OR REPLACE INTO verdicts ({KEY}, speakers, status, reason, found, calls, calls_checksum, checksum)
    VALUES (?{", ?" * 12})
"""
ADD_CALL = f"INSERT INTO judge_calls ({KEY}, messages, {CALL}, checksum) VALUES (?{', ?' * 33})"
ADD_CRITERION = """
    INSERT OR REPLACE INTO criteria (name, criterion, combine, quorum, checksum)
    VALUES (?1, ?2, ?3, ?4, checksum(?1, ?2, ?3, ?4))
"""

_ASKED = ", ".join(f"asked.{name}" for name in KEY.split(", "))
_SAID = ", ".join(f"said.{name}" for name in KEY.split(", "))
_BY_EPISODE = "said.episode, said.judge, said.criterion, said.subject, said.ordering, said.sample"
_VERDICT = (
    f"{_SAID}, speakers, said.status, said.reason, found, said.calls, said.calls_checksum, said.checksum"
)
# The messages come once more, with the texts in place of their digests.
_CALL = f"""
    {", ".join(f"asked.{name}" for name in CALL.split(", "))}, asked.messages, asked.checksum,
    CASE WHEN json_valid(messages) THEN (
        SELECT json_group_array(json(message)) FROM (
            SELECT json_array(json_extract(value, '$[0]'), texts.text) AS message
            FROM json_each(messages) LEFT JOIN texts ON texts.digest = json_extract(value, '$[1]')
            ORDER BY key
        )
    ) END
"""
_READ_CALLS = f"""
    SELECT {_CALL} FROM judge_calls AS asked WHERE ({KEY}) = (?, ?, ?, ?, ?, ?) AND kept ORDER BY count
"""
_READ_VERDICTS_ALONE = f"SELECT {_VERDICT} FROM verdicts AS said ORDER BY {_BY_EPISODE}"
READ_VERDICTS_OF = f"SELECT {_VERDICT} FROM verdicts AS said WHERE said.episode = ? ORDER BY {_BY_EPISODE}"
# A row for each call, in the order in which the indices have them: SQLite need not hold them to sort them.
_READ_VERDICTS = f"""
    SELECT {_VERDICT}, {_CALL}
    FROM verdicts AS said LEFT JOIN judge_calls AS asked ON ({_ASKED}) = ({_SAID}) AND kept
    ORDER BY {_BY_EPISODE}, count
"""
READ_CRITERIA = "SELECT name, criterion, combine, quorum, checksum FROM criteria"
_READ_FINISHED = f"SELECT {KEY} FROM verdicts"
_READ_UNFINISHED = f"SELECT DISTINCT {KEY} FROM judge_calls WHERE kept EXCEPT SELECT {KEY} FROM verdicts"

# Calls are never removed: what they took counts, also when their verdict was replaced.
FORGET = (
    "UPDATE judge_calls SET kept = 0 WHERE judge = ? AND criterion = ?",
    "DELETE FROM verdicts WHERE judge = ? AND criterion = ?",
)
FORGET_BROKEN = (
    "UPDATE judge_calls SET kept = 0 WHERE judge = ? AND criterion = ? AND text IS NULL "
    "AND status IN ('timed out', 'error')",
    "DELETE FROM verdicts WHERE judge = ? AND criterion = ? AND status IN ('timed out', 'error')",
)


class VerdictKey(NamedTuple):
    """The key of a verdict: its judge, its criterion and its episode.

    `subject` is the seat that was judged, or empty if sides were compared. `order` is the number of the order
    in which the sides were shown. `sample` counts repetitions.
    """

    judge: str
    criterion: str
    episode: int
    subject: str = ""
    order: int = 0
    sample: int = 0


class PanelRule(NamedTuple):
    """How the verdicts by one criterion are combined. It may change later, because all verdicts are kept.

    `combine` names the way in which a judge's orders are combined into one ruling. `quorum` is the number of
    a panel's judges that must have a ruling; None is more than half of them.
    """

    combine: str = "two-game"
    quorum: int | None = None


class VerdictValue(NamedTuple):
    """The content of a usable verdict.

    `choice` is a seat or a tie, or an answer if the judge was asked for one; then `correct` says whether it
    is right, 1 or 0, or is None if that is not known. `score` is the number, or the result of the rubric's
    `answers`. `probabilities` are those of the choices, by seat, or of the scores. `confidence` is what the
    judge stated, from 0 to 1. `labels` are what a labelling found out, as rows of annotations; None if the
    judge was asked for a verdict. In the column `more` of a row, a judgement is the rest of a `VerdictKey`.
    """

    choice: str | None = None
    score: float | None = None
    probabilities: Mapping[str, float] = MappingProxyType({})
    confidence: float | None = None
    reasons: str = ""
    answers: Mapping[str, bool] = MappingProxyType({})
    labels: tuple[AnnotationRow, ...] | None = None
    correct: float | None = None


NOTHING_FOUND = VerdictValue()
_EMPTY = row_of(Label(""))
"""The values that are left out where the rows of labels are stored."""
_SAID_IN = itemgetter(slice(len(VerdictKey._fields) + 7))
"""Reads from a row of `_READ_VERDICTS` what the judge said, checksums included, without the call."""
_CALL_IN = slice(len(CALL.split(", ")))
"""The call in the rest of the row. The digests of its messages, its checksum and the messages follow it."""


class JudgeCall(NamedTuple):
    """One request to a judge, the messages that it was sent, and the outcome."""

    call: Call
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """The outcome of asking a judge: what it `found`, or the status and reason of its last failed attempt.

    `speakers` are the sides in the order in which they were shown: the first was "Speaker 1". `calls` holds
    every request, re-asks included.
    """

    key: VerdictKey
    speakers: tuple[str, ...]
    status: Status
    reason: str = ""
    found: VerdictValue = NOTHING_FOUND
    calls: tuple[JudgeCall, ...] = field(default=(), repr=False)

    @property
    def ok(self) -> bool:
        """Whether there is a verdict."""
        return self.status is Status.OK

    @property
    def is_labelling(self) -> bool:
        """Whether the judge was to label turns. Then it gave no verdict on sides."""
        return self.found.labels is not None

    @property
    def raw(self) -> str:
        """The last reply as it arrived, or empty if there was none."""
        reply = self.calls[-1].call.reply if self.calls else None
        return reply.text if reply else ""

    @property
    def messages(self) -> tuple[Message, ...]:
        """The last request as it was sent."""
        return self.calls[-1].messages if self.calls else ()

    @property
    def parsed(self) -> str:
        """How it was parsed: ok, re-asked (and ok), refused, truncated, ambiguous, unparseable or failed."""
        match self.status:
            case Status.OK:
                return "ok" if all(call.call.status is Status.OK for call in self.calls) else "re-asked"
            case Status.TOO_LONG | Status.TIMED_OUT | Status.ERROR:
                return "failed"
            case Status.ILLEGAL:
                return "unparseable"
        return self.status.value

    @property
    def spent(self) -> RequestUsage:
        """The usage of all its requests together. The cost is None if that of any is unknown."""
        usage: dict[str, int] = {}
        for name, count in (item for call in self.calls for item in call.call.spent.usage.items()):
            usage[name] = usage.get(name, 0) + count
        costs = [call.call.spent.cost for call in self.calls]
        known = [cost for cost in costs if cost is not None]
        models = {call.call.spent.model for call in self.calls}
        return RequestUsage(
            usage,
            models.pop() if len(models) == 1 else "",
            tuple(fault for call in self.calls for fault in call.call.spent.faults),
            sum(known) if known and len(known) == len(costs) else None,
        )


def verdict_row(verdict: StoredVerdict) -> tuple[Any, ...]:
    """Return the values of a verdict for `ADD_VERDICT`."""
    found = {name: value for name, value in verdict.found._asdict().items() if value not in (None, "")}
    found |= {name: dict(found[name]) for name in ("probabilities", "answers")}
    if verdict.found.labels is not None:
        found["labels"] = [label_fields(row) for row in verdict.found.labels]
    parts = (to_json(verdict.speakers).decode(), verdict.status.value, verdict.reason)
    return (*verdict.key, *parts, to_json(found).decode())


def label_fields(row: AnnotationRow) -> dict[str, Any]:
    """Return the values of a label's row that are not empty, by column."""
    pairs = zip(row._asdict().items(), _EMPTY, strict=True)
    return {name: value for (name, value), empty in pairs if value != empty}


def read_verdicts(read: Read, checks: Checks, *, calls: bool) -> Iterator[StoredVerdict]:
    """Yield all verdicts, by episode and key, one at a time. `read` runs a query.

    Raises:
        JournalDamaged: if one differs from what was written.
    """
    return (read_verdict(checks, said, made) for said, made in verdict_rows(read, checks, calls=calls))


def verdict_rows(read: Read, checks: Checks, *, calls: bool) -> Iterator[tuple[Row, list[Row] | None]]:
    """Yield each verdict's row, by episode and key, and the rows of its calls, or None if they are not read.

    Raises:
        JournalDamaged: if they are not in order, because then the index does not fit its table.
    """
    in_order = checks.in_order("verdicts", lambda said: (said[2], *said[:2], *said[3:6]))
    if not calls:
        yield from ((in_order(said), None) for said in read(_READ_VERDICTS_ALONE))
        return
    for said, rows in groupby(read(_READ_VERDICTS), key=_SAID_IN):
        made = [row[len(said) :] for row in rows]
        yield in_order(said), [call for call in made if call.count(None) < len(call)]


def read_verdict(checks: Checks, said: Row, calls: Sequence[Row] | None) -> StoredVerdict:
    """Return the verdict of its row and the rows of its calls, which are checked.

    Raises:
        JournalDamaged: if it differs from what was written.
    """
    *key, speakers, status, reason, found, _, _, _ = said
    with checks.reading("verdicts", key[2]):
        keyed = None if calls is None else [(*key, call[-3], *call[_CALL_IN], call[-2]) for call in calls]
        checks.verdict(said, keyed)
        value = VerdictValue(**from_json(found))
        if value.labels is not None:
            rows = cast("list[dict[str, Any]]", value.labels)
            value = value._replace(labels=tuple([_EMPTY._replace(**fields) for fields in rows]))
        made = tuple([_judge_call(checks, key[2], call) for call in calls or ()])
        return StoredVerdict(
            VerdictKey(*key), tuple(from_json(speakers)), Status(status), reason, value, made
        )


def read_verdict_keys(read: Read, *, finished: bool) -> set[VerdictKey]:
    """Return the keys of all verdicts, or of those that were begun but not completed."""
    return {VerdictKey(*row) for row in read(_READ_FINISHED if finished else _READ_UNFINISHED)}


def read_judge_calls(read: Read, checks: Checks, key: VerdictKey) -> tuple[JudgeCall, ...]:
    """Return the requests that were made for a verdict, in order.

    Raises:
        JournalDamaged: if one differs from what was written, or is missing.
    """
    rows = list(read(_READ_CALLS, *key))
    checks.judge_calls(key.episode, [(*key, call[-3], *call[_CALL_IN], call[-2]) for call in rows])
    return tuple([_judge_call(checks, key.episode, call) for call in rows])


def _judge_call(checks: Checks, episode: int, row: Row) -> JudgeCall:
    """Return the request of a row. Its messages must match the digests in it."""
    with checks.reading("judge_calls", episode):
        digests, _, messages = row[-3:]
        named = from_json(digests)
        said = from_json(messages)
        if [[role, text_digest(text)] for role, text in said] != [one[:2] for one in named]:
            raise checks.damaged("texts", episode)
    with checks.reading("pictures", episode):
        sent = tuple([_message(checks, *one) for one in zip(said, named, strict=True)])
    with checks.reading("judge_calls", episode):
        return JudgeCall(read_call(row[_CALL_IN]), sent)


def _message(checks: Checks, said: Sequence[str], named: Sequence[Any]) -> Message:
    """Return a message with its text. The pictures of one that has any are named after its text's digest."""
    placed = [PlacedPicture(at, checks.pictures.find(record)) for at, record in (named[2:] or [()])[0]]
    return Message(cast("Role", said[0]), said[1], pictures=tuple(placed))
