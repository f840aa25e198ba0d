"""Who plants errors and who finds them: in single steps, and the first one of whole solutions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from arena.results.figures._entries import FigureEntry
from arena.results.metrics import Figure, detection_harmonic_mean, detection_mean, first_error_f1
from arena.results.study import NOT_REACHED, Annotations, Line, Study

Floats = NDArray[np.float64]

ABOUT = (
    "Whether critics find the wrong steps of solutions, and leave the right ones alone: told apart, since a "
    "critic that calls everything wrong finds every error. A reply that cannot be used is no detection and "
    "lowers the coverage; a step of which nothing could tell whether it is wrong was shown to nobody."
)
CORRECT, INCORRECT = "Correct", "Incorrect"
GENERATOR = "generator"
RECALL = "share of the wrong steps shown that were called wrong"


@dataclass(frozen=True, slots=True)
class JudgedSteps:
    """JudgedSteps that critics were to judge.

    Args:
        rows: the verdicts.
        wrong: (rows,), whether the step is wrong, 1 or 0; NaN of what an episode broke off before.
        said_wrong: (rows,), whether it was called wrong; NaN if there was no usable reply.
    """

    rows: Annotations
    wrong: Floats
    said_wrong: Floats

    def where(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> JudgedSteps:
        """Return some of them."""
        return JudgedSteps(self.rows.where(rows), self.wrong[rows], self.said_wrong[rows])

    def grouped(self, names: Sequence[str]) -> Iterator[tuple[str, JudgedSteps]]:
        """Yield those of each name, by name; those without one are left out."""
        for name in sorted({name for name in names if name}):
            yield name, self.where(np.array([one == name for one in names], dtype=np.bool_))


def errors_planted(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """What critics found of the steps that somebody made wrong or left right."""
    steps = _planted(verdicts)
    critics = _critics(steps.rows)
    for critic, own in steps.grouped(critics):
        yield from _detected(study, critic, own)
    wrong = steps.where(steps.wrong == 1)
    kinds, agents = _error_types(study), study.episodes.agents
    episodes, critics = wrong.rows.episode.tolist(), _critics(wrong.rows)
    generators = [agents[episode].get(GENERATOR, GENERATOR) for episode in episodes]
    by_type = [
        f"{critic}, {kinds.get(episode, 'None')}" for critic, episode in zip(critics, episodes, strict=True)
    ]
    against = [f"{critic} against {other}" for critic, other in zip(critics, generators, strict=True)]
    for name, names in (
        ("Detection recall by type of error", by_type),
        ("Detection recall of one against another", against),
    ):
        for group, own in wrong.grouped(names):
            yield study.line(name, group, own.said_wrong, own.rows, unit="steps", convention=RECALL)
    for critic, own in steps.grouped(_critics(steps.rows)):
        right = np.where(np.isnan(own.said_wrong + own.wrong), np.nan, own.said_wrong == own.wrong)
        yield study.line(
            "Brier score of critics",
            critic,
            (own.rows.confidence - right) ** 2,
            own.rows,
            unit="steps",
            convention="of the stated confidence in what was said of a step; 0 is best",
        )


def alterations(labels: Annotations, study: Study) -> Iterator[Line]:
    """Share of alterations asked for that a validator found to be wrong; of the others nothing is known."""
    asked = labels.where(labels.name.is_("error_type"))
    valid = labels.where(labels.name.is_("valid") & labels.ok)
    known = dict(zip(valid.episode.tolist(), valid.text.is_("yes").astype(float).tolist(), strict=True))
    for condition, agent, own in asked.grouped("condition", "agent"):
        values = [known.get(episode, np.nan) for episode in own.episode.tolist()]
        group = f"{condition}: {agent}"
        yield study.line("Alterations that are wrong", group, values, own, unit="alterations")


def first_errors(answers: Annotations, study: Study) -> Iterator[Line]:
    """Whether the first error of whole solutions was found, and whether none was claimed where none is."""
    rows = answers.where(answers.name.is_("first_error"))
    labels = _labels(rows, study)
    rows, labels = rows.where(~np.isnan(labels)), labels[~np.isnan(labels)]
    predicted = np.array([_whole(text) for text in rows.text], dtype=np.float64)
    for group in sorted(set(critics := _of_critic(rows, study))):
        chosen = np.array([critic == group for critic in critics], dtype=np.bool_)
        yield from _solved(study, group, rows.where(chosen), predicted[chosen], labels[chosen])


def single_steps(verdicts: Annotations, study: Study) -> Iterator[Line]:
    """What critics said of single steps, up to the first error; whether later ones are right is not known."""
    rows = verdicts.where(verdicts.name.is_("step") & np.isnan(verdicts.correct))
    rows = rows.where(np.array([not truth for truth in rows.truth], dtype=np.bool_))
    labels, place = _labels(rows, study), rows.unit
    shown = ~np.isnan(labels) & ((labels < 0) | (place <= labels))
    steps = _steps(rows, np.where(np.isnan(labels), np.nan, place == labels)).where(shown)
    for critic, own in steps.grouped(_critics(steps.rows)):
        yield from _detected(study, critic, own, "Single steps: ")


def _planted(verdicts: Annotations) -> JudgedSteps:
    rows = verdicts.where(verdicts.name.is_("step"))
    told = np.array([truth in (CORRECT, INCORRECT) for truth in rows.truth], dtype=np.bool_)
    if not told.any():
        return _steps(rows.where(told), np.zeros(0))
    rows = rows.where(told | rows.status.is_(NOT_REACHED))
    unknown = rows.status.is_(NOT_REACHED)
    return _steps(rows, np.where(unknown, np.nan, rows.truth.is_(INCORRECT)))


def _steps(rows: Annotations, wrong: Floats) -> JudgedSteps:
    said = np.where(rows.text.codes < 0, np.nan, rows.text.is_(INCORRECT))
    return JudgedSteps(rows, wrong.astype(np.float64), said.astype(np.float64))


def _detected(study: Study, group: str, steps: JudgedSteps, prefix: str = "") -> Iterator[Line]:
    for name, convention, belongs, values in (
        ("Detection recall", RECALL, steps.wrong != 0, steps.said_wrong),
        (
            "Correct-step accuracy",
            "share of the right steps shown that were called right",
            steps.wrong != 1,
            1 - steps.said_wrong,
        ),
    ):
        own = steps.where(belongs)
        yield study.line(
            f"{prefix}{name}", group, values[belongs], own.rows, unit="steps", convention=convention
        )
    for name, function in (("harmonic mean", detection_harmonic_mean), ("mean", detection_mean)):
        yield study.measure(
            f"{prefix}Detection, {name}",
            group,
            partial(_of_all, function),
            (steps.said_wrong, steps.wrong),
            steps.rows,
            unit="steps",
            convention="of recall and correct-step accuracy",
        )
    if len(study.episodes.category.names) > 1:
        yield study.measure(
            f"{prefix}Detection, mean of categories",
            group,
            _mean_of_categories,
            (steps.said_wrong == steps.wrong, np.isnan(steps.said_wrong), steps.rows.category.codes),
            steps.rows,
            unit="steps",
            convention="accuracy of all steps in each category of tasks, each category counting the same",
        )


def _of_all(function: Callable[..., Figure], said_wrong: Floats, is_wrong: Floats) -> Figure:
    """Return a measure of all steps: an episode that broke off lowers the coverage."""
    return replace(function(said_wrong, is_wrong), of=len(is_wrong))


def _mean_of_categories(right: Floats, unknown: Floats, category: Floats) -> Figure:
    """Return SPC's figure of ProcessBench (Chen et al. 2025): unreadable verdicts are left out of it."""
    known = unknown == 0
    means = [right[known & (category == one)].mean() for one in np.unique(category[known])]
    return Figure(float(np.mean(means)) if means else None, int(known.sum()), len(right))


