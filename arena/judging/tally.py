"""Counting verdicts: the rulings of each judge and of the panel, and how the replies were read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from arena.journal import PanelRule, StoredVerdict
from arena.judging.rendering import speaker
from arena.votes.rulings import Ballot, Ruling, RulingStatus, combination, majority

DEFAULT_RULE = PanelRule()
"""The rule by which verdicts are combined if the run has no other."""


@dataclass(frozen=True, slots=True)
class SubjectScore:
    """The mean score of one side over the `usable` verdicts, out of `size`. None if none is usable."""

    mean: float | None
    usable: int
    size: int


@dataclass(slots=True)
class JudgeTally:
    """The counts of one judge.

    Attributes:
        verdicts: how many verdicts it was asked for.
        parsed: how its replies were read, by status.
        places: how often it chose the side in each place of the order shown, such as "Speaker 1". They show
            whether it prefers a place.
        rulings: its ruling on each episode, over its orders and samples.
        scores: the mean score of each side.
        correct: whether an answer is right, 1 or 0, by the episode and the answer, as far as that is known.
        calls: how many requests it was sent.
        usage: the tokens and other usage of its requests.
        cost: their cost in dollars; None if the cost of any is unknown.
    """

    verdicts: int = 0
    parsed: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    rulings: dict[int, Ruling] = field(default_factory=dict)
    scores: dict[str, SubjectScore] = field(default_factory=dict)
    correct: dict[tuple[int, str], float] = field(default_factory=dict)
    calls: int = 0
    usage: Counter[str] = field(default_factory=Counter)
    cost: float | None = 0.0

    @property
    def usable(self) -> int:
        """How many verdicts are usable."""
        return self.parsed["ok"] + self.parsed["re-asked"]

    def wins(self) -> Counter[str]:
        """Return the number of episodes that each side won, and of those tied, undecided or missing."""
        return _wins(self.rulings)

    def answered(self) -> Counter[str]:
        """Return how many rulings are right, wrong or of unknown truth, tied, undecided or missing."""
        grades = {1.0: "right", 0.0: "wrong", None: "truth unknown"}
        return Counter(
            ruling.how.value if ruling.choice is None else grades[self.correct.get((episode, ruling.choice))]
            for episode, ruling in self.rulings.items()
        )


@dataclass(frozen=True, slots=True)
class Tally:
    """The counts of all judges and of their panel.

    Attributes:
        sides: the seats that are judged.
        rule: how the verdicts are combined.
        judges: the counts of each judge, by its name.
        panel: the ruling of the majority of all judges, by episode.
        agreed: on how many of the `compared` episodes all judges have the same ruling.
        compared: on how many episodes every judge has a ruling. With one judge it is 0.
    """

    sides: tuple[str, ...]
    rule: PanelRule
    judges: Mapping[str, JudgeTally]
    panel: Mapping[int, Ruling]
    agreed: int
    compared: int

    @property
    def sides_compared(self) -> bool:
        """Whether the judges chose between the sides. If not, they scored each side separately."""
        return not any(judge.scores for judge in self.judges.values())

    def panel_wins(self) -> Counter[str]:
        """Return how many episodes the panel gave to each side, tied, left undecided, or has no ruling on."""
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


def tally(verdicts: Iterable[StoredVerdict], sides: Sequence[str], rule: PanelRule = DEFAULT_RULE) -> Tally:
    """Count and combine the verdicts by one criterion.

    A judge's samples in one order become one vote, by majority. Its votes in all orders become its ruling, by
    `rule.combine`. The rulings of all judges become the panel's ruling, by majority, if at least
    `rule.quorum` judges have one. Verdicts are read one after another, and their texts are not kept in
    memory.

    Args:
        verdicts: verdicts by one criterion, in any order.
        sides: the seats that are judged.
        rule: how the verdicts are combined.

    Raises:
        UsageError: if there is no rule called `rule.combine`.
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
        judges[name].scores[subject] = SubjectScore(
            fmean(usable) if usable else None, len(usable), len(found)
        )
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
    """Return a judge's vote in one order: the majority of its samples, and the probability of each label.

    The probability is the mean over the samples. A sample without probabilities counts as 1 for its vote. If
    half or more of the samples are missing, there is neither a vote nor a probability.
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
        if verdict.found.correct is not None:
            judge.correct[verdict.key.episode, choice] = verdict.found.correct
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
        **({"answered": dict(judge.answered())} if judge.correct else {}),
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
