"""What figures are made of: the annotations of some runs, joined with their episodes and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.annotations import KINDS, AnnotationRow
from arena.core.errors import UsageError, did_you_mean
from arena.journal import StoredRun
from arena.results.columns import conditions as named_conditions
from arena.results.metrics.figure import Figure
from arena.results.metrics.values import exact_mean
from arena.results.study._annotations import Annotations, Collected, by_episode, check_columns
from arena.results.study._beliefs import fill_in_came_true
from arena.results.study._coding import Texts
from arena.results.study._episodes import EpisodeTable, read_episodes
from arena.results.study._intervals import mean_interval, sign_test
from arena.results.study._later import rows_of
from arena.results.study._line import Line

Floats = NDArray[np.float64]

DECISION = "decision"
"""The name of the answer or verdict in which an episode ends."""
DEFENDS = "defends"
"""The name of the label that says which answer a seat defends."""
_AT_ONCE = 4096
"""The number of rows that are made into columns together."""


class Study:
    """Some runs, read for figures.

    What is read is kept, so that several figures share it.

    Args:
        runs: the runs, each with a name that is used if nothing else tells it from the others.
        samples: the number of resamples of each interval; 0 for none.
    """

    def __init__(self, runs: Sequence[tuple[str, StoredRun]], *, samples: int = 1000) -> None:
        self.samples = samples
        self.runs = tuple(run for _, run in runs)
        self.names = tuple(name for name, _ in runs)
        named = named_conditions([(name, run.header()["config"]) for name, run in runs])
        self.run_conditions = tuple(named)
        self._read: dict[tuple[str, tuple[str, ...]], Annotations] = {}

    @cached_property
    def episodes(self) -> EpisodeTable:
        """The finished episodes, a row each."""
        return read_episodes(self.runs, self.run_conditions)

    @property
    def conditions(self) -> tuple[str, ...]:
        """The names of the conditions, in the order in which they first occur."""
        return self.episodes.condition.names

    def annotations(self, kind: str, name: str = "", more: Sequence[str] = ()) -> Annotations:
        """Return the annotations of a kind, those of judges who came afterwards included.

        Args:
            kind: the kind's name, in the singular or the plural.
            name: which name alone; all if it is empty.
            more: columns that are read if they are asked for: ``text``, ``key``, ``truth``, ``reason``,
                ``more``.

        Raises:
            UsageError: if there is no such kind or column.
        """
        kind = kind_named(kind)
        check_columns(more)
        key = kind, tuple(sorted(more))
        if key not in self._read:
            self._read[key] = self._collect(kind, key[1])
        found = self._read[key]
        return found.where(found.name.is_(name)) if name else found

    def cells(self, values: Floats, rows: Annotations) -> Floats:
        """Return the mean of each task's values under each condition, (tasks, conditions); NaN where none.

        Args:
            values: (rows,), NaN where missing.
            rows: the annotations that they are of.
        """
        tasks, conditions = rows.task.codes, rows.condition.codes
        shape = len(self.episodes.task.names), len(self.conditions)
        there = ~np.isnan(values)
        place = tasks[there].astype(np.intp) * shape[1] + conditions[there]
        sums = np.bincount(place, weights=values[there], minlength=shape[0] * shape[1])
        counts = np.bincount(place, minlength=shape[0] * shape[1])
        with np.errstate(invalid="ignore"):
            return np.asarray(sums / counts, dtype=np.float64).reshape(shape)

    def line(
        self,
        name: str,
        group: str,
        values: Floats | NDArray[np.bool_],
        rows: Annotations | None = None,
        *,
        unit: str = "",
        test: bool = False,
    ) -> Line:
        """Return the mean of some values as a line of a figure, with its interval and coverage.

        Args:
            name: what it is.
            group: of what, such as a condition.
            values: (rows,) or, without `rows`, (tasks,); NaN where missing.
            rows: the annotations that the values are of, which know their tasks: whole tasks are drawn.
            unit: what the values count; tasks, or the kind's name in the plural.
            test: whether the mean is tested to be 0, by the signs of the tasks' means.
        """
        numbers = np.asarray(values, dtype=np.float64)
        tasks = np.arange(len(numbers), dtype=np.int32) if rows is None else rows.task.codes
        there = ~np.isnan(numbers)
        found, drawn = numbers[there], tasks[there]
        interval, why = mean_interval(found, drawn, samples=self.samples)
        figure = Figure(exact_mean(found), len(found), len(numbers), interval)
        tested = sign_test(_by_task(found, drawn)) if test else None
        counted = unit or ("tasks" if rows is None else f"{rows.kind}s")
        return Line(name, group, "", counted, figure, test=tested, no_interval=why)

    @cached_property
    def _places(self) -> list[dict[int, int]]:
        """The row of each episode, by run and number."""
        places: list[dict[int, int]] = [{} for _ in self.runs]
        for row, (run, number) in enumerate(
            zip(self.episodes.run.tolist(), self.episodes.number.tolist(), strict=True)
        ):
            places[run][number] = row
        return places

    @cached_property
    def sides(self) -> list[dict[str, str]]:
        """The answer that each seat defended, by episode."""
        found: list[dict[str, str]] = [{} for _ in range(len(self.episodes))]
        for run, places in zip(self.runs, self._places, strict=True):
            for number, seat, text in run.annotation_columns(("episode", "seat", "text"), "label", DEFENDS):
                if number in places and text is not None:
                    found[places[number]][seat] = text
        return found

    @cached_property
    def decisions(self) -> list[str | None]:
        """The answer that was decided for in each episode, or None."""
        found: list[str | None] = [None] * len(self.episodes)
        for run, places in zip(self.runs, self._places, strict=True):
            for kind in ("verdict", "answer"):
                for number, text in run.annotation_columns(("episode", "text"), kind, DECISION):
                    if number in places:
                        found[places[number]] = text
        return found

    def _collect(self, kind: str, more: tuple[str, ...]) -> Annotations:
        needed = tuple(dict.fromkeys((*more, *(("text",) if kind == "belief" else ()))))
        collected = Collected(kind, needed)
        for run, places in zip(self.runs, self._places, strict=True):
            found_rows = run.annotation_columns((*collected.fields, "episode"), kind)
            there = (row for row in found_rows if row[-1] in places)
            while rows := tuple(islice(there, _AT_ONCE)):
                collected.extend([places[row[-1]] for row in rows], rows)
            later = tuple(self._later(run, places, kind))
            collected.extend_whole([places[row.episode] for row in later], later)
        found = collected.annotations(self.episodes)
        if kind == "belief":
            fill_in_came_true(found, self)
        return self._with_missing(found, needed)

    def _later(self, run: StoredRun, places: dict[int, int], kind: str) -> Iterator[AnnotationRow]:
        """Yield what judges found out afterwards of one kind, in the order of the journal."""
        if kind not in ("verdict", "score", "label"):
            return
        for judgement, verdict in enumerate(run.verdicts(calls=False), start=1):
            place = places.get(verdict.key.episode)
            if place is not None:
                right = {
                    seat: float(answer == self.episodes.truths[place])
                    for seat, answer in self.sides[place].items()
                    if self.episodes.truths[place] is not None
                }
                yield from (row for row in rows_of(verdict, judgement, right) if row.kind == kind)

    def _with_missing(self, found: Annotations, more: tuple[str, ...]) -> Annotations:
        """Return the rows with one for each name and author that an episode broke off before."""
        broken = np.flatnonzero(~self.episodes.completed)
        if not len(broken) or not len(found):
            return found
        played = found.where(found.judgement == 0)
        known: dict[int, dict[tuple[str, str, str], None]] = {}
        has: dict[int, set[tuple[str, str]]] = {}
        codes = self.episodes.condition.codes
        for episode, name, author, by in zip(
            played.episode.tolist(), played.name, played.author, played.by, strict=True
        ):
            known.setdefault(int(codes[episode]), {})[name, author, by] = None
            has.setdefault(episode, set()).add((name, author))
        added = Collected(found.kind, more)
        added.extend_missing(
            [
                (episode, name, author, by)
                for episode in broken.tolist()
                for name, author, by in known.get(int(codes[episode]), ())
                if (name, author) not in has.get(episode, ())
            ]
        )
        return _joined(found, added.annotations(self.episodes))


def kind_named(kind: str) -> str:
    """Return the name of a kind, given in the singular or the plural.

    Raises:
        UsageError: if there is no such kind.
    """
    for name in (kind, kind.removesuffix("s")):
        if name in KINDS:
            return name
    known = ", ".join(f"{name}s" for name in KINDS)
    raise UsageError(
        f"There is no kind of annotation called {kind!r}.{did_you_mean(kind, KINDS)} There are: {known}."
    )


def _by_task(values: Floats, tasks: NDArray[np.int32]) -> Floats:
    """Return the mean of each task's values, (tasks,)."""
    _, place = np.unique(tasks, return_inverse=True)
    return np.asarray(np.bincount(place, weights=values) / np.bincount(place), dtype=np.float64)


def _joined(first: Annotations, second: Annotations) -> Annotations:
    """Return the rows of both, by episode."""
    columns: dict[str, Any] = {}
    for name, column in first.columns.items():
        other = second.columns[name]
        if isinstance(column, Texts):
            columns[name] = _one_coding(column, other)
        else:
            columns[name] = np.concatenate([column, other])
    return by_episode(Annotations(first.kind, first.episodes, columns))


def _one_coding(first: Texts, second: Texts) -> Texts:
    names = dict.fromkeys((*first.names, *second.names))
    codes = {name: code for code, name in enumerate(names)}
    moved = np.array([*(codes[name] for name in second.names), -1], dtype=np.int32)
    return Texts(np.concatenate([first.codes, moved[second.codes]]), tuple(names))
