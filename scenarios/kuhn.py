"""Kuhn poker between an equilibrium, a solver, a careless player and a random one: who wins from whom?"""

from arena import Tournament
from protocols import Play

scenario = Tournament(
    name="kuhn",
    protocol=Play(game="kuhn"),
    agents=["kuhn-nash", "cfr?iterations=1000", "noisy:kuhn-nash?rate=0.3", "random"],
    format="round-robin?meetings=250",
)
