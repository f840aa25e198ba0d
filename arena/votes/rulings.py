"""What several votes come to: the two orders of a judge, its samples, the judges of a panel; pure functions.

A vote is a side, `TIE`, or None where no usable vote came. A vote that never came is no vote: it is counted
in the size of whatever is decided by majority, agrees with nobody, and makes no tie. Nothing depends on the
order in which votes are given.
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


class How(StrEnum):
    """How a ruling came about, or why there is none."""

    DECIDED = "decided"
    TIED = "tied"
    UNDECIDED = "undecided"
    """The votes are there, and no side has what it takes."""
    MISSING = "missing"
    """Too few usable votes came."""


class Ruling(NamedTuple):
    """What votes came to: the `choice` if one side has won, and how; `usable` of `size` votes came.

    `shares` is each label's share of `size`, or its mean probability where that is what was combined.
    """

    choice: Vote
    how: How
    usable: int
    size: int
    shares: Mapping[str, float]

    @property
    def vote(self) -> Vote:
        """The ruling as a vote in something larger: undecided and missing ones are none."""
        return TIE if self.how is How.TIED else self.choice


class Ballot(NamedTuple):
    """What a judge says in one order: its vote, and each label's probability as far as it is known."""

    vote: Vote
    probabilities: Mapping[str, float] = MappingProxyType({})


def majority(votes: Iterable[Vote], *, quorum: int | None = None) -> Ruling:
    """Return what more than half of all votes say, those included in the size that never came.

    It is tied if the most frequent labels are equally frequent and every vote came, or if the majority is
    for `TIE`.

    Args:
        votes: one for each member of the panel, None where there is no usable one.
        quorum: how many usable votes there must be; more than half of them unless given.

    Raises:
        UsageError: if the quorum is less than 1.

    >>> majority(["pro", "pro", None]).choice
    'pro'
    >>> majority(["pro", None, None]).how
    <How.MISSING: 'missing'>
    """
    given = list(votes)
    size = len(given)
    if quorum is not None and quorum < 1:
        raise UsageError(f"A quorum of {quorum} is none.")
    counts = Counter(vote for vote in given if vote is not None)
    usable = counts.total()
    shares = {label: counts[label] / size for label in sorted(counts)}
    if usable < (size // 2 + 1 if quorum is None else quorum):
        return Ruling(None, How.MISSING, usable, size, shares)
    most = max(counts.values())
    leaders = [label for label in shares if counts[label] == most]
    if 2 * most > size:
        return _for(leaders[0], usable, size, shares)
    tied = len(leaders) > 1 and usable == size
    return Ruling(None, How.TIED if tied else How.UNDECIDED, usable, size, shares)


def two_game(ballots: Sequence[Ballot]) -> Ruling:
    """Return the side that wins more orders than any other (JudgeBench, Tan et al. 2024).

    A win and a tie are a win; a win each is no win for anybody, and no tie either: the judge contradicts
    itself. Here a vote that is missing in one order leaves the pair without a ruling.
    """
    votes, shares = [ballot.vote for ballot in ballots], _shares(ballots)
    if None in votes or not votes:
        return _missing(votes, shares)
    wins = Counter(vote for vote in votes if vote is not None and vote != TIE)
    if not wins:
        return Ruling(None, How.TIED, len(votes), len(votes), shares)
    most = max(wins.values())
    leaders = [side for side in wins if wins[side] == most]
    if len(leaders) == 1:
        return _for(leaders[0], len(votes), len(votes), shares)
    return Ruling(None, How.UNDECIDED, len(votes), len(votes), shares)


def tie_on_disagreement(ballots: Sequence[Ballot]) -> Ruling:
    """Return the side that wins in every order; anything else is a tie (MT-Bench, Zheng et al. 2023).

    Here a vote that is missing in one order leaves the pair without a ruling.
    """
    votes, shares = [ballot.vote for ballot in ballots], _shares(ballots)
    if None in votes or not votes:
        return _missing(votes, shares)
    agreed = votes[0] if len(set(votes)) == 1 else TIE
    return _for(agreed or TIE, len(votes), len(votes), shares)


def mean_probability(ballots: Sequence[Ballot]) -> Ruling:
    """Return the side whose probability, averaged over the orders, is the highest; tied if there are two.

    An order without probabilities leaves the pair without a ruling.
    """
    known = [ballot.probabilities for ballot in ballots if ballot.probabilities]
    labels = sorted({label for probabilities in known for label in probabilities})
    means = {label: fmean(probabilities.get(label, 0.0) for probabilities in known) for label in labels}
    if len(known) < len(ballots) or not known:
        return Ruling(None, How.MISSING, len(known), len(ballots), means)
    return _for(likeliest(means), len(known), len(ballots), means)


def likeliest(probabilities: Mapping[str, float]) -> str:
    """Return the label of the highest probability; the tie if several are `leading`."""
    leaders = leading(probabilities)
    return leaders[0] if len(leaders) == 1 else TIE


COMBINATIONS: Mapping[str, Callable[[Sequence[Ballot]], Ruling]] = {
    "two-game": two_game,
    "tie-on-disagreement": tie_on_disagreement,
    "mean-probability": mean_probability,
}
"""The ways to combine what a judge says in several orders, by name."""


def combination(name: str) -> Callable[[Sequence[Ballot]], Ruling]:
    """Return the way to combine that is called `name`.

    Raises:
        UsageError: if there is none.
    """
    if name not in COMBINATIONS:
        raise UsageError(f"There is no way to combine called {name!r}; there are {', '.join(COMBINATIONS)}.")
    return COMBINATIONS[name]


def _for(label: str, usable: int, size: int, shares: Mapping[str, float]) -> Ruling:
    if label == TIE:
        return Ruling(None, How.TIED, usable, size, shares)
    return Ruling(label, How.DECIDED, usable, size, shares)


def _missing(votes: Sequence[Vote], shares: Mapping[str, float]) -> Ruling:
    return Ruling(None, How.MISSING, len(votes) - votes.count(None), len(votes), shares)


def _shares(ballots: Sequence[Ballot]) -> dict[str, float]:
    counts = Counter(ballot.vote for ballot in ballots if ballot.vote is not None)
    return {label: counts[label] / len(ballots) for label in sorted(counts)}
