"""A long-thought and a short-thought agent write one solution, and each turn has its own rewards.

The study is that of Ning et al. 2025, "Not all thoughts are generated equal: efficient LLM reasoning via
multi-turn reinforcement learning". The long one thinks, the short one goes on. It finishes with ``<answer>``
and ``</answer>``, or hands back with ``</rethink>``, and the long one thinks again. Both hear everything.

The three rewards are ``arena export RUN --reward terminal --reward annotation:format --reward shortness``: of
the joint text, whether it is right and how short it is, and the form of each turn. The agent
``scenarios.long_short:Paired`` needs no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from arena import Agent, Answer, Episode, Label, Outcome, Protocol, Reply, Request, Reward, Scenario, Score
from arena.annotations import Annotation, AnnotationStatus, status_of
from arena.core.errors import UsageError
from arena.core.ranges import Rounds
from arena.forms import Speech
from arena.prompts import Prompts
from arena.seat.response import Response
from arena.tasks import PublicTask
from arena.tasks.grading import AnswerMatch
from scenarios.courses import SUMS

_LONG, _SHORT = "long", "short"
_PROMPTS = Prompts(__file__)
_TAGS = ("<answer>", "</answer>", "</rethink>")
_WELL_FORMED = re.compile(r"<answer>([^<]*)</(?:answer|rethink)>")
_FINISHED = re.compile(r"<answer>(.*)</answer>", re.DOTALL)
_HANDED_BACK = re.compile(r"<answer>.*</rethink>", re.DOTALL)
_BOXED = re.compile(r"\\boxed\{([^{}]*)\}")


class LongShort(Protocol):
    """The long one thinks and the short one goes on, until the short one finishes the solution.

    Where the short one's turn begins and ends says whether it finishes or hands back; after any other turn
    the long one thinks again, too. Its format is 1 if it does one of the two, with no ``<`` between the tags
    and not empty, and else 0. That of the long one is 1 if it has none of the other's tags.

    Args:
        turns: The largest number of turns of each. The authors' code has no limit.
    """

    turns: Rounds = 6

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``long`` and ``short``."""
        return _LONG, _SHORT

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer, "hands-back": Label, "format": Reward, "turns": Score}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, the arrangement, and which of the two the seat is."""
        return "\n\n".join([super().brief(seat, task), _PROMPTS.text("both"), _PROMPTS.text(seat)])

    async def play(self, episode: Episode) -> Outcome:
        """Let them take turns. A solution that is not finished in time is wrong."""
        for turn in range(1, self.turns + 1):
            thought = await episode.ask(_LONG, Speech(), _PROMPTS.text("think"))
            if not thought.ok:
                return _broken(episode, thought)
            thinks = not any(tag in thought.value for tag in _TAGS)
            episode.annotate(Reward("format", float(thinks), about=thought.place))
            said = await episode.ask(_SHORT, Speech(), _PROMPTS.text("go_on"))
            if not said.ok:
                return _broken(episode, said)
            finished, handed_back = (form.fullmatch(said.value) for form in (_FINISHED, _HANDED_BACK))
            episode.annotate(
                Reward("format", float(well_formed(said.value)), about=said.place),
                Label("hands-back", "yes" if handed_back else "no", about=said.place, turn=turn),
            )
            if finished:
                return _ended(episode, boxed(finished[1]), turn)
        return _ended(episode, None, self.turns)


def _broken(episode: Episode, said: Response[str]) -> Outcome:
    """End a solution by a reply that cannot be used, of which nothing is known."""
    status = status_of(said.status)
    episode.annotate(
        Reward("format", None, about=said.place, status=status, reason=said.reason),
        Answer("answer", status=status, reason=said.reason),
    )
    return Outcome.failed(f"the {said.seat}-thought one gave no usable reply", said.seat)


def _ended(episode: Episode, answer: str | None, turns: int) -> Outcome:
    """Record the answer of both, and pay each of them whether it is right."""
    status = AnnotationStatus.OK if answer is not None else AnnotationStatus.TRUNCATED
    episode.annotate(
        Answer("answer", answer, comparison="number", status=status), Score("turns", turns, low=1)
    )
    right = False if answer is None else episode.score(answer, AnswerMatch.NUMBER)
    return Outcome.completed({} if right is None else dict.fromkeys((_LONG, _SHORT), float(right)))


def well_formed(text: str) -> bool:
    """Return whether a turn of the short one finishes or hands back, and says something without a ``<``.

    >>> well_formed("<answer> x </rethink>"), well_formed("<answer></answer>")
    (True, False)
    """
    form = _WELL_FORMED.fullmatch(text)
    return form is not None and bool(form[1].strip())


def boxed(text: str) -> str:
    r"""Return what stands in the last box of a text, or all of it if there is none.

    >>> boxed(r"So it is \boxed{7}."), boxed(" 7 ")
    ('7', '7')
    """
    found = _BOXED.findall(text)
    return (found[-1] if found else text).strip()


_PLACES = {task.text: place for place, task in enumerate(SUMS)}

scenario = Scenario(
    name="long-short",
    protocol=LongShort(),
    tasks=SUMS,
    first=3,
    seats=dict.fromkeys((_LONG, _SHORT), "local?reproducible=false"),
)


@dataclass
class Paired(Agent):
    """Writes as many characters as its courses say, in either seat, the first of them in the first episode.

    A course is how many characters a whole turn of both has, and by how much its answer is above the right
    one. Each ``r`` before it is a turn that is handed back. In a specification:
    ``scenarios.long_short:Paired?of=100/0,rr200/1``.

    Args:
        of: The courses, with commas between them. After the last the first follows again.
        samples: How many episodes each task has. Each of them has a course of its own.
    """

    of: str
    samples: int = 1

    def __post_init__(self) -> None:
        self._courses = [_course(part) for part in self.of.split(",")]
        self._met: dict[tuple[int, str], list[int]] = {}

    async def reply(self, request: Request) -> Reply:
        """Return the thought, or what goes on from it."""
        place = _PLACES[request.brief.split("\n\n")[0]]
        met = self._met.setdefault((place, request.seat), [])
        if request.root not in met:
            met.append(request.root)
        number = place * self.samples + met.index(request.root)
        back, characters, off = self._courses[number % len(self._courses)]
        if request.seat == _LONG:
            return Reply("." * (characters // 2))
        left = characters - characters // 2
        if request.count < back:
            return Reply(f"<answer>{'.' * (left - 18)}</rethink>")
        rest = f"\\boxed{{{int(str(SUMS[place].truth)) + off}}}</answer>"
        return Reply(f"<answer>{'.' * (left - 8 - len(rest))}{rest}")


def _course(part: str) -> tuple[int, int, int]:
    """Return how often a course hands back, its characters, and how far its answer is off."""
    course = re.fullmatch(r"(r*)(\d{2,6})/(\d)", part)
    if course is None or int(course[2]) < 80:
        raise UsageError(f"A course has at least 80 characters and an answer, as in r100/0, not {part!r}.")
    return len(course[1]), int(course[2]), int(course[3])
