"""SCL: a model answers a multiple choice about a picture and looks again, and pairs are made of both answers.

The study is that of He et al. 2024, "Self-correction is more than refinement: a learning framework for visual
and language reasoning tasks". Nobody says whether the first answer is right. The conditions are the four
wordings of the review. ``arena export RUN --to trl-vision-dpo --reward correct --pairs first-refined --prompt
first`` writes the preference pairs: of a wrong answer that was mended the refined one is chosen, of a right
one that was spoilt the first one, and both stand under the first request, with its picture.

The agent ``scenarios.scl:Reviewer`` needs no model.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from arena import Answer, Comparison, Episode, Outcome, Protocol, Request, Task
from arena.annotations import Annotation, Finding
from arena.core.ranges import Rounds
from arena.forms import Form, Status, Unusable
from arena.forms.base import object_schema, text_schema
from arena.prompts import Prompts
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from scenarios.lookers import CHOICES, Looker, lettered, off_by

_SEAT = "answerer"
_PROMPTS = Prompts(__file__)
_BETWEEN = re.compile(r"##\s*(.+?)\s*##", re.DOTALL)
_LETTER = re.compile(r"\(?([A-Z])\)?[.:]?(?:\s.*)?", re.DOTALL)


class ReviewWording(StrEnum):
    """How the review of the first answer is asked for."""

    PLAIN = "plain"
    DETAILS = "details"
    CONTEXT = "context"
    COMPLETENESS = "completeness"


class ChosenLetter(NamedTuple):
    """A reply as it was written, and the answer that was extracted from it."""

    said: str
    answer: str


@dataclass(frozen=True, slots=True)
class HashedAnswer(Form[ChosenLetter]):
    """A reply to a multiple choice, whose answer is extracted in the order of the authors' code.

    That is: the letter between two pairs of hash signs, anything else between them, the first letter with a
    full stop behind it, and else the whole text. What is no option is a wrong answer, as in the code.
    `options` are the answers by their letters.
    """

    options: tuple[tuple[str, str], ...] = ()

    def instructions(self) -> str:
        """Return nothing, because each question says it in its own words."""
        return ""

    def parse(self, text: str) -> ChosenLetter:
        """Return the text, and the answer in it.

        Raises:
            Unusable: if it is empty, or different letters stand between hash signs.
        """
        if not text.strip():
            raise Unusable(Status.UNPARSEABLE, "it is empty")
        between = _BETWEEN.findall(text)
        letters = [found[1] for one in between if (found := _LETTER.fullmatch(one)) and self._has(found[1])]
        if len(set(letters)) > 1:
            raise Unusable(Status.AMBIGUOUS, "different letters stand between hash signs")
        stopped = [one for one in re.findall(r"\b([A-Z])\.", text) if self._has(one)]
        answer = (letters or between[:1] or stopped or [text.strip()])[0]
        return ChosenLetter(text.strip(), dict(self.options).get(answer, answer))

    def _has(self, letter: str) -> bool:
        return not self.options or letter in dict(self.options)

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"reply": text}``."""
        return object_schema("reply", text_schema(None))

    def sample(self, rng: random.Random) -> str:
        """Return a letter at random."""
        return f"## {rng.choice([letter for letter, _ in self.options] or ['A'])} ##"

    def publish(self, value: ChosenLetter) -> str:
        """Return what was written, which its writer alone reads."""
        return value.said

    def finding(self, value: ChosenLetter, name: str) -> Finding:
        """Return the answer."""
        return Finding(text=value.answer, comparison="exact")

    def fields(self, value: ChosenLetter) -> dict[str, str]:
        """Return what was written, and the answer."""
        return value._asdict()


class VisualSelfCorrection(Protocol):
    """The answerer answers a multiple choice and then reviews its answer, without a hint.

    Args:
        wording: How the review is asked for.
        rounds: How often it is.
    """

    wording: ReviewWording = ReviewWording.PLAIN
    rounds: Rounds = 1

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``answerer``."""
        return (_SEAT,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the question, and the answers with their letters."""
        listed = [f"{letter}. {answer}" for letter, answer in lettered(task).items()]
        return "\n\n".join([super().brief(seat, task), _PROMPTS.text("options", options=listed)])

    async def play(self, episode: Episode) -> Outcome:
        """Ask for an answer, and for the reviews."""
        form = HashedAnswer(tuple(lettered(episode.task).items()))
        right = None
        for turn in range(1, self.rounds + 2):
            asked = _PROMPTS.text("first" if turn == 1 else self.wording.value)
            said = await episode.ask(_SEAT, form, asked, audience=NOBODY, finds=Answer("answer", turn=turn))
            if not said.ok:
                return Outcome.failed(said.reason or "there was no usable answer", _SEAT)
            right = episode.score(said.value.answer)
        return Outcome.completed({} if right is None else {_SEAT: float(right)})


scenario = Comparison(
    name="scl",
    tasks=CHOICES,
    first=5,
    seats={_SEAT: "local?reproducible=false&temperature=0.7"},
    conditions={wording.value: VisualSelfCorrection(wording=wording) for wording in ReviewWording},
)


@dataclass
class Reviewer(Looker):
    """Answers and reviews as its courses say, one letter a reply; the last one is repeated.

    A digit is an answer that is so many further on from the right one, and ``?`` one that is no option. In a
    specification: ``scenarios.scl:Reviewer?of=00,10,01,12``.
    """

    def allowed(self) -> str:
        """Return the pattern of a course."""
        return r"[0-3?]+"

    def worded(self, request: Request, task: Task, course: str) -> str:
        """Return the answer's letter between hash signs."""
        said = course[min(request.count, len(course) - 1)]
        if said == "?":
            return "I cannot tell."
        answer = off_by(task, str(task.truth), int(said))
        letter = next(letter for letter, one in lettered(task).items() if one == answer)
        return f"I look at the picture. ## {letter} ##"
