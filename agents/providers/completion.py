"""One completion, as far as both dialects agree, and the careful reading of JSON that a stranger sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import from_json

from agents.providers.faults import Fault, Kind
from arena.agent import Stop, Tokens

_THINK, _THOUGHT = "<think>", "</think>"

LONGEST_TEXT = 1_000_000
"""How many characters of a completion are kept; more than any model writes, less than what fills a disk."""


class Completion(NamedTuple):
    """What a model wrote, what it thought apart from it, why it stopped, what that took, and its tokens."""

    text: str
    reasoning: str
    stop: Stop
    usage: Mapping[str, int]
    tokens: Tokens | None = None

    def bounded(self) -> Completion:
        """Return the completion with what is beyond all bounds cut off, and marked as such."""
        if len(self.text) <= LONGEST_TEXT and len(self.reasoning) <= LONGEST_TEXT:
            return self
        text, reasoning = self.text[:LONGEST_TEXT], self.reasoning[:LONGEST_TEXT]
        return self._replace(text=text, reasoning=reasoning, stop=Stop.TRUNCATED, tokens=None)


def thought_apart(text: str) -> tuple[str, str]:
    """Return what a model thought between ``<think>`` and ``</think>``, and what it wrote after that.

    Some servers leave it in the text, without the first tag where the prompt's template has it. A thought
    without an end is all thought: nothing of it is an answer. JSON is left as it is, whatever it quotes.

    >>> thought_apart("<think>He bluffs.</think>\\n\\nI call.")
    ('He bluffs.', 'I call.')
    >>> thought_apart("<think>He bluffs. I call.")
    ('He bluffs. I call.', '')
    >>> thought_apart("I call.")
    ('', 'I call.')
    """
    begins = text.lstrip()
    thought, ended, rest = text.partition(_THOUGHT)
    if begins.startswith("{") or not (ended or begins.startswith(_THINK)):
        return "", text
    return thought.lstrip().removeprefix(_THINK).strip(), rest.lstrip()


def json_object(body: bytes) -> Mapping[str, Any]:
    """Return the JSON object that `body` is.

    Raises:
        Fault: if it is something else.
    """
    try:
        found = from_json(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise Fault(Kind.GARBLED, f"the response is not a JSON object ({len(body):,} bytes)")
    return found


def part(found: object, *path: str) -> Any:
    """Return what is at `path` in nested objects, or None where there is none."""
    for name in path:
        if not isinstance(found, dict):
            return None
        found = found.get(name)
    return found


def counts(found: Mapping[str, object]) -> dict[str, int]:
    """Return those that are counts: what is of another type is unknown, and unknown is left out, not 0."""
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    }
