"""The results of runs: summaries, metrics, figures and reports."""

from arena.results._summary import AgentLine, Summary, counted, summarise
from arena.results.usage import Usage, UsageBreakdown, spending

__all__ = ["AgentLine", "Summary", "Usage", "UsageBreakdown", "counted", "spending", "summarise"]
