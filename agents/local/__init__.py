"""Language models that llama.cpp runs on this machine, in this process, without a key (extra ``local``).

`agents.local.agent` is the agent, and `agents.local.policy` is the agent that answers by probabilities.
`agents.local.worker` is the thread in which a model answers requests, and `agents.local.llama` is the model
itself. llama.cpp is imported when a model is first asked.
"""

from agents.local.agent import Local
from agents.local.policy import LocalPolicy

__all__ = ["Local", "LocalPolicy"]
