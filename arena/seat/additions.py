"""Notes on what an agent was sent besides its request, so that a record shows all that it was sent.

A persona stands below the brief, and advice above the question; both are an agent's own and not in the
transcript. The format to which a reply is held is sent beside the messages. Each is a note on the reply.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from arena.core.text import storable
from arena.forms import Form
from arena.seat.agent import RequestUsage
from arena.seat.transcript import Event

SENT = "also sent "
"""How all of these notes begin. They are no notes on how a request was changed to suit a server."""


class Added(StrEnum):
    """Where something was added to a request."""

    BRIEF = "below the brief"
    QUESTION = "above the question"
    ASIDE = "below the question"
    FORMAT = "as the format"


def added(where: Added, text: str) -> str:
    """Return the note that `text` was added to a request."""
    return f"{SENT}{where}: {storable(text)}"


def additions(notes: Iterable[str]) -> Iterator[tuple[Added, str]]:
    """Yield what notes say was added to a request, in the order in which it was added."""
    for note in notes:
        if note.startswith(SENT):
            where, _, text = note.removeprefix(SENT).partition(": ")
            yield Added(where), text


def with_format(spent: RequestUsage, form: Form[Any], prompt: Event) -> RequestUsage:
    """Return the usage with a note of the JSON schema that was sent, unless the prompt holds the schema."""
    schema = json.dumps(form.schema(), separators=(",", ":"))
    if schema in prompt.text:
        return spent
    return spent._replace(notes=(*spent.notes, added(Added.FORMAT, schema)))
