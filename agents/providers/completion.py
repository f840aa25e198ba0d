"""One completion, as far as both dialects agree, and the careful reading of JSON that a stranger sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic_core import from_json

from agents.providers.faults import Fault, Kind
from arena.agent import NOT_SAID, AnsweredBy, Stop, Tokens
from arena.text import printable

_THINK, _THOUGHT = "<think>", "</think>"

LONGEST_NAME = 200
"""How many characters of a model's name, as a server says it, are kept."""
LONGEST_TEXT = 1_000_000
"""How many characters of a completion are kept; more than any model writes, less than what fills a disk."""


class Completion(NamedTuple):
    """What a model wrote, what it thought apart from it, why it stopped, what that took, and its tokens.

    `cost` is in dollars, None if the server does not tell it; `answered_by` is what the server says answered.
    """

    text: str
    reasoning: str
    stop: Stop
    usage: Mapping[str, int]
    tokens: Tokens | None = None
    cost: float | None = None
    answered_by: AnsweredBy = NOT_SAID

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


def answered_by(model: object, fingerprint: object = None) -> AnsweredBy:
    """Return what a server says answered, as far as it is text."""
    return AnsweredBy(*(_named(said) for said in (model, fingerprint)))


def _named(said: object) -> str:
    return printable(said[:LONGEST_NAME]) if isinstance(said, str) else ""
