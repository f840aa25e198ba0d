"""The context of an episode: everything that it needs besides its plan and its agents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from arena.episode.probes import Probe
from arena.episode.record import NO_RECORD, Recorder, Tape
from arena.prompts import Wording
from arena.seat.writing import Listener
from arena.spending.budget import Budget
from arena.spending.limits import Limits
from arena.tools import SeatTools, Toolbox


@dataclass(frozen=True, slots=True, kw_only=True)
class EpisodeContext:
    """The context of an episode.

    Attributes:
        seed: the seed of the run. An `Episode` that is made directly derives the randomness of its seats from
            this seed.
        limits: the limits of the episode.
        budget: the budget of the run, from which the seats spend. The default has no caps.
        recorder: records the calls and events.
        tape: the calls of an earlier execution. Their replies are used again.
        absent: seats in which nobody sits and that hear what everyone hears (see `Protocol.absent`).
        wording: prompts of the user's own, in place of the standard ones.
        probes: the questions that are put to seats aside.
        tools: the tools of the seats that have any. Their sources are open.
        opened: the same tools as this one episode uses them. `play_episode` opens and closes them.
        listener: hears the words of the seats as they are written. With None, nobody does.
        failed_by: called with the protocol's error, if one fails the episode.
    """

    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    budget: Budget = field(default_factory=Budget)
    recorder: Recorder = NO_RECORD
    tape: Tape | None = None
    absent: tuple[str, ...] = ()
    wording: Wording = field(default_factory=dict)
    probes: tuple[Probe, ...] = ()
    tools: Mapping[str, Toolbox] = field(default_factory=dict)
    opened: Mapping[str, SeatTools] = field(default_factory=dict)
    listener: Listener | None = None
    failed_by: Callable[[BaseException], None] | None = None
