"""An episode as rewards read it: its replies with their places, and what was found out about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from arena.annotations import AnnotationRow
from arena.episode.outcome import Ending
from arena.episode.plan import Plan
from arena.journal import StoredEpisode
from arena.training.rewards._found import FoundByPlace
from arena.training.rewards.places import Placed, Steps, placed

NOT_ENDED = "the episode has not ended"
SHARED = "shared with the episode it branches off"
_SPOILT = {
    Ending.TRUNCATED: "the episode was cut off",
    Ending.FAILED: "the episode failed",
}


class Origin(NamedTuple):
    """Where an episode is from; the fields are as those of `EpisodeReading`."""

    game: str = ""
    setting: str = ""
    run: int = 0
    before: Sequence[Plan] = ()


UNKNOWN_ORIGIN = Origin()


@dataclass(frozen=True, slots=True)
class EpisodeReading:
    """An episode as rewards read it.

    Args:
        episode: the episode.
        placed: its replies with their places, by turn and attempt.
        found: what was found out about them, while the episode was played and afterwards.
        returns: what the episode returned to each seat that was asked anything; empty if there is no result.
        game: what is played, under one name for what shares a baseline.
        setting: what is the same only for episodes of the same protocol with the same settings.
        run: the number of its run in the export, from 0.
        before: the plan of the episode that it branches off, and of the one that that does, and so on.
    """

    episode: StoredEpisode
    placed: Sequence[Placed]
    found: FoundByPlace
    returns: Mapping[str, float]
    game: str = ""
    setting: str = ""
    run: int = 0
    before: Sequence[Plan] = ()

    @property
    def spoilt(self) -> str:
        """Why nobody is to learn from the episode, or an empty text."""
        played = self.episode.played
        return _SPOILT.get(played.outcome.ending, "") if played else NOT_ENDED

    def why_shared(self, one: Placed) -> str:
        """Return why a reply belongs to the episode that this one branches off, or an empty text."""
        return SHARED if _is_shared(self.episode.plan, one) else ""

    def said_by(self, one: Placed) -> str:
        """Return the agent that gave a reply, which may be one of an episode that this one branches off."""
        plans = (self.episode.plan, *self.before)
        return next((plan for plan in plans if not _is_shared(plan, one)), plans[-1]).seats[one.call.seat]

    def forfeits(self, one: Placed) -> bool:
        """Return whether a seat forfeited by a reply: by its last, if it is an offender."""
        outcome = self.episode.played and self.episode.played.outcome
        if not outcome or outcome.ending is not Ending.FORFEITED or one.call.seat not in outcome.offenders:
            return False
        own = (other for other in reversed(self.placed) if other.call.seat == one.call.seat)
        return next(own) is one

    @property
    def was_cut_off(self) -> bool:
        """Whether a limit ended the episode."""
        played = self.episode.played
        return played is not None and played.outcome.ending is Ending.TRUNCATED


def read_episode(
    episode: StoredEpisode,
    steps: Callable[[int], Steps],
    later: Iterable[AnnotationRow] = (),
    origin: Origin = UNKNOWN_ORIGIN,
) -> EpisodeReading:
    """Return an episode as rewards read it.

    Args:
        episode: the episode. It may come without its steps.
        steps: reads the steps of an episode.
        later: what judges found out about it afterwards.
        origin: where it is from.
    """
    outcome = episode.played and episode.played.outcome
    returns = outcome.returns if outcome and outcome.is_result else {}
    asked = {call.seat for call in episode.calls}
    acted = {seat: amount for seat, amount in returns.items() if seat in asked}
    found = FoundByPlace((*episode.annotations, *later))
    return EpisodeReading(episode, placed(episode, steps), found, acted, *origin)


def _is_shared(plan: Plan, one: Placed) -> bool:
    branch, call = plan.branch, one.call
    if branch is None:
        return False
    return call.step < branch.step or (call.step == branch.step and call.seat != branch.seat)
