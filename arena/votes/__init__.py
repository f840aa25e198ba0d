"""Combining several answers: votes, agreement, certainty, and rulings over swapped orders."""

from arena.votes.rulings import (
    COMBINATIONS,
    TIE,
    Ballot,
    Ruling,
    RulingStatus,
    majority,
    mean_probability,
    net,
    tie_on_disagreement,
    two_game,
)
from arena.votes.voting import (
    Certainty,
    agreement,
    borda,
    forward_backward,
    leading,
    self_certainty,
    uniform_divergence,
)

__all__ = [
    "COMBINATIONS",
    "TIE",
    "Ballot",
    "Certainty",
    "Ruling",
    "RulingStatus",
    "Variety",
    "agreement",
    "borda",
    "forward_backward",
    "leading",
    "majority",
    "mean_probability",
    "net",
    "self_certainty",
    "tie_on_disagreement",
    "two_game",
    "uniform_divergence",
    "variety",
]
