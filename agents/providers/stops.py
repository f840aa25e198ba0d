"""Reading why a completion ended, from the words that servers use.

OpenAI says ``stop``, ``length`` and ``content_filter``; Anthropic ``end_turn``, ``max_tokens`` and
``refusal``; TGI ``eos_token``; Gemini ``STOP``, ``MAX_TOKENS`` and ``SAFETY``; Mistral ``model_length``;
Zhipu ``sensitive`` and ``network_error``; vLLM and SGLang ``abort``; OpenRouter ``error``; DeepSeek
``insufficient_system_resource``; Ollama ``load`` and ``unload`` where it wrote nothing. Gateways pass on the
words of the servers behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from agents.providers.faults import Fault, FaultKind
from arena.core.text import printable
from arena.seat.agent import Stop

_COMPLETE = (
    "", "stop", "stopped", "stop_sequence", "stop_token", "end_turn", "end", "eos", "eos_token", "complete",
    "completed", "done", "finish", "finished", "success", "tool_calls", "tool_call", "tool_use",
    "function_call",
)  # fmt: skip
_TRUNCATED = (
    "length", "max_tokens", "max_length", "max_output_tokens", "max_completion_tokens", "model_length",
    "token_limit", "context_length", "context_length_exceeded", "context_window_exceeded",
    "model_context_window_exceeded", "incomplete", "pause_turn",
)  # fmt: skip
_REFUSED = (
    "content_filter", "content_filtered", "content_policy", "guardrail_intervened", "refusal", "safety",
    "sensitive", "recitation", "blocklist", "prohibited_content", "spii", "image_safety",
)  # fmt: skip
_BROKEN = (
    "abort", "aborted", "cancel", "cancelled", "canceled", "error", "failed", "failure", "internal_error",
    "load", "unload", "malformed_function_call", "malformed_response", "model_error", "network_error",
    "overloaded", "insufficient_system_resource", "server_error", "timeout", "upstream_error", "unavailable",
)  # fmt: skip
_STOPS: dict[str, Stop] = {
    **dict.fromkeys(_COMPLETE, Stop.COMPLETE),
    **dict.fromkeys(_TRUNCATED, Stop.TRUNCATED),
    **dict.fromkeys(_REFUSED, Stop.REFUSED),
}
_LONGEST = 40


class Ended(NamedTuple):
    """The reason why a completion ended. `notes` holds the server's word if it is not known."""

    stop: Stop
    notes: tuple[str, ...] = ()


def read_stop(said: object, usage: Mapping[str, int], *, is_empty: bool) -> Ended:
    """Return why a completion ended, from the server's word.

    A text without a reason, or with an unknown one, counts as complete.

    Args:
        said: the server's word, as it came.
        usage: the usage of the completion.
        is_empty: whether the model wrote nothing.

    Raises:
        Fault: if the server says that it broke off, if its reason is not a word, or if the model wrote
            nothing and the reason is not known.
    """
    if said is None:
        return Ended(Stop.COMPLETE)
    if not isinstance(said, str):
        raise Fault(FaultKind.GARBLED, "the reason why the completion ended is not a word", usage=usage)
    word = said.strip().lower().replace("-", "_").replace(" ", "_")
    if word in _STOPS:
        return Ended(_STOPS[word])
    shown = printable(said.strip()[:_LONGEST])
    if word in _BROKEN:
        raise Fault(FaultKind.GARBLED, f"the server broke the completion off ({shown})", usage=usage)
    if is_empty:
        reason = f"the completion is empty, and ended for a reason that is not known ({shown})"
        raise Fault(FaultKind.GARBLED, reason, usage=usage)
    return Ended(Stop.COMPLETE, (f"the completion ended for a reason that is not known ({shown})",))
