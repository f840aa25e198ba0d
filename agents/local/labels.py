"""The probability that a model writes each of several answers, computed from those of its next tokens.

For the beginning of a reply, the model gives every next token a probability. The tokens that continue at
least one of the answers share all of the weight. Where several answers continue with the same token, the
model is asked again after this token. The result is the distribution from which a reply that must be one of
these answers would be drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

_NEGLIGIBLE = 1e-6


class NextTokenSource(Protocol):
    """A function that returns the next tokens' log-probabilities after the beginning of a reply, in bytes."""

    async def __call__(self, beginning: bytes, /) -> Mapping[bytes, float]:
        """Return the likeliest tokens' log-probabilities."""


async def likelihoods(
    answers: Sequence[str], tokens: NextTokenSource, *, beginning: str, end: str, temperature: float
) -> dict[str, float]:
    """Return the probability of each of `answers` between `beginning` and `end`; they sum to 1.

    Args:
        answers: the answers, as they would be written.
        tokens: returns the next tokens.
        beginning: the beginning of the reply, up to the answer.
        end: the text after each answer. Because of it, no answer is only the beginning of another.
        temperature: a higher one evens out the probabilities; 0 leaves only the likeliest answer.

    Raises:
        LookupError: if the model would write none of the answers.
    """
    found = dict.fromkeys(answers, 0.0)
    await _share(
        1.0,
        beginning.encode(),
        {answer: f"{answer}{end}".encode() for answer in answers},
        tokens,
        temperature,
        found,
    )
    return found


async def _share(
    weight: float,
    beginning: bytes,
    rests: Mapping[str, bytes],
    tokens: NextTokenSource,
    temperature: float,
    found: dict[str, float],
) -> None:
    """Divide `weight` among the answers and add the shares to `found`.

    `rests` holds the part of each answer that is not yet written.
    """
    if len(rests) == 1:
        found[next(iter(rests))] += weight
        return
    likely = await tokens(beginning)
    fitting = {
        token: left
        for token in likely
        if token and (left := {name: rest for name, rest in rests.items() if rest.startswith(token)})
    }
    if not fitting:
        raise LookupError("the model would write none of the answers that are allowed")
    for token, share in _tempered({token: likely[token] for token in fitting}, temperature).items():
        left = {answer: rest[len(token) :] for answer, rest in fitting[token].items()}
        await _share(weight * share, beginning + token, left, tokens, temperature, found)


def _tempered(logarithms: Mapping[bytes, float], temperature: float) -> dict[bytes, float]:
    """Return the probabilities at a temperature. Those that are too small to matter are left out."""
    highest = max(logarithms.values())
    weights = {
        token: float(value == highest) if temperature == 0 else math.exp((value - highest) / temperature)
        for token, value in logarithms.items()
    }
    kept = {token: weight for token, weight in weights.items() if weight > _NEGLIGIBLE}
    total = sum(kept.values())
    return {token: weight / total for token, weight in kept.items()}
