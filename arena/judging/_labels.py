"""The criterion of a label, and the judges that label turns: an agent, a pattern, a user's program."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Self

from pydantic import ConfigDict, Field, model_validator

from arena.annotations import AnnotationStatus, Label, Score
from arena.core.checked import Checked
from arena.core.ranges import Retries
from arena.judging._label_cases import NO_REASONING, REPLY, JudgedCase, counted
from arena.judging._label_words import KNOWN_LABELS
from arena.judging._patterns import Matcher, check_pattern
from arena.judging._wording import JudgesWording

LABEL = "label"
"""What the names of the criteria of labels begin with."""
REGEX = "regex"
"""The author of labels that a regular expression found."""


class LabelCriterion(Checked):
    """One label that turns are given by a judge, and what the judge is shown.

    A label with `values` is one of these classes. Without them it is a count: how often something occurs in
    the turn, and ``yes`` or ``no`` for whether it does at all.

    Attributes:
        label: the name of the label.
        question: what the judge is asked about each turn. The names in `KNOWN_LABELS` need none.
        values: the classes to choose from, two or more; none for a count.
        pattern: a regular expression whose matches are counted, instead of a question.
        program: the file and digest of a program that labels. The engine sets it.
        sides: the seats whose turns are labelled. If there are none, the protocol's players are labelled.
        view: None for what everybody heard, a seat for what that seat heard, ``reasoning`` for the reasoning
            of replies, which no seat ever sees, or ``reply`` for the reasoning and what was said.
        reads: the labels that a turn must have to be judged, with their values, such as
            ``{"misaligned": "yes"}``. Others gave them: seats, protocols, or earlier judges. If several did,
            more than half must agree.
        retries: how often the judge is asked again after an unusable reply.
        prompts: prompts in place of the standard ones of labelling: a folder that ``arena prompts`` wrote.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = Field(min_length=1)
    question: str = ""
    values: tuple[str, ...] = ()
    pattern: str = ""
    program: str = ""
    sides: tuple[str, ...] = ()
    view: str | None = None
    reads: Mapping[str, str] = Field(default_factory=dict)
    retries: Retries = 2
    prompts: JudgesWording = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.program and not self.pattern and not self.asked:
            raise ValueError(
                f"the label {self.label} needs a question or a pattern; {', '.join(KNOWN_LABELS)} need none"
            )
        if self.pattern:
            if self.question or self.values:
                raise ValueError("a label has either a question, with or without values, or a pattern")
            if self.view == REPLY:
                raise ValueError("a pattern is looked for in what was said or in the reasoning, not in both")
            check_pattern(self.pattern)
        if len(self.values) == 1 or len(set(self.values)) < len(self.values):
            raise ValueError("the values of a label are two or more different classes")
        return self

    @property
    def asked(self) -> str:
        """The question that the judge is asked about each turn; empty if it has none."""
        return self.question or KNOWN_LABELS.get(self.label, "")

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as JSON-able values, without prompts if there are none."""
        return self.model_dump(mode="json", exclude=None if self.prompts else {"prompts"})

    @property
    def needs_agent(self) -> bool:
        """Whether an agent is asked. A program may ask one, and need not."""
        return not self.pattern and not self.program

    @property
    def name(self) -> str:
        """A digest of all settings. What was found by different criteria is kept apart by it."""
        settings = json.dumps({**self.settings, "question": self.asked}, sort_keys=True)
        return f"{LABEL}-{blake2b(settings.encode(), digest_size=4).hexdigest()}"


class Judge(ABC):
    """A judge of labels, to be subclassed: it labels the turns of one stored episode after another.

    Attributes:
        sides: as those of `LabelCriterion`.
        view: as that of `LabelCriterion`.
        reads: as those of `LabelCriterion`.
        retries: as those of `LabelCriterion`.
    """

    sides: tuple[str, ...] = ()
    view: str | None = None
    reads: Mapping[str, str] = MappingProxyType({})
    retries: int = 2

    @abstractmethod
    def judge(self, case: JudgedCase) -> AsyncIterator[Label | Score]:
        """Yield labels, or scores, of the turns of an episode, each about the place of a turn.

        It may ask the agent of the case (`JudgedCase.count`, `JudgedCase.classify`). If a labelling was
        stopped, it is called again and must then ask the same: the replies are used again.
        """


@dataclass(frozen=True, slots=True)
class AskingJudge(Judge):
    """Asks the agent of the case the question of a criterion about each turn."""

    criterion: LabelCriterion

    async def judge(self, case: JudgedCase) -> AsyncIterator[Label | Score]:
        """Yield a label of each turn."""
        for turn in case.turns:
            label = Label(self.criterion.label, about=turn.place)
            if self.criterion.values:
                yield await case.classify(self.criterion.asked, self.criterion.values, label)
            else:
                yield await case.count(self.criterion.asked, label)


@dataclass(frozen=True, slots=True)
class PatternJudge(Judge):
    """Counts the matches of a regular expression in each turn. The span is that of the first match."""

    criterion: LabelCriterion
    matcher: Matcher

    async def judge(self, case: JudgedCase) -> AsyncIterator[Label | Score]:
        """Yield a label of each turn."""
        for turn in case.turns:
            label = Label(self.criterion.label, about=turn.place)
            if turn.is_empty:
                yield replace(label, **_not_done(AnnotationStatus.NOT_ASKED, NO_REASONING))
                continue
            try:
                found = await self.matcher.matches(self.criterion.pattern, turn.reasoning or turn.text)
            except TimeoutError:
                yield replace(label, **_not_done(AnnotationStatus.TIMED_OUT, "the pattern takes too long"))
            except MemoryError as error:
                yield replace(label, **_not_done(AnnotationStatus.ERROR, str(error)))
            else:
                part = turn.place.part or "text"
                span = turn.place._replace(part=part, start=found.start, end=found.end)
                yield counted(replace(label, about=span if found.number else turn.place), found.number)


def _not_done(status: AnnotationStatus, reason: str) -> dict[str, Any]:
    return {"status": status, "reason": reason}
