"""What runs come to: summaries, metrics, figures and reports."""

from arena.results.summary import AgentLine, Summary, summarise
from arena.results.usage import Spending, Usage, spending

__all__ = ["AgentLine", "Spending", "Summary", "Usage", "spending", "summarise"]
