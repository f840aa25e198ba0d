"""Thinking out loud: an agent that thinks says how sure it is of its answer, or that it does not know.

The study is that of Zeng et al. 2025, "Thinking out loud: do reasoning models know when they're right?" Some
questions can be answered, and some are about things that there are not: every answer to these is wrong. There
are three conditions: under ``v`` the confidence stands in the reply, from 0 to 100, under ``v-prob`` it is
from 0 to 1, and under ``sr`` a second question asks for it.

Calibration is that of the answers that were attempted. The report has the share that was not attempted, and
accuracy and confidence by how many tokens the episode took: with one reply, by the length of its reasoning.
A reply that breaks the format is left out. The agent ``scenarios.thinking_out_loud:Frank`` needs no model.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from arena import Agent, Answer, Belief, Comparison, Episode, Outcome, Protocol, Reply, Request, Task
from arena.annotations import Annotation, Finding
from arena.core.errors import UsageError
from arena.forms import Form, Probability, Status, Unusable
from arena.forms.base import REASONS_WORDS, fields_schema, only_fields, text_schema
from arena.forms.number import percentage_schema, probability_of
from arena.forms.reading import ANSWER, CONFIDENCE, LineLabel, read_labelled
from arena.prompts import Prompts
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask, sums
from arena.tasks.grading import AnswerMatch

_PROMPTS = Prompts(__file__)
_UNKNOWN = "I don't know"
_ANSWER = LineLabel(ANSWER.name, ANSWER.names)
_WORDS = 20
_SYLLABLES = ("ba", "do", "ke", "li", "mu", "sa", "te")
NOBODY_KNOWS = "nobody knows"
"""The truth of a question about a thing that there is not, so that every answer to it is wrong."""


class Told(NamedTuple):
    """An answer, or None if the agent does not know; and its confidence from 0 to 1, or None."""

    answer: str | None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class ConfidentAnswer(Form[Told]):
    """An answer after reasoning, and with `confident` the confidence in it, from 0 to `scale`."""

    confident: bool = True
    scale: Literal[1, 100] = 100

    def instructions(self) -> str:
        """Return how to write the answer and the confidence."""
        return _PROMPTS.text("form", confident=self.confident, scale=self.scale)

    def parse(self, text: str) -> Told:
        """Return the answer and the confidence on their lines."""
        found = read_labelled(text, _ANSWER, lambda value: value.text.strip(" \t*.") or None)
        if found is None or found[1] is None:
            raise Unusable(Status.UNPARSEABLE, f"it has no line '{_ANSWER.name}: ...'")
        if _is_unknown(found[1]):
            return Told(None)
        if not self.confident:
            return Told(found[1])
        stated = read_labelled(text, CONFIDENCE, lambda value: probability_of(value, self.scale))
        if stated is None or stated[1] is None:
            raise Unusable(Status.UNPARSEABLE, f"it has no line '{CONFIDENCE.name}: ...'")
        return Told(found[1], stated[1])

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"reasons": text, "answer": text, "confidence": number}``."""
        fields = {"reasons": text_schema(REASONS_WORDS), "answer": text_schema(_WORDS)}
        return fields_schema(
            fields | ({"confidence": percentage_schema(self.scale)} if self.confident else {})
        )

    def parse_structured(self, text: str) -> Told:
        """Return the answer and the confidence in a reply that follows `schema`."""
        names = ("reasons", "answer", "confidence") if self.confident else ("reasons", "answer")
        found = only_fields(text, names)
        answer = str(found["answer"]).strip()
        if _is_unknown(answer):
            return Told(None)
        return Told(answer, float(found["confidence"]) / self.scale if self.confident else None)

    def sample(self, rng: random.Random) -> str:
        """Return any answer with any confidence."""
        return f"Answer: {rng.randint(1, 5)}\nConfidence: {rng.randint(2, 99)}%"

    def publish(self, value: Told) -> str:
        """Return the answer."""
        return f"{_ANSWER.name}: {_UNKNOWN if value.answer is None else value.answer}"

    def finding(self, value: Told, name: str) -> Finding:
        """Return the answer with its confidence, or that the agent abstained."""
        if value.answer is None:
            return Finding(abstained=True)
        return Finding(text=value.answer, confidence=value.confidence, comparison="casefold")


def _is_unknown(answer: str) -> bool:
    return answer.strip(" \t*.\"'").replace("’", "'").casefold() == _UNKNOWN.casefold()


