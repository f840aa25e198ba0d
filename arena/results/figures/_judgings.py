"""The run's own judge and those who judged it afterwards, side by side over the same episodes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from arena.journal import StoredRun
from arena.judging import TIE
from arena.results.figures._accuracy import gradable, named
from arena.results.figures._entries import FigureEntry
from arena.results.figures._grids import Grid
from arena.results.figures.lines import grouped
from arena.results.study import DECISION, NOT_REACHED, Annotations, Line, Study

Floats = NDArray[np.float64]

OWN = "the run's own judge"
ABOUT = (
    "Each judging of a run beside the first: that of the run's own judge, if it had one. The choice of a "
    "side counts as the answer that the side defends. Coverage is the share of episodes in which an answer "
    "was decided for; the others count as wrong where it says so. Agreement is over the episodes that both "
    "judgings decided. A difference is the judging's less the first one's, over the episodes that both "
    "judged; its p-value is of the difference being 0, by the signs of the tasks' differences."
)


class JudgingColumn(StrEnum):
    """What stands side by side of each judging."""

    ACCURACY = "accuracy"
    AS_WRONG = "undecided as wrong"
    COVERAGE = "coverage"
    CONFIDENCE = "confidence"
    BRIER = "Brier"
    AGREEMENT = "agreement"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class _Judging:
    """One judging under one condition, a row for each episode.

    `chosen` is the answer, None where nothing was decided; `right` whether it is right, 1 or 0, NaN where
    nothing was decided or the truth is not known; `wrong_if_none` the same, 0 where nothing was decided.
    `decided` is whether anything was, 1 or 0, NaN where an episode broke off before.
    """

    name: str
    rows: Annotations
    chosen: Sequence[str | None]
    right: Floats
    wrong_if_none: Floats
    decided: Floats


def judgings(verdicts: Annotations, rulings: Annotations, study: Study) -> Iterator[Line]:
    """Accuracy, coverage, confidence and agreement of each judging, and its difference from the first."""
    later = rulings.where(rulings.by.is_("judge"))
    if not len(later):
        return
    for condition in study.conditions:
        found = list(_judgings(verdicts, later, condition, study))
        for place, one in enumerate(found):
            yield from _alone(one, f"{condition}: {one.name}", study)
            if place:
                yield from _against(one, found[0], f"{condition}: {one.name}", study)


def _judgings(verdicts: Annotations, later: Annotations, condition: str, study: Study) -> Iterator[_Judging]:
    """Yield the judgings under a condition whose verdicts can be right or wrong, the run's own first."""
    decided = verdicts.where((verdicts.judgement == 0) & verdicts.name.is_(DECISION))
    own = gradable(decided.where(decided.condition.is_(condition)))
    if len(own):
        yield _judging(OWN, own, study)
    graded = gradable(later)
    for name, judge, rows in named(graded.where(graded.condition.is_(condition))):
        yield _judging(f"{judge.removesuffix(', afterwards, ')}, {name}", rows, study)


def _judging(name: str, rows: Annotations, study: Study) -> _Judging:
    texts, codes, episodes = rows.text, rows.text.codes, rows.episode.tolist()
    said = [texts[row] if codes[row] >= 0 and texts[row] != TIE else None for row in range(len(rows))]
    chosen = [
        None if one is None else study.sides[episode].get(one, one)
        for one, episode in zip(said, episodes, strict=True)
    ]
    known = np.array([study.episodes.truths[episode] is not None for episode in episodes], dtype=np.bool_)
    none = np.array([one is None for one in chosen], dtype=np.bool_)
    right = np.where(none, np.nan, rows.correct)
    reached = ~rows.status.is_(NOT_REACHED)
    wrong = np.where(none & known & reached, 0.0, right)
    return _Judging(name, rows, chosen, right, wrong, np.where(reached, ~none, np.nan))


def _alone(one: _Judging, what: str, study: Study) -> Iterator[Line]:
    rows, sure = one.rows, np.where(np.isnan(one.right), np.nan, one.rows.confidence)
    columns = JudgingColumn
    yield study.line("Accuracy of a judging", what, one.right, rows, columns=(columns.ACCURACY,))
    name = "Accuracy of a judging, undecided as wrong"
    yield study.line(name, what, one.wrong_if_none, rows, columns=(columns.AS_WRONG,))
    yield study.line("Coverage of a judging", what, one.decided, rows, columns=(columns.COVERAGE,))
    if not np.isnan(sure).all():
        yield study.line("Confidence of a judging", what, sure, rows, columns=(columns.CONFIDENCE,))
        brier = (sure - one.right) ** 2
        yield study.line("Brier score of a judging", what, brier, rows, columns=(columns.BRIER,))


def _against(one: _Judging, first: _Judging, what: str, study: Study) -> Iterator[Line]:
    """Yield how a judging agrees with the first, and its difference from it by task."""
    places = {episode: place for place, episode in enumerate(first.rows.episode.tolist())}
    pairs = [places.get(episode, -1) for episode in one.rows.episode.tolist()]
    both = np.array(
        [
            np.nan if other < 0 or None in (mine, first.chosen[other]) else float(mine == first.chosen[other])
            for mine, other in zip(one.chosen, pairs, strict=True)
        ]
    )
    column = (JudgingColumn.AGREEMENT,)
    yield study.line("Agreement with the first judging", what, both, one.rows, columns=column)
    for undecided, mine, others in (
        ("as wrong", one.wrong_if_none, first.wrong_if_none),
        ("left out", one.right, first.right),
    ):
        before = np.array([others[other] if other >= 0 else np.nan for other in pairs])
        shown = (JudgingColumn.DIFFERENCE,) if undecided == "as wrong" else ()
        name = f"Accuracy less the first judging's, undecided {undecided}"
        gains = mine - before
        if not np.isnan(gains).all():
            yield study.line(name, what, gains, one.rows, test=True, columns=shown)


def judgings_grid(lines: Iterable[Line]) -> Iterator[Grid]:
    """Yield the judgings, a row each, with their figures side by side."""
    shown = [line for line in lines if line.columns]
    rows = []
    for what, own in grouped(shown, lambda line: line.group).items():
        rows.append((what, {column: line.figure for line in own for column in line.columns}))
    if rows:
        found = [(what, [row.get(one) for one in JudgingColumn]) for what, row in rows]
        yield Grid(["judging", *JudgingColumn], found)


def judgings_of(run: StoredRun) -> list[Line]:
    """Return the lines about the judgings of one run, as ``arena show`` shows them side by side."""
    return JUDGINGS.lines(Study([(run.folder.name, run)]))


JUDGINGS = FigureEntry(
    title="Judgings side by side", function=judgings, columns=("text",), about=ABOUT, grids=judgings_grid
)
