"""What was found out about a stored run: annotations, measurements, verdicts and the criteria of these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pydantic_core import from_json

from arena.annotations import COLUMNS
from arena.episode.measurement import Measurement
from arena.journal._facts import read_criteria, read_header, read_measurements
from arena.journal._opened import OpenedJournal
from arena.journal._people import people_of
from arena.journal._verdicts import (
    JudgeCall,
    PanelRule,
    StoredVerdict,
    VerdictKey,
    read_judge_calls,
    read_verdict,
    read_verdict_keys,
    verdict_rows,
)


class AnnotationsOfRun(OpenedJournal):
    """The annotations, measurements and verdicts that a journal records."""

    def annotation_columns(
        self, columns: Sequence[str], kind: str = "", name: str = ""
    ) -> Iterator[tuple[Any, ...]]:
        """Yield some columns of the annotations of all episodes, by episode and number.

        They are not checked, which takes all columns: `leave_out_damaged` checks them.

        Args:
            columns: names of fields of `AnnotationRow`, in any order.
            kind: which kind alone; all if it is empty.
            name: which name alone; all if it is empty.
        """
        chosen = ", ".join(f'"{column}"' for column in (*columns, "episode") if column in COLUMNS)
        wanted = {"kind": kind, "name": name}
        where = " AND ".join(f"{column} = ?" for column, value in wanted.items() if value) or "true"
        query = f"SELECT {chosen} FROM annotations WHERE {where} ORDER BY episode, judgement, number"
        for row in self._rows(query, *filter(None, wanted.values())):
            if row[-1] not in self._left_out:
                yield row[:-1]

    def leave_out_people(self) -> int:
        """Leave out the episodes in which people sat, and the verdicts of people.

        Return how many episodes these are, without those that were left out before.
        """
        people = people_of(read_header(self._rows, self._checks))
        if not people:
            return 0
        seated = {
            number
            for number, seats in self._rows("SELECT number, seats FROM episodes")
            if not people.keys().isdisjoint(from_json(seats).values())
        }
        before = len(self._left_out)
        self._left_out |= seated
        self._judges_left_out = frozenset(people)
        return len(self._left_out) - before

    def measures(self) -> list[Measurement]:
        """Return the measurements between the scenario's rounds, by name, condition and round."""
        return read_measurements(self._rows, self._checks)

    def verdicts(self, *, calls: bool = True) -> Iterator[StoredVerdict]:
        """Yield the verdicts that were given afterwards, by episode and key, one at a time."""
        for said, made in verdict_rows(self._rows, self._checks, calls=calls):
            if said[2] not in self._left_out and said[0] not in self._judges_left_out:
                yield read_verdict(self._checks, said, made)

    def verdict_keys(self, *, finished: bool) -> set[VerdictKey]:
        """Return the keys of all verdicts, or of those that were begun but not completed."""
        keys = read_verdict_keys(self._rows, finished=finished)
        return {
            key
            for key in keys
            if key.episode not in self._left_out and key.judge not in self._judges_left_out
        }

    def judge_calls(self, key: VerdictKey) -> tuple[JudgeCall, ...]:
        """Return the requests that were made for a verdict, in order."""
        return read_judge_calls(self._rows, self._checks, key)

    def criteria(self) -> dict[str, Any]:
        """Return the criteria by which the run was judged, as JSON-able values by name."""
        return {name: criterion for name, (criterion, _) in read_criteria(self._rows, self._checks).items()}

    def rules(self) -> dict[str, PanelRule]:
        """Return the rule by which the verdicts of each criterion are combined."""
        return {name: rule for name, (_, rule) in read_criteria(self._rows, self._checks).items()}
