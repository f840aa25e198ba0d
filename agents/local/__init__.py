"""Language models on this machine, in this process, without a key, run by llama.cpp (extra ``local``).

`agents.local.agent` is the agent, `agents.local.policy` the one that answers by probabilities,
`agents.local.worker` the thread in which a model works through requests, and `agents.local.llama` the model
itself. Nothing here imports llama.cpp before a model is first asked.
"""

from agents.local.agent import Local
from agents.local.policy import LocalPolicy

__all__ = ["Local", "LocalPolicy"]
