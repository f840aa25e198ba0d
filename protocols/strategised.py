"""Strategised play: a private strategist before a seat's turns, and a judge of what counted.

The design is that of Liu et al. 2025, "EPO: Explicit Policy Optimization for Strategic Reasoning in LLMs via
Reinforcement Learning".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    create_model,
    model_validator,
)

from arena.annotations import Annotation, AnnotationStatus, AuthorKind, Label, Place, Reward, Score, status_of
from arena.core.errors import EpisodeLimit
from arena.core.ranges import Words
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.wrapping import WrappingProtocol
from arena.forms import Number, Structured
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from arena.tasks.task import PublicTask
from protocols.shared.strategies import STRATEGY_PROMPTS, Advising, StrategicGame, strategist_of

JUDGE = "judge"
_BEST = 10
_NO_GOAL = "how far the goal was reached is not known"


class _Critical(BaseModel):
    """Which strategies were critical."""

    model_config = ConfigDict(extra="forbid")

    reasons: str
    critical: list[int]


class Strategised(WrappingProtocol):
    """Another protocol, in which some seats have a private strategist, and a judge reads the strategies.

    It is the process reward of "EPO: Explicit Policy Optimization for Strategic Reasoning in LLMs via
    Reinforcement Learning" (Liu et al. 2025). Before each turn of an `advised` seat its strategist, the seat
    ``SEAT_strategist``, reads the brief of the seat and what the seat heard since, with its own earlier
    strategies in between, and names one strategy of at most `words` words. The seat then reads it
    above its question as its own. Nobody else does. A strategy that cannot be used is not
    read, and no other is asked for.

    After a game that ran to its end the judge reads the game as the seat saw it, with all strategies, and how
    far it reached its goal, and says by their numbers which strategies were critical. Each strategy has the
    reward ``strategy``: 1 if it was critical, else the goal score if it was the last, else 0. An export adds
    what later strategies earned: ``--reward "annotation:strategy?gamma=0.99&divide=largest"``.

    Args:
        protocol: The protocol that is played.
        advised: The seats that have a strategist.
        goal: The name of the score of a seat that says how far it reached its goal, divided by `scale`. Less
            than 0, as after a deal at a loss, counts as 0, and more than 1 as 1. Without a name the judge
            rates it from 0 to 10, and a tenth of that is the goal score.
        scale: What the score `goal` is divided by.
        without: The goal score, from 0 to 1, of a seat that has no such score, as without a deal. None leaves
            it unknown.
        words: The most words of a strategy.
        judged: Whether there is a judge. Without it nothing is paid.
    """

    advised: Annotated[tuple[str, ...], Field(min_length=1)]
    goal: str = ""
    scale: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0
    without: Annotated[float, Field(ge=0, le=1)] | None = None
    words: Words = 10
    judged: bool = True

    @model_validator(mode="after")
    def _has_whom_it_needs(self) -> Strategised:
        known = self.protocol.seats
        if unknown := [seat for seat in self.advised if seat not in known]:
            raise ValueError(f"there is no seat {unknown[0]}; the seats are {', '.join(known)}")
        if len(set(self.advised)) < len(self.advised):
            raise ValueError("a seat is advised twice")
        if taken := [seat for seat in self._added if seat in known]:
            raise ValueError(f"the protocol has a seat {taken[0]} already")
        return self

    @property
    def _added(self) -> tuple[str, ...]:
        strategists = map(strategist_of, self.advised)
        return (*strategists, JUDGE) if self.judged else tuple(strategists)

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats of the protocol, a strategist for each advised seat, and ``judge`` if there is one."""
        return (*self.protocol.seats, *self._added)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations of the protocol, and what the judge said of the strategies."""
        return {**self.protocol.finds, "reached": Score, "critical": Label, "strategy": Reward}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the system text of `seat`: that of the protocol, or the role of a seat that is added."""
        if seat not in self._added:
            return self.protocol.brief(seat, task)
        if seat == JUDGE:
            return STRATEGY_PROMPTS.text("judge")
        own = next(one for one in self.advised if strategist_of(one) == seat)
        return STRATEGY_PROMPTS.text("strategist", seat=own, brief=fenced(self.protocol.brief(own, task)))

    async def play(self, episode: Episode) -> Outcome:
        """Play the protocol among its own seats with their strategists, and then ask the judge."""
        advising = Advising(episode, self.advised, self.words, self.goal)
        with episode.among((*self.protocol.seats, *self.protocol.absent)):
            outcome = await self.protocol.play(advising)
        if not self.judged or outcome.ending is not Ending.COMPLETED:
            return outcome
        try:
            for seat in self.advised:
                if game := advising.game_of(seat):
                    await self._judge(episode, game, advising.goals.get(seat))
        except EpisodeLimit as limit:  # the game is over, and its result must not be lost
            return replace(outcome, details={**outcome.details, "not judged": str(limit)})
        return outcome

    async def _judge(self, episode: Episode, game: StrategicGame, found: float | None) -> None:
        """Ask the judge about the strategies of a seat, and record what they earn."""
        reached = await self._reached(episode, game, found)
        told = "" if reached is None else f"{_BEST * reached:.3g}"
        asked = STRATEGY_PROMPTS.text("critical", seat=game.seat, game=fenced(game.text()), goal=told)
        count = len(game.strategies)
        said = await episode.ask(
            JUDGE, _form(count), asked, audience=NOBODY, remember=False, fields=game.fields("critical")
        )
        named = set(said.value.critical) if said.ok else None
        status, reason = status_of(said.status), said.reason
        paid = process_rewards(count, named, reached)
        for number, one in enumerate(game.strategies, start=1):
            value = None if named is None else "yes" if number in named else "no"
            critical = Label("critical", value, about=one.place, turn=number, status=status, reason=reason)
            reward = Reward("strategy", paid[number - 1], about=one.place, status=status, reason=reason)
            if reward.value is None and named is not None:
                reward = replace(reward, status=AnnotationStatus.UNKNOWN, reason=_NO_GOAL)
            episode.annotate(replace(critical, author=JUDGE, by=AuthorKind.SEAT), reward)

    async def _reached(self, episode: Episode, game: StrategicGame, found: float | None) -> float | None:
        """Return how far a seat reached its goal, and record it. The judge is asked if no score says it."""
        finds = Score("reached", about=Place(game.seat))
        if self.goal:
            reached = self.without if found is None else min(1.0, max(0.0, found / self.scale))
            if reached is not None:
                episode.annotate(replace(finds, value=reached, low=0, high=1))
            return reached
        asked = STRATEGY_PROMPTS.text("reached", seat=game.seat, game=fenced(game.text()))
        said = await episode.ask(
            JUDGE, Number(0, _BEST), asked, audience=NOBODY, remember=False, fields=game.fields("reached")
        )
        reached = said.value / _BEST if said.ok else None
        rated = replace(finds, value=reached, low=0, high=1, author=JUDGE, by=AuthorKind.SEAT)
        episode.annotate(replace(rated, status=status_of(said.status), reason=said.reason))
        return reached


def process_rewards(count: int, critical: Collection[int] | None, goal: float | None) -> list[float | None]:
    """Return what each of a seat's strategies earns by itself.

    Without a goal score, what the last one and those before it come to is not known, unless it was critical.

    Args:
        count: how many strategies there are.
        critical: the numbers of those that were critical, from 1; None if it is not known.
        goal: how far the goal was reached.

    >>> process_rewards(4, {2}, 0.8), process_rewards(2, {2}, None)
    ([0.0, 1.0, 0.0, 0.8], [0.0, 1.0])
    """
    if critical is None or (goal is None and count not in critical):
        return [None] * count
    return [1.0 if place in critical else 0.0 for place in range(1, count)] + [
        1.0 if count in critical else goal
    ]


@lru_cache
def _form(count: int) -> Structured[_Critical]:
    """Return the form of some of the numbers from 1 to `count`."""
    number = Annotated[int, Field(ge=1, le=count)]
    listed = create_model("Critical", __base__=_Critical, critical=(list[number], Field(max_length=count)))
    return Structured(listed)
