"""Functions on several answers to one question: agreement, votes and certainty.

An answer that was refused, cut off or could not be read is None. It counts as a member, but never as a vote.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from arena.core.errors import UsageError

_UNFOUND = 1e-8
"""What is added to how often a masked number was recovered, so that no answer is impossible."""

_LARGEST = 700.0
"""The logarithm of the largest vote that is counted as it is."""

_ROUNDING = 1e-9
"""The largest difference of two numbers that are equal except for rounding."""


class Agreement(NamedTuple):
    """The most frequent answers, how many members gave each, and how many members gave any answer."""

    leading: tuple[str, ...]
    agreeing: int
    answered: int
    members: int

    @property
    def is_consensus(self) -> bool:
        """Whether all members gave the same answer."""
        return 0 < self.agreeing == self.members

    @property
    def majority(self) -> str | None:
        """The answer of more than half of all members, including those that did not answer.

        None if there is none.
        """
        return self.leading[0] if 2 * self.agreeing > self.members else None

    def record(self) -> dict[str, Any]:
        """Return the result as JSON-able values by name."""
        shares = {
            "share": self.agreeing / self.members,
            "share_of_answered": self.agreeing / self.answered if self.answered else None,
        }
        counts = {"agreeing": self.agreeing, "answered": self.answered, "members": self.members}
        return {
            "majority": self.majority,
            "leading": list(self.leading),
            "agreement": counts | shares,
        }


def agreement(answers: Sequence[str | None], key: Callable[[str], str] = str) -> Agreement:
    """Return how far `answers` agree, one of each member.

    None is a missing answer, which agrees with no other.

    Answers with the same `key` count as the same, and are named as the first of them was written. The leading
    answers are those of self-consistency (Wang et al. 2023). If there are several, it is a tie.

    >>> agreement(["4", "4", None])
    Agreement(leading=('4',), agreeing=2, answered=2, members=3)
    >>> agreement([None, None, None]).is_consensus
    False
    """
    given = [answer for answer in answers if answer is not None]
    written = {key(answer): answer for answer in reversed(given)}
    counts = Counter(map(key, given))
    most = max(counts.values(), default=0)
    leading = tuple(written[one] for one, count in counts.items() if count == most)
    return Agreement(leading, most, len(given), len(answers))


class Variety(NamedTuple):
    """How much answers differ: how many different ones there are, and their entropy.

    The entropy is divided by that of as many different answers, so it is from 0 to 1. It is 0 of one answer.
    """

    different: int
    entropy: float


def variety(answers: Iterable[str | None], key: Callable[[str], str] = str) -> Variety | None:
    """Return how much `answers` differ, or None if there are none. Answers with the same `key` are the same.

    The number of different answers is what Wang et al. 2025, "MultiRole-R1" (arXiv 2507.20187), count.

    >>> variety(["C", "C", "B"])
    Variety(different=2, entropy=0.579...)
    """
    counts = Counter(key(answer) for answer in answers if answer is not None)
    total = counts.total()
    if not total:
        return None
    entropy = math.fsum(count / total * math.log(total / count) for count in counts.values())
    return Variety(len(counts), entropy / math.log(total) if total > 1 else 0.0)


def borda(
    answers: Sequence[str | None], certainties: Sequence[float | None], power: float = 1.0
) -> dict[str, float]:
    """Return the votes for each answer, in the order in which they were first given (Kang et al. 2025).

    "Scalable best-of-N selection for large language models via self-certainty": of N samples the r-th most
    certain has ``(N - r + 1) ** power`` votes for its answer. Samples that are equally certain share the mean
    of their votes. Only samples with an answer and a certainty are ranked, so N is how many these are.

    Args:
        answers: (samples,); None for a sample without an answer.
        certainties: (samples,); higher is more certain, and None is unknown.
        power: 0 is the plain vote, and 1 is Borda's. With a higher power, certain samples weigh more. Of
            votes that are too large for a number, each is given as a share of the largest.

    Raises:
        UsageError: if the columns differ in length, or the power is below 0.

    >>> borda(["4", "5", "5", None], [3.0, 2.0, 1.0, 9.0])
    {'4': 3.0, '5': 3.0}
    """
    if len(answers) != len(certainties):
        raise UsageError(f"There are {len(answers)} answers, and {len(certainties)} certainties.")
    if not power >= 0:
        raise UsageError(f"The power of Borda's vote is at least 0, not {power:g}.")
    cast = [
        (certainty, answer)
        for answer, certainty in zip(answers, certainties, strict=True)
        if answer is not None and certainty is not None
    ]
    votes = dict.fromkeys((answer for _, answer in cast), 0.0)
    is_too_large = power * math.log(max(len(cast), 1)) > _LARGEST
    unit = len(cast) if is_too_large else 1
    for certainty, answer in cast:
        surer = sum(other > certainty for other, _ in cast)
        equal = sum(other == certainty for other, _ in cast)
        shared = [((len(cast) - place) / unit) ** power for place in range(surer, surer + equal)]
        votes[answer] += math.fsum(shared) / equal
    return votes


def forward_backward(
    votes: Mapping[str, float], recovered: Mapping[str, float], *, members: int, alpha: float = 0.5
) -> dict[str, float]:
    """Return the probability of each answer by its votes and by its backward verification.

    Jiang et al. 2023, "Forward-backward reasoning in large language models for mathematical verification":
    ``P(A)`` is proportional to ``P_f(A)^alpha * P_b(A)^(1 - alpha)``. ``P_f`` is the share of all samples
    that gave the answer, and ``P_b`` its share of all masked numbers that were recovered. To each count of
    these 1e-8 is added, so that ``P_b`` is the same for all answers if no number was recovered.

    Args:
        votes: how many samples gave each answer.
        recovered: how often a masked number was recovered from each answer; 0 where it is missing.
        members: how many samples there are, those without an answer included.
        alpha: the weight of the votes, from 0 to 1.

    >>> found = forward_backward({"18": 5, "20": 4, "7": 1}, {"18": 2, "20": 9, "7": 1}, members=10)
    >>> [f"{answer}: {share:.4f}" for answer, share in found.items()]
    ['18: 0.3112', '20: 0.5904', '7: 0.0984']
    """
    backward = {answer: recovered.get(answer, 0.0) + _UNFOUND for answer in votes}
    whole = math.fsum(backward.values())
    found = {
        answer: (count / members) ** alpha * (backward[answer] / whole) ** (1 - alpha)
        for answer, count in votes.items()
    }
    total = math.fsum(found.values())
    return {answer: share / total for answer, share in found.items()}


def leading(votes: Mapping[str, float]) -> tuple[str, ...]:
    """Return the answers with the most votes or the highest probability; if they are several, it is a tie.

    Two that differ by no more than `_ROUNDING`, absolutely or relatively, are equal: sums and means of
    rounded numbers depend on the order in which they are added.

    >>> leading({"4": 3.0, "5": 3.0, "6": 1.0}), leading({"4": 0.1 + 0.2, "5": 0.3})
    (('4', '5'), ('4', '5'))
    """
    most = max(votes.values(), default=0.0)
    return tuple(
        answer
        for answer, count in votes.items()
        if math.isclose(count, most, rel_tol=_ROUNDING, abs_tol=_ROUNDING)
    )


class Certainty(NamedTuple):
    """The mean divergence of a model's distributions from a uniform one, in nats. It may be an estimate."""

    value: float
    is_approximate: bool


