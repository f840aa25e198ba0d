"""What figures are made of: the annotations of some runs, joined with their episodes and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from arena.annotations import KINDS, AnnotationRow
from arena.core.errors import UsageError, did_you_mean
from arena.journal import StoredRun
from arena.results.study._annotations import Annotations, Collected, check_columns
from arena.results.study._beliefs import fill_in_came_true
from arena.results.study._conditions import conditions as named_conditions
from arena.results.study._episodes import EpisodeTable, read_episodes
from arena.results.study._inherited import with_inherited
from arena.results.study._later import later_rows
from arena.results.study._lines import LineMaker
from arena.results.study._missing import with_missing
from arena.results.study._questions import titled
from arena.results.study._rulings import rulings
from arena.results.study._words import read_words

DECISION = "decision"
"""The name of the answer or verdict in which an episode ends."""
DEFENDS = "defends"
"""The name of the label that says which answer a seat defends."""
_AT_ONCE = 4096
"""The number of rows that are made into columns together."""


class Study(LineMaker):
    """Some runs, read for figures.

    What is read is kept, so that several figures share it.

    Args:
        runs: the runs, each with a name that is used if nothing else tells it from the others.
        samples: the number of resamples of each interval; 0 for none.
    """

    def __init__(self, runs: Sequence[tuple[str, StoredRun]], *, samples: int = 1000) -> None:
        super().__init__(samples)
        self.runs = tuple(run for _, run in runs)
        self.names = tuple(name for name, _ in runs)
        named = named_conditions([(name, run.header()["config"]) for name, run in runs])
        self.run_conditions = tuple(named)
        self._read: dict[tuple[str, tuple[str, ...]], Annotations] = {}
        self._expected: dict[str, set[str]] = {}

    def expect(self, kind: str, columns: Sequence[str]) -> None:
        """Say that these columns of a kind will be asked for, so that its annotations are read once."""
        self._expected.setdefault(kind_named(kind), set()).update(columns)

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
        columns = {*more, *self._expected.get(kind, ())}
        read = [key for key in self._read if key[0] == kind and columns <= set(key[1])]
        key = read[0] if read else (kind, tuple(sorted(columns)))
        if not read:
            self._read[key] = self._collect(kind, key[1])
        found = self._read[key]
        return found.where(found.name.is_(name)) if name else found

    @cached_property
    def places(self) -> list[dict[int, int]]:
        """The row of each episode, by run and number."""
        places: list[dict[int, int]] = [{} for _ in self.runs]
        for row, (run, number) in enumerate(
            zip(self.episodes.run.tolist(), self.episodes.number.tolist(), strict=True)
        ):
            places[run][number] = row
        return places

    @cached_property
    def rulings(self) -> Annotations:
        """What each judge came to in each episode, its orders and repeats combined (see `rulings`)."""
        return rulings(self)

    def right(self, episode: int) -> dict[str, float]:
        """Return whether each seat of an episode is right, 1 or 0: in what it defends, or else answered.

        Args:
            episode: the place of the episode in the `EpisodeTable`.
        """
        truth, sides = self.episodes.truths[episode], self.sides[episode]
        if sides:
            return {} if truth is None else {seat: float(answer == truth) for seat, answer in sides.items()}
        return self._answered.get(episode, {})

    @cached_property
    def _answered(self) -> dict[int, dict[str, float]]:
        """Whether the last answer of each seat was right, by episode; empty where it is not known."""
        found: dict[int, dict[str, float]] = {}
        if all(run.verdict_keys(finished=True) == set() for run in self.runs):
            return found
        answers = self.annotations("answer")
        for episode, seat, correct in zip(
            answers.episode.tolist(), answers.author, answers.correct.tolist(), strict=True
        ):
            if correct == correct:
                found.setdefault(episode, {})[seat] = correct
            else:
                found.get(episode, {}).pop(seat, None)
        return found

    @cached_property
    def sides(self) -> list[dict[str, str]]:
        """The answer that each seat defended, by episode."""
        found: list[dict[str, str]] = [{} for _ in range(len(self.episodes))]
        for run, places in zip(self.runs, self.places, strict=True):
            for number, seat, text in with_inherited(run, ("episode", "seat", "text"), "label", DEFENDS):
                if number in places and text is not None:
                    found[places[number]][seat] = text
        return found

    def answer_of(self, episode: int, choice: str | None) -> str | None:
        """Return the answer that a verdict is for: it names the answer, or a seat that defends it."""
        sides = self.sides[episode]
        return sides.get(choice or "", choice if choice in sides.values() else None)

    def seat_of(self, episode: int, choice: str | None) -> str | None:
        """Return the seat that a verdict is for: it names the seat, or an answer that it alone defends."""
        sides = self.sides[episode]
        defenders = [seat for seat, answer in sides.items() if answer == choice]
        return choice if choice in sides or len(defenders) != 1 else defenders[0]

    @cached_property
    def rubrics(self) -> frozenset[str]:
        """The names of the scores that judges gave afterwards by a rubric."""
        asked = [one for run in self.runs for one in titled(run.criteria()).values()]
        return frozenset(one.title for one in asked if one.rubric)

    @cached_property
    def words(self) -> dict[int, dict[str, int]]:
        """How many words each seat said to everyone, by the place of its episode."""
        found: dict[int, dict[str, int]] = {}
        for run, places in zip(self.runs, self.places, strict=True):
            found |= read_words(run, places, self.episodes.agents)
        return found

    @cached_property
    def tokens(self) -> NDArray[np.float64]:
        """The tokens of each episode's prompts and completions, (episodes,); NaN where not all are known."""
        found = np.full(len(self.episodes), np.nan)
        for run, places in zip(self.runs, self.places, strict=True):
            for number, tokens in run.tokens().items():
                if number in places:
                    found[places[number]] = tokens
        return found

    @cached_property
    def judge_models(self) -> dict[str, str]:
        """The model behind each judge who came afterwards, by the judge's name.

        A judge for whom no model answered, or several did, is left out.
        """
        found: dict[str, set[str]] = {}
        for run in self.runs:
            for judge, models in run.judge_models().items():
                found.setdefault(judge, set()).update(models)
        return {judge: model for judge, (model, *others) in found.items() if not others}

    @cached_property
    def decisions(self) -> list[str | None]:
        """The answer that was decided for in each episode, or None."""
        found: list[str | None] = [None] * len(self.episodes)
        for run, places in zip(self.runs, self.places, strict=True):
            for kind in ("verdict", "answer"):
                for number, text in run.annotation_columns(("episode", "text"), kind, DECISION):
                    if number in places:
                        found[places[number]] = text
        return found

    def _collect(self, kind: str, more: tuple[str, ...]) -> Annotations:
        needed = tuple(dict.fromkeys((*more, *(("text",) if kind == "belief" else ()))))
        collected = Collected(kind, needed)
        for run, places in zip(self.runs, self.places, strict=True):
            found_rows = run.annotation_columns((*collected.fields, "episode"), kind)
            there = (row for row in found_rows if row[-1] in places)
            while rows := tuple(islice(there, _AT_ONCE)):
                collected.extend([places[row[-1]] for row in rows], rows)
            if kind == "label" and run.branches():
                shared = list(with_inherited(run, ("episode", *collected.fields), kind, DEFENDS))
                forked = [row for row in shared if row[0] in run.branches() and row[0] in places]
                collected.extend([places[row[0]] for row in forked], [row[1:] for row in forked])
            later = tuple(self._later(run, places, kind))
            collected.extend_whole([places[row.episode] for row in later], later)
        found = collected.annotations(self.episodes)
        if kind == "belief":
            fill_in_came_true(found, self)
        return with_missing(found)

    def _later(self, run: StoredRun, places: dict[int, int], kind: str) -> Iterator[AnnotationRow]:
        """Yield what judges found out afterwards of one kind, in the order of the journal."""
        if kind not in ("verdict", "score", "label"):
            return

        def right(number: int) -> dict[str, float]:
            return self.right(places[number]) if number in places else {}

        for row in later_rows(run, right, titled(run.criteria())):
            if row.kind == kind and row.episode in places:
                yield row


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
