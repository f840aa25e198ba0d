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
    Variety,
    agreement,
    borda,
    leading,
    self_certainty,
    uniform_divergence,
    variety,
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
