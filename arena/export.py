"""Exporting a run's episodes to files that other programs read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic_core import from_json, to_json

from arena.journal import Run, StoredEpisode
from arena.record import Call
from arena.transcript import Event


def export_jsonl(run: Run, file: Path) -> int:
    """Write every episode of a run as one line of JSON, by number, and return how many there were.

    Nothing is lost but clock times, so that the same seed and the same replies give the same bytes whatever
    the concurrency. The file appears under its name only when it is whole.
    """
    partial = file.with_name(f"{file.name}.partial")
    count = 0
    try:
        with partial.open("wb") as stream:
            for line in _lines(run):
                stream.write(line + b"\n")
                count += 1
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return count


def _lines(run: Run) -> Iterator[bytes]:
    for episode in run.episodes():
        yield to_json(episode_record(episode))


def episode_record(episode: StoredEpisode) -> dict[str, Any]:
    """Return an episode as JSON-able values; what has not ended has no outcome."""
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
        "briefs": episode.briefs,
        "events": [
            {"step": number, **_event(event)} for number, step in enumerate(episode.steps) for event in step
        ],
        "calls": [_call(call) for call in episode.calls],
        "outcome": outcome,
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "kind": event.kind,
        "seat": event.seat,
        "audience": sorted(event.audience),
        "text": event.text,
        "fields": event.data,
    }


def _call(call: Call) -> dict[str, Any]:
    reply, spent = call.reply, call.spent
    return {
        "seat": call.seat,
        "count": call.count,
        "step": call.step,
        "digest": call.digest,
        "seen": call.seen,
        "reply": reply
        and {
            "text": reply.text,
            "reasoning": reply.reasoning,
            "stop": reply.stop,
            "structured": reply.structured,
            "tokens": reply.tokens and reply.tokens.told(),
        },
        "spent": {
            "usage": {name: count for name, count in spent.usage.items() if name != "waited_ms"},
            "model": spent.model,
            "faults": list(spent.faults),
            "cost": spent.cost,
        },
        "status": call.status,
        "reason": call.reason,
        "parsed": None if call.parsed is None else from_json(call.parsed),
    }
