"""Rewards for answering again, as published. An answer that is missing is neither right nor wrong: None.

They read what `protocols.Revise` records: whether each turn's answer was right, and what it was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from arena.core.errors import UsageError

Right = bool | None
"""Whether an answer is right; None if there is none, or it is not known."""


def shaped_correction(first: Right, second: Right, alpha: float = 10.0) -> float | None:
    """Return ``r2 + alpha * (r2 - r1)``, where r is 1 for a right answer and 0 for a wrong one.

    SCoRe's reward of the second attempt (Kumar et al. 2024, "Training language models to self-correct via
    reinforcement learning", second stage): mending pays, and spoiling costs, more than being right does.
    From ``-alpha`` to ``1 + alpha``; None if either answer is missing.

    >>> shaped_correction(False, True), shaped_correction(True, True), shaped_correction(True, False)
    (11.0, 1.0, -10.0)
    """
    if first is None or second is None:
        return None
    return second + alpha * (second - first)


def decayed_success(right: Sequence[Right], decay: float = 0.5) -> float | None:
    """Return ``decay ** t`` for the first right answer, t of the answers counted from 0; 0 if all are wrong.

    UFO's reward decay (Liu et al. 2025, "A simple 'try again' can elicit multi-turn LLM reasoning"); the
    count is that of the authors' code, ``1 / 2 ** t`` with t = 0 for the first answer, so that being right at
    once pays 1. From 0 to 1. A missing answer is not counted, as in the code. None if no answer is right and
    one is missing: it is not a wrong one.

    Raises:
        UsageError: a decay that is not between 0 and 1.

    >>> decayed_success([True]), decayed_success([False, None, True]), decayed_success([False, None])
    (1.0, 0.5, None)
    """
    if not 0 < decay <= 1:
        raise UsageError(f"The decay is above 0 and at most 1, not {decay:g}.")
    if True in right:
        return float(decay ** right[: right.index(True)].count(False))
    return None if None in right or not right else 0.0


def repetition_penalty(answers: Sequence[str | None], weight: float = 0.5) -> float | None:
    """Return ``weight * (1 - E / T)``, where E of T answers differ from all that came before them.

    UFO's penalty (Liu et al. 2025), to be taken off the reward. The weight and the comparison are those of
    the authors' code: answers are the same if their texts are without regard to case and white space. From 0,
    where no answer is repeated, to below `weight`. Missing answers repeat nothing and do not count among
    the T; None if all are missing.

    >>> repetition_penalty(["4", "5", " 4", None], weight=1.0)
    0.33333333333333337
    """
    given = ["".join(answer.lower().split()) for answer in answers if answer is not None]
    return weight * (1 - len(set(given)) / len(given)) if given else None


def unary_feedback(
    right: Sequence[Right], answers: Sequence[str | None], decay: float = 0.5, weight: float = 0.5
) -> float | None:
    """Return UFO's reward of an episode: `decayed_success` less `repetition_penalty`; None if either is.

    >>> unary_feedback([False, False], ["4", "4"])
    -0.25
    """
    success, penalty = decayed_success(right, decay), repetition_penalty(answers, weight)
    return None if success is None or penalty is None else success - penalty


def exponential_weights(rewards: Sequence[float | None], temperature: float = 1.0) -> list[float | None]:
    """Return ``exp(r / temperature)`` for each reward: the weight of its row in a regression.

    RISE's reward-weighted regression (Qu et al. 2024, "Recursive introspection: teaching language model
    agents how to self-improve"; Peters and Schaal 2007). A missing reward has no weight: None.

    Raises:
        UsageError: a temperature that is not above 0, or so low that a weight is beyond all bounds.

    >>> exponential_weights([0.0, None, 1.0], temperature=0.5)
    [1.0, None, 7.38905609893065]
    """
    if not temperature > 0:
        raise UsageError(f"The temperature is above 0, not {temperature:g}.")
    try:
        return [None if reward is None else math.exp(reward / temperature) for reward in rewards]
    except OverflowError:
        raise UsageError(f"At the temperature {temperature:g} a weight is beyond all bounds.") from None


def keeps_critique(before: Right, after: Right) -> bool:
    """Return whether a critique is worth learning from: of a wrong answer, of which a right one was made.

    AutoMathCritique's filter (Xi et al. 2024, "Enhancing LLM reasoning via critique models with test-time and
    training-time supervision"). Where either answer is missing it is not known to be, and so it is not kept.

    >>> keeps_critique(False, True), keeps_critique(True, True), keeps_critique(False, None)
    (True, False, False)
    """
    return before is False and after is True
