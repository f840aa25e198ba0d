"""Perturbations: each changes one named thing about a task before a judge sees it, and nothing else.

A perturbation is a function of a task and a generator of random numbers, which returns the changed task. Its
other parameters are its settings. The truth stays with the answer whose text is changed. ``data["cue"]`` is
the place of the answer that the change speaks for, if there is one. ``data["names"]`` says what the answers
are called, if they are not to be called by their texts.

The kinds are those of Wang et al. 2025, "Assessing judging bias in large reasoning models", of Yang et al.
2025, "Any large language model can be a reliable judge: debiasing with a reasoning-based bias detector"
(verbosity, sentiment), and of Shi et al. 2023, "Large language models can be easily distracted by irrelevant
context" (distractor). The words are ours.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from arena.core.errors import UsageError
from arena.tasks import _perturbation_words as words
from arena.tasks.problems import perturbed
from arena.tasks.questions import CLAIM
from arena.tasks.task import Task

Transform = Callable[[Task, random.Random], Task]
"""A perturbation with its settings: it returns the changed task, and draws what it needs."""

On = Literal["wrong", "right"]
"""The answer that a perturbation speaks for: a wrong one, drawn if there are several, or the right one."""

LISTED = "listed"
"""The value of ``data["order"]`` with which answers are shown in the order in which the task lists them."""

_QUOTED = 120
_NUMBER = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?")
_LAST_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^.!?]*[.!?]?\s*$)")


class _Cue(NamedTuple):
    """The answer that a perturbation speaks for, and its place; None if the task lists no answers."""

    text: str
    place: int | None


def authority(task: Task, rng: random.Random, *, on: On = "wrong", at: str = "") -> Task:
    """Give an answer the support of an authority: a made-up source, or a professor who states it.

    Args:
        task: The task.
        rng: Draws the source or the professor, and the wrong answer.
        on: The answer that is supported: a wrong one or the right one.
        at: Where it stands. By default, a source stands after the answer. In ``question``, a professor states
            the answer; so too in the brief of a seat, if a seat is named, and if the task lists no answers.
    """
    cue = _cue(task, rng, on, "authority")
    if at == "" and cue.place is not None and "answers" in task.data:
        return _rewritten(task, {cue.place: f"{cue.text} {rng.choice(words.SOURCES)}"}, cue)
    said = words.PROFESSOR.format(name=rng.choice(words.PROFESSORS), answer=_naming(task, cue))
    return _told(task, said, at, cue)


def bandwagon(
    task: Task, rng: random.Random, *, on: On = "wrong", share: int = 90, at: str = "question"
) -> Task:
    """Say that most people prefer an answer.

    Args:
        task: The task.
        rng: Draws the wrong answer, if there are several.
        on: The answer that they prefer: a wrong one or the right one.
        share: The percentage of those who prefer it.
        at: Where it stands: after the ``question``, which everyone reads, or in the brief of the seat named.
    """
    cue = _cue(task, rng, on, "bandwagon")
    return _told(task, words.BANDWAGON.format(share=share, answer=_naming(task, cue)), at, cue)


def distraction(task: Task, rng: random.Random, *, on: On = "wrong") -> Task:
    """Say something irrelevant about the author of an answer.

    Args:
        task: The task.
        rng: Draws what is said, and the wrong answer.
        on: The answer whose author it is about: a wrong one or the right one.
    """
    cue, habit = _cue(task, rng, on, "distraction"), rng.choice(words.HABITS)
    if cue.place is not None and "answers" in task.data:
        return _rewritten(task, {cue.place: f"{cue.text} {words.BY_AN_ANSWER.format(habit=habit)}"}, cue)
    return _told(task, words.BY_A_QUESTION.format(habit=habit, answer=_naming(task, cue)), "", cue)


def distractor(task: Task, rng: random.Random) -> Task:
    """Put an irrelevant sentence with a number before the last sentence of the question.

    Args:
        task: The task.
        rng: Draws the sentence and the number.
    """
    aside = rng.choice(words.ASIDES).format(number=rng.randint(3, 60))
    parts = _LAST_SENTENCE.split(task.text, maxsplit=1)
    return task.model_copy(update={"text": " ".join([*parts[:-1], aside, parts[-1]])})


def other_order(task: Task, rng: random.Random, *, right: Literal["first", "last"] | None = None) -> Task:
    """Show the answers in another order.

    Args:
        task: The task.
        rng: Draws nothing.
        right: Where the right answer stands, with the others in the order of the task. By default, the order
            is the reverse of the task's: with two answers, the one shown first is shown last.
    """
    answers = _listed(task, "position")
    if right is None:
        return _with(task, answers=answers[::-1])
    place = _place_of_truth(task, answers, "position")
    others = [answer for one, answer in enumerate(answers) if one != place]
    shown = [answers[place], *others] if right == "first" else [*others, answers[place]]
    return _with(task, answers=shown, order=LISTED)


def sentiment(task: Task, rng: random.Random) -> Task:
    """Put the right answer in a gloomy tone and every wrong one in a cheerful and confident tone.

    Args:
        task: The task.
        rng: Draws nothing.
    """
    answers = _listed(task, "sentiment")
    right = _place_of_truth(task, answers, "sentiment")
    toned = [
        (words.GLOOMY if place == right else words.CHEERFUL).format(answer=answer)
        for place, answer in enumerate(answers)
    ]
    return _rewritten(task, dict(enumerate(toned)))


def superficial_reflection(task: Task, rng: random.Random, *, on: On = "wrong") -> Task:
    """Put a phrase of having thought again before an answer, without any thought.

    The paper puts such a phrase between the options, where it raises the later one. Here it stands before an
    answer, wherever that is shown, so that its effect is not mixed with that of the position.

    Args:
        task: The task.
        rng: Draws the wrong answer, if there are several.
        on: The answer that it stands before: a wrong one or the right one.
    """
    _listed(task, "superficial-reflection")
    cue = _cue(task, rng, on, "superficial-reflection")
    assert cue.place is not None
    return _rewritten(task, {cue.place: f"{words.RECONSIDERED} {cue.text}"}, cue)


def verbosity(task: Task, rng: random.Random, *, how: Literal["cut", "pad"] = "cut") -> Task:
    """Make the right answer short, or a wrong one long, without a change of content.

    Args:
        task: The task.
        rng: Draws the wrong answer, if there are several.
        how: With ``cut``, only the last number of the right answer is left, or else its last sentence. With
            ``pad``, sentences that say nothing are put after a wrong answer.
    """
    answers = _listed(task, "verbosity")
    if how == "pad":
        cue = _cue(task, rng, "wrong", "verbosity")
        assert cue.place is not None
        return _rewritten(task, {cue.place: " ".join([cue.text, *words.PADDING])}, cue)
    right = _place_of_truth(task, answers, "verbosity")
    numbers = _NUMBER.findall(answers[right])
    bare = numbers[-1] if numbers else _LAST_SENTENCE.split(answers[right])[-1]
    if bare == answers[right]:
        raise UsageError(
            f"The right answer of task {task.id!r} cannot be cut, because it is only its result: "
            f"{bare[:60]!r}. Use verbosity?how=pad."
        )
    return _rewritten(task, {right: bare})


PERTURBATIONS: Mapping[str, Callable[..., Task]] = MappingProxyType(
    {
        "authority": authority,
        "bandwagon": bandwagon,
        "distraction": distraction,
        "distractor": distractor,
        "position": other_order,
        "sentiment": sentiment,
        "superficial-reflection": superficial_reflection,
        "verbosity": verbosity,
    }
)
"""The perturbations by name."""


def _options(task: Task) -> list[str]:
    """Return the answers that a task lists, those of a claim, or none if it is an open question."""
    listed = task.data.get("answers")
    if isinstance(listed, list | tuple):
        return [str(answer) for answer in listed]
    return list(CLAIM) if _truth_of(task) in CLAIM else []


def _listed(task: Task, what: str) -> list[str]:
    if "answers" not in task.data:
        raise UsageError(f"{what} changes the answers of a task, and task {task.id!r} lists none.")
    return _options(task)


def _truth_of(task: Task) -> str:
    return str(task.truth).lower() if isinstance(task.truth, bool) else str(task.truth)


def _place_of_truth(task: Task, answers: Sequence[str], what: str) -> int:
    if _truth_of(task) not in answers:
        raise UsageError(f"{what} must know the right answer, and task {task.id!r} has no truth.")
    return answers.index(_truth_of(task))


def _cue(task: Task, rng: random.Random, on: On, what: str) -> _Cue:
    """Return the right answer or a wrong one. Of an open question, a wrong one is a number near the right."""
    answers = _options(task)
    if answers:
        right = _place_of_truth(task, answers, what)
        place = right if on == "right" else rng.choice([n for n in range(len(answers)) if n != right])
        return _Cue(answers[place], place)
    if task.truth is None or not re.search(r"\d", _truth_of(task)):
        raise UsageError(
            f"{what} must know a right and a wrong answer, and task {task.id!r} lists no answers and its "
            "truth has no number to change."
        )
    return _Cue(_truth_of(task) if on == "right" else perturbed(_truth_of(task), rng), None)


def _naming(task: Task, cue: _Cue) -> str:
    """Return what an answer is called: its name, or its text in quotes.

    Of a long one, only the beginning is quoted, up to where it differs from the others.
    """
    names = task.data.get("names")
    if isinstance(names, list) and cue.place is not None and cue.place < len(names):
        return str(names[cue.place])
    others = [answer for place, answer in enumerate(_options(task)) if place != cue.place]
    length = _QUOTED
    while length < len(cue.text) and any(other[:length] == cue.text[:length] for other in others):
        length += _QUOTED
    return f'"{cue.text}"' if length >= len(cue.text) else f'the one that begins "{cue.text[:length]}..."'


def _told(task: Task, said: str, at: str, cue: _Cue) -> Task:
    """Return the task with something said after its question, or in the brief of a seat."""
    marked = _with(task, cue=cue.place) if cue.place is not None else task
    if at in ("", "question"):
        return marked.model_copy(update={"text": f"{task.text}\n\n{said}"})
    brief = "\n\n".join(filter(None, (task.briefs.get(at, ""), said)))
    return marked.model_copy(update={"briefs": {**task.briefs, at: brief}})


def _rewritten(task: Task, texts: Mapping[int, str], cue: _Cue | None = None) -> Task:
    """Return the task with other texts at some places of its answers. The truth stays with its answer."""
    answers = _options(task)
    changed = [texts.get(place, answer) for place, answer in enumerate(answers)]
    marked = _with(task, answers=changed, **({} if cue is None else {"cue": cue.place}))
    truth = _truth_of(task)
    return marked.model_copy(update={"truth": changed[answers.index(truth)]}) if truth in answers else marked


def _with(task: Task, **data: Any) -> Task:
    return task.model_copy(update={"data": {**task.data, **data}})
