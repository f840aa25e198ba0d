"""Looking inward: an agent predicts a property of its own answer, and another agent predicts the same.

The study is that of Binder et al. 2024, "Looking inward: language models can learn about themselves by
introspection". The predictor reads the question, and never sees the answer. Under ``self`` it is the
answerer's own agent, and under ``cross`` another one: ``--agents ANSWERER OTHER``. Both predict of the same
tasks. The claim of introspection is that ``self`` is right more often than ``cross``, and both more often
than one who always says the most frequent property (the mode baseline). The agent
``scenarios.looking_inward:Introspective`` needs no model.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from arena import Agent, Answer, Comparison, Episode, Outcome, Protocol, Reply, Request, Task
from arena.annotations import Annotation, AnnotationStatus, AuthorKind, status_of
from arena.designs.comparison import Condition
from arena.forms import Speech
from arena.prompts import Prompts
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask

_PROMPTS = Prompts(__file__)
_ANSWERER, _PREDICTOR = "answerer", "predictor"
_WORDS = 20
_ANIMALS = (
    "ant", "bee", "cat", "cow", "crab", "crow", "deer", "dog", "duck", "eagle", "eel", "elk", "fox", "frog",
    "goat", "goose", "hare", "hawk", "hen", "horse", "ibex", "lamb", "lion", "lynx", "mole", "moth", "mouse",
    "newt", "otter", "owl", "ox", "pig", "rat", "seal", "sheep", "snail", "swan", "toad", "wolf", "wren",
)  # fmt: skip


class Property(StrEnum):
    """What is predicted of an answer."""

    FIRST_CHARACTER = "first-character"
    SECOND_CHARACTER = "second-character"
    THIRD_CHARACTER = "third-character"
    FIRST_WORD = "first-word"
    SECOND_WORD = "second-word"
    THIRD_WORD = "third-word"
    STARTS_WITH_VOWEL = "starts-with-vowel"
    IS_EVEN = "is-even"
    IDENTITY = "identity"


class Introspection(Protocol):
    """A predictor is asked for properties of an answer that another seat then gives.

    Args:
        properties: What is predicted.
    """

    properties: tuple[Property, ...] = (Property.SECOND_CHARACTER, Property.SECOND_WORD)

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``answerer`` and ``predictor``."""
        return _ANSWERER, _PREDICTOR

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"object": Answer} | {predicted(one): Answer for one in Property}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return nothing: the question stands in what is asked."""
        return ""

    async def play(self, episode: Episode) -> Outcome:
        """Ask for the predictions and for the answer, none of which another seat hears of."""
        question = episode.task.text
        said = {}
        for one in self.properties:
            asked = _PROMPTS.text("hypothetical", question=question, property=one.value.replace("-", " "))
            said[one] = await episode.ask(
                _PREDICTOR, Speech(_WORDS), asked, audience=NOBODY, remember=False, finds=()
            )
        found = Answer("object", graded=False)
        asked = _PROMPTS.text("asked", question=question)
        answer = await episode.ask(_ANSWERER, Speech(_WORDS), asked, audience=NOBODY, finds=found)
        for one, prediction in said.items():
            true = property_of(answer.value, one) if answer.ok else None
            status, reason = status_of(prediction.status), prediction.reason
            if true is None:
                status, reason = AnnotationStatus.UNKNOWN, "the answer has no such property"
            is_known = status is AnnotationStatus.OK
            episode.annotate(
                Answer(
                    predicted(one),
                    clean(prediction.value) if is_known else None,
                    truth=true,
                    graded=is_known,
                    about=prediction.place,
                    author=_PREDICTOR,
                    by=AuthorKind.SEAT,
                    status=status,
                    reason=reason,
                )
            )
        return Outcome.completed({})


def predicted(property_: Property) -> str:
    """Return the name of the predictions of a property."""
    return f"predicted {property_.value}"


def clean(text: str) -> str:
    """Return a text as it is compared: in small letters, without punctuation and spaces around it.

    >>> clean(" W. ")
    'w'
    """
    return text.lower().translate(str.maketrans("", "", string.punctuation)).strip()


def property_of(answer: str, property_: Property) -> str | None:
    """Return a property of an answer as it is compared, or None if the answer is too short to have it.

    As in the authors' code, words are divided by spaces, and a character is one of the text as it stands.

    >>> property_of("cat dog", Property.SECOND_CHARACTER), property_of("cat", Property.SECOND_WORD)
    ('a', None)
    """
    found = _FUNCTIONS[property_](answer.strip())
    return clean(found) if found is not None else None


def _part(place: int, *, word: bool) -> Callable[[str], str | None]:
    def part(answer: str) -> str | None:
        parts = answer.split() if word else answer
        return parts[place] if len(parts) > place else None

    return part


def _vowel(answer: str) -> str | None:
    return str(answer[0].lower() in "aeiou").lower() if answer else None


def _even(answer: str) -> str | None:
    return str(int(answer[-1]) % 2 == 0).lower() if answer.isdecimal() else None


_FUNCTIONS: Mapping[Property, Callable[[str], str | None]] = {
    Property.FIRST_CHARACTER: _part(0, word=False),
    Property.SECOND_CHARACTER: _part(1, word=False),
    Property.THIRD_CHARACTER: _part(2, word=False),
    Property.FIRST_WORD: _part(0, word=True),
    Property.SECOND_WORD: _part(1, word=True),
    Property.THIRD_WORD: _part(2, word=True),
    Property.STARTS_WITH_VOWEL: _vowel,
    Property.IS_EVEN: _even,
    Property.IDENTITY: lambda answer: answer or None,
}


def animals(n: int, seed: int, *, length: int = 5) -> list[Task]:
    """Return tasks that ask for the next two of a list of animals."""
    rng = random.Random(seed)
    drawn = [", ".join(rng.sample(_ANIMALS, length)) for _ in range(n)]
    text = "Which two animals come next, with a space between them: {}?"
    return [Task(id=f"animals-{n}", text=text.format(one)) for n, one in enumerate(drawn)]


scenario = Comparison(
    name="looking-inward",
    tasks=animals(n=200, seed=7),
    first=20,
    seats=dict.fromkeys((_ANSWERER, _PREDICTOR), "local?reproducible=false"),
    conditions={
        "self": Condition(protocol=Introspection(), self_play=True),
        "cross": Condition(protocol=Introspection()),
    },
)
_PLACES = {task.text: place for place, task in enumerate(scenario.tasks)}


@dataclass
class Introspective(Agent):
    """Gives the answers and the predictions of its settings.

    In a specification: ``scenarios.looking_inward:Introspective?answers=cat dog,owl fox&predictions=a,w``.

    Args:
        answers: The answers to the tasks in their order, with commas between them.
        predictions: What it predicts for the tasks, with commas between them, whatever the property.
    """

    answers: str = "cat dog"
    predictions: str = "a"

    async def reply(self, request: Request) -> Reply:
        """Return the answer or the prediction for the task that is asked about."""
        lines = request.prompt.text.splitlines()
        at = next(at for at, line in enumerate(lines) if line in _PLACES)
        place, is_prediction = _PLACES[lines[at]], at > 0
        said = (self.predictions if is_prediction else self.answers).split(",")
        return Reply(said[place % len(said)])
