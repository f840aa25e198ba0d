"""Making the agent's reply from a completion, without the key if the completion repeats it."""

from __future__ import annotations

import re

from agents.providers.completion import SAID_BY_THOUGHT, Completion, is_json_object
from agents.providers.faults import scrubbed, without_secret
from arena.seat.agent import AnsweredBy, Reply, Tokens
from arena.seat.calls import ToolCall


def reply_from(completion: Completion, key: str) -> Reply:
    """Return the reply that a completion holds.

    If JSON was requested and came whole in the place of the reasoning, it becomes the text. Tokens are left
    out if they spell the key.

    Args:
        completion: the completion.
        key: the key of the account, which is masked wherever it stands.
    """
    is_answer = completion.structured and not completion.calls
    if is_answer and not completion.text.strip() and is_json_object(completion.reasoning):
        notes = (*completion.notes, SAID_BY_THOUGHT)
        completion = completion._replace(text=completion.reasoning, reasoning="", notes=notes)
    text, reasoning = without_secret(completion.text, key), without_secret(completion.reasoning, key)
    is_clean = (text, reasoning) == completion[:2] and not _reveals(completion.tokens, key)
    tokens = completion.tokens if is_clean else None
    answered_by = AnsweredBy(*(scrubbed(said, key) for said in completion.answered_by))
    calls = tuple([_clean(call, key) for call in completion.calls or ()])
    is_object = completion.structured and not calls and is_json_object(text)
    return Reply(
        text,
        reasoning,
        completion.stop,
        structured=is_object,
        tokens=tokens,
        answered_by=answered_by,
        notes=completion.notes,
        calls=calls,
    )


def _clean(call: ToolCall, key: str) -> ToolCall:
    """Return a call without the key. A name and an id that hold it become ones that servers take back."""
    id_, name = (re.sub(r"[\[\]]", "_", without_secret(said, key)) for said in call[:2])
    return ToolCall(id_, name, without_secret(call.arguments, key))


def _reveals(tokens: Tokens | None, key: str) -> bool:
    """Whether the tokens spell the key, or one of the alternatives to them contains it."""
    if tokens is None:
        return False
    texts = ["".join(tokens.texts), *(text for likely in tokens.likely for text in likely)]
    return any(without_secret(text, key) != text for text in texts)
