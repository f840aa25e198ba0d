"""Probes: questions put to seats aside, over any protocol, that find out what they believe or would answer.

A scenario has probes as a setting, and no protocol has to know of them. Nobody hears the answer to a probe,
and the seat itself does not remember it unless the probe says so. So what the others are sent stays the same.
A probe is a turn like any other: it counts towards the limits of the episode.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from pydantic import ConfigDict, Field, model_validator

from arena.core.checked import Checked
from arena.tasks.grading import AnswerMatch

HYPOTHETICAL = "hypothetical"
"""The name of the answer to a probe of the kind ``answer``."""


class ProbeKind(StrEnum):
    """What a probe asks for."""

    CONFIDENCE = "confidence"
    """How likely the seat's last answer is right, as a number that it says."""
    P_TRUE = "p-true"
    """Whether the seat's last answer is right, by the probability of the word yes (P(True))."""
    P_IK = "p-ik"
    """How likely the seat is to know the answer (P(IK)), before it has given any."""
    ANSWER = "answer"
    """What the seat would answer now, if it were asked."""


class ProbeMoment(StrEnum):
    """When a probe is asked."""

    BEFORE = "before"
    """Before the protocol begins."""
    ROUND = "round"
    """After each usable answer of the seat. One that it does not remember must be an answer or a verdict."""
    AFTER = "after"
    """After the protocol has ended, if it did."""


class Probe(Checked):
    """A question that is put to seats aside.

    At the command line it is a text, such as ``confidence?seats=ann,bob&moments=round,after&remember=yes``.

    Args:
        ask: What is asked for: confidence, p-true, p-ik or answer.
        seats: The seats that are asked. None asks all.
        moments: When they are asked: before, round (after each answer) and after.
        remember: Whether the seat's later views hold the probe.
        unknown: Whether "I don't know" is an allowed answer. It is recorded as abstained.
        comparison: Which answers in free text are the same: exact, casefold or number.
        drafts: Whether the drafts of the last answer are listed in the question, if it was made of some.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    ask: ProbeKind
    seats: tuple[str, ...] | None = None
    moments: tuple[ProbeMoment, ...] = Field(default=(ProbeMoment.AFTER,), min_length=1)
    remember: bool = False
    unknown: bool = True
    comparison: AnswerMatch = AnswerMatch.CASEFOLD
    drafts: bool = False

    @model_validator(mode="before")
    @classmethod
    def _of_text(cls, given: Any) -> Any:
        """Read a text, of which lists are separated by commas."""
        if not isinstance(given, str):
            return given
        ask, _, query = given.partition("?")
        settings = dict(parse_qsl(query, keep_blank_values=True))
        lists = {name: settings.pop(name).split(",") for name in ("seats", "moments") if name in settings}
        return {**settings, **lists, "ask": ask}

    @model_validator(mode="after")
    def _can_be_asked(self) -> Probe:
        of_answer = self.ask in (ProbeKind.CONFIDENCE, ProbeKind.P_TRUE)
        if of_answer and ProbeMoment.BEFORE in self.moments:
            raise ValueError(f"{self.ask} is about an answer that was given, so it cannot be asked before")
        if self.drafts and not of_answer:
            raise ValueError(f"{self.ask} is about no answer that was given, so it has no drafts to list")
        return self
