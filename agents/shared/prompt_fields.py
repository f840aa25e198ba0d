"""Reading the fields of a prompt, which protocols write for programs beside the text."""

from __future__ import annotations

from typing import Any

from arena.seat.agent import Request


def prompt_fields(request: Request, asks: str, agent: str) -> dict[str, Any]:
    """Return the fields of a prompt, if it asks for what the agent can do.

    Args:
        request: the request to the agent.
        asks: the kind of question that the agent answers, by the name that protocols give it.
        agent: what the agent does, for the error's sentence.

    Raises:
        ValueError: if the prompt asks for something else.
    """
    fields = request.prompt.data
    if not isinstance(fields, dict) or fields.get("asks") != asks:
        raise ValueError(f"this agent {agent}, and it was asked for something else")
    return fields
