"""What verdicts come to: a ruling for each judge and episode, the panel's, and how the replies parsed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from arena.journal import PanelRule, StoredVerdict
from arena.judging.rendering import speaker
from arena.votes.rulings import Ballot, Ruling, RulingStatus, combination, majority

USUAL = PanelRule()
"""How verdicts are read unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Score:
    """The mean score of one side, over `usable` of `size` verdicts; None if there are none."""

    mean: float | None
    usable: int
    size: int


@dataclass(slots=True)
class JudgeTally:
    """What one judge said: how its replies `parsed`, and what its verdicts were.

    `places` counts its choices by the place of the side in the order shown ("Speaker 1"), which shows whether
    it likes a place; `rulings` holds what its orders and samples came to, by episode; `scores` the means by
    side, `calls` its requests, `usage` and `cost` what they took (None if unknown of any).
    """

    verdicts: int = 0
    parsed: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    rulings: dict[int, Ruling] = field(default_factory=dict)
    scores: dict[str, Score] = field(default_factory=dict)
    calls: int = 0
    usage: Counter[str] = field(default_factory=Counter)
    cost: float | None = 0.0

    @property
    def usable(self) -> int:
        """How many verdicts are usable."""
        return self.parsed["ok"] + self.parsed["re-asked"]

    def wins(self) -> Counter[str]:
        """Return how many episodes went to each side, and how many were tied, undecided or missing."""
        return _wins(self.rulings)


@dataclass(frozen=True, slots=True)
class Tally:
    """What all judges said. `panel` holds the majority of the judges by episode, over all of them.

    `agreed` counts the episodes on which all judges came to the same ruling, `compared` those on which all
    came to one; with one judge nothing is compared.
    """

    sides: tuple[str, ...]
    rule: PanelRule
    judges: Mapping[str, JudgeTally]
    panel: Mapping[int, Ruling]
    agreed: int
    compared: int

    @property
    def sides_compared(self) -> bool:
        """Whether the judges chose between the sides, and did not score each by itself."""
        return not any(judge.scores for judge in self.judges.values())

    def panel_wins(self) -> Counter[str]:
        """Return how many episodes the majority gave to each side, and how many it did not."""
        return _wins(self.panel)

    def record(self) -> dict[str, Any]:
        """Return everything as JSON-able values by name."""
        return {
            "sides": list(self.sides),
            **self.rule._asdict(),
            "judges": {name: _record(judge) for name, judge in self.judges.items()},
            "panel": {str(episode): _ruling(ruling) for episode, ruling in self.panel.items()},
            "agreed": self.agreed,
            "compared": self.compared,
        }


def tally(verdicts: Iterable[StoredVerdict], sides: Sequence[str], rule: PanelRule = USUAL) -> Tally:
    """Return what verdicts by one criterion come to; of each no more is kept than that takes.

    The samples of a judge in one order are a vote by majority over their number; the orders are combined as
    the rule says; the judges of a panel are a majority over their number, if its quorum is reached.

    Raises:
        UsageError: if there is no such rule.
    """
    combine = combination(rule.combine)
    judges: dict[str, JudgeTally] = {}
    chosen: dict[tuple[str, int], dict[int, list[Ballot]]] = {}
    scored: dict[tuple[str, str], list[float | None]] = {}
    for verdict in verdicts:
        name, _, episode, subject, order, _ = verdict.key
        _count(judges.setdefault(name, JudgeTally()), verdict)
        if subject:
            scored.setdefault((name, subject), []).append(verdict.found.score)
        else:
            said = Ballot(verdict.found.choice, verdict.found.probabilities)
            chosen.setdefault((name, episode), {}).setdefault(order, []).append(said)
    for (name, episode), orders in chosen.items():
        judges[name].rulings[episode] = combine([ballot(orders[order]) for order in sorted(orders)])
    for (name, subject), found in scored.items():
        usable = [score for score in found if score is not None]
        judges[name].scores[subject] = Score(fmean(usable) if usable else None, len(usable), len(found))
    episodes = sorted({episode for _, episode in chosen})
    votes = {
        episode: [
            judge.rulings[episode].vote if episode in judge.rulings else None for judge in judges.values()
        ]
        for episode in episodes
    }
    compared = [given for given in votes.values() if len(given) > 1 and None not in given]
    return Tally(
        tuple(sides),
        rule,
        judges,
        {episode: majority(given, quorum=rule.quorum) for episode, given in votes.items()},
        sum(len(set(given)) == 1 for given in compared),
        len(compared),
    )


def ballot(samples: Sequence[Ballot]) -> Ballot:
    """Return what a judge says in one order: the majority of its samples, and each label's probability.

    That is the mean of those it told; where it told none, the share of the votes that came. Without a quorum
    of more than half there is neither.
    """
    ruling = majority([said.vote for said in samples])
    if ruling.how is RulingStatus.MISSING:
        return Ballot(None)
    distributions = [said.probabilities or {said.vote: 1.0} for said in samples if said.vote is not None]
    labels = sorted({label for likely in distributions for label in likely})
    return Ballot(
        ruling.vote, {label: fmean(likely.get(label, 0.0) for likely in distributions) for label in labels}
    )


def _wins(rulings: Mapping[int, Ruling]) -> Counter[str]:
    return Counter(ruling.choice or ruling.how.value for ruling in rulings.values())


def _count(judge: JudgeTally, verdict: StoredVerdict) -> None:
    judge.verdicts += 1
    judge.parsed[verdict.parsed] += 1
    choice = verdict.found.choice
    if choice is not None:
        place = speaker(verdict.speakers.index(choice)) if choice in verdict.speakers else choice
        judge.places[place] += 1
    spent = verdict.spent
    judge.calls += len(verdict.calls)
    judge.usage.update(spent.usage)
    judge.cost = None if judge.cost is None or spent.cost is None else judge.cost + spent.cost


def _record(judge: JudgeTally) -> dict[str, Any]:
    return {
        "verdicts": judge.verdicts,
        "usable": judge.usable,
        "parsed": dict(judge.parsed),
        "places": dict(judge.places),
        "wins": dict(judge.wins()),
        "rulings": {str(episode): _ruling(ruling) for episode, ruling in judge.rulings.items()},
        "scores": {
            side: {"mean": score.mean, "usable": score.usable, "size": score.size}
            for side, score in judge.scores.items()
        },
        "calls": judge.calls,
        "usage": dict(judge.usage),
        "cost": judge.cost,
    }


def _ruling(ruling: Ruling) -> dict[str, Any]:
    return {**ruling._asdict(), "how": ruling.how.value, "shares": dict(ruling.shares)}
