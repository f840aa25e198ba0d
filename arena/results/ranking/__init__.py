"""Ranking the agents of one run, or of several runs of the same configuration together."""

from arena.results.ranking._ranking import Leaderboard, RankedRun, rank

__all__ = ["Leaderboard", "RankedRun", "rank"]
