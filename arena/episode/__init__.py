"""Episodes: asking the seats, recording what happens, and how an episode ends."""

from typing import TYPE_CHECKING

from arena.episode._annotating import annotation_rows, hash64
from arena.episode.conformance import ProtocolFault, check_protocol
from arena.episode.context import EpisodeContext
from arena.episode.episode import BySeat, Episode
from arena.episode.measurement import Measurement
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Branch, Plan, Played
from arena.episode.playing import play_episode
from arena.episode.probes import Probe
from arena.episode.protocol import Protocol
from arena.episode.record import NO_RECORD, Call, Recorder, Tape
from arena.episode.turns import Turn
from arena.episode.wrapping import WrappingProtocol

__all__ = [
    "NO_RECORD",
    "Branch",
    "BySeat",
    "Call",
    "Ending",
    "Episode",
    "EpisodeContext",
    "Measurement",
    "Outcome",
    "Plan",
    "Played",
    "Probe",
    "Protocol",
    "ProtocolFault",
    "Recorder",
    "Tape",
    "Turn",
    "WrappingProtocol",
    "annotation_rows",
    "check_protocol",
    "hash64",
    "play_episode",
]

if not TYPE_CHECKING:  # so that a type checker still knows a misspelt name for what it is
    from arena.episode.owned import __getattr__ as __getattr__
