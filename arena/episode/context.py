"""What an episode is played with, beside its plan and its agents."""

from __future__ import annotations

from dataclasses import dataclass, field

from arena.episode.record import NO_RECORD, Recorder, Tape
from arena.spending.budget import Budget
from arena.spending.limits import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeContext:
    """What an episode is played with.

    Attributes:
        seed: the run's; of an `Episode` that is made directly, its own: the root of its seats' randomness.
        limits: what the episode may take.
        budget: the run's, from which the seats spend; one without caps unless given.
        recorder: where calls and events go.
        tape: the calls of an earlier execution; what it holds is not asked again.
    """

    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    budget: Budget = field(default_factory=Budget)
    recorder: Recorder = NO_RECORD
    tape: Tape | None = None
