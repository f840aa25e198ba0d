"""Agents that follow given courses: what they reply is set for each task, so that every figure is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from arena import Agent, Reply, Request, Task
from arena.core.errors import UsageError
from arena.seat.agent import Tokens
from arena.tasks import faulty_chains, sums


def full_stops(n: int, seed: int) -> list[Task]:
    """Return `n` tasks that ask how many full stops are in a string of 8 to 16 marks, ``.`` or ``!``."""
    rng = Random(seed)
    strings = ("".join(rng.choices(".!", k=rng.randint(8, 16))) for _ in range(n))
    return [
        Task(
            id=f"full-stops-{place}",
            text=f"How many full stops are in `{string}`?",
            truth=str(string.count(".")),
        )
        for place, string in enumerate(strings)
    ]


SUMS = sums(n=1000, seed=7)
CHAINS = faulty_chains(n=1000, seed=7)
FULL_STOPS = full_stops(n=1000, seed=7)
_PLACES = {task.text: place for tasks in (SUMS, CHAINS, FULL_STOPS) for place, task in enumerate(tasks)}
_TRUTHS = {task.text: Fraction(str(task.truth)) for task in (*SUMS, *FULL_STOPS)}
_FIRST_ERRORS = [task.truth for task in CHAINS]
_ENDS = "\nAnswer: "
_SAID: Mapping[str, str] = {
    "y": "Nothing is wrong.\nVerdict: accept",
    "n": "Something is wrong.\nVerdict: revise",
    "f": "Something is wrong with it, and I say what.",
    "s": "I am sure.\nProbability: 90",
    "u": "I am not sure.\nProbability: 20",
    "?": "",
}


@dataclass
class Recited(Agent):
    """Replies to the tasks of our scenarios as its courses say, the first of them to the first task.

    A course has one letter for each reply of the seat, re-asks included; the last one is repeated. Each time
    that it goes on with a reply that is begun, the next letter follows, too. A digit is an answer that is so
    much above the right one: 0 is right, and 1 twice is the same wrong answer twice. Of a step, 0 says
    rightly whether it is the first wrong one, and any other digit says the opposite. ``y`` finds nothing
    wrong with an answer, ``n`` finds something wrong, ``f`` is feedback in words, ``s`` says that an answer
    is right with 90 %, ``u`` with 20 %, and ``?`` is a reply that cannot be used. ``*`` and a number after a
    course repeat it for so many tasks. After the last course the first one follows again. In a specification:
    ``scenarios.courses:Recited?of=00*293,10*29,01*7,11*171``.

    Args:
        of: The courses, with commas between them.
        samples: How many episodes each task has. Each of them has a course of its own.
    """

    of: str
    samples: int = 1

    def __post_init__(self) -> None:
        self._courses = [course for part in self.of.split(",") for course in _repeated(part)]
        self._met: dict[tuple[int, int], int] = {}

    @property
    def continues(self) -> bool:
        """It goes on with a reply by its next letter."""
        return True

    async def reply(self, request: Request) -> Reply:
        """Return the reply that the course of the request's task and episode says.

        Raises:
            ValueError: if the brief holds none of the tasks.
        """
        place = _place(request.brief)
        course = self._courses[
            (place * self.samples + self._sample(place, request.root)) % len(self._courses)
        ]
        earlier = request.count + request.begun.count(_ENDS)
        letter = course[min(earlier, len(course) - 1)]
        if not letter.isdecimal():
            return Reply(_SAID[letter])
        fields = request.prompt.data or {}
        if fields.get("asks") == "critique":
            is_wrong = len(fields["before"]) == _FIRST_ERRORS[place]
            said = "Incorrect" if is_wrong == (letter == "0") else "Correct"
            return Reply(f"I checked it.\nVerdict: {said}")
        return Reply(f"I worked it out.{_ENDS}{_TRUTHS[_text(request.brief)] + int(letter)}")

    def _sample(self, place: int, root: int) -> int:
        """Return the number of an episode of a task, from 0, in the order in which they were met."""
        if self.samples == 1:
            return 0
        met = sum(1 for task, _ in self._met if task == place)
        return self._met.setdefault((place, root), met)


@dataclass
class Certain(Recited):
    """Replies as its courses say, and tells how certain it was of each reply of a task.

    In a specification: ``scenarios.courses:Certain?of=0,1,1&samples=3&certainties=5,4,3``.

    Args:
        certainties: The certainties in nats, with commas between them, one for each course of a task.
    """

    certainties: str = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._certainties = [float(one) for one in self.certainties.split(",")]

    async def reply(self, request: Request) -> Reply:
        """Return the reply with its certainty, as if it were of one token."""
        reply = await super().reply(request)
        sample = self._sample(_place(request.brief), request.root)
        certainty = self._certainties[sample % len(self._certainties)]
        return reply._replace(tokens=Tokens(texts=(reply.text,), certainties=(certainty,)))


def _repeated(part: str) -> list[str]:
    course, _, times = part.partition("*")
    if not course or set(course) - set("0123456789") - set(_SAID) or not (times or "1").isdecimal():
        raise UsageError(f"A course has digits and the letters {', '.join(_SAID)}, as in 01*7, not {part!r}.")
    return [course] * int(times or 1)


def _text(brief: str) -> str:
    return brief.split("\n\n")[0]


def _place(brief: str) -> int:
    place = _PLACES.get(_text(brief))
    if place is None:
        raise ValueError("courses are for the tasks of our scenarios, and the brief holds none of them")
    return place
