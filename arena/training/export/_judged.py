"""Rows of the replies of judges who judged a run afterwards, to train judges on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from math import isnan, nan

from pydantic_core import to_json

from arena.core.errors import UsageError
from arena.episode import Plan, hash64
from arena.forms import Status
from arena.journal import StoredVerdict
from arena.results.study import Study
from arena.training.export._row import Row
from arena.training.export._source import SourceRun
from arena.training.export._where import AnnotationCondition
from arena.training.export.settings import Settings

ROLE = "judge"
ALL_RIGHT, MOSTLY_RIGHT = "all-right", "mostly-right"
STANDINGS = (ALL_RIGHT, MOSTLY_RIGHT)
"""What is known of a judge's verdicts on one pair by one criterion, in all orders and repeats together.

The first is whether all of them are right, and the second whether more than half are. One that is missing is
not right.
"""
UNGRADED = "it is not known whether the verdict is right"


def judged_rows(run: SourceRun, conditions: Sequence[AnnotationCondition] = ()) -> Iterator[tuple[Row, str]]:
    """Yield a row for each reply of a judge, re-asks included, by episode, and why it is not chosen.

    The prompt is what the judge was sent. The reward of the reply that counts is whether its verdict between
    sides is right, from 0 to 1. It is unknown for scores, and where it is not known which side is right.
    Verdicts for the same side are one answer.

    Args:
        run: the run.
        conditions: conditions on the pair that was judged (see `STANDINGS`).

    Raises:
        UsageError: if a condition is about something else.
    """
    for condition in conditions:
        if condition.name not in STANDINGS or condition.sign not in ("=", "!="):
            raise UsageError(
                f"Rows of verdicts are chosen by {', '.join(STANDINGS)}, as in all-right=yes, not by "
                f"{condition.written!r}."
            )
    settings = Settings(run.header["config"])
    study = Study([(run.name, run.stored)], samples=0)
    graded = study.annotations("verdict")
    later = graded.where(graded.judgement > 0)
    right = dict(zip(later.judgement.tolist(), later.correct.tolist(), strict=True))
    standing = _standing(run, right) if conditions else {}
    plan: Plan | None = None
    for judgement, verdict in enumerate(run.stored.verdicts(), start=1):
        if plan is None or plan.number != verdict.key.episode:
            plan = run.stored.episode(verdict.key.episode).plan
        correct = right.get(judgement, nan)
        stands = standing.get(_pair(verdict), {})
        unmet = next((f"not {one.written}" for one in conditions if not _holds(one, stands)), "")
        for row in _rows(run.name, settings, plan, verdict, None if isnan(correct) else correct):
            yield row, unmet


def _pair(verdict: StoredVerdict) -> tuple[str, str, int]:
    return verdict.key.judge, verdict.key.criterion, verdict.key.episode


def _standing(run: SourceRun, right: Mapping[int, float]) -> dict[tuple[str, str, int], dict[str, str]]:
    """Return the standings of each judge on each pair; none where it is not known which side is right."""
    given: dict[tuple[str, str, int], list[float]] = {}
    for judgement, verdict in enumerate(run.stored.verdicts(calls=False), start=1):
        given.setdefault(_pair(verdict), []).append(right.get(judgement, nan))
    return {
        pair: {
            ALL_RIGHT: _yes(all(one == 1 for one in grades)),
            MOSTLY_RIGHT: _yes(2 * sum(one == 1 for one in grades) > len(grades)),
        }
        for pair, grades in given.items()
        if not all(isnan(one) for one in grades)
    }


def _holds(condition: AnnotationCondition, stands: Mapping[str, str]) -> bool:
    told = stands.get(condition.name)
    return told is not None and (told == condition.value) is (condition.sign == "=")


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _rows(
    run: str, settings: Settings, plan: Plan, verdict: StoredVerdict, correct: float | None
) -> Iterator[Row]:
    known = settings.of(plan.condition)
    truth = "" if plan.task.truth is None else to_json(plan.task.truth).decode()
    choice = verdict.found.choice
    last = len(verdict.calls) - 1
    for attempt, (call, messages) in enumerate(verdict.calls):
        counts = attempt == last and call.status is Status.OK
        said = call.reply.text if call.reply else ""
        reward = correct if counts else None
        why = UNGRADED if counts else f"the reply is {call.status.value}"
        sent = to_json([list(one.record().values()) for one in messages])
        yield Row(
            run=run,
            episode=verdict.key.episode,
            turn=0,
            attempt=attempt,
            sample=verdict.key.sample,
            agent=verdict.key.judge,
            role=ROLE,
            protocol=known.protocol,
            game=known.game,
            condition=plan.condition,
            task=plan.task.id,
            truth=truth,
            prompt=messages,
            completion=said,
            length=sum(len(one.content) for one in messages) + len(said),
            digest=blake2b(sent, digest_size=16).hexdigest(),
            status=call.status.value,
            amount=None,
            reward=reward,
            advantage=reward,
            confidence=verdict.found.confidence if counts else None,
            model=call.spent.model,
            policy_version=None,
            tokens=call.reply.tokens if call.reply else None,
            masked="" if reward is not None else why,
            unearned="" if reward is not None else why,
            key=hash64(choice) if counts and choice else None,
            correct=reward,
            parts=call.reply.parts if call.reply else (),
        )
