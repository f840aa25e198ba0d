"""Part of Arena (arena-protocols): the agents, whatever answers for a seat.

One file each. To add one, write a file with a dataclass that subclasses `arena.Agent` and a line in the table
below, or, in another distribution, an entry point in the group ``arena.agents``.
"""

AGENTS = {
    "anthropic": "agents.providers.anthropic:Anthropic",
    "best-of": "agents.best_of:BestOf",
    "cfr": "agents.policies:Cfr",
    "failing": "agents.troubled:Failing",
    "illegal": "agents.troubled:Illegal",
    "kuhn-nash": "agents.policies:KuhnNash",
    "local": "agents.local:Local",
    "local-policy": "agents.local:LocalPolicy",
    "minimax": "agents.minimax:Minimax",
    "noisy": "agents.troubled:Noisy",
    "openai": "agents.providers.openai:OpenAI",
    "openai-compatible": "agents.providers.openai:OpenAICompatible",
    "persona": "agents.persona:Persona",
    "random": "agents.random:Random",
    "scripted": "agents.scripted:ScriptedModel",
    "slow": "agents.troubled:Slow",
    "table": "agents.policies:Table",
}
