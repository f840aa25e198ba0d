"""The lossless format: each episode with all its events, calls and verdicts as one line of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from arena.annotations import AnnotationRow
from arena.core.files import atomic_write
from arena.episode.record import Call
from arena.journal import StoredEpisode, StoredRun, StoredVerdict
from arena.seat.agent import NOT_SAID, RequestUsage
from arena.seat.transcript import Event


def export_jsonl(run: StoredRun, file: Path) -> int:
    """Write every episode of a run as one line of JSON, by number, and return how many there are.

    Only clock times are left out, so the same seed and the same replies give the same bytes at any
    concurrency. The file gets its name only when it is complete.
    """
    count = 0
    with atomic_write(file) as partial, partial.open("wb") as stream:
        for line in _lines(run):
            stream.write(line + b"\n")
            count += 1
    return count


def _lines(run: StoredRun) -> Iterator[bytes]:
    rules = run.rules()
    criteria = {
        name: {"criterion": criterion, **rules[name]._asdict()} for name, criterion in run.criteria().items()
    }
    judged = groupby(run.verdicts() if criteria else (), key=lambda verdict: verdict.key.episode)
    number, verdicts = next(judged, (None, None))
    for episode in run.episodes():
        record = episode_record(episode)
        if verdicts is not None and number == episode.number:
            record |= verdicts_record(verdicts, criteria)
            number, verdicts = next(judged, (None, None))
        yield to_json(record)


def episode_record(episode: StoredEpisode) -> dict[str, Any]:
    """Return an episode as JSON-able values. An episode that has not ended has no outcome.

    Verdicts that were given afterwards are not in it; `verdicts_record` returns them.
    """
    plan, played = episode.plan, episode.played
    outcome = played and {
        "ending": played.outcome.ending,
        "returns": played.outcome.returns,
        "offenders": played.outcome.offenders,
        "reason": played.outcome.reason,
        "details": played.outcome.details,
        "turns": played.turns,
    }
    return {
        "episode": episode.number,
        "task": plan.task.model_dump(mode="json"),
        "seats": plan.seats,
        "chance": plan.chance,
        "round": plan.round,
        "match": plan.match,
        "match_size": plan.match_size,
        "condition": plan.condition,
        "branch": plan.branch and plan.branch._asdict(),
        "briefs": episode.briefs,
        **(
            {"tools": {seat: from_json(own) for seat, own in episode.offered.items()}}
            if episode.offered
            else {}
        ),
        "events": [
            {"step": number, **_event(event)} for number, step in enumerate(episode.steps) for event in step
        ],
        "calls": [_call(call) for call in episode.calls],
        **({"annotations": list(map(_annotation, episode.annotations))} if episode.annotations else {}),
        "outcome": outcome,
        "verdicts": [],
        "criteria": {},
    }


def verdicts_record(verdicts: Iterable[StoredVerdict], criteria: Mapping[str, Any]) -> dict[str, Any]:
    """Return an episode's verdicts, and the `criteria`, by name, by which they were given."""
    record = [_verdict(verdict) for verdict in verdicts]
    names = sorted({verdict["criterion"] for verdict in record})
    return {"verdicts": record, "criteria": {name: criteria.get(name) for name in names}}


def _verdict(verdict: StoredVerdict) -> dict[str, Any]:
    key, found = verdict.key, verdict.found._asdict()
    labels = found.pop("labels")
    if labels is not None:
        found["labels"] = list(map(_annotation, labels))
    return {
        "judge": key.judge,
        "criterion": key.criterion,
        "subject": key.subject,
        "order": key.order,
        "sample": key.sample,
        "speakers": verdict.speakers,
        "status": verdict.status,
        "reason": verdict.reason,
        "found": found
        | {"probabilities": dict(verdict.found.probabilities), "answers": dict(verdict.found.answers)},
        "calls": [
            {**_call(asked.call), "messages": [message.record() for message in asked.messages]}
            for asked in verdict.calls
        ],
    }


def _annotation(row: AnnotationRow) -> dict[str, Any]:
    """Return the fields of an annotation that apply."""
    return {
        name: from_json(value) if name == "more" else value
        for name, value in row._asdict().items()
        if name not in ("episode", "judgement") and value is not None and value != ""
    }


def _event(event: Event) -> dict[str, Any]:
    seen = {"pictures": [picture.record() for picture in event.pictures]} if event.pictures else {}
    return {
        "kind": event.kind,
        "seat": event.seat,
        "audience": sorted(event.audience),
        "text": event.text,
        "fields": event.data,
        **seen,
    }


def _call(call: Call) -> dict[str, Any]:
    reply, spent = call.reply, call.spent
    return {
        "seat": call.seat,
        "count": call.count,
        "step": call.step,
        "digest": call.digest,
        "seen": call.seen,
        **({} if call.sample is None else {"sample": call.sample}),
        "reply": reply
        and {
            "text": reply.text,
            "reasoning": reply.reasoning,
            "stop": reply.stop,
            "structured": reply.structured,
            "tokens": reply.tokens and reply.tokens.record(),
            **({"parts": [part._asdict() for part in reply.parts]} if reply.parts else {}),
            **({"calls": [call._asdict() for call in reply.calls]} if reply.calls else {}),
            **({"answered_by": reply.answered_by._asdict()} if reply.answered_by != NOT_SAID else {}),
        },
        "spent": _spent(spent),
        "status": call.status,
        "reason": call.reason,
        "parsed": None if call.parsed is None else from_json(call.parsed),
    }


def _spent(spent: RequestUsage) -> dict[str, Any]:
    estimated = {"estimated_tokens": spent.estimated_tokens, "estimated_dollars": spent.estimated_dollars}
    return {
        "usage": {name: count for name, count in spent.usage.items() if name != "waited_ms"},
        "model": spent.model,
        "faults": list(spent.faults),
        "cost": spent.cost,
        **{name: amount for name, amount in estimated.items() if amount},
        **({"notes": list(spent.notes)} if spent.notes else {}),
    }
