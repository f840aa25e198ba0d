"""Shaping functions: what each reply earns, by the replies around it, as published.

A shaping function gets the columns of an episode's replies, `RewardColumns`, and returns one number a reply,
NaN or None where nothing can be said. Its further parameters are those of ``--reward``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import entry_points

import numpy as np

from arena.core.errors import UsageError
from arena.training.rewards._columns import Floats, RewardColumns
from arena.training.rewards._judgements import majority, nearness
from arena.training.rewards._revision import exponential_weights, unary_feedback
from arena.training.rewards._thinking import shortness, think_or_not

Shaped = Sequence[float | None] | Floats


class Missing(StrEnum):
    """What an answer that is missing counts as."""

    NOTHING = "nothing"
    """It is neither right nor wrong, so nothing that rests on it is known."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class ShapingFunction:
    """A shaping function as it stands in the table.

    Args:
        function: the function.
        whole: whether it gets the replies of the whole export at once, and not those of one episode. The
            export then reads the runs once more.
    """

    function: Callable[..., Shaped]
    whole: bool = False


def _correct(rows: RewardColumns) -> Shaped:
    """Give each answer 1 if it is right and 0 if it is wrong."""
    return rows.right


def _score(rows: RewardColumns) -> Shaped:
    """Give each reply its own score: whether its answer is right, or else the return of its seat."""
    return np.where(np.isnan(rows.right), rows.returns, rows.right)


def _shaped_correction(
    rows: RewardColumns, alpha: float = 10.0, missing: Missing = Missing.NOTHING
) -> Shaped:
    """Give an answer whether it is right, r, and from the second on ``alpha * (r - r_before)`` as well.

    SCoRe (Kumar et al. 2024, "Training language models to self-correct via reinforcement learning"): mending
    pays more than being right, and spoiling costs more.

    Args:
        rows: the replies.
        alpha: how much a change counts.
        missing: what an answer that is missing counts as. The paper counts it as wrong.
    """
    right = _with_missing(rows, missing)
    found = np.full(len(rows), np.nan)
    for answers in rows.answered():
        scores = right[answers]
        found[answers] = scores + alpha * np.diff(scores, prepend=scores[:1])
    return found


def _unary_feedback(rows: RewardColumns, decay: float = 0.5, weight: float = 0.5) -> Shaped:
    """Give all answers of a seat ``decay ** t`` for the first right one, t from 0, less those repeated.

    UFO (Liu et al. 2025, "A simple 'try again' can elicit multi-turn LLM reasoning"). A turn without an
    answer earns nothing and is not counted.

    Args:
        rows: the replies.
        decay: what each further turn leaves of the reward; above 0 and at most 1.
        weight: how much the share of repeated answers takes away.
    """
    found = np.full(len(rows), np.nan)
    for answers in rows.answered():
        right = [None if np.isnan(rows.right[row]) else bool(rows.right[row] >= 0.5) for row in answers]
        keys = [None if rows.key[row] is None else str(rows.key[row]) for row in answers]
        reward = unary_feedback(right, keys, decay, weight)
        for row, key in zip(answers, keys, strict=True):
            found[row] = np.nan if reward is None or key is None else reward
    return found


def _exp_weight(rows: RewardColumns, tau: float = 1.0) -> Shaped:
    """Give each answer ``exp(r / tau)``, where r is 1 if it is right: its weight in a regression.

    RISE (Qu et al. 2024, "Recursive introspection: teaching language model agents how to self-improve").

    Args:
        rows: the replies.
        tau: the temperature; above 0.
    """
    return exponential_weights([None if np.isnan(right) else right for right in rows.right.tolist()], tau)


def _sibling_win_rate(rows: RewardColumns) -> Shaped:
    """Give a reply the share of choices between it and its siblings that it won; a tie is a half.

    SPO (Swamy et al. 2024, "A minimaximalist approach to reinforcement learning from human feedback").
    """
    with np.errstate(invalid="ignore"):
        return np.asarray(rows.won / rows.met, dtype=np.float64)


