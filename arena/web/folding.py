"""Words on a page, folded where they are long."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from markupsafe import Markup

from arena.seat.transcript import Event, EventKind
from arena.web.rendering import field_by_field
from arena.web.words import LONGEST, cut, marked_words


class Text(NamedTuple):
    """Words on a page. If they are folded, `length` is that of all of them, and `whole` where they are."""

    words: Markup
    length: int = 0
    whole: str = ""


def event_text(event: Event, whole: str, cited: Sequence[str] = (), most: int = LONGEST) -> Text:
    """Return an event's words, folded after `most` characters; `whole` is where all of them are."""
    long = len(event.text) > most
    if not long and (fields := _fields(event)):
        return Text(cut(fields, cited, most))
    return Text(marked_words(event, cited, most), len(event.text) if long else 0, whole if long else "")


def _fields(event: Event) -> str:
    """Return the fields of a reply that is a JSON object, one a line; "" if it is none."""
    if event.kind is not EventKind.SAID or not event.text.startswith("{"):
        return ""
    fields = event.data
    if not isinstance(fields, dict) or json.dumps(fields, ensure_ascii=False) != event.text:
        return ""
    return field_by_field(fields, "\n")


def cut_text(text: str, whole: str, cited: Sequence[str] = (), most: int = LONGEST) -> Text:
    """Return words that are no event's, folded if they are long."""
    long = len(text) > most
    return Text(cut(text, cited, most), len(text) if long else 0, whole if long else "")


def with_quotes(text: Text) -> Text:
    r"""Return words in which the lines that begin with ``> `` are quotations without that mark.

    Arena marks each line so that it quotes to a judge, so that nobody's words can end the quotation.

    >>> with_quotes(Text(Markup("She says:\n&gt; I\n&gt; pass\nWho wins?"))).words
    Markup('She says:<blockquote>I\npass</blockquote>Who wins?')
    """
    pieces: list[str] = []
    for quoted, lines in groupby(text.words.split("\n"), lambda line: line.startswith("&gt;")):
        if quoted:
            own = "\n".join(line.removeprefix("&gt;").removeprefix(" ") for line in lines)
            pieces.append(f"<blockquote>{own}</blockquote>")
        else:
            pieces.append("\n".join(lines))
    return text._replace(words=Markup("".join(pieces)))
