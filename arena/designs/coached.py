"""A protocol that plays another protocol, and then asks a critic for advice to one of its seats."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import model_validator

from arena.annotations import Annotation, Answer, Place
from arena.core.errors import EpisodeLimit
from arena.core.ranges import Words
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.wrapping import WrappingProtocol
from arena.forms import Speech
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY, Event, EventKind
from arena.tasks.task import PublicTask

COACHING_PROMPTS = Prompts(Path(__file__).with_name("coaching"))
"""What the critic and the improving side are told."""
CRITIC = "critic"
HISTORY, ADVICE = "history", "advice"
"""The annotations that later games read."""


class Coached(WrappingProtocol):
    """Another protocol, after which a critic advises one seat for its next game.

    It is one game of "Improving Language Model Negotiation with Self-Play and In-Context Learning from AI
    Feedback" (Fu et al. 2023). The scenario `arena.Coaching` plays several games, and carries the advice from
    each to the next. The critic hears nothing during the game. Afterwards it reads the improving seat's
    brief, what that seat saw, quoted line by line, and its return. Only the critic sees its advice.

    The outcome is that of the protocol. The annotations are those of the protocol, and two answers about the
    improving seat. ``history`` is the game as that seat saw it. ``advice`` has the critic as its author, and
    is missing if the game has no result, or if there is no critic. The outcome's details keep notes of both
    under ``coaching``.

    Args:
        protocol: The protocol that is played before the critic advises.
        improving: The seat that is advised.
        advised: Whether there is a critic. Without a critic, nobody is advised.
        words: The most words of the advice. None sets no limit.
    """

    improving: str
    advised: bool = True
    words: Words | None = 150

    @model_validator(mode="after")
    def _has_whom_it_needs(self) -> Coached:
        if self.improving not in self.protocol.seats:
            raise ValueError(
                f"there is no seat {self.improving}; the seats are {', '.join(self.protocol.seats)}"
            )
        if CRITIC in self.protocol.seats:
            raise ValueError(f"the protocol has a seat {CRITIC} already")
        return self

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats of the protocol, and ``critic`` if there is one."""
        return (*self.protocol.seats, CRITIC) if self.advised else self.protocol.seats

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations of the protocol and the advice, by name, with their kinds."""
        return {**self.protocol.finds, HISTORY: Answer, ADVICE: Answer}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the system text of `seat`: that of the protocol, or the critic's own."""
        if seat != CRITIC:
            return self.protocol.brief(seat, task)
        return COACHING_PROMPTS.text("critic", improving=self.improving)

    async def play(self, episode: Episode) -> Outcome:
        """Play the protocol among its own seats, and then ask for advice."""
        with episode.among((*self.protocol.seats, *self.protocol.absent)):
            outcome = await self.protocol.play(episode)
        history = as_seen(episode.view(self.improving), self.improving)
        episode.annotate(Answer(HISTORY, history, about=Place(self.improving), graded=False))
        coaching: dict[str, Any] = {"history": history, "advice": None}
        if self.advised and outcome.is_result:
            try:
                answer = await self._advice(episode, history, outcome)
            except EpisodeLimit as limit:  # the game is over, and its result must not be lost
                coaching |= {"status": "not asked", "reason": str(limit)}
            else:
                coaching |= {"advice": answer.parsed, "status": answer.status.value, "reason": answer.reason}
        return replace(outcome, details={**outcome.details, "coaching": coaching})

    async def _advice(self, episode: Episode, history: str, outcome: Outcome) -> Response[str]:
        brief = fenced(self.protocol.brief(self.improving, episode.task))
        got = outcome.returns.get(self.improving)
        question = COACHING_PROMPTS.text(
            "advise",
            improving=self.improving,
            brief=brief,
            history=fenced(history),
            got="" if got is None else f"{got:g}",
        )
        finds = Answer(ADVICE, about=Place(self.improving), graded=False)
        return await episode.ask(CRITIC, Speech(self.words), question, audience=NOBODY, finds=finds)


def as_seen(view: Iterable[Event], seat: str) -> str:
    """Return what a seat saw of an episode, as text. What was said is quoted line by line."""
    return "\n\n".join(_shown(event, seat) for event in view)


def _shown(event: Event, reader: str) -> str:
    if event.kind in (EventKind.TOLD, EventKind.ASKED, EventKind.RETURNED):
        return event.text
    who = "You said" if event.seat == reader else f"{event.seat} said"
    unused = ", which could not be used" if event.kind is EventKind.FAILED else ""
    return f"{who}{unused}:\n{fenced(event.text)}"
