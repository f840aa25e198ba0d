"""SSR-Zero: one policy translates, scores its own translations, and learns from the scores.

The system is that of Yang et al. 2025, "SSR-Zero: simple self-rewarding reinforcement learning for machine
translation". The policy sits in both seats. As the actor it writes several translations of a text, and as the
judge it scores each alone from 0 to 100, without a reference. ``--agents POLICY`` sets it. Its training rows
are those of the actor:

    arena export RUN --to trl-sft --seat actor --reward "judge:quality?scale=100"
        --advantage "group-mean?by=prompt&divide=sd"

A translation whose score cannot be read, after two more asks, is masked, and so is one that cannot be used.
The texts are numbers in words, whose translation is known: the score's gold label is whether it is right. The
agent ``scenarios.self_reward:Translator`` needs no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from arena import Agent, Answer, Episode, Outcome, Protocol, Reply, Request, Scenario, Score, Task
from arena.annotations import Annotation
from arena.forms import Number, Speech
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.tasks.grading import AnswerMatch

_ACTOR, _JUDGE = "actor", "judge"
_BEST = 100
_PROMPTS = Prompts(__file__)


class SelfReward(Protocol):
    """The actor writes several translations of the task's text, and the judge scores each of them alone.

    Args:
        samples: How many translations are written.
        words: The largest number of words of a translation.
    """

    samples: Annotated[int, Field(ge=1, le=100)] = 4
    words: Annotated[int, Field(ge=1, le=100_000)] = 150

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``actor`` and ``judge``."""
        return _ACTOR, _JUDGE

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"translation": Answer, "quality": Score}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the role of the seat."""
        return _PROMPTS.text(seat)

    async def play(self, episode: Episode) -> Outcome:
        """Ask for the translations, each from the same view, and for the score of each that can be used."""
        source = fenced(episode.task.text)
        for place in range(self.samples):
            said = await episode.ask(
                _ACTOR,
                Speech(self.words),
                _PROMPTS.text("translate", source=source),
                audience=NOBODY,
                remember=False,
                finds=Answer("translation", comparison=AnswerMatch.CASEFOLD.value),
                sample=place,
            )
            if not said.ok:
                continue
            right = episode.score(said.value, AnswerMatch.CASEFOLD)
            await episode.ask(
                _JUDGE,
                Number(0, _BEST),
                _PROMPTS.text("score", source=source, translation=fenced(said.value)),
                audience=NOBODY,
                remember=False,
                finds=Score(
                    "quality",
                    about=said.place,
                    low=0,
                    high=_BEST,
                    truth=None if right is None else float(right),
                ),
            )
        return Outcome.completed({})


_WORDS = {
    "one": "eins",
    "two": "zwei",
    "three": "drei",
    "four": "vier",
    "five": "fünf",
    "six": "sechs",
    "seven": "sieben",
    "eight": "acht",
    "nine": "neun",
    "ten": "zehn",
    "eleven": "elf",
    "twelve": "zwölf",
}

scenario = Scenario(
    name="self-reward",
    protocol=SelfReward(),
    tasks=[Task(id=word, text=word, truth=german) for word, german in _WORDS.items()],
    seats=dict.fromkeys((_ACTOR, _JUDGE), "local?reproducible=false"),
)
_SOURCE = re.compile(r"^> (\w+)$", re.MULTILINE)


@dataclass
class Translator(Agent):
    """Translates our numbers, and scores its translations as its courses say, the first of them first.

    A course has the score of each translation of a text: ``90/80/80/10``. A score of 100 is that of the right
    translation; the others have an ending of their own. ``?`` is a score that cannot be read.

    Args:
        of: the courses, with commas between them. After the last the first follows again.
    """

    of: str

    async def reply(self, request: Request) -> Reply:
        """Return a translation or a score."""
        source, *translation = _SOURCE.findall(request.prompt.text)
        place = list(_WORDS).index(source)
        courses = [course.split("/") for course in self.of.split(",")]
        course = courses[place % len(courses)]
        if request.seat == _ACTOR:
            sample = request.count % len(course)
            return Reply(_WORDS[source] + ("" if course[sample] == "100" else f"{sample}"))
        sample = int(translation[0][-1]) if translation[0][-1].isdecimal() else course.index("100")
        return Reply("" if course[sample] == "?" else f"Number: {course[sample]}")
