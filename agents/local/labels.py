"""How likely a model is to write each of several answers, read from its next tokens' probabilities.

Given the beginning of its reply, the model gives every next token a probability. Those with which some of the
answers go on share the weight among them; where one token leaves several answers open, the question is put
again behind it. That is the distribution from which a reply held to these answers would be drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

_NEGLIGIBLE = 1e-6


class NextTokenSource(Protocol):
    """What is asked for the next tokens' log-probabilities behind a reply that begins with some bytes."""

    async def __call__(self, beginning: bytes, /) -> Mapping[bytes, float]:
        """Return the likeliest tokens' log-probabilities."""


async def likelihoods(
    answers: Sequence[str], tokens: NextTokenSource, *, beginning: str, end: str, temperature: float
) -> dict[str, float]:
    """Return how likely each of `answers` is, between `beginning` and `end`; the likelihoods sum to 1.

    Args:
        answers: what may be written, as it would be written.
        tokens: tells the next tokens.
        beginning: what the reply begins with.
        end: what stands behind each answer, so that no answer is only the beginning of another.
        temperature: evens out the probabilities, or at 0 leaves only the likeliest.

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
    """Share `weight` among the answers of which `rests` are still to be written, into `found`."""
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
    """Return the probabilities at a temperature, those too small to matter left out."""
    highest = max(logarithms.values())
    weights = {
        token: float(value == highest) if temperature == 0 else math.exp((value - highest) / temperature)
        for token, value in logarithms.items()
    }
    kept = {token: weight for token, weight in weights.items() if weight > _NEGLIGIBLE}
    total = sum(kept.values())
    return {token: weight / total for token, weight in kept.items()}
