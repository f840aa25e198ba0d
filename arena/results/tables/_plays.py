"""Episodes, turns and calls of runs as tables: a row each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from arena.core.text import storable
from arena.journal import StoredRun
from arena.journal.spending import RecordedUsage
from arena.results.tables._about import CALLS, EPISODES, TURNS
from arena.seat.transcript import EventKind

Runs = Sequence[tuple[str, StoredRun]]
"""Runs, each with its name."""

_SPOKEN = {EventKind.SAID: "ok", EventKind.CALLED: "tools"}


def play_table(what: str, runs: Runs) -> tuple[dict[str, str], dict[str, list[Any]]]:
    """Return the types and the values of the columns of a table: ``episodes``, ``turns`` or ``calls``."""
    rows, about = {
        "episodes": (_episodes, EPISODES),
        "turns": (_turns, TURNS),
        "calls": (_calls, CALLS),
    }[what]
    types = {name: column.type for name, column in about.items() if not name.endswith(".SEAT")}
    columns: dict[str, list[Any]] = {name: [] for name in types}
    for number, row in enumerate(rows(runs)):
        for name in row.keys() - columns.keys():  # of a seat that no row had before
            types[name] = about[f"{name.partition('.')[0]}.SEAT"].type
            columns[name] = [None] * number
        for name, values in columns.items():
            values.append(row.get(name))
    return types, columns


def _episodes(runs: Runs) -> Iterator[dict[str, Any]]:
    for run, stored in runs:
        took = {number: list(calls) for number, calls in groupby(stored.took(), key=lambda one: one.episode)}
        for played in stored.finished():
            plan, outcome = played.plan, played.outcome
            yield {
                **_of_task(run, plan),
                "ending": outcome.ending.value,
                "reason": outcome.reason,
                "match": plan.match,
                "round": plan.round,
                "turns": played.turns,
                **_together(took.get(plan.number, ())),
                **{f"agent.{seat}": agent for seat, agent in plan.seats.items()},
                **{f"return.{seat}": value for seat, value in outcome.returns.items() if outcome.is_result},
            }


def _together(calls: Sequence[RecordedUsage]) -> dict[str, Any]:
    """Return the sums of an episode's calls to models; none of them where there are no calls."""
    if not calls:
        return {}
    costs = [call.spent.cost for call in calls]
    return {
        "calls": len(calls),
        "prompt_tokens": sum(call.spent.usage.get("prompt_tokens", 0) for call in calls),
        "completion_tokens": sum(call.spent.usage.get("completion_tokens", 0) for call in calls),
        "seconds": sum(call.seconds for call in calls),
        "dollars": None if None in costs else sum(cost for cost in costs if cost is not None),
    }


def _turns(runs: Runs) -> Iterator[dict[str, Any]]:
    for run, stored in runs:
        for episode in stored.episodes():
            turn = 0
            for place, event in enumerate(episode.events):
                if event.seat is None or event.kind not in (*_SPOKEN, EventKind.FAILED):
                    continue
                failed = event.data if event.kind is EventKind.FAILED else {}
                yield {
                    **_of_task(run, episode.plan),
                    "seat": event.seat,
                    "agent": episode.plan.seats.get(event.seat),
                    "turn": turn,
                    "event": place,
                    "status": failed.get("status", _SPOKEN.get(event.kind)),
                    "reason": failed.get("reason", ""),
                    "audience": ", ".join(sorted(event.audience)),
                    "words": len(event.text.split()),
                    "text": storable(event.text),
                }
                turn += 1


def _calls(runs: Runs) -> Iterator[dict[str, Any]]:
    for run, stored in runs:
        plans = {played.plan.number: played.plan for played in stored.finished()}
        for call in stored.took():
            usage = call.spent.usage
            task = _of_task(run, plans[call.episode]) if call.episode in plans else {"run": run}
            yield {
                **task,
                "episode": call.episode,
                "seat": call.seat,
                "agent": call.agent,
                "count": call.count,
                "model": call.spent.model,
                "prompt_tokens": usage.get("prompt_tokens"),
                "cached_tokens": usage.get("cached_tokens"),
                "completion_tokens": usage.get("completion_tokens"),
                "reasoning_tokens": usage.get("reasoning_tokens"),
                "attempts": usage.get("attempts"),
                "seconds": call.seconds,
                "dollars": call.spent.cost,
                "from_cache": int(call.spent.is_cached),
            }


def _of_task(run: str, plan: Any) -> Mapping[str, Any]:
    """Return the columns that every table has."""
    return {
        "run": run,
        "episode": plan.number,
        "condition": plan.condition,
        "task": plan.task.id,
        "category": str(plan.task.data.get("category", "")),
    }
