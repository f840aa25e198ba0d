"""Where rewards come from: what each reply of an episode earned, or why that is not known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from arena.annotations import Place
from arena.forms import Status
from arena.training.rewards.places import Placed
from arena.training.rewards.reading import EpisodeReading
from arena.training.rewards.shaping import Attempt, Shaping, shaping

NO_RETURN = "no return"
"""The reason why a reply has no reward, where its seat got nothing."""
NOT_KEPT = "the sample was not kept"
KEPT_UNKNOWN = "no label says which sample was kept"


class Earned(NamedTuple):
    """What a reply earned, or None and the reason. `masks` says whether nobody may learn from it then.

    `anchor` is the turn under whose request the row is to stand, if that is not the reply's own.
    """

    amount: float | None
    why: str = ""
    masks: bool = True
    anchor: Place | None = None


class RewardSource(ABC):
    """Says what each reply of an episode earned."""

    is_return: bool = False
    """Whether it shares out what the episode returned to the seats."""
    rounds: int = 0
    """How often it has to see all episodes before it can say anything."""

    def survey(self, reading: EpisodeReading, number: int) -> None:  # noqa: B027 - most need no survey
        """See an episode, before any is rewarded; `number` is that of the round, from 0."""

    @abstractmethod
    def of(self, reading: EpisodeReading, amounts: Mapping[str, float] | None = None) -> Sequence[Earned]:
        """Return what each reply of `reading.placed` earned, in order.

        Args:
            reading: the episode.
            amounts: what is shared out instead of the returns, by seat. Only sources of returns read it.
        """


class Returns(RewardSource):
    """What the episode returned to a seat, shared out among its turns.

    Of several samples of a turn only the one that was kept has a part in it, because the episode went on from
    that one alone.
    """

    is_return = True

    def __init__(self, shape: Shaping) -> None:
        self._shape = shape

    def of(self, reading: EpisodeReading, amounts: Mapping[str, float] | None = None) -> Sequence[Earned]:
        """Return each reply's part of its seat's amount."""
        amounts = reading.returns if amounts is None else amounts
        found = [Earned(None, NO_RETURN, masks=False)] * len(reading.placed)
        by_seat: dict[str, list[int]] = {}
        for position, one in enumerate(reading.placed):
            by_seat.setdefault(one.call.seat, []).append(position)
        for seat, positions in by_seat.items():
            if seat not in amounts:
                continue
            attempts = [
                Attempt(one.own, one.call.status, reading.forfeits(one))
                for one in (reading.placed[place] for place in positions)
            ]
            for position, amount in zip(positions, self._shape(attempts, amounts[seat]), strict=True):
                one = reading.placed[position]
                why = _not_kept(reading, one) if one.is_sample and one.call.status is Status.OK else ""
                found[position] = Earned(None, why) if why else Earned(amount, masks=amount is not None)
        return found


def returns(specification: str = "terminal") -> Returns:
    """Return the source that shares out returns by a function of `arena.training.rewards.shaping`.

    Raises:
        UnknownName: if there is no such function.
        UsageError: if it does not have these parameters.
    """
    return Returns(shaping(specification))


class Scaled(NamedTuple):
    """A source with the weight that it has among others."""

    source: RewardSource
    weight: float


def _not_kept(reading: EpisodeReading, one: Placed) -> str:
    kept = reading.found.is_kept(one)
    if kept is None:
        return KEPT_UNKNOWN
    return "" if kept else NOT_KEPT
