"""Coached bargaining: a buyer who learns from its games and a critic's advice, from its games alone, or not.

The design of Fu et al. 2023, "Improving Language Model Negotiation with Self-Play and In-Context Learning
from AI Feedback". ``--agents BUYER SELLER`` says who bargains, ``--set seats.critic=AGENT`` who advises the
buyer.
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
