"""What protocols tell programs beside the text, in the fields of a prompt."""

from __future__ import annotations

from typing import Any

from arena.seat.agent import Request


def prompt_fields(request: Request, asks: str, agent: str) -> dict[str, Any]:
    """Return the fields of a prompt, if it asks for this.

    Args:
        request: what the agent is asked.
        asks: what it is there for, by the name that protocols give it.
        agent: what it is, as the error says it.

    Raises:
        ValueError: if it asks for something else.
    """
    fields = request.prompt.data
    if not isinstance(fields, dict) or fields.get("asks") != asks:
        raise ValueError(f"this agent {agent}, and was asked for something else")
    return fields
