"""SRPO: a policy thinks, answers, reflects, thinks and answers again in one reply, and is paid for all of it.

The system is that of Wan et al. 2025, "SRPO: enhancing multimodal LLM reasoning via reflection-aware
reinforcement learning". The reward is that of the authors' code for OpenRLHF: ``accuracy + format + 0.1 *
length``. It stands in the annotation ``reflection``, and its parts in the scores ``accuracy``, ``format`` and
``length``. ``arena export RUN --reward annotation:reflection --advantage "group-mean?by=task&divide=sd"``
compares the 8 samples of each task.

The agent ``scenarios.srpo:Reflecting`` needs no model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from arena import Answer, Episode, Outcome, Place, Protocol, Request, Reward, Scenario, Score, Task
from arena.annotations import Annotation, AnnotationStatus, status_of
from arena.prompts import Prompts
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.tasks.grading import AnswerMatch
from scenarios.long_short import boxed
from scenarios.lookers import COUNTED, Looker, lettered, off_by
from scenarios.tagged import WholeOutput, is_sequence, tagged

_SEAT = "policy"
_PROMPTS = Prompts(__file__)

_MENDED, _KEPT_RIGHT, _SPOILT, _ALONE = 1.0, 0.75, 0.25, 0.5
_FORMED = 0.5
_LENGTH_WEIGHT = 0.1
_PARTS = ("think", "answer", "reflection", "think", "answer")
_TAG = re.compile(r"</?(?:think|answer|reflection)>")


class ReflectedReply(NamedTuple):
    """What a reply holds.

    Args:
        answers: the answers between tags, in their order.
        is_formed: whether the five parts stand in their order at the end of the reply, with nothing between.
        words: how many words the reply has, each tag being one.
        first: how many words the first thought and the first answer have, without their tags.
        is_whole: whether there are two thoughts and two answers.
    """

    answers: Sequence[str]
    is_formed: bool
    words: int
    first: int
    is_whole: bool


def read_reflected(text: str) -> ReflectedReply:
    """Return what a reply holds.

    >>> read_reflected("<think>a b</think><answer>3</answer>").first
    3
    """
    parts = tagged(text, sorted(set(_PARTS)))
    thoughts, answers = ([part.said for part in parts if part.tag == tag] for tag in ("think", "answer"))
    return ReflectedReply(
        answers,
        is_sequence(text, _PARTS),
        len(_TAG.sub(r" \g<0> ", text).split()),
        sum(len(said[0].split()) for said in (thoughts, answers) if said),
        len(thoughts) == len(answers) == 2,
    )


def accuracy_of_two(right: Sequence[bool]) -> float:
    """Return what the answers of a reply earn, of which the first and the last count.

    1 for a wrong answer that was mended, 0.75 for two right ones, 0.25 for one that was spoilt, 0 for two
    wrong ones, and half of what is right if there is only one.

    >>> [accuracy_of_two(one) for one in ([False, True], [True, True], [True, False], [False, False], [True])]
    [1.0, 0.75, 0.25, 0.0, 0.5]
    """
    if len(right) < 2:
        return _ALONE * sum(right)
    if right[-1]:
        return _KEPT_RIGHT if right[0] else _MENDED
    return _SPOILT if right[0] else 0.0


def length_reward(words: int, first: int) -> float:
    """Return how near a reply's length is to twice that of its first thought and answer: from 0 to 1.

    ``exp(-((L - T) / (Tmax - T)) ** 2)``, where T is twice and Tmax two and a half times that length.

    >>> [round(0.1 * length_reward(words, 100), 4) for words in (200, 250, 300)]
    [0.1, 0.0368, 0.0018]
    """
    if first == 0:
        return 0.0
    target, most = 2 * first, 2.5 * first
    return math.exp(-(((words - target) / (most - target)) ** 2))


class Reflection(Protocol):
    """A policy answers twice in one reply, with a reflection between the answers, and is paid for it.

    Answers are compared as numbers, or with the options if the task has answers. A letter names an option.
    """

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``policy``."""
        return (_SEAT,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"answer": Answer, "reflection": Reward, "accuracy": Score, "format": Score, "length": Score}

    async def play(self, episode: Episode) -> Outcome:
        """Ask once, and record the two answers and the reward with its parts."""
        said = await episode.ask(_SEAT, WholeOutput(), _PROMPTS.text("policy"), audience=NOBODY)
        if not said.ok:
            status = status_of(said.status)
            episode.annotate(
                Answer("answer", about=said.place, author=_SEAT, status=status, reason=said.reason)
            )
            return Outcome.failed(said.reason or "there was no reply", _SEAT)
        reply, about = read_reflected(said.value), said.place
        answers = [boxed(one) for one in (*reply.answers[:1], *reply.answers[1:][-1:])]
        episode.annotate(*_answers(episode.task, answers, about))
        if episode.score("", AnswerMatch.EXACT) is None:
            return Outcome.completed({})
        right = [_is_right(episode, one) for one in answers]
        accuracy = accuracy_of_two(right)
        if not accuracy and answers and _names_the_right_letter(episode, answers[-1]):
            accuracy = _MENDED
        format_ = _FORMED * reply.is_formed
        length = length_reward(reply.words, reply.first) if reply.is_whole else 0.0
        episode.annotate(
            Reward("reflection", accuracy + format_ + _LENGTH_WEIGHT * length, about=about),
            Score("accuracy", accuracy, low=0, high=1, about=about),
            Score("format", format_, low=0, high=_FORMED, about=about),
            Score("length", length, low=0, high=1, about=about),
        )
        return Outcome.completed({_SEAT: float(bool(right) and right[-1])})


