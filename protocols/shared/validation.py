"""Whether an altered step is really wrong: by exact arithmetic or, where that cannot tell, by rollouts.

Chen et al. 2025 ("SPC: Evolving Self-Play Critic via Adversarial Games for LLM Reasoning") have a solver go
on from the original step and from the altered one, n times each: the alteration is valid if at least 75% of
the first come to the right answer, and none of the second. A rollout that is refused or cut off is neither a
success nor a miss, and where the missing ones could change the decision there is none. A solver that fails
too often from the original step tells nothing of the altered one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from arena.tasks.arithmetic import AMOUNT, MARK, equations, value_of, without_marks

UNCHANGED = "unchanged"
ARITHMETIC = "arithmetic"
ROLLOUTS = "rollouts"


class Validity(NamedTuple):
    """Whether an altered step is wrong (None if nothing could tell), how that is known, and rollouts."""

    valid: bool | None = None
    by: str | None = None
    rollouts: Mapping[str, Mapping[str, int]] | None = None


class Rollouts(NamedTuple):
    """Counts of the rollouts from a step.

    `succeeded` counts those with the right answer, `unusable` those without a usable answer, and `of` all of
    them. An answer is also unusable if nobody knows whether it is right.
    """

    succeeded: int
    unusable: int
    of: int


def by_arithmetic(original: str, altered: str) -> Validity:
    """Return what exact arithmetic says of an altered step, the original of which is right.

    It can show that a step is wrong: one of its equations does not hold or, where only results were changed,
    one does not that is a mark of the original. It cannot show that a step is right, because words may be
    wrong as well. Where an equation of the original itself does not hold, it says nothing.

    >>> by_arithmetic("She sells 9 eggs at $2: $<<9*2=18>>18.", "She sells 9 eggs at $2: $19.")
    Validity(valid=True, by='arithmetic', rollouts=None)
    """
    if not all(equation.holds for equation in equations(original)):
        return Validity()
    wrong = any(not equation.holds for equation in equations(altered)) or _contradicts_a_mark(
        original, altered
    )
    return Validity(True, ARITHMETIC) if wrong else Validity()


def _contradicts_a_mark(original: str, altered: str) -> bool:
    """Return whether all that was changed are results of marks, at least one of them to a wrong one."""
    before, after = without_marks(original), without_marks(altered)
    numbers, others = AMOUNT.findall(before), AMOUNT.findall(after)
    if AMOUNT.sub("0", before).split() != AMOUNT.sub("0", after).split():
        return False
    results = _results(original)
    changed = [place for place, pair in enumerate(zip(numbers, others, strict=True)) if pair[0] != pair[1]]
    if not changed or not all(place in results for place in changed):
        return False
    stated = (equations(f"{results[place]}={others[place]}") for place in changed)
    return any(not equation.holds for found in stated for equation in found)


def _results(text: str) -> dict[int, str]:
    """Return what marks compute, by the place of their result among the numbers of the text without marks."""
    found = {}
    for mark in MARK.finditer(text):
        left, _, right = mark[1].partition("=")
        behind = AMOUNT.match(text, mark.end())
        if behind and value_of(behind[0]) == value_of(right) is not None:
            found[len(AMOUNT.findall(without_marks(text[: mark.end()])))] = left
    return found


def by_rollouts(original: Rollouts, altered: Rollouts, at_least: float, at_most: float) -> Validity:
    """Return what rollouts say: valid if those from the original succeed often enough, and the others do not.

    Where too few succeed even from the original step, the solver is too weak to tell, and so nothing is said.

    Args:
        original: the rollouts from the original step.
        altered: those from the altered step.
        at_least: the share of the first that must succeed, from 0 to 1.
        at_most: the share of the second that may succeed, from 0 to 1.

    >>> by_rollouts(Rollouts(3, 0, 4), Rollouts(0, 0, 4), 0.75, 0.0).valid
    True
    >>> by_rollouts(Rollouts(4, 0, 4), Rollouts(0, 1, 4), 0.75, 0.0).valid is None
    True
    >>> by_rollouts(Rollouts(2, 0, 4), Rollouts(0, 0, 4), 0.75, 0.0).valid is None
    True
    """
    counts = {"original": original._asdict(), "altered": altered._asdict()}
    enough = _reaches(original, at_least * original.of)
    too_many = _reaches(altered, at_most * altered.of, beyond=True)
    if not enough or too_many is None:
        return Validity(rollouts=counts)
    return Validity(not too_many, ROLLOUTS, counts)


def _reaches(rollouts: Rollouts, bound: float, beyond: bool = False) -> bool | None:
    """Return whether so many succeeded (or more than so many); None if it depends on the unusable ones."""
    least, most = (
        count > bound if beyond else count >= bound
        for count in (rollouts.succeeded, rollouts.succeeded + rollouts.unusable)
    )
    return least if least == most else None
