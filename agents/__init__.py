"""Part of Arena (arena-protocols): the agents, which answer for seats.

Each agent has a file of its own. To add one, write a file with a dataclass that subclasses `arena.Agent`, and
add a line to the table below. In another distribution, add an entry point in the group ``arena.agents``.
"""

AGENTS = {
    "aggregate": "agents.aggregate:Aggregate",
    "anthropic": "agents.providers.anthropic:Anthropic",
    "best-of": "agents.best_of:BestOf",
    "cfr": "agents.policies:Cfr",
    "coached": "agents.coached:CoachedAgent",
    "continued": "agents.continued:Continued",
    "exact-critic": "agents.exact_critic:ExactCritic",
    "failing": "agents.troubled:Failing",
    "fair": "agents.bargainers:Fair",
    "fair-haggler": "agents.hagglers:FairHaggler",
    "fobar": "agents.fobar:Fobar",
    "greedy": "agents.bargainers:Greedy",
    "greedy-haggler": "agents.hagglers:GreedyHaggler",
    "guided": "agents.guided:Guided",
    "illegal": "agents.troubled:Illegal",
    "kuhn-nash": "agents.policies:KuhnNash",
    "local": "agents.local:Local",
    "local-policy": "agents.local:LocalPolicy",
    "lookahead": "agents.lookahead:Lookahead",
    "minimax": "agents.minimax:Minimax",
    "misled": "agents.misled:MisledAgent",
    "noisy": "agents.troubled:Noisy",
    "openai": "agents.providers.openai:OpenAI",
    "openai-compatible": "agents.providers.openai:OpenAICompatible",
    "panel": "agents.panel:Panel",
    "persona": "agents.persona:Persona",
    "random": "agents.random:Random",
    "scripted": "agents.scripted:ScriptedModel",
    "slow": "agents.troubled:Slow",
    "sneaky": "agents.sneaky:Sneaky",
    "solver": "agents.solver:Solver",
    "strategist": "agents.strategist:Strategist",
    "table": "agents.policies:Table",
    "transitions": "agents.transitions:Transitions",
    "taught": "agents.taught:Taught",
}
