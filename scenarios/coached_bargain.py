"""Coached bargaining: a buyer that learns from its games and a critic's advice, only from its games, or not.

The design is that of Fu et al. 2023, "Improving Language Model Negotiation with Self-Play and In-Context
Learning from AI Feedback". ``--agents BUYER SELLER`` sets who bargains, and ``--set seats.critic=AGENT`` sets
who advises the buyer.
"""

from arena import Coaching
from arena.tasks import haggling
from protocols import Bargain

scenario = Coaching(
    name="coached-bargain",
    protocol=Bargain(turns=6),
    tasks=haggling(n=1000, seed=7),
    first=5,
    improving="buyer",
    games=4,
    seats={"buyer": "local", "seller": "local", "critic": "local"},
)
