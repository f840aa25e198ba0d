"""Combining several votes: a judge's two orders, its samples, or the judges of a panel.

All are pure functions.

A vote is a side, `TIE`, or None if no usable vote came. A missing vote counts in the size of which a majority
is more than half. It agrees with no other vote and makes no tie. The order of the votes does not matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from statistics import fmean
from types import MappingProxyType
from typing import NamedTuple

from arena.core.errors import UsageError
from arena.votes.voting import leading

TIE = "tie"
"""The vote that neither side is better."""

Vote = str | None


class RulingStatus(StrEnum):
    """How a ruling was reached, or why there is none."""

    DECIDED = "decided"
    TIED = "tied"
    UNDECIDED = "undecided"
    """There are enough votes, but no side has won."""
    MISSING = "missing"
    """There are too few usable votes."""


class Ruling(NamedTuple):
    """The result of several votes: the `choice` if a side has won, and how it was reached.

    `usable` of `size` votes came. `shares` is each label's share of `size`, or its mean probability if
    probabilities were combined.
    """

    choice: Vote
    how: RulingStatus
    usable: int
    size: int
    shares: Mapping[str, float]

    @property
    def vote(self) -> Vote:
        """The ruling as a vote in a larger count. An undecided or missing ruling is None."""
        return TIE if self.how is RulingStatus.TIED else self.choice


class Ballot(NamedTuple):
    """A judge's vote in one order, and each label's probability if it is known."""

    vote: Vote
    probabilities: Mapping[str, float] = MappingProxyType({})


def majority(votes: Iterable[Vote], *, quorum: int | None = None) -> Ruling:
    """Return the label with more than half of all votes. Missing votes count in the total.

    The ruling is tied if every vote came and the most frequent labels are equally frequent, or if the
    majority is for `TIE`.

    Args:
        votes: one for each member of the panel; None for a member without a usable vote.
        quorum: the number of usable votes that a ruling needs. The default is more than half of the members.

    Raises:
        UsageError: if the quorum is less than 1.

    >>> majority(["pro", "pro", None]).choice
    'pro'
    >>> majority(["pro", None, None]).how
    <RulingStatus.MISSING: 'missing'>
    """
    given = list(votes)
    size = len(given)
    if quorum is not None and quorum < 1:
        raise UsageError(f"A quorum of {quorum} is not possible; it is 1 or more.")
    counts = Counter(vote for vote in given if vote is not None)
    usable = counts.total()
    shares = {label: counts[label] / size for label in sorted(counts)}
    if usable < (size // 2 + 1 if quorum is None else quorum):
        return Ruling(None, RulingStatus.MISSING, usable, size, shares)
    most = max(counts.values())
    leaders = [label for label in shares if counts[label] == most]
    if 2 * most > size:
        return _for(leaders[0], usable, size, shares)
    tied = len(leaders) > 1 and usable == size
    return Ruling(None, RulingStatus.TIED if tied else RulingStatus.UNDECIDED, usable, size, shares)


def two_game(ballots: Sequence[Ballot]) -> Ruling:
    """Return the side that wins more orders than any other, after JudgeBench (Tan et al. 2024).

    A win and a tie count as a win. If each side wins once, the judge contradicts itself, and the ruling is
    undecided. If a vote is missing in one order, there is no ruling. JudgeBench's own code then goes by the
    other order alone, as `net` does.
    """
    votes, shares = [ballot.vote for ballot in ballots], _shares(ballots)
    if None in votes or not votes:
        return _missing(votes, shares)
    return _most_wins(votes, shares)


def net(ballots: Sequence[Ballot]) -> Ruling:
    """Return the side that wins more orders than any other, as JudgeBench's code counts (Tan et al. 2024).

    A vote for a side counts 1, and a tie or a missing vote counts 0. So a win in one order is enough if no
    other side wins the other order. There is no ruling if every vote is missing.
    """
    votes, shares = [ballot.vote for ballot in ballots], _shares(ballots)
    return _most_wins(votes, shares) if any(votes) else _missing(votes, shares)


def tie_on_disagreement(ballots: Sequence[Ballot]) -> Ruling:
    """Return the side that wins in every order. Anything else is a tie (MT-Bench, Zheng et al. 2023).

    If a vote is missing in one order, there is no ruling.
    """
    votes, shares = [ballot.vote for ballot in ballots], _shares(ballots)
    if None in votes or not votes:
        return _missing(votes, shares)
    agreed = votes[0] if len(set(votes)) == 1 else TIE
    return _for(agreed or TIE, len(votes), len(votes), shares)


def mean_probability(ballots: Sequence[Ballot]) -> Ruling:
    """Return the side with the highest mean probability over the orders. If several have it, it is a tie.

    If an order has no probabilities, there is no ruling.
    """
    known = [ballot.probabilities for ballot in ballots if ballot.probabilities]
    labels = sorted({label for probabilities in known for label in probabilities})
    means = {label: fmean(probabilities.get(label, 0.0) for probabilities in known) for label in labels}
    if len(known) < len(ballots) or not known:
        return Ruling(None, RulingStatus.MISSING, len(known), len(ballots), means)
    return _for(likeliest(means), len(known), len(ballots), means)


def likeliest(probabilities: Mapping[str, float]) -> str:
    """Return the label of the highest probability; the tie if several are `leading`."""
    leaders = leading(probabilities)
    return leaders[0] if len(leaders) == 1 else TIE


COMBINATIONS: Mapping[str, Callable[[Sequence[Ballot]], Ruling]] = {
    "two-game": two_game,
    "net": net,
    "tie-on-disagreement": tie_on_disagreement,
    "mean-probability": mean_probability,
}
"""The ways to combine a judge's votes in several orders, by name."""


def combination(name: str) -> Callable[[Sequence[Ballot]], Ruling]:
    """Return the way to combine votes called `name`.

    Raises:
        UsageError: if there is no such way.
    """
    if name not in COMBINATIONS:
        raise UsageError(f"There is no way to combine called {name!r}; there are {', '.join(COMBINATIONS)}.")
    return COMBINATIONS[name]


def _for(label: str, usable: int, size: int, shares: Mapping[str, float]) -> Ruling:
    if label == TIE:
        return Ruling(None, RulingStatus.TIED, usable, size, shares)
    return Ruling(label, RulingStatus.DECIDED, usable, size, shares)


def _most_wins(votes: Sequence[Vote], shares: Mapping[str, float]) -> Ruling:
    """Return the side with more votes than any other; tied if all votes are ties, else undecided."""
    usable, size = len(votes) - votes.count(None), len(votes)
    wins = Counter(vote for vote in votes if vote is not None and vote != TIE)
    leaders = leading(wins)
    if len(leaders) == 1:
        return _for(leaders[0], usable, size, shares)
    how = RulingStatus.UNDECIDED if wins or usable < size else RulingStatus.TIED
    return Ruling(None, how, usable, size, shares)


def _missing(votes: Sequence[Vote], shares: Mapping[str, float]) -> Ruling:
    return Ruling(None, RulingStatus.MISSING, len(votes) - votes.count(None), len(votes), shares)


def _shares(ballots: Sequence[Ballot]) -> dict[str, float]:
    counts = Counter(ballot.vote for ballot in ballots if ballot.vote is not None)
    return {label: counts[label] / len(ballots) for label in sorted(counts)}
