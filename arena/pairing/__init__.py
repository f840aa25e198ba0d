"""Tournament formats: pure functions from the entrants and the finished rounds to the next matches."""

from collections.abc import Mapping
from types import MappingProxyType

from arena.pairing._bracket import BracketDecision
from arena.pairing._elimination import DoubleElimination, SingleElimination
from arena.pairing._one_round import ONE_ROUND, Gauntlet, MirrorMatches, RoundRobin
from arena.pairing._opponents import OpponentPool, OpponentRule, opponent_weights
from arena.pairing._pairing import Format, Pairing
from arena.pairing._swiss import Swiss

TOURNAMENT_FORMATS: Mapping[str, type[Format]] = MappingProxyType(
    {
        "double-elimination": DoubleElimination,
        "gauntlet": Gauntlet,
        "pool": OpponentPool,
        "round-robin": RoundRobin,
        "self-play": MirrorMatches,
        "single-elimination": SingleElimination,
        "swiss": Swiss,
    }
)
"""Every format by its name on the command line. Calling one makes it with its default parameters."""

__all__ = [
    "ONE_ROUND",
    "TOURNAMENT_FORMATS",
    "BracketDecision",
    "DoubleElimination",
    "Format",
    "Gauntlet",
    "MirrorMatches",
    "OpponentPool",
    "OpponentRule",
    "Pairing",
    "RoundRobin",
    "SingleElimination",
    "Swiss",
    "opponent_weights",
]
