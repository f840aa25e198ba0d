"""An environment that checks answers, as a tool: it says that an answer is right, or to try again.

It is what UFO (Liu et al. 2025, "A simple 'try again' can elicit multi-turn LLM reasoning") says after each
answer, here within one turn. How often an agent may try is the setting ``tool_limits.calls``.
"""

from __future__ import annotations

from arena.tools import ToolContext, ToolFailed

_COMPARED_BY = ("exact", "number")


def try_answer(answer: str, told: ToolContext) -> str:
    """Says whether an answer to the task is right. If it is not, try again with another one."""
    found = [told.right(answer, by) for by in _COMPARED_BY]
    if any(found):
        return "Right."
    if all(one is None for one in found):
        raise ToolFailed("it is not known which answer is right")
    return "Try again."
