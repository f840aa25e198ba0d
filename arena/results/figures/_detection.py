"""Who plants errors and who finds them: in single steps, and the first one of whole solutions."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from arena.results.columns import Columns, DetailsRow
from arena.results.figures.lines import FigureDefinition, grouped
from arena.results.metrics import (
    accuracy,
    brier_score,
    correct_step_accuracy,
    detection_harmonic_mean,
    detection_recall,
    first_error_accuracy,
    first_error_f1,
    no_error_accuracy,
)
from arena.results.study import Line

CRITIC, GENERATOR = "critic", "generator"


class Step(NamedTuple):
    """A step that a critic was to judge; what it said is None if there was no usable reply."""

    cluster: str
    condition: str
    critic: str
    generator: str
    error_type: str | None
    is_wrong: float | None
    said_wrong: float | None
    confidence: float | None

    @property
    def right(self) -> float | None:
        """Whether the critic was."""
        return None if self.said_wrong is None else float(self.said_wrong == self.is_wrong)

    @property
    def by_critic(self) -> str:
        """The group of the critic's steps."""
        return f"{self.condition}: {self.critic}"


class AlteredStep(NamedTuple):
    """An alteration that a generator was asked for, and whether it was wrong; None if that is not known."""

    cluster: str
    group: str
    valid: float | None


class CheckedSolution(NamedTuple):
    """A whole solution: the first error in it, and the one that was found, each an index or -1."""

    cluster: str
    group: str
    label: float
    predicted: float | None


STEPS: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("Detection recall", "share of the wrong steps shown that were called wrong", detection_recall),
    ("Correct-step accuracy", "share of the right steps shown that were called right", correct_step_accuracy),
    ("Detection, harmonic mean", "of recall and correct-step accuracy", detection_harmonic_mean),
)
SOLUTIONS: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("First error found", "share of the wrong solutions, by exact index", first_error_accuracy),
    ("No error claimed", "share of the right solutions in which no step was called wrong", no_error_accuracy),
    ("ProcessBench F1", "harmonic mean of the two", first_error_f1),
)


def detection(columns: Columns, samples: int) -> Iterator[Line]:
    """Yield what critics found and what generators hid, of single steps; then the same of whole solutions."""
    rows = columns.details["detection"]
    game = [step for row in rows if "shown_wrong" in row.values for step in _shown(row)]
    by_critic = grouped(game, attrgetter("by_critic"))
    yield from _of_steps(by_critic, samples, "")
    for name, group in (
        ("Detection recall by type of error", lambda step: f"{step.by_critic}, {step.error_type}"),
        (
            "Detection recall of one against another",
            lambda step: f"{step.by_critic} against {step.generator}",
        ),
    ):
        yield from _recalls(name, [step for step in game if step.is_wrong], group, samples)
    yield from FigureDefinition(
        "Brier score of critics",
        "of the stated confidence in what was said of a step; 0 is best",
        brier_score,
        [attrgetter("confidence"), attrgetter("right")],
        unit="steps",
    ).of(by_critic, samples)
    yield from FigureDefinition(
        "Alterations that are wrong",
        "share of those asked for that a validator found to be wrong; of the others nothing is known",
        accuracy,
        [attrgetter("valid")],
        unit="alterations",
    ).of(grouped(_attempts(rows), attrgetter("group")), samples)
    items = [row for row in rows if "first_error" in row.values]
    solutions = grouped(_solutions(items), attrgetter("group"))
    for unanswered, told in (("missing", ""), ("wrong", "; no usable answer is a wrong one")):
        for name, convention, function in SOLUTIONS:
            yield from FigureDefinition(
                f"{name}{', unanswered wrong' if told else ''}",
                f"{convention}{told}",
                partial(function, unanswered=unanswered),
                [attrgetter("predicted"), attrgetter("label")],
                unit="solutions",
            ).of(solutions, samples)
    single = [step for row in items for step in _labelled(row)]
    yield from _of_steps(grouped(single, attrgetter("by_critic")), samples, "Single steps: ")


def _of_steps(groups: dict[str, list[Step]], samples: int, prefix: str) -> Iterator[Line]:
    for name, convention, function in STEPS:
        yield from FigureDefinition(
            f"{prefix}{name}",
            convention,
            function,
            [attrgetter("said_wrong"), attrgetter("is_wrong")],
            unit="steps",
        ).of(groups, samples)


def _recalls(name: str, steps: list[Step], group: Callable[[Step], Hashable], samples: int) -> Iterator[Line]:
    yield from FigureDefinition(
        name, STEPS[0][1], detection_recall, [attrgetter("said_wrong"), attrgetter("is_wrong")], unit="steps"
    ).of(dict(sorted(grouped(steps, group).items())), samples)


def _shown(row: DetailsRow) -> Iterator[Step]:
    """Yield the step that the critic of a game was shown, if it was shown one."""
    found = row.values
    if found["shown_wrong"] is not None:
        yield _step(row, found["shown_wrong"], found["said"], found["confidence"], found["error_type"])


def _labelled(row: DetailsRow) -> Iterator[Step]:
    """Yield the steps of a solution up to its first error; whether those behind it are right is not known."""
    found, label = row.values, _label(row)
    if label is None:
        return
    for place in range(found["steps"] if label < 0 else label + 1):
        asked = place < len(found["said"])
        said, sure = (found["said"][place], found["confidences"][place]) if asked else (None, None)
        yield _step(row, place == label, said, sure, None)


def _step(row: DetailsRow, wrong: bool, said: str | None, sure: float | None, kind: str | None) -> Step:
    return Step(
        row.cluster,
        row.condition,
        row.agents.get(CRITIC, CRITIC),
        row.agents.get(GENERATOR, GENERATOR),
        kind,
        float(wrong),
        None if said is None else float(said == "incorrect"),
        sure,
    )


def _attempts(rows: Sequence[DetailsRow]) -> Iterator[AlteredStep]:
    for row in rows:
        if row.values.get("told") == "alter":
            valid = row.values["valid"]
            group = f"{row.condition}: {row.agents.get(GENERATOR, GENERATOR)}"
            yield AlteredStep(row.cluster, group, None if valid is None else float(valid))


def _solutions(rows: Sequence[DetailsRow]) -> Iterator[CheckedSolution]:
    for row in rows:
        if (label := _label(row)) is not None:
            group = f"{row.condition}: {row.agents.get(CRITIC, CRITIC)}"
            yield CheckedSolution(row.cluster, group, label, row.values["first_error"])


def _label(row: DetailsRow) -> int | None:
    """Return the index of a solution's first error, -1 for none; None if that is not the task's truth."""
    places = range(-1, row.values["steps"])
    return row.truth if type(row.truth) is int and row.truth in places else None
