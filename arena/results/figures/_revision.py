"""What answering again does: accuracy after each turn, what is mended and spoilt, and CL, CS and RSS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, NamedTuple

from arena.results.columns import Columns, DetailsRow
from arena.results.figures.lines import FigureDefinition, grouped
from arena.results.metrics import (
    accuracy_at,
    confidence_level,
    correct_to_wrong,
    critique_score,
    relative_self_correction,
    wrong_to_correct,
)
from arena.results.study import Line

ANSWERER = "answerer"

_PAIR = [attrgetter("first"), attrgetter("last")]
DEFINITIONS = (
    FigureDefinition(
        "Wrong to correct",
        "share of all whose first answer is wrong and last is right",
        wrong_to_correct,
        _PAIR,
    ),
    FigureDefinition(
        "Correct to wrong",
        "share of all whose first answer is right and last is wrong",
        correct_to_wrong,
        _PAIR,
    ),
    FigureDefinition(
        "Confidence level (CL)", "share of right first answers whose last is right", confidence_level, _PAIR
    ),
    FigureDefinition(
        "Critique score (CS)", "share of wrong first answers whose last is right", critique_score, _PAIR
    ),
    FigureDefinition(
        "Relative self-correction (RSS)",
        "where the last accuracy is between the bounds that follow from the first; 1/2 is no change",
        relative_self_correction,
        _PAIR,
    ),
)


class Revised(NamedTuple):
    """An episode: whether the answer that stood after each turn was right (1 or 0), None where unknown."""

    cluster: str
    stood: tuple[float | None, ...]

    @property
    def first(self) -> float | None:
        """Whether the first answer was right."""
        return self.stood[0]

    @property
    def last(self) -> float | None:
        """Whether the last one was."""
        return self.stood[-1]


def revision(columns: Columns, samples: int) -> Iterator[Line]:
    """Yield the accuracy after each turn, and then what became of first answers."""
    groups = {group: _revised(rows) for group, rows in grouped(columns.details["revision"], _group).items()}
    for turn in range(1, 1 + max((len(rows[0].stood) for rows in groups.values()), default=0)):
        yield from FigureDefinition(
            f"Accuracy after turn {turn}",
            "share of episodes whose answer is right then; one that ended earlier keeps its last answer",
            partial(accuracy_at, turn=turn),
            [attrgetter("stood")],
        ).of({group: rows for group, rows in groups.items() if len(rows[0].stood) >= turn}, samples)
    several = {group: rows for group, rows in groups.items() if len(rows[0].stood) > 1}
    for definition in DEFINITIONS:
        yield from definition.of(several, samples)


def _group(row: DetailsRow) -> str:
    return f"{row.condition}: {row.agents.get(ANSWERER, '')}"


def _revised(rows: Sequence[DetailsRow]) -> list[Revised]:
    """Return the rows with equally many turns: an answer stands on after the last one."""
    turns = [_right(row.values) for row in rows]
    most = max(map(len, turns))
    return [
        Revised(row.cluster, (*right, *[right[-1]] * (most - len(right))))
        for row, right in zip(rows, turns, strict=True)
    ]


def _right(values: Mapping[str, Any]) -> list[float | None]:
    found = [turn["correct"] for turn in values.get("turns") or ()]
    return [None if right is None else float(right) for right in found] or [None]