def _solved(study: Study, group: str, rows: Annotations, predicted: Floats, labels: Floats) -> Iterator[Line]:
    right = np.where(np.isnan(predicted), np.nan, predicted == labels)
    reached = ~rows.status.is_(NOT_REACHED)
    for missing, told, values in (
        ("", "", right),
        (
            ", unanswered wrong",
            "; no usable answer is a wrong one",
            np.where(reached, np.nan_to_num(right), np.nan),
        ),
    ):
        # Rows without a value are not drawn for intervals, so what counts as wrong has one.
        said = np.where(np.isnan(predicted) & reached, _NO_STEP, predicted) if missing else predicted
        for name, convention, belongs in (
            ("First error found", "share of the wrong solutions, by exact index", labels >= 0),
            (
                "No error claimed",
                "share of the right solutions in which no step was called wrong",
                labels < 0,
            ),
        ):
            yield study.line(
                f"{name}{missing}",
                group,
                values[belongs],
                rows.where(belongs),
                unit="solutions",
                convention=f"{convention}{told}",
            )
        yield study.measure(
            f"ProcessBench F1{missing}",
            group,
            _first_error_f1,
            (said, labels, reached),
            rows,
            unit="solutions",
            convention=f"harmonic mean of the two{told}",
        )


_NO_STEP = 1e9
"""An index that no step has."""


def _first_error_f1(predicted: Floats, labels: Floats, reached: Floats) -> Figure:
    """Return ProcessBench's F1. A solution that an episode broke off before lowers the coverage alone."""
    own = reached == 1
    found = first_error_f1(predicted[own], labels[own])
    return replace(found, of=len(labels))


def _critics(rows: Annotations) -> list[str]:
    return [f"{condition}: {agent}" for condition, agent in zip(rows.condition, rows.agent, strict=True)]


def _of_critic(rows: Annotations, study: Study) -> list[str]:
    """Return the group of the critic of each row, which the protocol wrote."""
    agents = study.episodes.agents
    return [
        f"{condition}: {agents[episode].get('critic', 'critic')}"
        for condition, episode in zip(rows.condition, rows.episode.tolist(), strict=True)
    ]


def _error_types(study: Study) -> dict[int, str]:
    labels = study.annotations("label", "error_type", ("text",))
    return {episode: text for episode, text in zip(labels.episode.tolist(), labels.text, strict=True) if text}


def _labels(rows: Annotations, study: Study) -> Floats:
    """Return the index of the first error in the solution of each row, -1 for none.

    It is NaN where the task's truth is no index of a step of it.
    """
    truths = study.episodes.truths
    asked = study.annotations("verdict", "step")
    steps = np.zeros(len(study.episodes))
    np.maximum.at(steps, asked.episode, np.nan_to_num(asked.unit, nan=-1) + 1)
    labels = np.array([_whole(truths[episode] or "") for episode in rows.episode.tolist()], dtype=np.float64)
    # An episode that broke off before its first step has as many as its label needs.
    known = (labels >= -1) & ((labels < steps[rows.episode]) | (steps[rows.episode] == 0))
    return np.where(known, labels, np.nan)


def _whole(text: str) -> float:
    try:
        return float(int(text))
    except ValueError:
        return float("nan")


DETECTION = (
    FigureEntry(title="Errors found", function=errors_planted, columns=("text", "truth"), about=ABOUT),
    FigureEntry(title="Errors found", function=alterations, columns=("text",), about=ABOUT),
    FigureEntry(title="Errors found", function=first_errors, columns=("text",), about=ABOUT),
    FigureEntry(title="Errors found", function=single_steps, columns=("text", "truth"), about=ABOUT),
)
