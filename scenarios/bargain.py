"""Bargaining over things whose value and cost are private: is there a deal, at what price, and who gains?

``arena run bargain --agents greedy-haggler fair-haggler`` needs no model. In ``arena tournament bargain
--agents greedy-haggler fair-haggler local`` each agent meets each other agent, as buyer and as seller.
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
