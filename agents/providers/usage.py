"""Reading a call's usage from the server's response, and leaving out impossible numbers.

These numbers decide how long later calls wait and when a run reaches its caps. So a number that no call can
have taken is left out, and the log says so. The call then counts with its estimated usage.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from agents.providers.completion import part
from arena.core.log import log

MOST_HIDDEN_TOKENS = 1_000_000
"""The most tokens outside of its reply that a model may have written, if `max_tokens` is not set."""
MOST_ADDED_TOKENS = 100_000
"""The most tokens that a server may have added to a prompt, for example by its own instructions."""
MOST_DOLLARS = 1_000.0
"""The most that one call may have cost, in dollars."""
_SHOWN = 50


def counts(found: Mapping[str, object]) -> dict[str, int]:
    """Return the values that are counts.

    A value of another type is unknown, so it is left out and is not 0.
    """
    reported = {}
    for name, value in found.items():
        count = int(value) if isinstance(value, float) and value.is_integer() else value
        if isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 2**53:
            reported[name] = count
        elif value is not None:
            _disbelieve(name, value)
    return reported


def with_left_out(reported: Mapping[str, int], total: object) -> dict[str, int]:
    """Return the counts, with all tokens of reasoning counted in the completion.

    OpenAI counts them in the completion. xAI and Gemini count them only in the `total` of a call, which then
    exceeds prompt and completion by this number.
    https://docs.x.ai/docs/key-information/consumption-and-rate-limits, https://ai.google.dev/gemini-api/docs/tokens

    >>> with_left_out({"prompt_tokens": 32, "completion_tokens": 9, "reasoning_tokens": 94}, 135)
    {'prompt_tokens': 32, 'completion_tokens': 103, 'reasoning_tokens': 94}
    """
    found = dict(reported)
    if isinstance(total, int) and {"prompt_tokens", "completion_tokens"} <= found.keys():
        left_out = total - found["prompt_tokens"] - found["completion_tokens"]
        if 0 < left_out <= MOST_HIDDEN_TOKENS:
            found["completion_tokens"] += left_out
            found.setdefault("reasoning_tokens", left_out)
    return found


def dollars(usage: object) -> float | None:
    """Return the cost of a call if its usage reports it, as OpenRouter and Perplexity do; otherwise None.

    If the caller's own key paid for the model, OpenRouter reports the price of the model's provider apart
    from its own. Then the cost is the sum. https://openrouter.ai/docs/guides/guides/usage-accounting
    """
    cost = part(usage, "cost")
    if isinstance(cost, Mapping):
        cost = cost.get("total_cost")
    if part(usage, "is_byok") is True and _is_amount(
        upstream := part(usage, "cost_details", "upstream_inference_cost")
    ):
        cost = cost + upstream if _is_amount(cost) else cost
    if _is_amount(cost):
        return float(cost)
    if cost is not None:
        _disbelieve("cost", cost)
    return None


def believed(usage: Mapping[str, int], *, sent: int, received: int, most: int | None) -> dict[str, int]:
    """Return the counts of a usage without those that a call of this size cannot have taken.

    Args:
        usage: the counts.
        sent: the bytes of the request. No tokeniser makes more tokens than there are bytes.
        received: the bytes of the response.
        most: the most tokens that the model was allowed to write; None if the server decided.
    """
    read = sent + MOST_ADDED_TOKENS
    written = received + (MOST_HIDDEN_TOKENS if most is None else most)
    bounds = {"completion_tokens": written, "reasoning_tokens": written}
    kept = {}
    for name, count in usage.items():
        if count <= bounds.get(name, read):
            kept[name] = count
        else:
            _disbelieve(name, count)
    if kept.get("cached_tokens", 0) + kept.get("cache_write_tokens", 0) > kept.get("prompt_tokens", read):
        for name in ("cached_tokens", "cache_write_tokens"):
            if name in kept:
                _disbelieve(name, kept.pop(name))
    if len(kept.keys() & {"prompt_tokens", "completion_tokens"}) < len(
        usage.keys() & {"prompt_tokens", "completion_tokens"}
    ):
        return {}  # a part of the usage would be taken for all of it
    return kept


def _is_amount(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value) and 0 <= value <= MOST_DOLLARS  # type: ignore[arg-type,operator]


def _disbelieve(name: str, value: object) -> None:
    is_number = isinstance(value, int | float)
    said = repr(value) if is_number else f"a {type(value).__name__}"  # its text may hold a key
    log.warning("a server's usage is not believed", name=name, reported=said[:_SHOWN])
