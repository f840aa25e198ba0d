"""The places of an episode's replies: whose turn each belongs to, and which sample of the turn it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b
from operator import attrgetter
from typing import NamedTuple

from pydantic_core import to_json

from arena.annotations import Place
from arena.episode.record import Call
from arena.episode.turns import turns
from arena.journal import StoredEpisode
from arena.seat.additions import SENT
from arena.seat.transcript import Event

_STEP = attrgetter("step")

Steps = Sequence[Sequence[Event]]


class Placed(NamedTuple):
    """A call with its place.

    Args:
        call: the call.
        turn: the number of its turn in the episode, from 0, as `arena.episode.turns` counts them. A sample
            has that of sample 0.
        attempt: which attempt it is at its turn or sample, from 0.
        own: the number of the turn among those of its seat, from 0. All samples of a turn share it.
        place: what annotations about it are about: the seat, the step and the sample. All samples of a turn
            have the step of sample 0.
        counts: whether it is the last attempt at its turn or sample, which is the one that counts.
        is_sample: whether the turn has several samples.
    """

    call: Call
    turn: int
    attempt: int
    own: int
    place: Place
    counts: bool
    is_sample: bool

    @property
    def digest(self) -> str:
        """What is the same for the same request, with all that was added to it."""
        own = [note for note in self.call.spent.notes if note.startswith(SENT)]
        if not own:
            return self.call.digest
        return f"{self.call.digest}+{blake2b(to_json(own), digest_size=8).hexdigest()}"


def placed(episode: StoredEpisode, steps: Callable[[int], Steps]) -> list[Placed]:
    """Return the calls of an episode with their places, by turn and attempt.

    Args:
        episode: the episode. It may come without its steps.
        steps: reads the steps of an episode. It is called only if seats were asked together, because then the
            events say in which order their turns come.
    """
    found: list[Placed] = []
    began: dict[str, tuple[int, int, int]] = {}
    drafts = Counter[tuple[str, int]]()
    for number, made in enumerate(_by_turn(episode, steps)):
        seat, step, sample = made[0].seat, made[0].step, made[0].sample
        if not sample or seat not in began:
            own = began[seat][2] + 1 if seat in began else 0
            began[seat] = step, number, own
        step, turn, own = began[seat]
        drafts[seat, step] += 1
        place, last = Place(seat, step, sample), len(made) - 1
        found += (
            Placed(call, turn, attempt, own, place, attempt == last, False)
            for attempt, call in enumerate(made)
        )
    if len(drafts) == drafts.total():
        return found
    return [one._replace(is_sample=drafts[one.place.seat, one.place.step or 0] > 1) for one in found]


def _by_turn(episode: StoredEpisode, steps: Callable[[int], Steps]) -> Iterable[Sequence[Call]]:
    """Return the calls of each turn, in the order of the turns."""
    by_step: dict[int, list[Call]] = {}
    for call in sorted(episode.calls, key=_STEP):
        by_step.setdefault(call.step, []).append(call)
    if any(made[0].seat != made[-1].seat for made in by_step.values()):
        return [turn.calls for turn in turns(steps(episode.number), episode.calls)]
    return by_step.values()
