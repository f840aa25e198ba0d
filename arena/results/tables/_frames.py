"""Annotations as a data frame of pandas, which is imported when it is used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from arena.annotations import Answer, Verdict
from arena.core.errors import MissingExtra
from arena.results.study import ON_DEMAND, Annotations, Study, Texts
from arena.results.tables._columns import table_of
from arena.tasks.grading import AnswerMatch

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


def frame_of(study: Study, kind: str, name: str = "") -> pd.DataFrame:
    """Return the annotations of a kind as a data frame, a row each.

    The `truth` of an answer or a verdict is the task's, if that is what it was compared with.

    Args:
        study: the study that reads them.
        kind: the kind's name, in the singular or the plural.
        name: which name alone; all if it is empty.

    Raises:
        UsageError: if there is no such kind.
        MissingExtra: if pandas is not installed.
    """
    try:
        import pandas as pd
    except ModuleNotFoundError:
        raise MissingExtra("Data frames need pandas", "pandas") from None
    rows = study.annotations(kind, name, ON_DEMAND)
    table = table_of(study, rows)
    columns: dict[str, Any] = {}
    for column, values in table.columns.items():
        if isinstance(values, Texts):
            columns[column] = np.array([*values.names, None], dtype=object)[values.codes]
        elif table.types[column] == "real":
            columns[column] = np.array(values, dtype=np.float64)
        else:
            columns[column] = pd.array(table.values(column), dtype="Int64")
    if rows.kind in (Answer.kind, Verdict.kind):
        columns["truth"] = _truths(rows)
    return pd.DataFrame(columns)


def _truths(rows: Annotations) -> NDArray[np.object_]:
    """Return what each answer was compared with: its own truth, or else the task's.

    The task's truth stands where comparing with it gives the grade that the answer has. What was graded
    otherwise, or not at all, has None.
    """
    named = np.array([*rows.truth.names, None], dtype=np.object_)
    found: NDArray[np.object_] = named[rows.truth.codes]
    methods = rows.method if rows.kind == Answer.kind else [""] * len(rows)
    for row, (episode, text, method) in enumerate(
        zip(rows.episode.tolist(), rows.text, methods, strict=True)
    ):
        truth, right = rows.episodes.truths[episode], rows.correct[row]
        if found[row] is None and truth is not None and right in (0, 1):
            by = AnswerMatch(method) if method in set(AnswerMatch) else AnswerMatch.EXACT
            found[row] = truth if (by.key(text) == by.key(truth)) == (right == 1) else None
    return found
