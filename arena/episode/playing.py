"""Playing one episode to its end, and turning every error into an outcome."""

from __future__ import annotations

import asyncio
import math
import time
import traceback
from collections.abc import Mapping
from contextlib import AsyncExitStack, nullcontext
from dataclasses import replace

from arena.core.drain import EPISODE, the_drain
from arena.core.errors import CapReached, Drained, EpisodeLimit, JournalError, NoAnswer, StopRun
from arena.core.log import log
from arena.core.seeds import derive
from arena.core.text import storable
from arena.episode._people import TellingPeople
from arena.episode._probing import play_probed
from arena.episode._showing import show_pictures
from arena.episode._tools import offers_of, open_tools
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.episode.record import Recorder
from arena.episode.rewriting import Rewritten
from arena.prompts import wording
from arena.seat.agent import Agent
from arena.seat.transcript import encode


async def play_episode(
    protocol: Protocol,
    plan: Plan,
    agents: Mapping[str, Agent],
    context: EpisodeContext | None = None,
) -> Played:
    """Play one episode and return how it ended.

    Only a broken journal, `StopRun`, `CapReached`, `Drained` and cancellation get past this.

    Args:
        protocol: the protocol that is played.
        plan: the episode's number, task, seats and chance.
        agents: the agents, by the names that the plan has for them.
        context: the seed, limits, budget, recorder, tape and wording.
    """
    context = context or EpisodeContext()
    with wording(context.wording):
        return await _play_episode(protocol, plan, agents, context)


async def _play_episode(
    protocol: Protocol, plan: Plan, agents: Mapping[str, Agent], context: EpisodeContext
) -> Played:
    recorder, task = context.recorder, plan.task.public
    if isinstance(protocol, Rewritten):
        protocol = protocol.knowing(plan.task.truth)
    started = time.perf_counter()
    try:
        briefs = {seat: protocol.brief(seat, task) for seat in protocol.seats}
    except Exception as error:
        recorder.begin(plan, {})
        return _end(
            recorder, Played(plan, _failed(context, plan.number, error), 0, time.perf_counter() - started)
        )
    seated = {seat: agents[plan.seats[seat]] for seat in briefs}
    seed = derive(context.seed, *plan.root)
    async with AsyncExitStack() as closing:
        tools = open_tools(context.tools, seated, briefs, closing)
        recorder.begin(plan, briefs, offers_of(tools))
        EPISODE.set(plan.number)
        people = {seat: agent for seat, agent in seated.items() if agent.desk}
        telling = TellingPeople(recorder, protocol, plan.chance, briefs, people) if people else None
        episode = Episode(
            seated,
            plan.task,
            briefs=briefs,
            number=plan.number,
            chance=plan.chance,
            context=replace(
                context,
                seed=seed,
                absent=protocol.absent,
                opened=tools,
                recorder=telling or recorder,
            ),
        )
        if telling is not None:
            telling.episode = episode
        show_pictures(episode)
        try:
            outcome = await _outcome(protocol, episode, context)
        finally:
            episode.end()
        for seat, agent in people.items():
            await agent.ended(seat, episode.view(seat))
    return _end(recorder, Played(plan, outcome, episode.turns, time.perf_counter() - started))


def _end(recorder: Recorder, played: Played) -> Played:
    recorder.end(played)
    return played


async def _outcome(protocol: Protocol, episode: Episode, context: EpisodeContext) -> Outcome:
    limit, seconds = None, context.limits.seconds
    try:
        if seconds is None:
            return _checked(await play_probed(protocol, episode, context.probes), episode)
        async with asyncio.timeout(seconds) as limit:
            drain = the_drain()
            with nullcontext() if drain is None else drain.stopping(limit):
                return _checked(await play_probed(protocol, episode, context.probes), episode)
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
        return _failed(context, episode.number, cause)


def _cause(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _failed(context: EpisodeContext, number: int, error: BaseException) -> Outcome:
    if context.failed_by is not None:
        context.failed_by(error)
    log.error("episode failed", episode=number, error=type(error).__name__)
    log.debug("episode failed because", episode=number, traceback=traceback.format_exc())
    return Outcome.failed(storable(f"{type(error).__name__}: {error}"))


def _checked(outcome: object, episode: Episode) -> Outcome:
    if not isinstance(outcome, Outcome):
        raise TypeError(f"the protocol returned {type(outcome).__name__}, not an Outcome")
    for seat, amount in outcome.returns.items():
        if seat not in episode.seats or not isinstance(amount, int | float) or not math.isfinite(amount):
            raise ValueError(f"the protocol returned {amount!r} for {seat!r}; seats get finite numbers")
    if not set(episode.seats).issuperset(outcome.offenders):
        raise ValueError(f"the protocol says that {outcome.offenders} forfeited, who have no seats")
    if outcome.reason or outcome.details:
        encode((outcome.reason, outcome.details))
    return outcome
