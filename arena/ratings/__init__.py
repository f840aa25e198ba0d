"""Ratings of players, their intervals, and warnings about what they hide: pure functions over results."""

from arena.ratings._bradley_terry import bradley_terry
from arena.ratings._disagreement import disagreements
from arena.ratings._elo import elo
from arena.ratings._graph import cycles, warnings, win_graph
from arena.ratings._half_wins import half_win_ratings
from arena.ratings._head_to_head import HeadToHead, head_to_head
from arena.ratings._joint import joint_standings
from arena.ratings._result import Result
from arena.ratings._skill import Skill, skill
from arena.ratings.bootstrap import Interval, bradley_terry_intervals, cluster_interval
from arena.ratings.standings import APPROXIMATE, BRADLEY_TERRY, PLACKETT_LUCE, Standing, places, standings

__all__ = [
    "APPROXIMATE",
    "BRADLEY_TERRY",
    "PLACKETT_LUCE",
    "HeadToHead",
    "Interval",
    "Result",
    "Skill",
    "Standing",
    "bradley_terry",
    "bradley_terry_intervals",
    "cluster_interval",
    "cycles",
    "disagreements",
    "elo",
    "half_win_ratings",
    "head_to_head",
    "joint_standings",
    "places",
    "skill",
    "standings",
    "warnings",
    "win_graph",
]
