"""Rows of the replies of judges who judged a run afterwards, to train judges on."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from math import isnan, nan

from pydantic_core import to_json

from arena.episode import Plan, hash64
from arena.forms import Status
from arena.journal import StoredVerdict
from arena.results.study import Study
from arena.training.export._row import Row
from arena.training.export._source import SourceRun
from arena.training.export.settings import Settings

ROLE = "judge"
UNGRADED = "it is not known whether the verdict is right"


def judged_rows(run: SourceRun) -> Iterator[Row]:
    """Yield a row for each reply of a judge, re-asks included, by episode.

    The prompt is what the judge was sent. The reward of the reply that counts is whether its verdict between
    sides is right, from 0 to 1. It is unknown for scores, and where it is not known which side is right.
    Verdicts for the same side are one answer.
    """
    settings = Settings(run.header["config"])
    study = Study([(run.name, run.stored)], samples=0)
    graded = study.annotations("verdict")
    later = graded.where(graded.judgement > 0)
    right = dict(zip(later.judgement.tolist(), later.correct.tolist(), strict=True))
    plan: Plan | None = None
    for judgement, verdict in enumerate(run.stored.verdicts(), start=1):
        if plan is None or plan.number != verdict.key.episode:
            plan = run.stored.episode(verdict.key.episode).plan
        correct = right.get(judgement, nan)
        yield from _rows(run.name, settings, plan, verdict, None if isnan(correct) else correct)


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
        sent = to_json([list(one) for one in messages])
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
