"""Playing one episode to its end, whatever happens in it, and saying how it ended."""

from __future__ import annotations

import asyncio
import math
import time
import traceback
from collections.abc import Mapping

from arena.core.drain import EPISODE
from arena.core.errors import CapReached, Drained, EpisodeLimit, JournalError, NoAnswer, StopRun
from arena.core.log import log
from arena.core.seeds import derive
from arena.core.text import storable
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.episode.record import NO_RECORD, Recorder, Tape
from arena.seat.agent import Agent
from arena.seat.transcript import encode
from arena.spending.budget import Budget
from arena.spending.episode_budget import EpisodeBudget
from arena.spending.limits import Limits
from arena.tasks.grading import Grader


async def play_episode(
    protocol: Protocol,
    plan: Plan,
    agents: Mapping[str, Agent],
    *,
    seed: int = 0,
    limits: Limits | None = None,
    budget: Budget | None = None,
    recorder: Recorder = NO_RECORD,
    tape: Tape | None = None,
) -> Played:
    """Play one episode and return how it ended.

    Only a broken journal, `StopRun`, `CapReached`, `Drained` and cancellation get past this.

    Args:
        protocol: what is played.
        plan: the episode's number, task, seats and chance.
        agents: the agents by the names that the plan seats.
        seed: the run's seed.
        limits: what the episode may take.
        budget: the run's, from which the seats spend.
        recorder: where calls and events go.
        tape: the calls of an earlier execution.
    """
    limits = limits or Limits()
    task = plan.task.public
    started = time.perf_counter()
    try:
        briefs = {seat: protocol.brief(seat, task) for seat in protocol.seats}
    except Exception as error:
        recorder.begin(plan, {})
        return _end(recorder, Played(plan, _failed(plan.number, error), 0, time.perf_counter() - started))
    recorder.begin(plan, briefs)
    EPISODE.set(plan.number)
    episode = Episode(
        {seat: agents[plan.seats[seat]] for seat in briefs},
        task,
        briefs=briefs,
        number=plan.number,
        seed=derive(seed, "episode", plan.number),
        chance=plan.chance,
        turns=limits.turns,
        recorder=recorder,
        tape=tape,
        purse=EpisodeBudget(budget or Budget(), limits),
        grader=Grader(plan.task.truth),
    )
    outcome = await _outcome(protocol, episode, limits.seconds)
    return _end(recorder, Played(plan, outcome, episode.turns, time.perf_counter() - started))


def _end(recorder: Recorder, played: Played) -> Played:
    recorder.end(played)
    return played


async def _outcome(protocol: Protocol, episode: Episode, seconds: float | None) -> Outcome:
    limit = None
    try:
        if seconds is None:
            return _checked(await protocol.play(episode), episode)
        async with asyncio.timeout(seconds) as limit:
            return _checked(await protocol.play(episode), episode)
    except EpisodeLimit as reached:
        return Outcome.truncated(str(reached))
    except NoAnswer as missing:
        return Outcome.failed(storable(str(missing)), [missing.seat])
    except Exception as error:
        cause = _cause(error)
        if isinstance(cause, JournalError | StopRun | CapReached | Drained):
            raise cause from None
        if limit is not None and limit.expired():
            return Outcome.truncated(f"it reached its limit of {seconds:g} seconds")
        return _failed(episode.number, cause)


def _cause(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _failed(number: int, error: BaseException) -> Outcome:
    log.error("episode failed", episode=number, error=type(error).__name__)
    log.debug("episode failed because", episode=number, traceback=traceback.format_exc())
    return Outcome.failed(storable(f"{type(error).__name__}: {error}"))


def _checked(outcome: object, episode: Episode) -> Outcome:
    if not isinstance(outcome, Outcome):
        raise TypeError(f"the protocol returned {type(outcome).__name__}, not an Outcome")
    for seat, amount in outcome.returns.items():
        if seat not in episode.everyone or not isinstance(amount, int | float) or not math.isfinite(amount):
            raise ValueError(f"the protocol returned {amount!r} for {seat!r}; seats get finite numbers")
    if not episode.everyone.issuperset(outcome.offenders):
        raise ValueError(f"the protocol says that {outcome.offenders} forfeited, who have no seats")
    if outcome.reason or outcome.details:
        encode((outcome.reason, outcome.details))
    return outcome
