"""Trade (SPIRAL's Simple Negotiation) with a message beside each move: who gains more from the same goods?"""

from arena import Tournament
from protocols import Play

scenario = Tournament(
    name="trade",
    protocol=Play(game="trade", talk=40),
    agents=["greedy", "fair", "random"],
    format="round-robin?meetings=50",
)