def uniform_divergence(logprobs: Sequence[float]) -> float:
    """Return ``KL(U || p)``, how far a distribution p is from the uniform one over the same tokens, in nats.

    It is ``-1/V * sum_j ln(V * p_j)``, the self-certainty of one token (Kang et al. 2025). It is 0 if all
    tokens are equally likely, and has no upper bound.

    Args:
        logprobs: (V,), the natural logarithm of the probability of every token.

    >>> f"{uniform_divergence([math.log(p) for p in (0.7, 0.1, 0.1, 0.1)]):.5f}"
    '0.42981'
    """
    return -math.log(len(logprobs)) - math.fsum(logprobs) / len(logprobs)


def self_certainty(likely: Iterable[Mapping[str, float]], vocabulary: int | None = None) -> Certainty | None:
    """Return the self-certainty of a text: the mean divergence of its tokens from a uniform distribution.

    Kang et al. 2025: the mean over the text's places of ``KL(U || p) = -1/V * sum_j ln(V * p_j)``, where V is
    the size of the vocabulary. It is 0 if all tokens were equally likely, and higher if the model was more
    certain.

    Backends report only the k likeliest tokens. With `vocabulary`, the rest of the probability is spread
    evenly over the other tokens. Without it, the k tokens are treated as the whole vocabulary, and their
    probabilities are scaled to sum to 1. Both are approximations, and the result says so. Compare only texts
    that have the same k.

    Args:
        likely: for each place, the natural logarithms of the likeliest tokens' probabilities.
        vocabulary: how many tokens there are.

    Returns:
        None if no place has at least two tokens.

    Raises:
        UsageError: if a place has more tokens than the vocabulary.

    >>> self_certainty([{"a": math.log(0.5), "b": math.log(0.5)}], vocabulary=2)
    Certainty(value=0.0, is_approximate=False)
    """
    places = [list(logprobs.values()) for logprobs in likely]
    if not places or any(len(logprobs) < 2 for logprobs in places):
        return None
    if vocabulary is not None and max(map(len, places)) > vocabulary:
        raise UsageError(f"{max(map(len, places))} tokens are reported, of a vocabulary of {vocabulary}.")
    values = [_divergence(logprobs, vocabulary) for logprobs in places]
    return Certainty(math.fsum(values) / len(values), any(len(logprobs) != vocabulary for logprobs in places))


_LEAST = 1e-12
"""The least total probability of all tokens that were not reported, so that the logarithm is finite."""


def _divergence(logprobs: Sequence[float], vocabulary: int | None) -> float:
    size = vocabulary or len(logprobs)
    if vocabulary is None:
        whole = math.log(math.fsum(map(math.exp, logprobs)))
        logprobs = [logprob - whole for logprob in logprobs]
    unlisted = size - len(logprobs)
    logarithms = math.fsum(logprobs)
    if unlisted:
        rest = max(1 - math.fsum(map(math.exp, logprobs)), _LEAST)
        logarithms += unlisted * math.log(rest / unlisted)
    return -math.log(size) - logarithms / size
