"""Planning a labelling: the turns that each judge may read, and the judgements to ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from arena.annotations import AnnotationRow, AnnotationStatus, Label, Place
from arena.core.errors import UsageError
from arena.episode.outcome import Ending
from arena.journal import StoredEpisode, StoredRun, VerdictKey
from arena.judging._label_cases import JudgedTurn, turns_of
from arena.judging._labels import LABEL, REGEX, LabelCriterion

Origin = tuple[str, str, str, int, int]
"""A `VerdictKey` without its episode."""


class Mark(NamedTuple):
    """A label that was given before: its place, name and value, its number, and the judgement it is from.

    `judgement` is None for what was found out while the episode was played.
    """

    place: Place
    name: str
    value: str | None
    number: int
    judgement: Origin | None

    def covers(self, turn: JudgedTurn) -> bool:
        """Return whether it is about a turn, or about the whole seat or episode."""
        place, own = self.place, turn.place
        return place.seat in ("", own.seat) and place.step in (None, own.step)


Marks = Mapping[int, Sequence[Mark]]
"""The labels that were given before, by the number of the episode."""


@dataclass(slots=True)
class LabelWork:
    """The judgements to ask for, and those that are there.

    Attributes:
        seed: the seed of the run.
        players: the seats that are labelled if nothing else is said.
        episodes: the numbers of the episodes that have turns to label.
        left_out: how many episodes have none, by the reason.
        models: the models that answered for each seat.
        keys: the keys of all judgements that are wanted, ordered by episode.
        finished: those that are finished.
        marks: the labels that decide which turns are read.
        replaced: the judge and criterion of each earlier labelling that put the same label in another way.
    """

    seed: int
    players: tuple[str, ...]
    episodes: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    models: dict[str, set[str]] = field(default_factory=dict)
    keys: list[VerdictKey] = field(default_factory=list)
    finished: set[VerdictKey] = field(default_factory=set)
    marks: dict[int, list[Mark]] = field(default_factory=dict)
    replaced: list[tuple[str, str]] = field(default_factory=list)

    def sides(self, criterion: LabelCriterion) -> tuple[str, ...]:
        """Return the seats that are labelled by a criterion."""
        return criterion.sides or self.players


def survey_labels(
    folder: Path, judges: Mapping[str, Sequence[str]], criteria: Sequence[LabelCriterion], samples: int
) -> LabelWork:
    """Read a stored run and return the judgements to ask for.

    Args:
        folder: the folder of the run.
        judges: the names of the judges of each criterion, by its name.
        criteria: the criteria.
        samples: how often an agent is asked the same.

    Raises:
        UsageError: if no turn can be labelled.
    """
    with StoredRun(folder) as stored:
        config = stored.header()["config"]
        work = LabelWork(config["seed"], tuple(config["players"]), models=stored.models())
        work.marks = _marks(stored, {name for one in criteria for name in one.reads})
        seats: dict[str, None] = {}
        for episode in stored.episodes():
            seats |= dict.fromkeys(episode.plan.seats)
            if episode.played is None:
                work.left_out["not finished"] += 1
            elif (ending := episode.played.outcome.ending) is not Ending.COMPLETED:
                work.left_out[ending.value] += 1
            else:
                _plan(work, episode, judges, criteria, samples)
        keys = stored.verdict_keys(finished=True)
        earlier = {name: one["label"] for name, one in stored.criteria().items() if _is_label(name)}
    _check_seats(work, criteria, seats)
    if not work.episodes:
        raise _nothing(folder, work, criteria)
    wanted = {(judge, one.label, one.name) for one in criteria for judge in judges[one.name]}
    asked = {(judge, name) for judge, _, name in wanted}
    work.finished = {key for key in keys if (key.judge, key.criterion) in asked}
    labels = {(judge, label) for judge, label, _ in wanted}
    had = {(key.judge, key.criterion) for key in keys if key.criterion in earlier} - asked
    work.replaced = sorted(pair for pair in had if (pair[0], earlier[pair[1]]) in labels)
    return work


def marked(
    criterion: LabelCriterion, turns: Iterable[JudgedTurn], marks: Sequence[Mark]
) -> Iterator[tuple[JudgedTurn, Mark | None]]:
    """Yield the turns that have the labels that a criterion reads, each with the first of these labels.

    If several gave a turn a label, more than half of them must have given it the value.
    """
    for turn in turns:
        said = {
            name: [mark for mark in marks if mark.name == name and mark.covers(turn)]
            for name in criterion.reads
        }
        agreeing = {
            name: [mark for mark in found if mark.value == criterion.reads[name]]
            for name, found in said.items()
        }
        if all(len(agreeing[name]) * 2 > len(found) for name, found in said.items()):
            yield turn, next((found[0] for found in agreeing.values()), None)


def _plan(
    work: LabelWork,
    episode: StoredEpisode,
    judges: Mapping[str, Sequence[str]],
    criteria: Sequence[LabelCriterion],
    samples: int,
) -> None:
    """Add the judgements on an episode, of the criteria that have a turn to label in it."""
    number, found = episode.number, False
    reason = "without a turn that the judges may read"
    for criterion in criteria:
        sides = [side for side in work.sides(criterion) if side in episode.plan.seats]
        turns = list(turns_of(episode, sides, criterion.view))
        if turns and not criterion.program and all(turn.is_empty for turn in turns):
            reason = "without reasoning"
            continue
        if not any(marked(criterion, turns, work.marks.get(number, ()))):
            reason = "without a turn that is to be read" if turns else reason
            continue
        found = True
        work.keys += [
            VerdictKey(judge, criterion.name, number, "", 0, sample)
            for judge in judges[criterion.name]
            for sample in range(1 if judge in (REGEX, criterion.label) else samples)
        ]
    if found:
        work.episodes.append(number)
    else:
        work.left_out[reason] += 1


def _marks(stored: StoredRun, names: Collection[str]) -> dict[int, list[Mark]]:
    """Return the labels of some names, those of judges who came afterwards included."""
    found: dict[int, list[Mark]] = {}
    columns = ("episode", "seat", "step", "name", "text", "status", "number")
    for name in sorted(names):
        for number, seat, step, _, text, status, own in stored.annotation_columns(columns, Label.kind, name):
            if status == AnnotationStatus.OK:
                found.setdefault(number, []).append(Mark(Place(seat, step), name, text, own, None))
    for verdict in stored.verdicts(calls=False) if names else ():
        judge, criterion, number, subject, order, sample = verdict.key
        for own, row in enumerate(verdict.found.labels or ()):
            if _is_wanted(row, names):
                place, origin = Place(row.seat, row.step), (judge, criterion, subject, order, sample)
                found.setdefault(number, []).append(Mark(place, row.name, row.text, own, origin))
    return found


def _is_wanted(row: AnnotationRow, names: Collection[str]) -> bool:
    return row.kind == Label.kind and row.name in names and row.status == AnnotationStatus.OK


def _is_label(criterion: str) -> bool:
    return criterion.rpartition("-")[0] == LABEL


def _check_seats(work: LabelWork, criteria: Sequence[LabelCriterion], seats: Collection[str]) -> None:
    named = {side for one in criteria for side in one.sides}
    if unknown := sorted(named.difference(seats)):
        raise UsageError(f"No seat is called {unknown[0]}; the seats are {', '.join(seats)}.")


def _nothing(folder: Path, work: LabelWork, criteria: Sequence[LabelCriterion]) -> UsageError:
    reads = {name: value for one in criteria for name, value in one.reads.items()}
    known = {mark.name for marks in work.marks.values() for mark in marks}
    if missing := sorted(reads.keys() - known):
        return UsageError(
            f"There is nothing to label in {folder}: no turn has the label {missing[0]} that is to be read; "
            "have another judge give it first."
        )
    why = ", ".join(f"{count:,} {reason}" for reason, count in work.left_out.items())
    return UsageError(
        f"There is nothing to label in {folder} ({why}); judges read what everybody heard, unless they are "
        "given the view of a seat."
    )
