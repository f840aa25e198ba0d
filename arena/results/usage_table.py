"""Showing usage: a table by agent, and a line for each seat of an episode."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from arena.core.console import plain
from arena.results.usage import Usage, UsageBreakdown
from arena.spending.limits import in_dollars

_IN_FULL = 10_000_000
_UNKNOWN = "unknown"
_HEADS = ("calls", "prompt", "prefix", "cached", "completion", "tokens/s", "cost")
_MEASURED = ("cached", "tokens/s")


def usage_table(spending: UsageBreakdown, *, expected: bool = False) -> Table:
    """Return the table of each agent's usage, with the total if there are several agents.

    If the usage is only `expected`, the table has no rate and no share from a cache.
    """
    heads = [head for head in _HEADS if not (expected and head in _MEASURED)]
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("agent", overflow="fold")
    for head in heads:
        # In a narrow terminal the names of agents are folded, and figures are not.
        table.add_column(head, no_wrap=True, justify="right")
    agents = spending.agents
    for agent, usage in agents.items():
        table.add_row(plain(agent), *(_cells(usage)[head] for head in heads))
    if len(agents) > 1:
        total = _cells(spending.total)
        table.add_row(Text("total"), *(total[head] for head in heads))
    return table


def usage_notes(usage: Usage) -> Iterator[str]:
    """Yield sentences about requests that the table's figures leave out or count as zero."""
    if usage.failed_attempts:
        yield f"{usage.failed_attempts:,} of {usage.attempts:,} attempts failed."
    if usage.cache_hits:
        yield f"{usage.cache_hits:,} of {usage.calls:,} calls were answered from the response cache."
    if usage.told < usage.calls:
        yield f"The tokens of {usage.calls - usage.told:,} of {usage.calls:,} calls are unknown."
    if usage.unpriced and _cost(usage) != _UNKNOWN:
        yield f"The cost of {usage.unpriced:,} of {usage.calls:,} calls is unknown."


def usage_lines(spending: UsageBreakdown) -> Iterator[Text]:
    """Yield a line on each seat's usage, and the models that answered for it."""
    for seat, usage in spending.seats.items():
        models = sorted({who.model for who in spending.parts if who.seat == seat and who.model})
        named = f" ({', '.join(models)})" if models else ""
        yield plain(f"{seat}{named} took {'; '.join(_said(usage))}.")


def _cells(usage: Usage) -> dict[str, str]:
    rate = usage.tokens_per_second
    return {
        "calls": f"{usage.calls:,}",
        "prompt": _tokens(usage.prompt_tokens),
        "prefix": _share(usage.prefix_share),
        "cached": _share(usage.cached_share),
        "completion": _tokens(usage.completion_tokens),
        "tokens/s": _UNKNOWN if rate is None else f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}",
        "cost": _cost(usage),
    }


def _said(usage: Usage) -> Iterator[str]:
    yield "1 call" if usage.calls == 1 else f"{usage.calls:,} calls"
    if usage.failed_attempts:
        yield f"{usage.failed_attempts:,} of {usage.attempts:,} attempts failed"
    shares = [
        f"{_share(share)} {what}"
        for share, what in (
            (usage.prefix_share, "in earlier prompts"),
            (usage.cached_share, "from the cache"),
        )
        if share is not None
    ]
    yield f"{usage.prompt_tokens:,} prompt tokens" + (f" ({', '.join(shares)})" if shares else "")
    thought = f" ({usage.reasoning_tokens:,} of reasoning)" if usage.reasoning_tokens else ""
    yield f"{usage.completion_tokens:,} completion tokens{thought}"
    if usage.told < usage.calls:
        yield f"tokens of {usage.calls - usage.told:,} calls unknown"
    yield f"cost {_cost(usage)}"


def _tokens(count: int) -> str:
    return f"{count:,}" if count < _IN_FULL else f"{count / 1e6:,.1f}M"


def _share(share: float | None) -> str:
    return _UNKNOWN if share is None else f"{share * 100:.0f} %"


def _cost(usage: Usage) -> str:
    if usage.nothing_is_priced:
        return _UNKNOWN
    return f">= {in_dollars(usage.dollars)}" if usage.unpriced else in_dollars(usage.dollars)