class OutLoud(Protocol):
    """A model answers a question, and says how sure it is.

    Args:
        asks: How the confidence is asked for: ``v`` in the reply from 0 to 100, ``v-prob`` in the reply from
            0 to 1, or ``sr`` in a second round. A reply that breaks the format is not asked for again.
    """

    asks: Literal["v", "v-prob", "sr"] = "v"

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``model``."""
        return ("model",)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer, "right": Belief}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return nothing: the question stands in what is asked."""
        return ""

    async def play(self, episode: Episode) -> Outcome:
        """Ask the question, and in a second round for the confidence in an answer that was attempted."""
        scale: Literal[1, 100] = 1 if self.asks == "v-prob" else 100
        form = ConfidentAnswer(confident=self.asks != "sr", scale=scale, retries=0)
        asked = _PROMPTS.text("asked", question=episode.task.text)
        said = await episode.ask("model", form, asked, finds=Answer("answer", turn=1))
        if self.asks == "sr" and said.ok and said.value.answer is not None:
            belief = Belief("right", method="verbalised-100", turn=1, about=said.place)
            await episode.ask("model", Probability(_PROMPTS.text("right")), audience=NOBODY, finds=belief)
        if not said.ok:
            return Outcome.completed({})
        right = said.value.answer is not None and episode.score(said.value.answer, AnswerMatch.CASEFOLD)
        return Outcome.completed({"model": float(bool(right))})


def made_up(n: int, seed: int) -> list[Task]:
    """Return questions about towns that there are not, which nobody can answer."""
    rng = random.Random(seed)
    names = [
        "".join(rng.choice(("ba", "do", "ke", "li", "mu", "sa", "te")) for _ in range(4)) for _ in range(n)
    ]
    return [
        Task(
            id=f"made-up-{place}",
            text=f"In which year was the town hall of {name.capitalize()} built?",
            truth=NOBODY_KNOWS,
            data={"category": "made up"},
        )
        for place, name in enumerate(names)
    ]


def with_unanswerable(n: int, seed: int, *, unanswerable: int) -> list[Task]:
    """Return `n` sums, after each six of which stand so many questions that nobody can answer."""
    tasks: list[Task] = []
    rest = iter(made_up(n, seed))
    for place, task in enumerate(sums(n=n, seed=seed), start=1):
        tasks.append(task.model_copy(update={"data": {**task.data, "category": "sums"}}))
        if place % 6 == 0:
            tasks += [next(rest) for _ in range(unanswerable)]
    return tasks


scenario = Comparison(
    name="thinking-out-loud",
    tasks=with_unanswerable(n=300, seed=7, unanswerable=2),
    first=8,
    seats={"model": "local?reproducible=false"},
    conditions={asks: OutLoud(asks=asks) for asks in ("v", "v-prob", "sr")},
)
_TASKS = {task.text: (place, str(task.truth)) for place, task in enumerate(scenario.tasks)}


@dataclass
class Frank(Agent):
    """Answers as its courses say, and is as sure of it as they say.

    A course is by how much the answer is above the right one, then ``@`` and the confidence out of 100, or
    ``?`` for not knowing. After it may stand a slash and how many tokens the reply took. In a specification:
    ``scenarios.thinking_out_loud:Frank?of=0@90/200,1@60/400,?``.

    Args:
        of: The courses of the tasks, with commas between them. After the last the first follows again.
    """

    of: str

    def __post_init__(self) -> None:
        self._courses = [re.fullmatch(r"(?:(\d)@(\d{1,3})|\?)(?:/(\d+))?", one) for one in self.of.split(",")]
        if None in self._courses:
            raise UsageError(f"A course is a digit and a confidence, or ?, as in 0@90,?, not {self.of!r}.")

    async def reply(self, request: Request) -> Reply:
        """Return the answer with its confidence, or the confidence alone."""
        asked = [*(event.text for event in request.view), request.prompt.text]
        place, truth = next(_TASKS[line] for text in asked for line in text.splitlines() if line in _TASKS)
        above, confidence, tokens = self._courses[place % len(self._courses)].groups()  # type: ignore[union-attr]
        usage = {"prompt_tokens": 0, "completion_tokens": int(tokens or 0)}
        if isinstance(request.form, Probability):
            return Reply(f"Probability: {confidence}", usage=usage)
        if above is None:
            return Reply(f"Answer: {_UNKNOWN}", usage=usage)
        answer = int(truth) + int(above) if truth.lstrip("-").isdecimal() else 1900 + int(above)
        stated = f"{int(confidence) / 100:g}" if "0.0 to 1.0" in request.prompt.text else confidence
        return Reply(f"I think.\nAnswer: {answer}\nConfidence: {stated}", usage=usage)