class Following(StrEnum):
    """Which answers to a critique say what it gained, if there are several samples."""

    KEPT = "kept"
    """The one that was kept."""
    ALL = "all"
    """The mean of all that could be used."""


def _revision_gain(
    rows: RewardColumns, samples: Following = Following.KEPT, missing: Missing = Missing.NOTHING
) -> Shaped:
    """Give an answer how much righter it is than the one before, and a critique what it gained.

    A critique is any usable reply between two answers of one seat that answers nothing itself. The first
    answer of a seat has no gain. With ``samples=all`` a critique of a wrong answer earns the share of
    refinements that are right, as in the filter of AutoMathCritique (Xi et al. 2024) and, between two
    critiques of one answer, in that of MultiCritique (Lan et al. 2024).

    Args:
        rows: the replies.
        samples: which answers say what a critique gained, if there are several samples: kept or all.
        missing: what an answer that is missing counts as. AutoMathCritique counts it as wrong.
    """
    right = _with_missing(rows, missing)
    found = np.full(len(rows), np.nan)
    for answers in rows.answered():
        found[answers[1:]] = np.diff(right[answers])
    standing = sorted((row for answers in rows.answered() for row in answers), key=_place(rows))
    for row in np.flatnonzero(~rows.answers & rows.usable & rows.counts).tolist():
        before = [one for one in standing if _place(rows)(one) < _place(rows)(row)]
        after = [one for one in standing if _place(rows)(one) > _place(rows)(row)]
        if before and after and _seat(rows, before[-1]) == _seat(rows, after[0]):
            found[row] = _right_after(rows, right, after[0], samples) - right[before[-1]]
    return found


def _right_after(rows: RewardColumns, right: Floats, answer: int, samples: Following) -> float:
    """Return whether an answer is right, or how many of the samples of its turn are for which it is known."""
    if samples is Following.KEPT:
        return float(right[answer])
    together = (rows.episode == rows.episode[answer]) & (rows.step == rows.step[answer])
    own = right[together & rows.answers & rows.counts]
    known = own[~np.isnan(own)]
    return float(known.mean()) if len(known) else np.nan


SHAPING_FUNCTIONS: Mapping[str, ShapingFunction] = {
    "correct": ShapingFunction(_correct),
    "score": ShapingFunction(_score),
    "unary-feedback": ShapingFunction(_unary_feedback),
    "shaped-correction": ShapingFunction(_shaped_correction),
    "exp-weight": ShapingFunction(_exp_weight),
    "sibling-win-rate": ShapingFunction(_sibling_win_rate),
    "revision-gain": ShapingFunction(_revision_gain),
    "nearness": ShapingFunction(nearness),
    "majority": ShapingFunction(majority, whole=True),
    "think-or-not": ShapingFunction(think_or_not, whole=True),
    "shortness": ShapingFunction(shortness, whole=True),
}
"""The shaping functions by name. Other distributions add theirs by the entry points ``arena.rewards``."""


def shaping_functions() -> Mapping[str, ShapingFunction]:
    """Return all shaping functions by name, with those that other distributions add.

    Raises:
        UsageError: if one that another distribution adds is neither a function nor a `ShapingFunction`.
    """
    found = {}
    for point in sorted(entry_points(group="arena.rewards"), key=lambda point: point.name):
        loaded = point.load()
        if not isinstance(loaded, ShapingFunction) and not callable(loaded):
            raise UsageError(f"The entry point {point.name} of arena.rewards is no function.")
        found[point.name] = loaded if isinstance(loaded, ShapingFunction) else ShapingFunction(loaded)
    return {**found, **SHAPING_FUNCTIONS}


def _with_missing(rows: RewardColumns, missing: Missing) -> Floats:
    return np.nan_to_num(rows.right, nan=0.0) if missing is Missing.WRONG else rows.right


def _place(rows: RewardColumns) -> Callable[[int], tuple[int, int]]:
    return lambda row: (int(rows.episode[row]), int(rows.step[row]))


def _seat(rows: RewardColumns, row: int) -> tuple[int, str]:
    return int(rows.episode[row]), rows.seat[row]
