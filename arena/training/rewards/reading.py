"""An episode as rewards read it: its replies with their places, and what was found out about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from arena.annotations import AnnotationRow
from arena.episode.outcome import Ending
from arena.journal import StoredEpisode
from arena.training.rewards._found import FoundByPlace
from arena.training.rewards.places import Placed, Steps, placed

NOT_ENDED = "the episode has not ended"
SHARED = "shared with the episode it branches off"
_SPOILT = {
    Ending.TRUNCATED: "the episode was cut off",
    Ending.FAILED: "the episode failed",
}


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
    """

    episode: StoredEpisode
    placed: Sequence[Placed]
    found: FoundByPlace
    returns: Mapping[str, float]
    game: str = ""
    setting: str = ""
    run: int = 0

    @property
    def spoilt(self) -> str:
        """Why nobody is to learn from the episode, or an empty text."""
        played = self.episode.played
        return _SPOILT.get(played.outcome.ending, "") if played else NOT_ENDED

    def why_shared(self, one: Placed) -> str:
        """Return why a reply belongs to the episode that this one branches off, or an empty text."""
        branch, call = self.episode.plan.branch, one.call
        if branch and (call.step < branch.step or (call.step == branch.step and call.seat != branch.seat)):
            return SHARED
        return ""

    @property
    def was_cut_off(self) -> bool:
        """Whether a limit ended the episode."""
        played = self.episode.played
        return played is not None and played.outcome.ending is Ending.TRUNCATED


def read_episode(
    episode: StoredEpisode,
    steps: Callable[[int], Steps],
    later: Iterable[AnnotationRow] = (),
    *,
    game: str = "",
    setting: str = "",
    run: int = 0,
) -> EpisodeReading:
    """Return an episode as rewards read it.

    Args:
        episode: the episode. It may come without its steps.
        steps: reads the steps of an episode.
        later: what judges found out about it afterwards.
        game: as of `EpisodeReading`.
        setting: as of `EpisodeReading`.
        run: as of `EpisodeReading`.
    """
    outcome = episode.played and episode.played.outcome
    returns = outcome.returns if outcome and outcome.is_result else {}
    asked = {call.seat for call in episode.calls}
    acted = {seat: amount for seat, amount in returns.items() if seat in asked}
    found = FoundByPlace((*episode.annotations, *later))
    return EpisodeReading(episode, placed(episode, steps), found, acted, game, setting, run)
