"""Debate: two or more debaters defend answers before a judge."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from string import ascii_lowercase
from typing import Annotated

from pydantic import Field, model_validator

from arena.core.ranges import Rounds
from arena.prompts import Prompts
from protocols.shared.beliefs import Moment
from protocols.shared.oversight import JUDGE, Case, Oversight
from protocols.shared.questions import Sides

_PROMPTS = Prompts(__file__)


class Order(StrEnum):
    """Whether the debaters of a round speak at the same time or one after the other.

    Debaters who speak at the same time do not hear each other in that round.
    """

    SIMULTANEOUS = "simultaneous"
    SEQUENTIAL = "sequential"

    def turns(self, seats: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the groups of seats that speak at the same time, in the order of speaking."""
        return [tuple(seats)] if self is Order.SIMULTANEOUS else [(seat,) for seat in seats]


class Debate(Oversight):
    """Debaters defend different answers before a judge, and privately say how likely they are to win.

    These papers describe debate as a means of oversight: Irving et al. 2018, "AI safety via debate"; Khan et
    al. 2024, "Debating with more persuasive LLMs leads to more truthful answers"; Kenton et al. 2024, "On
    scalable oversight with weak LLMs judging strong LLMs". The bets of debaters come from Prasad and Nguyen
    2025, "When two LLMs debate, both think they'll win". The conditions of that paper are settings here. The
    seats decide whether it is a cross-model debate or a self-debate. `informed` tells debaters that their
    chances to win are even. `beliefs` can be ``public``, or can follow a ``red_team`` prompt.

    The number of debaters is `debaters`, and they are called ``debater_a``, ``debater_b`` and so on. `sides`
    decides which answers they defend. If there are more debaters than answers, several defend the same
    answer. They speak in `rounds`, which is a number or the names of stages (such as opening, rebuttal,
    closing). `order` says whether they speak in turn. With `interactive`, the judge asks a question after
    each round except the last. With `cross_examination`, every debater asks the next one a question after
    each round, and the next one answers. Without `judged` there is no judge and no verdict; judges can judge
    the run afterwards.

    Args:
        debaters: The number of debaters. They are called ``debater_a``, ``debater_b`` and so on.
        rounds: The number of rounds, or the names of the stages, such as opening, rebuttal, closing.
        order: Whether the debaters of a round speak at the same time or one after the other.
        sides: How debaters get their answers: assigned by chance, chosen by each, or chosen by the first.
        interactive: Whether the judge asks a question after each round except the last.
        cross_examination: Whether every debater asks the next one a question after each round.
        informed: Whether debaters are told that their chances to win are even.
        judged: Whether a judge decides. Without a judge there is no verdict until judges judge the run.
        told: A sentence at the end of every debater's brief, which only some conditions of a study tell.
    """

    debaters: Annotated[int, Field(ge=2, le=26)] = 2
    rounds: Rounds | Annotated[tuple[str, ...], Field(min_length=1)] = 3
    order: Order = Order.SIMULTANEOUS
    sides: Sides = Sides.ASSIGNED
    interactive: bool = False
    cross_examination: bool = False
    informed: bool = False
    judged: bool = True
    told: str = ""

    @model_validator(mode="after")
    def _has_its_judge(self) -> Debate:
        if self.interactive and not self.judged:
            raise ValueError("an interactive debate needs a judge to ask the questions")
        return self

    @property
    def speakers(self) -> tuple[str, ...]:
        """The seats of the debaters: ``debater_a``, ``debater_b`` and so on."""
        return tuple(f"debater_{letter}" for letter in ascii_lowercase[: self.debaters])

    @property
    def judges(self) -> tuple[str, ...]:
        """``judge`` if the debate is judged. Otherwise there is no seat."""
        return (JUDGE,) if self.judged else ()

    @property
    def stages(self) -> tuple[str, ...]:
        """The names of the rounds. If `rounds` is a number, each name is empty."""
        return ("",) * self.rounds if isinstance(self.rounds, int) else self.rounds

    def role(self, seat: str) -> str:
        """Return the role of a debater, the judge or an onlooker."""
        speakers = self.speakers
        if seat in speakers:
            return _PROMPTS.text(
                "debater",
                seat=seat,
                speakers=speakers,
                debaters=self.debaters,
                judged=self.judged,
                informed=self.informed,
                told=self.told,
            )
        if seat in self.judges:
            return _PROMPTS.text("judge", speakers=speakers)
        return _PROMPTS.text("onlooker", speakers=speakers, judged=self.judged)

    async def argue(self, case: Case) -> None:
        """Settle the sides, then play the rounds."""
        await case.take_sides(self.sides)
        await case.believe(Moment.BEFORE)
        for case.round, stage in enumerate(self.stages, start=1):
            asked = _PROMPTS.text("round", round=case.round, rounds=len(self.stages), stage=stage)
            await self._speak(case, asked, stage, bets=True)
            if self.cross_examination:
                asked = _PROMPTS.text("cross_question", askers=self.speakers, answerers=self._next())
                await self._speak(case, asked, "question")
                await self._speak(case, _PROMPTS.text("cross_answer"), "answer")
            if self.interactive and case.round < len(self.stages):
                await case.inquire()
            await case.believe(Moment.ROUND)

    async def _speak(self, case: Case, asked: str, stage: str, *, bets: bool = False) -> None:
        for speakers in self.order.turns(self.speakers):
            await case.say(speakers, asked, stage=stage, bets=bets)

    def _next(self) -> tuple[str, ...]:
        """Return whom each debater asks: the next one, and the last asks the first."""
        return (*self.speakers[1:], self.speakers[0])
