"""What each judge came to in an episode, its orders and repeats combined; and the majority of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple, Protocol

import numpy as np

from arena.annotations import AnnotationRow, AnnotationStatus, AuthorKind, Verdict, row_of
from arena.journal import PanelRule, StoredRun, StoredVerdict
from arena.judging import TIE, Ballot, Ruling, tally, two_game
from arena.judging.tally import ballot
from arena.results.study._annotations import NOT_REACHED, Annotations, Collected, groups
from arena.results.study._episodes import EpisodeTable
from arena.results.study._missing import with_missing
from arena.results.study._questions import CriterionQuestion, titled

PANEL = "majority of the judges"
"""Who rules where the judges of a panel, who judged by the same criterion, are counted together."""


class RulingNames(NamedTuple):
    """What a ruling is called, and who ruled; and what the ruling without the perturbation is called."""

    name: str
    author: str
    plain: str = ""


class _Judged(Protocol):
    """What is known of the episodes: a study."""

    @property
    def runs(self) -> Sequence[StoredRun]: ...

    @property
    def places(self) -> Sequence[Mapping[int, int]]: ...

    @property
    def episodes(self) -> EpisodeTable: ...

    def right(self, episode: int) -> Mapping[str, float]: ...

    def annotations(self, kind: str, name: str = "", more: Sequence[str] = ()) -> Annotations: ...


def rulings(study: _Judged) -> Annotations:
    """Return the rulings as verdicts, a row for each judge and episode.

    Of judges who came afterwards, orders are combined by the rule of their criterion, which stands after the
    question; where several judged by it, there are rows of their majority. Of judges who sat in an episode
    there are rulings if several did, combined as two-game. Where nothing was ruled, the status is unknown.
    """
    collected = Collected("verdict", ("text",))
    found: list[tuple[int, AnnotationRow]] = []
    for run, places in zip(study.runs, study.places, strict=True):
        for number, ruling, names, found_of in _later(run, places):
            place = places[number]
            correct = found_of.correct(number, ruling.choice, study.right(place))
            sure = found_of.confidence(number, names.author, ruling.choice)
            row = _row(names, ruling, correct, AuthorKind.JUDGE)
            found.append((place, row._replace(confidence=sure)))
    for place, ruling, names, correct in _sitting(study):
        found.append((place, _row(names, ruling, correct, AuthorKind.SEAT)))
    collected.extend_whole([place for place, _ in found], [row for _, row in found])
    return with_missing(collected.annotations(study.episodes))


def _row(names: RulingNames, ruling: Ruling, correct: float | None, by: AuthorKind) -> AnnotationRow:
    status = AnnotationStatus.UNKNOWN if ruling.vote is None else AnnotationStatus.OK
    verdict = Verdict(
        names.name,
        ruling.vote,
        author=names.author,
        group=names.plain,
        by=by,
        correct=correct,
        status=status,
        reason=ruling.how.value,
        judgement=int(by is AuthorKind.JUDGE),
    )
    return row_of(verdict)


class _Verdicts:
    """What the verdicts by one criterion say of the answers or sides that were ruled for."""

    def __init__(self, verdicts: Sequence[StoredVerdict]) -> None:
        self._graded: dict[tuple[int, str], float] = {}
        self._sure: dict[tuple[int, str], list[StoredVerdict]] = {}
        for verdict in verdicts:
            said = verdict.found
            if said.choice is not None and said.correct is not None:
                self._graded[verdict.key.episode, said.choice] = said.correct
            if verdict.ok:
                self._sure.setdefault((verdict.key.episode, verdict.key.judge), []).append(verdict)

    def correct(self, episode: int, choice: str | None, sides: Mapping[str, float]) -> float | None:
        """Return whether a choice is right, 1 or 0. `sides` says it of the sides."""
        return self._graded.get((episode, choice or ""), sides.get(choice or ""))

    def confidence(self, episode: int, judge: str, choice: str | None) -> float | None:
        """Return the mean probability that a judge gave to a choice; None where one verdict does not tell."""
        told = [
            verdict.found.probabilities.get(choice or "")
            if verdict.found.probabilities
            else verdict.found.confidence
            if verdict.found.choice == choice
            else None
            for verdict in self._sure.get((episode, judge), ())
        ]
        known = [one for one in told if one is not None]
        return fmean(known) if known and len(known) == len(told) and choice is not None else None


def _later(run: StoredRun, places: Mapping[int, int]) -> Iterator[tuple[int, Ruling, RulingNames, _Verdicts]]:
    by_criterion: dict[str, list[StoredVerdict]] = {}
    for verdict in run.verdicts(calls=False):
        if not verdict.key.subject and not verdict.is_labelling and verdict.key.episode in places:
            by_criterion.setdefault(verdict.key.criterion, []).append(verdict)
    rules, asked = run.rules(), titled(run.criteria())
    for criterion, found in by_criterion.items():
        rule = rules.get(criterion, PanelRule())
        question = asked.get(criterion, CriterionQuestion(criterion))
        plain = _named(question.plain, rule) if question.plain else ""
        name = f"{plain}, {question.perturbed}" if plain else _named(question.title, rule)
        tallied, told_of = tally(found, (), rule), _Verdicts(found)
        for judge, told in tallied.judges.items():
            for number, ruling in told.rulings.items():
                yield number, ruling, RulingNames(name, judge, plain), told_of
        if len(tallied.judges) > 1:
            for number, ruling in tallied.panel.items():
                yield number, ruling, RulingNames(name, PANEL, plain), told_of


def _named(title: str, rule: PanelRule) -> str:
    """Return what those are told apart by who judged by a criterion, its verdicts being read by a rule."""
    quorum = f"quorum {rule.quorum}" if rule.quorum else ""
    return ", ".join(filter(None, (title, rule.combine, quorum)))


def _sitting(study: _Judged) -> Iterator[tuple[int, Ruling, RulingNames, float | None]]:
    found = study.annotations("verdict", more=("text",))
    reached = ~found.status.is_(NOT_REACHED)
    sat = found.where((found.judgement == 0) & found.by.is_("seat") & reached)
    for name, rows in sat.grouped("name"):
        if len(set(zip(rows.episode.tolist(), rows.author, strict=True))) == len(set(rows.episode.tolist())):
            continue
        texts, codes = list(rows.text), rows.text.codes
        for places in groups(rows.episode, rows.author):
            orders: dict[float, list[Ballot]] = {}
            for row, order in zip(places.tolist(), rows.order[places].tolist(), strict=True):
                vote = texts[row] if codes[row] >= 0 else None
                if vote == TIE and TIE in study.episodes.answers[int(rows.episode[row])]:
                    # An answer of that name is no tie.
                    vote = texts[row] = f"the answer {TIE}"
                orders.setdefault(-1 if np.isnan(order) else order, []).append(Ballot(vote))
            ruling = two_game([ballot(samples) for samples in orders.values()])
            chosen = [row for row in places.tolist() if texts[row] == ruling.choice and codes[row] >= 0]
            right = float(rows.correct[chosen[0]]) if chosen else np.nan
            correct = None if np.isnan(right) else right
            yield int(rows.episode[places[0]]), ruling, RulingNames(name, rows.author[places[0]]), correct
