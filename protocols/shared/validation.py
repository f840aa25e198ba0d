"""Whether an altered step is really wrong. Exact arithmetic decides, or rollouts if arithmetic cannot.

In Chen et al. 2025 ("SPC: Evolving Self-Play Critic via Adversarial Games for LLM Reasoning") a solver goes
on from the original step and from the altered one, n times each. The alteration is valid if at least 75% of
the rollouts from the original step reach the right answer, and no rollout from the altered step does. A
rollout that is refused or cut off is neither a success nor a failure. If such rollouts could change the
decision, there is no decision. There is also none if the solver fails too often from the original step,
because then its failures from the altered step show nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from arena.tasks.arithmetic import AMOUNT, MARK, equations, value_of, without_marks

UNCHANGED = "unchanged"
ARITHMETIC = "arithmetic"
ROLLOUTS = "rollouts"


class Validity(NamedTuple):
    """Whether an altered step is wrong (None if unknown), the method that decided, and counts of rollouts."""

    valid: bool | None = None
    by: str | None = None
    rollouts: Mapping[str, Mapping[str, int]] | None = None


class Rollouts(NamedTuple):
    """Counts of the rollouts from a step.

    `succeeded` counts the rollouts with the right answer, `unusable` counts those without a usable answer,
    and `of` counts all. An answer is also unusable if the truth is unknown.
    """

    succeeded: int
    unusable: int
    of: int


def by_arithmetic(original: str, altered: str) -> Validity:
    """Return the decision of exact arithmetic about an altered step. The original step has to be right.

    A step is wrong if one of its equations does not hold. If only results of marks were changed, it is also
    wrong if a new result contradicts its mark. Arithmetic cannot show that a step is right, because its words
    may be wrong as well. If an equation of the original does not hold, there is no decision.

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
    """Return whether only results of marks were changed, and at least one of them is now wrong."""
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
    """Return what marks compute, by the index of their result among the numbers in the unmarked text."""
    found = {}
    for mark in MARK.finditer(text):
        left, _, right = mark[1].partition("=")
        behind = AMOUNT.match(text, mark.end())
        if behind and value_of(behind[0]) == value_of(right) is not None:
            found[len(AMOUNT.findall(without_marks(text[: mark.end()])))] = left
    return found


def by_rollouts(original: Rollouts, altered: Rollouts, at_least: float, at_most: float) -> Validity:
    """Return the decision of rollouts about an altered step.

    The alteration is valid if enough rollouts from the original step succeed and few enough from the altered
    step do. If too few succeed from the original step, the solver is too weak, and there is no decision.

    Args:
        original: the rollouts from the original step.
        altered: the rollouts from the altered step.
        at_least: the smallest share of original rollouts that must succeed, from 0 to 1.
        at_most: the largest share of altered rollouts that may succeed, from 0 to 1.

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
    """Return whether the successes reach, or exceed, `bound`. None if unusable rollouts could change that."""
    least, most = (
        count > bound if beyond else count >= bound
        for count in (rollouts.succeeded, rollouts.succeeded + rollouts.unusable)
    )
    return least if least == most else None
