"""The designs that can be run: scenarios, tournaments, comparisons, pools, coaching and forks."""

from arena.designs._pool import Pool
from arena.designs.building import ForkSource, Source, build, build_fork
from arena.designs.coached import Coached
from arena.designs.coaching import Arm, Coaching
from arena.designs.comparison import Comparison, Condition
from arena.designs.fork import Fork, labelled_turns, pick_turns
from arena.designs.league import League
from arena.designs.scenario import AnyScenario, Round, Scenario, Seating
from arena.designs.tournament import Tournament

__all__ = [
    "AnyScenario",
    "Arm",
    "Coached",
    "Coaching",
    "Comparison",
    "Condition",
    "Fork",
    "ForkSource",
    "League",
    "Pool",
    "Round",
    "Scenario",
    "Seating",
    "Source",
    "Tournament",
    "build",
    "build_fork",
    "labelled_turns",
    "pick_turns",
]
