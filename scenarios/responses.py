"""Two responses to one question, for judges who come afterwards: recorded ones, or those of two models."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from arena import Agent, Episode, Label, Outcome, Place, Protocol, Reply, Request, Task
from arena.annotations import Annotation
from arena.core.errors import UsageError
from arena.episode.episode import BySeat
from arena.forms import Speech
from arena.prompts import Prompts
from arena.tasks import sum_pairs

FIRST, SECOND = "response_a", "response_b"
_PROMPTS = Prompts(__file__)


class Responses(Protocol):
    """Two seats respond to the same question, and neither reads the other's response.

    The task's truth is the seat whose response is right, if that is known. Where the task has recorded
    responses, ``data["response_a"]`` and ``data["response_b"]``, they are in the data of the prompt, and the
    agent ``scenarios.responses:recorded`` returns them.
    """

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``response_a`` and ``response_b``."""
        return FIRST, SECOND

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"defends": Label}

    async def play(self, episode: Episode) -> Outcome:
        """Ask both at once. Each seat stands for itself."""
        stored = episode.task.data
        told = BySeat({seat: {"recorded": stored.get(seat, "")} for seat in self.seats})
        episode.annotate(*(Label("defends", seat, about=Place(seat)) for seat in self.seats))
        await episode.together(self.seats, Speech(), _PROMPTS.text("respond"), fields=told)
        return Outcome.completed({})


def recorded(request: Request) -> str:
    """Return the recorded response of the request's seat."""
    return str(request.prompt.data["recorded"])


def response_pairs(n: int = 10, seed: int = 0, categories: Mapping[str, int] | None = None) -> list[Task]:
    """Return `n` sums with a right and a wrong response to each, whose truth is the seat of the right one.

    Args:
        n: how many pairs are made.
        seed: the seed from which they follow.
        categories: how many of the pairs each category has, one category after the other.
    """
    kinds = [kind for kind, count in (categories or {}).items() for _ in range(count)]
    return [_pair(task, kind) for task, kind in zip(sum_pairs(n, seed), kinds or [""] * n, strict=True)]


def _pair(task: Task, kind: str) -> Task:
    answers = task.data["answers"]
    data = {FIRST: answers[0], SECOND: answers[1]} | ({"category": kind} if kind else {})
    return Task(id=task.id, text=task.text, data=data, truth=FIRST if answers[0] == task.truth else SECOND)


PAIRS = response_pairs(n=1000, seed=7)
"""The pairs that the scripted judges know."""
_PLACES = {task.text: place for place, task in enumerate(PAIRS)}


class ShownPair(NamedTuple):
    """What a judge of two responses is shown: the pair, the order, from 0, and the place of the right one."""

    pair: int
    order: int
    right: int


def pair_shown(request: Request) -> ShownPair:
    """Return what a judge is shown of our pairs."""
    exchange = request.view[0].text
    place = _PLACES[exchange.partition("What it is about:\n")[2].partition("\n")[0]]
    first = exchange.partition("Speaker 1 says:")[2].partition("Speaker 2 says:")[0]
    order = 0 if str(PAIRS[place].data[FIRST]) in first else 1
    return ShownPair(place, order, order if PAIRS[place].truth == FIRST else 1 - order)


def ruled(letter: str, right: int) -> str:
    """Return a verdict: ``r`` for the right response, ``w`` for the wrong one, ``t`` a tie, ``?`` none.

    Args:
        letter: the letter.
        right: the place of the right response among those shown, from 0.
    """
    if letter in "?t":
        return "" if letter == "?" else "Verdict: tie"
    return f"Verdict: {1 + (right if letter == 'r' else 1 - right)}"


@dataclass
class Ruler(Agent):
    """Rules on the pairs of a scenario as its courses say, the first of them on the first pair.

    A course has one letter for each order in which the responses are shown: ``r`` is the right one, ``w`` the
    wrong one, ``a`` and ``b`` that of the first or the second seat, ``t`` a tie and ``?`` a reply that cannot
    be used. With several samples, each order has several letters, and a stroke is between the orders:
    ``rrw/wrr``. ``*`` and a number repeat a course for so many pairs. After the last course the first one
    follows again.

    Args:
        of: the courses, with commas between them.
    """

    of: str

    def __post_init__(self) -> None:
        self._courses = [course for part in self.of.split(",") for course in _repeated(part)]
        self._met: dict[tuple[int, int], list[int]] = {}

    async def reply(self, request: Request) -> Reply:
        """Return the verdict."""
        pair, order, right = pair_shown(request)
        met = self._met.setdefault((pair, order), [])
        if request.root not in met:
            met.append(request.root)
        letters, sample = self._courses[pair % len(self._courses)][order], met.index(request.root)
        letter = letters[sample % len(letters)]
        if letter in "ab":
            letter = "r" if (order == right) == (letter == "a") else "w"
        reasons = f"I have looked at it {sample + 1} times.\n" if len(letters) > 1 else ""
        return Reply(reasons + ruled(letter, right))


def _repeated(part: str) -> Iterator[tuple[str, str]]:
    course, _, times = part.partition("*")
    first, is_apart, second = course.partition("/")
    orders = (first, second) if is_apart else (course[:1], course[1:])
    if not (first and orders[1]) or set("".join(orders)) - set("rwabt?") or not (times or "1").isdecimal():
        raise UsageError(
            f"A course has letters of r, w, a, b, t and ? for two orders, as in rt*7 or rw/wr, not {part!r}."
        )
    yield from [orders] * int(times or 1)
