"""What a reply was made of: the record of drafts that agents keep in a reply's reasoning.

It is JSON with the ``drafts`` in order, each with its ``text``, ``reasoning``, ``status`` and ``reason``, and
the number of the draft that was ``picked``, from 1, or null. A draft that several authors wrote has its
``parts``, too (`arena.seat.parts.parts_record`). Only an agent that writes such a record reads it back, so
that no model's own reasoning can pass for one.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from arena.seat.parts import ReplyPart, parts_from_record


class DraftText(NamedTuple):
    """A draft as it came: its text, whether it is structured and could be used, its parts and reasoning."""

    text: str
    structured: bool
    ok: bool
    parts: tuple[ReplyPart, ...] = ()
    reasoning: str = ""


class Drafted(NamedTuple):
    """The drafts of a reply, and the place of the picked one, from 0. None if no draft became the reply."""

    drafts: tuple[DraftText, ...] = ()
    picked: int | None = None


NOT_DRAFTED = Drafted()
MADE_OF_DRAFTS = "made of the drafts in its reasoning"
"""The note by which an agent says that its reply's reasoning is such a record. No report shows it."""
_DRAFT = ", draft"


def draft_name(name: str) -> str:
    """Return what an annotation of a draft is called, by the name that it would have for the reply.

    >>> draft_name("answer"), reply_name("answer, draft"), reply_name("answer")
    ('answer, draft', 'answer', 'answer')
    """
    return f"{name}{_DRAFT}"


def reply_name(name: str) -> str:
    """Return the name of an annotation without what says that it is one of a draft."""
    return name.removesuffix(_DRAFT)


def is_of_draft(name: str) -> bool:
    """Return whether an annotation of this name is one of a draft."""
    return name.endswith(_DRAFT)


def own_reasoning(reasoning: str) -> str:
    """Return what an agent itself thought, from the record of an agent that wraps others, or else all of it.

    >>> own_reasoning('{"advice": {}, "reasoning": "Hm."}'), own_reasoning("Hm.")
    ('Hm.', 'Hm.')
    """
    if not reasoning.startswith("{"):
        return reasoning
    try:
        record = json.loads(reasoning)
    except ValueError:
        return reasoning
    drafts, picked = record.get("drafts"), record.get("picked")
    if isinstance(drafts, list):
        chosen = drafts[picked - 1] if isinstance(picked, int) and 0 < picked <= len(drafts) else None
        return str(chosen.get("reasoning", "")) if isinstance(chosen, dict) else ""
    return str(record["reasoning"]) if len(record) > 1 and "reasoning" in record else reasoning


def read_drafts(reasoning: str) -> Drafted:
    """Return the drafts in a record; none if the text is no such record."""
    try:
        record = json.loads(reasoning)
        drafts = tuple(
            DraftText(
                str(draft["text"]),
                bool(draft.get("structured", False)),
                draft["status"] == "ok",
                parts_from_record(str(draft["text"]), draft.get("parts", ())),
                str(draft.get("reasoning", "")),
            )
            for draft in record["drafts"]
        )
        picked = record["picked"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return NOT_DRAFTED
    is_place = isinstance(picked, int) and 1 <= picked <= len(drafts)
    return Drafted(drafts, picked - 1 if is_place else None)
