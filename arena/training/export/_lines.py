"""The formats of JSON lines. Each makes a line of a row, or of a pair of replies to one prompt.

In every format, a line trains one reply of one seat. Earlier turns are only in the prompt, and the words of
others are never in an assistant's message. Some trainers learn from every assistant's message by default, so
the earlier ones are excluded: for OpenAI by a weight of 0, and for LLaMA-Factory by its setting
``mask_history: true``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from arena.seat import parts
from arena.seat.calls import openai_calls
from arena.seat.messages import Message
from arena.training.export._pairs import Pair
from arena.training.export._pictures import openai_content
from arena.training.export._row import NO_RETURN, Row

NEITHER = "neither better nor worse than the baseline"
_SHAREGPT = {"system": "system", "user": "human", "assistant": "gpt"}


def trl_sft(row: Row) -> dict[str, Any]:
    """Return a row for TRL's `SFTTrainer`: prompt and completion as messages.

    The loss is on the completion.
    """
    said = {"role": "assistant", "content": row.completion}
    completion = {**said, "tool_calls": openai_calls(row.calls)} if row.calls else said
    return {"prompt": _chat(row.prompt), "completion": [completion], **_offered(row), **row.facts()}


def trl_kto(row: Row) -> dict[str, Any] | str:
    """Return a row for TRL's `KTOTrainer`. It is desirable if its advantage is greater than 0."""
    desirable = _desirable(row)
    return desirable if isinstance(desirable, str) else {**trl_sft(row), "label": desirable}


def _desirable(row: Row) -> bool | str:
    """Return whether a reply is desirable, or why it is neither that nor undesirable."""
    if row.advantage is None:
        return row.unearned or NO_RETURN
    return NEITHER if row.advantage == 0 else row.advantage > 0


def trl_dpo(pair: Pair) -> dict[str, Any]:
    """Return a pair for TRL's `DPOTrainer`: the prompt, the chosen reply and the rejected reply."""
    chosen, rejected = _said(pair.chosen.completion), _said(pair.rejected.completion)
    return {"prompt": _chat(pair.prompt), "chosen": chosen, "rejected": rejected, **pair.facts()}


def spans(row: Row) -> dict[str, Any]:
    """Return a row with the places of its parts in the completion, in characters.

    A completion that one author wrote is one span, whose author is the row's agent.
    A version that is not known is an empty text, so that the column has one type.
    """
    written = row.parts or (parts.ReplyPart(row.completion),)
    found = [
        {
            "start": start,
            "end": end,
            "author": part.author or row.agent,
            "version": part.version or (not part.author and row.policy_version) or "",
            "trains": part.trains,
        }
        for start, end, part in parts.spans(written)
    ]
    return {"prompt": _chat(row.prompt), "completion": row.completion, "spans": found, **row.facts()}


def sharegpt(row: Row) -> dict[str, Any]:
    """Return a row for LLaMA-Factory: human and gpt take turns, and the system's text has its own column."""
    heard = _heard(row.prompt)
    heard["conversations"].append(_gpt(row.completion))
    return {**heard, **row.facts()}


def sharegpt_kto(row: Row) -> dict[str, Any] | str:
    """Return a row for LLaMA-Factory's KTO. It is desirable if its advantage is greater than 0."""
    desirable = _desirable(row)
    return desirable if isinstance(desirable, str) else {**sharegpt(row), "kto_tag": desirable}


def sharegpt_dpo(pair: Pair) -> dict[str, Any]:
    """Return a pair for LLaMA-Factory: the conversation, the chosen reply and the rejected reply."""
    chosen, rejected = _gpt(pair.chosen.completion), _gpt(pair.rejected.completion)
    return {**_heard(pair.prompt), "chosen": chosen, "rejected": rejected, **pair.facts()}


def sharegpt_info(file_name: str, kind: str = "sharegpt") -> dict[str, Any]:
    """Return the entry of LLaMA-Factory's ``dataset_info.json`` for a file of rows.

    Args:
        file_name: the file.
        kind: the format of its rows: ``sharegpt``, ``sharegpt-kto`` or ``sharegpt-dpo``.
    """
    own = ("chosen", "rejected") if kind == "sharegpt-dpo" else ("kto_tag",) if kind == "sharegpt-kto" else ()
    columns = {"messages": "conversations", "system": "system"} | {name: name for name in own}
    return {
        "file_name": file_name,
        "formatting": "sharegpt",
        **({"ranking": True} if kind == "sharegpt-dpo" else {}),
        "columns": columns,
        "tags": {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"},
    }


def _heard(prompt: Sequence[Message]) -> dict[str, Any]:
    system = prompt[0].content if prompt and prompt[0].role == "system" else ""
    spoken = (message for message in prompt if message.role != "system")
    said = [{"from": _SHAREGPT[message.role], "value": message.content} for message in spoken]
    return {"conversations": said, "system": system}


def _gpt(text: str) -> dict[str, str]:
    return {"from": "gpt", "value": text}


def openai_sft(row: Row) -> dict[str, Any]:
    """Return a row for OpenAI's supervised fine-tuning, which allows no other fields."""
    prompt: list[dict[str, Any]] = [
        {**message, "weight": 0} if message["role"] == "assistant" else message
        for message in seen_chat(row.prompt)
    ]
    said: dict[str, Any] = {"role": "assistant", "content": row.completion, "weight": 1}
    if row.calls:
        said["tool_calls"] = openai_calls(row.calls)
    return {"messages": [*prompt, said], **_offered(row)}


def openai_dpo(pair: Pair) -> dict[str, Any]:
    """Return a pair for OpenAI's preference fine-tuning, which allows no other fields."""
    return {
        "input": {"messages": seen_chat(pair.prompt)},
        "preferred_output": _said(pair.chosen.completion),
        "non_preferred_output": _said(pair.rejected.completion),
    }


def _chat(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return messages as chat templates take them, with calls of tools as OpenAI has them."""
    return list(map(_message, messages))


def _message(message: Message) -> dict[str, Any]:
    found: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.calls:
        found["tool_calls"] = openai_calls(message.calls)
    if message.answers:
        found["tool_call_id"] = message.answers
    return found


def _offered(row: Row) -> dict[str, Any]:
    """Return the tools that the agent was sent beside the prompt, if any, as OpenAI has them."""
    tools = [
        {
            "type": "function",
            "function": {"name": one.name, "description": one.description, "parameters": one.schema},
        }
        for one in row.tools
    ]
    return {"tools": tools} if tools else {}


def seen_chat(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return messages as OpenAI's chat takes them, with their pictures."""
    return [{**_message(message), "content": openai_content(message)} for message in messages]


def _said(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]
