"""PersonaEval: who speaks in a dialogue? A judge writes the probability of each of several characters.

The benchmark is that of Zhou et al. 2025, "PersonaEval: are LLM evaluators human enough to judge role-play?".
The judge reads a dialogue whose last speaker is not named, and writes a probability for each option. They
must sum to 1, or it is asked again. Its prediction is the likeliest option, the first one of equal ones.
``--agents JUDGE`` sets who judges.

The paper's own files are read by columns: ``--tasks Literary.csv --columns question=prompt --columns
answers=option1+option2+option3+option4 --columns truth=gt``. The scenario's dialogues are scripted: each
character has a word of its own. The agent ``scenarios.persona_eval:Guesser`` needs no model.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arena import Agent, Episode, Outcome, Protocol, Reply, Request, Scenario, Task, Verdict
from arena.annotations import Annotation, Finding
from arena.core.errors import UsageError
from arena.forms import Form, Status, Unusable
from arena.forms.base import fields_schema, found_object
from arena.prompts import Prompts
from arena.seat.transcript import NOBODY

_JUDGE = "judge"
_RETRIES = 4
_ROUNDING = 1e-5
_PROMPTS = Prompts(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution(Form[dict[str, float]]):
    """The probability of each of `options`, as a JSON object. They sum to 1, within 0.00001."""

    options: tuple[str, ...]

    def instructions(self) -> str:
        """Return how to write the probabilities."""
        return _PROMPTS.text("form", options=self.options)

    def parse(self, text: str) -> dict[str, float]:
        """Return the probabilities, in the order of the options."""
        found = found_object(text)
        if set(found) != set(self.options):
            raise Unusable(Status.UNPARSEABLE, f"its fields are not {', '.join(self.options)}")
        if not all(isinstance(one, int | float) and 0 <= one <= 1 for one in found.values()):
            raise Unusable(Status.ILLEGAL, "one of its probabilities is not from 0 to 1")
        if abs(sum(found.values()) - 1) > _ROUNDING:
            raise Unusable(Status.ILLEGAL, f"its probabilities sum to {sum(found.values()):g}, and not to 1")
        return {option: float(found[option]) for option in self.options}

    def schema(self) -> dict[str, Any]:
        """Return the schema of an object with a probability for each option."""
        return fields_schema({one: {"type": "number", "minimum": 0, "maximum": 1} for one in self.options})

    def parse_structured(self, text: str) -> dict[str, float]:
        """Return the probabilities in a reply that follows `schema`."""
        return self.parse(text)

    def sample(self, rng: random.Random) -> str:
        """Return a distribution that has all of its weight on one option."""
        certain = rng.choice(self.options)
        return json.dumps({option: float(option == certain) for option in self.options})

    def publish(self, value: dict[str, float]) -> str:
        """Return the probabilities as a JSON object."""
        return json.dumps(value)

    def finding(self, value: dict[str, float], name: str) -> Finding:
        """Return the likeliest option, the first one of equal ones, and all probabilities."""
        likeliest = max(self.options, key=lambda option: value[option])
        return Finding(text=likeliest, confidence=value[likeliest], probabilities=value)


class WhoSpeaks(Protocol):
    """A judge says how likely each of the task's ``data["answers"]`` is the speaker of a dialogue."""

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``judge``."""
        return (_JUDGE,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"speaker": Verdict}

    async def play(self, episode: Episode) -> Outcome:
        """Ask once. The paper's code asks up to five times, and so does this."""
        options = tuple(episode.task.data["answers"])
        form = Distribution(options=options, retries=_RETRIES)
        asked = _PROMPTS.text("who", options=options)
        await episode.ask(_JUDGE, form, asked, audience=NOBODY, finds=Verdict("speaker"))
        return Outcome.completed({})


def dialogues(n: int, seed: int) -> list[Task]:
    """Return `n` dialogues of four characters, whose last speaker is known by the word that it always says.

    Args:
        n: how many are made.
        seed: the seed from which they follow.
    """
    rng = random.Random(seed)
    return [_dialogue(place, rng) for place in range(n)]


def _dialogue(place: int, rng: random.Random) -> Task:
    words = dict(zip(rng.sample(_NAMES, 4), rng.sample(_WORDS, 4), strict=True))
    names = list(words)
    speaker = rng.choice(names)
    said = [f"{name}: {words[name].capitalize()}, I was at stop {place}." for name in names]
    said.append(f"Somebody: {words[speaker].capitalize()}, then we meet there again.")
    text = "\n".join(said)
    data = {"answers": names, "category": _TRACKS[place % len(_TRACKS)]}
    return Task(id=f"dialogue-{place}", text=text, data=data, truth=speaker)


_NAMES = ("Ada", "Ben", "Cleo", "Dario", "Elif", "Femi", "Greta", "Hugo")
_WORDS = ("frankly", "indeed", "alas", "well", "perhaps", "surely", "honestly", "gosh")
_TRACKS = ("literary", "drama", "expertise")

scenario = Scenario(
    name="persona-eval",
    protocol=WhoSpeaks(),
    tasks=dialogues(n=1000, seed=7),
    first=12,
    seats={_JUDGE: "local?reproducible=false"},
)
_TASKS = {task.text: place for place, task in enumerate(scenario.tasks)}


@dataclass
class Guesser(Agent):
    """Says how likely the options of our dialogues are, as its courses say, one for each dialogue.

    A course has four numbers that sum to 100: that of the right option, and those of the others in their
    order. In a specification: ``scenarios.persona_eval:Guesser?of=50/30/10/10,25/20/20/35``.

    Args:
        of: the courses, with commas between them. After the last the first follows again.
    """

    of: str

    def __post_init__(self) -> None:
        self._courses = [[int(one) for one in course.split("/")] for course in self.of.split(",")]
        if any(len(course) != len(_TRACKS) + 1 for course in self._courses):
            raise UsageError(f"A course has four numbers, as in 50/30/10/10, unlike {self.of!r}.")

    async def reply(self, request: Request) -> Reply:
        """Return the probabilities."""
        place = _TASKS[request.brief]
        task = scenario.tasks[place]
        right, *others = self._courses[place % len(self._courses)]
        ordered = iter(others)
        told = {name: (right if name == task.truth else next(ordered)) / 100 for name in task.data["answers"]}
        return Reply(json.dumps(told))
