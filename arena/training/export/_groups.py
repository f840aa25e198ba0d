"""Advantages over the siblings of a reply: the replies to the same prompt or task, or of the same match."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from arena.episode.plan import Plan
from arena.forms import Status
from arena.training.export._advantages import Advantages
from arena.training.rewards.advantages import Divide, divided
from arena.training.rewards.places import Placed
from arena.training.rewards.reading import EpisodeReading
from arena.training.rewards.sources import Earned, RewardSource

Centre = Callable[[NDArray[np.float64], NDArray[np.int64]], NDArray[np.float64]]

NOT_READ_BEFORE = "the episode was still being played when the groups were read"
NO_SIBLING = "no sibling by {by}"
_NONE = 0
"""The key of what is in no group."""


class SiblingsBy(StrEnum):
    """What siblings share besides condition, protocol and its settings, role and agent."""

    PROMPT = "prompt"
    """The request, byte for byte."""
    TASK = "task"
    """The task, and which of the seat's own turns it is."""
    MATCH = "match"
    """The match, in which they are of different episodes."""
    GROUP = "group"
    """The task, and the `group` of an annotation."""


class CutOff(StrEnum):
    """Whether what a limit cut off counts in its group."""

    IN = "in"
    """It counts, with a reward of 0 if it has none."""
    OUT = "out"


class ByGroup(Advantages):
    """The reward of a reply, minus the mean of its group.

    All episodes are surveyed before any has advantages. By match, returns are compared before they are
    shaped, so each episode counts once however many turns its seats had.

    Args:
        centre: `group_mean` or `leave_one_out`.
        by: what siblings share.
        divide: by what the difference is divided.
        cut_off: whether what was cut off counts.
    """

    surveys = True

    def __init__(self, centre: Centre, by: SiblingsBy, divide: Divide, cut_off: CutOff) -> None:
        self._centre = centre
        self._by = by
        self._divide = divide
        self._cut_off = cut_off
        self._rows = _Members()
        self._seats = _Members()
        self._began: dict[tuple[int, int], tuple[int, int]] = {}
        self._seat_places: dict[tuple[int, int, str], int] = {}
        self._advantages: NDArray[np.float64] | None = None

    def survey(self, reading: EpisodeReading, earned: Sequence[Earned], rewards: RewardSource) -> None:
        """Note what each reply of an episode earned, and who its siblings are."""
        plan = reading.episode.plan
        episode = len(self._began)
        self._began[reading.run, plan.number] = len(self._rows), len(reading.placed)
        for one, got in zip(reading.placed, earned, strict=True):
            self._rows.add(self._amount(reading, one, got), episode, _keys(reading, one))
        if self._by is SiblingsBy.MATCH and rewards.is_return:
            cut = reading.was_cut_off and self._cut_off is CutOff.IN
            amounts = (
                dict.fromkeys((one.call.seat for one in reading.placed), 0.0) if cut else reading.returns
            )
            for seat, amount in amounts.items():
                key = _shared(reading, seat), "match", str(reading.run), str(plan.match)
                self._seat_places[reading.run, plan.number, seat] = len(self._seats)
                self._seats.add(
                    None if reading.spoilt and not cut else amount, episode, {SiblingsBy.MATCH: _hashed(*key)}
                )

    def of(
        self, reading: EpisodeReading, earned: Sequence[Earned], rewards: RewardSource
    ) -> Sequence[Earned]:
        """Return each reply's advantage. Who is alone in a group has none."""
        by_seat = self._by is SiblingsBy.MATCH and rewards.is_return
        if self._advantages is None:
            members = self._seats if by_seat else self._rows
            self._advantages = members.centred(self._by, self._centre, self._divide)
        number = reading.episode.plan.number
        began, count = self._began.get((reading.run, number), (0, -1))
        if count != len(reading.placed):
            return [Earned(None, NOT_READ_BEFORE)] * len(reading.placed)
        alone = Earned(None, NO_SIBLING.format(by=self._by))
        if by_seat:
            places = {seat: self._seat_places[reading.run, number, seat] for seat in reading.returns}
            over = {seat: float(self._advantages[place]) for seat, place in places.items()}
            known = {seat: amount for seat, amount in over.items() if amount == amount}
            gains = rewards.of(reading, known)
            return [
                alone if one.call.seat in over and one.call.seat not in known else gain
                for one, gain in zip(reading.placed, gains, strict=True)
            ]
        found = self._advantages[began : began + count].tolist()
        return [
            got if got.amount is None else alone if gain != gain else Earned(gain)
            for got, gain in zip(earned, found, strict=True)
        ]

    def notices(self) -> Iterator[str]:
        """Yield a sentence if there are rows without siblings, with what would give them some."""
        sizes = self._rows.sizes(self._by)
        known, alone = len(sizes), int(np.count_nonzero(sizes < 2))
        if not alone:
            return
        said = f"{known - alone:,} of {known:,} rows have a sibling by {self._by}"
        others = [told for by in SiblingsBy if by is not self._by and (told := _told(by, self._rows))]
        better = f"; {', '.join(others)}" if others and alone == known else ""
        yield f"{said}{better}."

    def _amount(self, reading: EpisodeReading, one: Placed, got: Earned) -> float | None:
        """Return what a reply counts for in its group, or None if it is in no group."""
        if reading.why_shared(one):
            return None
        if reading.was_cut_off or one.call.status is Status.TRUNCATED:
            return None if self._cut_off is CutOff.OUT else got.amount or 0.0
        return None if reading.spoilt else got.amount


