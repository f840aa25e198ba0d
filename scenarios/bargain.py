"""Bargaining over things whose value and cost are private: deal or no deal, at what price, for whose good?

``arena run bargain --agents greedy-haggler fair-haggler`` needs no model, and ``arena tournament bargain
--agents greedy-haggler fair-haggler local`` has each meet each, both as buyer and as seller.
"""

from arena import Scenario
from arena.tasks import haggling
from protocols import Bargain

scenario = Scenario(
    name="bargain",
    protocol=Bargain(turns=6),
    tasks=haggling(n=1000, seed=7),
    first=10,
    seats={"buyer": "local", "seller": "local"},
    swap=True,
)
