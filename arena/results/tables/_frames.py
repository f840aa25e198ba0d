"""Tables as data frames of pandas or polars, which are imported when they are used."""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.annotations import KINDS, Answer, Verdict
from arena.core.errors import MissingExtra, UsageError, did_you_mean
from arena.results.study import ON_DEMAND, Annotations, Study
from arena.results.tables._columns import table_of
from arena.results.tables._plays import Runs, play_table
from arena.tasks.grading import AnswerMatch

PLAYS = ("episodes", "turns", "calls")
TABLES = (*PLAYS, *(f"{kind}s" for kind in KINDS))
"""The tables of a run by name: how it was played, and what was found out."""

DataTable = tuple[Mapping[str, str], Mapping[str, Sequence[Any]]]
"""The types of columns and their values, None where there is none."""


def table_called(what: str, runs: Runs, name: str = "") -> DataTable:
    """Return a table of runs.

    Args:
        what: one of `TABLES`, or the name of a kind of annotation in the singular.
        runs: the runs, with their names.
        name: which name alone, of annotations; all if it is empty.

    Raises:
        UsageError: if there is no such table, or one of how a run was played is to have a name.
    """
    if what in PLAYS:
        if name:
            raise UsageError(f"The table {what} has no names; leave out name={name!r}.")
        return play_table(what, runs)
    if what.removesuffix("s") not in KINDS:
        hint = did_you_mean(what, TABLES)
        raise UsageError(f"There is no table {what!r}.{hint} There are: {', '.join(TABLES)}.")
    study = Study(runs, samples=0)
    rows = study.annotations(what, name, ON_DEMAND)
    table = table_of(study, rows)
    columns: dict[str, Sequence[Any]] = {column: table.values(column) for column in table.types}
    if rows.kind in (Answer.kind, Verdict.kind):
        columns["truth"] = _truths(rows).tolist()
    return table.types, columns


def as_pandas(table: DataTable) -> Any:
    """Return a table as a data frame of pandas, with columns of texts, whole numbers and real numbers.

    Raises:
        MissingExtra: if pandas is not installed.
    """
    pd = _module("pandas")
    types, columns = table
    kinds = {"text": "string", "whole": "Int64", "key": "Int64", "real": "Float64"}
    made = {name: pd.array(values, dtype=kinds[types[name]]) for name, values in columns.items()}
    return pd.DataFrame(made)


def as_polars(table: DataTable) -> Any:
    """Return a table as a data frame of polars, with columns of texts, whole numbers and real numbers.

    Raises:
        MissingExtra: if polars is not installed.
    """
    pl = _module("polars")
    types, columns = table
    kinds = {"text": pl.String, "whole": pl.Int64, "key": pl.Int64, "real": pl.Float64}
    return pl.DataFrame(columns, schema={name: kinds[types[name]] for name in columns})


def _module(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        raise MissingExtra(f"Data frames need {name}", name) from None


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