def _answers(task: PublicTask, answers: Sequence[str], about: Place) -> Iterator[Answer]:
    """Yield the answers of a reply by turn, the last one first, because the row is said to give it."""
    if not answers:
        unread = AnnotationStatus.UNPARSEABLE
        yield Answer(
            "answer", about=about, author=_SEAT, status=unread, reason="it has no answer between tags"
        )
    by = AnswerMatch.EXACT if task.data.get("answers") else AnswerMatch.NUMBER
    for turn, text in reversed([*enumerate(answers, start=1)]):
        yield Answer("answer", _meant(task, text), about=about, author=_SEAT, turn=turn, comparison=by.value)


def _meant(task: PublicTask, answer: str) -> str:
    """Return the option that a letter names, or else the answer as it stands."""
    return lettered(task).get(answer.strip("(). "), answer)


def _is_right(episode: Episode, answer: str) -> bool:
    """Return whether an answer is right. Text that is neither a number nor an option is wrong."""
    meant = _meant(episode.task, answer)
    return any(episode.score(meant, by) for by in (AnswerMatch.NUMBER, AnswerMatch.CASEFOLD))


def _names_the_right_letter(episode: Episode, answer: str) -> bool:
    """Return whether an answer has one letter alone that is an option's, which is the right one."""
    letters = lettered(episode.task)
    named = {one for one in re.findall(r"\b[A-Z]\b", answer) if one in letters}
    return len(named) == 1 and bool(episode.score(letters[named.pop()]))


scenario = Scenario(
    name="srpo",
    protocol=Reflection(),
    tasks=COUNTED,
    first=2,
    episodes=8,
    seats={_SEAT: "local?reproducible=false&temperature=1"},
)


@dataclass
class Reflecting(Looker):
    """Reflects as its courses say.

    A course has the first and the last answer, each a digit by which it is above the right one, and the words
    of the whole reply, of which the first thought and the first answer have 100. An ``x`` before the number
    is a reply with something behind its form. In a specification: ``scenarios.srpo:Reflecting?of=10/200``.
    """

    def allowed(self) -> str:
        """Return the pattern of a course."""
        return r"\d\dx?/\d{3}"

    def worded(self, request: Request, task: Task, course: str) -> str:
        """Return the reply of five parts."""
        first, last = (off_by(task, str(task.truth), int(one)) for one in course[:2])
        more = "x" in course
        thought, rest = " ".join(["so"] * 99), " ".join(["so"] * (int(course[-3:]) - 112 - more))
        return (
            f"<think>{thought}</think><answer>{first}</answer><reflection>Hm</reflection>"
            f"<think>{rest}</think><answer>{last}</answer>{' Bye' if more else ''}"
        )
