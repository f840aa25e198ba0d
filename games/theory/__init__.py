"""Game theory in pure functions, for games that are small enough to enumerate.

A `Policy` says how one player plays. It has the probability of each action in each information state of the
player. A `Profile` holds one policy for each player. All functions here take and return plain mappings of
this form. They treat players who move at the same time as players who move in turn without seeing each
other's moves.
"""

from __future__ import annotations

from games.theory.best_response import BestResponse, best_response, exploitability, nash_conv
from games.theory.cfr import cfr_plus
from games.theory.kuhn import kuhn_equilibrium
from games.theory.minimax import Solution, minimax
from games.theory.policies import DecisionPoint, Policy, Profile, information_states, uniform
from games.theory.tree import NotEnumerated
from games.theory.values import expected_returns

__all__ = [
    "BestResponse",
    "DecisionPoint",
    "NotEnumerated",
    "Policy",
    "Profile",
    "Solution",
    "best_response",
    "cfr_plus",
    "expected_returns",
    "exploitability",
    "information_states",
    "kuhn_equilibrium",
    "minimax",
    "nash_conv",
    "uniform",
]