class _Members:
    """What may be in groups: an amount, the episode, and a key for each way to group; columns of numbers."""

    def __init__(self) -> None:
        self._amounts = array("d")
        self._episodes = array("q")
        self._keys = {by: array("q") for by in SiblingsBy}

    def __len__(self) -> int:
        return len(self._amounts)

    def add(self, amount: float | None, episode: int, keys: Mapping[SiblingsBy, int]) -> None:
        self._amounts.append(float("nan") if amount is None else amount)
        self._episodes.append(episode)
        for by, column in self._keys.items():
            column.append(keys.get(by, _NONE))

    def centred(self, by: SiblingsBy, centre: Centre, divide: Divide) -> NDArray[np.float64]:
        """Return the advantage of each member; NaN for who is alone or in no group."""
        there, groups = self._groups(by)
        found = np.full(len(self), np.nan)
        if len(there):
            amounts = np.frombuffer(self._amounts)[there]
            gains = divided(centre(amounts, groups), amounts, groups, divide)
            found[there] = np.where(_has_siblings(by, groups, self._of_episodes(there)), gains, np.nan)
        return found

    def sizes(self, by: SiblingsBy) -> NDArray[np.int64]:
        """Return the size of the group of each member with an amount; 1 for who is alone or in no group."""
        known = np.flatnonzero(~np.isnan(np.frombuffer(self._amounts)))
        there, groups = self._groups(by)
        found = np.ones(len(self), dtype=np.int64)
        if len(there):
            several = _has_siblings(by, groups, self._of_episodes(there))
            found[there] = np.where(several, np.bincount(groups)[groups], 1)
        return found[known]

    def _groups(self, by: SiblingsBy) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return which members are in groups, and the number of the group of each of them."""
        if not len(self):
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.int64)
        keys = np.frombuffer(self._keys[by], dtype=np.int64)
        there = np.flatnonzero(~np.isnan(np.frombuffer(self._amounts)) & (keys != _NONE))
        return there, np.unique(keys[there], return_inverse=True)[1].reshape(-1)

    def _of_episodes(self, there: NDArray[np.intp]) -> NDArray[np.int64]:
        return np.frombuffer(self._episodes, dtype=np.int64)[there]


def _has_siblings(
    by: SiblingsBy, groups: NDArray[np.int64], episodes: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Return who is not alone in its group. Those of a match have to be of different episodes."""
    if by is SiblingsBy.MATCH:
        pairs = np.unique(np.stack([groups, episodes]), axis=1)
        return np.bincount(pairs[0], minlength=int(groups.max()) + 1)[groups] > 1
    return np.bincount(groups)[groups] > 1


def _told(by: SiblingsBy, members: _Members) -> str:
    """Return which groups there would be, in words, or an empty text if there would be none."""
    there, groups = members._groups(by)
    if not len(there):
        return ""
    several = _has_siblings(by, groups, members._of_episodes(there))
    sizes = np.bincount(groups[several])
    sizes = sizes[sizes > 0]
    if not len(sizes):
        return ""
    low, high = int(sizes.min()), int(sizes.max())
    return f"by={by} gives {len(sizes):,} groups of {low}" + (f" to {high}" if high > low else "")


def _keys(reading: EpisodeReading, one: Placed) -> dict[SiblingsBy, int]:
    plan = reading.episode.plan
    base = _shared(reading, one.call.seat)
    task = _task(plan)
    found = {
        SiblingsBy.PROMPT: _hashed(base, "prompt", one.digest),
        SiblingsBy.TASK: _hashed(base, "task", task, str(one.own)),
        SiblingsBy.MATCH: _hashed(base, "match", str(reading.run), str(plan.match)),
    }
    if group := reading.found.group(one):
        found[SiblingsBy.GROUP] = _hashed(base, "group", task, group)
    return found


def _shared(reading: EpisodeReading, seat: str) -> str:
    """Return what all siblings share: condition, protocol with its settings, role and agent."""
    plan = reading.episode.plan
    return "\x1f".join((plan.condition, reading.setting, seat, plan.seats[seat]))


def _task(plan: Plan) -> str:
    return f"{plan.task.id}\x1f{plan.task.text}"


@lru_cache(maxsize=4096)
def _hashed(*parts: str) -> int:
    """Return 64 bits of a hash of the parts, which is never `_NONE`."""
    digest = blake2b("\x1e".join(parts).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True) or 1
