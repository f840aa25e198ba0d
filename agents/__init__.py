"""Part of Arena (arena-protocols): the agents, whatever answers for a seat.

One file each. To add one, write a file with a dataclass that subclasses `arena.Agent` and a line in the table
below, or, in another distribution, an entry point in the group ``arena.agents``.
"""

AGENTS = {
    "cfr": "agents.policies:Cfr",
    "failing": "agents.troubled:Failing",
    "illegal": "agents.troubled:Illegal",
    "kuhn-nash": "agents.policies:KuhnNash",
    "minimax": "agents.minimax:Minimax",
    "noisy": "agents.troubled:Noisy",
    "random": "agents.random:Random",
    "slow": "agents.troubled:Slow",
    "table": "agents.policies:Table",
}
