"""The columns that shaping functions get: a row for each reply, of one episode or of a whole export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.annotations import AnnotationRow, Answer
from arena.forms import Status
from arena.seat.drafts import reply_name
from arena.tasks.arithmetic import value_of
from arena.training.rewards._found import ANSWER
from arena.training.rewards.places import Placed
from arena.training.rewards.reading import EpisodeReading

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardColumns:
    """Some replies as columns, which all have one value a reply, in the order of their turns.

    Args:
        seat: the seat.
        agent: the agent in it.
        condition: the condition of the episode; empty if there is only one.
        episode: the number of the episode among those that are read, from 0.
        step: the step of the episode. All samples of a turn have that of the first.
        turn: the number of the turn among those of the seat, from 0.
        sample: which sample of the turn it is, from 0; -1 if the turn has none.
        thinks: whether the reply has a reasoning besides its text.
        usable: whether the reply could be used.
        counts: whether it is the last attempt at its turn, which is the one that counts.
        kept: 1 if the sample was kept, 0 if not, and NaN if it is no sample or that is not known.
        answers: whether the seat was asked for an answer in this reply.
        right: whether that is right, from 0 to 1; NaN if there is none or it is not known.
        key: what is the same for the same answer; None if there is none.
        distance: how far a number that is answered is from the right one; NaN if either is no number.
        tokens: how many tokens the reply has; NaN if it is not known.
        characters: how many characters the reply has.
        met: in how many choices between replies or seats it was.
        won: how many of them it won; a tie is a half.
        returns: what the episode returned to the seat; NaN if there is no result.
        prompt: what is the same for the same request.
        task: what is the same for the same task.
    """

    seat: Sequence[str]
    agent: Sequence[str]
    condition: Sequence[str]
    episode: Integers
    step: Integers
    turn: Integers
    sample: Integers
    thinks: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    counts: NDArray[np.bool_]
    kept: Floats
    answers: NDArray[np.bool_]
    right: Floats
    key: Sequence[int | None]
    distance: Floats
    tokens: Floats
    characters: Integers
    met: Floats
    won: Floats
    returns: Floats
    prompt: Integers
    task: Integers

    def __len__(self) -> int:
        return len(self.seat)

    def answered(self) -> Iterator[list[int]]:
        """Yield the rows in which each seat of each episode answers, by turn.

        Of several samples only the one that was kept is among them.
        """
        stands = self.answers & self.counts & ((self.sample < 0) | (self.kept == 1))
        found: dict[tuple[int, str], list[int]] = {}
        for row in np.flatnonzero(stands).tolist():
            found.setdefault((int(self.episode[row]), self.seat[row]), []).append(row)
        yield from found.values()


def columns_of(reading: EpisodeReading, episode: int = 0) -> RewardColumns:
    """Return an episode's replies as columns; `episode` is its number among those that are read."""
    plan, found = reading.episode.plan, reading.found
    name = ANSWER if found.named(Answer.kind, ANSWER) else ""
    answers = [_answer(reading, one, name) for one in reading.placed]
    contests = [list(found.contests(one)) for one in reading.placed]
    calls = [one.call for one in reading.placed]
    kept = [found.is_kept(one) if one.is_sample else None for one in reading.placed]
    return RewardColumns(
        seat=[call.seat for call in calls],
        agent=[plan.seats[call.seat] for call in calls],
        condition=[plan.condition] * len(calls),
        episode=_integers([episode] * len(calls)),
        step=_integers([one.place.step or 0 for one in reading.placed]),
        turn=_integers([one.own for one in reading.placed]),
        sample=_integers([(one.place.sample or 0) if one.is_sample else -1 for one in reading.placed]),
        thinks=np.array([bool(call.reply and call.reply.reasoning) for call in calls], dtype=np.bool_),
        usable=np.array([call.status is Status.OK for call in calls], dtype=np.bool_),
        counts=np.array([one.counts for one in reading.placed], dtype=np.bool_),
        kept=_floats(kept),
        answers=np.array([answer is not None for answer in answers], dtype=np.bool_),
        right=_floats([answer.correct if answer else None for answer in answers]),
        key=[answer.key if answer else None for answer in answers],
        distance=_floats([_distance(answer, plan.task.truth) for answer in answers]),
        tokens=_floats([call.spent.usage.get("completion_tokens") for call in calls]),
        characters=_integers([len(call.reply.text) if call.reply else 0 for call in calls]),
        met=_floats([float(len(points)) for points in contests]),
        won=_floats([sum(points) for points in contests]),
        returns=_floats([reading.returns.get(call.seat) for call in calls]),
        prompt=_integers([_hashed(one.digest) for one in reading.placed]),
        task=_integers([_hashed(f"{plan.task.id}\x1f{plan.task.text}")] * len(calls)),
    )


def joined(parts: Sequence[RewardColumns]) -> RewardColumns:
    """Return the rows of several episodes, one after the other."""
    columns: dict[str, Any] = {}
    for each in fields(RewardColumns):
        values = [getattr(part, each.name) for part in parts]
        is_array = bool(values) and isinstance(values[0], np.ndarray)
        columns[each.name] = np.concatenate(values) if is_array else [one for part in values for one in part]
    return RewardColumns(**columns)


def _answer(reading: EpisodeReading, one: Placed, name: str) -> AnnotationRow | None:
    def is_answer(row: AnnotationRow) -> bool:
        is_named = not name or reply_name(row.name) == name
        return row.kind == Answer.kind and row.author == one.call.seat and is_named

    return next(iter(reading.found.exactly(one, is_answer)), None)


def _distance(answer: AnnotationRow | None, truth: object) -> float | None:
    said = value_of(answer.text) if answer and answer.text else None
    right = value_of(str(truth))
    return None if said is None or right is None else float(abs(said - right))


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _integers(values: Sequence[int]) -> Integers:
    return np.array(values, dtype=np.int64)


@lru_cache(maxsize=4096)
def _hashed(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)
