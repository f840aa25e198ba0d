"""Ranking the agents of one run, or of several runs of the same configuration together."""

from arena.results.ranking._played import what_is_played
from arena.results.ranking._ranking import Leaderboard, RankedRun, last_played, rank

__all__ = ["Leaderboard", "RankedRun", "last_played", "rank", "what_is_played"]
