"""Finding where a reply announces its answer: on a line, in a sentence, a tag, a box or a JSON object."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from arena.forms._status import Status, Unusable
from arena.forms.reading._labels import (
    is_field,
    line_pattern,
    sentence_pattern,
    stems,
    tag_pattern,
    word_pattern,
)
from arena.forms.reading._own import REPORTS, OwnText
from arena.forms.reading.objects import NotOneObject, objects

MOST = 300
"""The largest number of answers in a reply. A reply with more repeats itself without end."""
_ABOVE = 600
_LINES_ABOVE = 10
_NOTHING = re.compile(r"[\s*_`#|:=$\\()\[\]{}>~.-]*(?:<[^<>]*>)?[\s*_`#|$]*")
_NEXT = re.compile(r"(?:\n[ \t#*_|`$]*)(?:\n[ \t]*){0,2}(?P<value>[^\n]+)")
_CLOSED = re.compile(r"[ \t]#+$")
"""What may stand at the end of a heading."""
_SECOND_BAR = re.compile(r"^[ \t]*\|(?P<cell>[^|\n]+)\|[ \t]*$")


class Announced(NamedTuple):
    """An announced answer: its `value`, and where it stands, from `place` to `end`.

    If `is_weak` is true it may not be an answer, so it counts only if it has a meaning. `fields` are the
    fields of the JSON object that holds it, if any.
    """

    place: int
    end: int
    value: str
    is_weak: bool = False
    fields: Mapping[str, Any] | None = None


def announced(own: OwnText, names: str) -> list[Announced]:
    """Return the answers that a reply announces under any of these names, from left to right."""
    found = list(islice(_in_lines(own, names), MOST + 1))
    if len(found) > MOST:
        raise Unusable(Status.AMBIGUOUS, f"it gives more than {MOST:,} answers")
    found.sort(key=lambda one: one.place)
    found = _outside_quotes(own.text, found)
    if fields := fields_of(own):
        given = [v for name, v in fields.items() if is_field(name, names) and _is_short(v)]
        found += [Announced(len(own.text), len(own.text), str(value), fields=fields) for value in given]
    return found


def fields_of(own: OwnText) -> Mapping[str, Any] | None:
    """Return the fields of the JSON object in a reply, or None if there is not exactly one."""
    if "{" not in own.text:
        return None
    try:
        found = list(objects(own.text))
    except NotOneObject:
        return None
    return found[0] if found and all(one == found[0] for one in found) else None


def _in_lines(own: OwnText, names: str) -> Iterator[Announced]:
    text = own.text
    starts = _lines_with(text, names)
    for start in starts:
        line = line_pattern(names).match(text, start)
        if line is not None and not _is_reported(text, start):
            yield from _on_line(own, line, names)
    for sentence in sentence_pattern(names).finditer(text) if starts else ():
        if sentence["value"].strip():
            yield Announced(sentence.start(), sentence.end(), own.as_written(*sentence.span("value")))
    if (starts and "<" in text) or "\\" in text:
        for tag in tag_pattern(names).finditer(text):
            if tag["boxed"] is not None:
                yield Announced(tag.start(), tag.end(), own.as_written(*tag.span("boxed")))
            elif tag["value"].strip():
                yield Announced(tag.start(), tag.end(), own.as_written(*tag.span("value")))
            elif following := _NEXT.match(text, tag.start("end")):
                yield Announced(
                    tag.start(), following.end(), own.as_written(*following.span("value")), is_weak=True
                )


def _lines_with(text: str, names: str) -> list[int]:
    """Return where the lines begin that contain one of these names. Only these are examined further."""
    lower = text.lower()
    starts: set[int] = set()
    for word in stems(names):
        at = lower.find(word)
        while at >= 0:
            starts.add(lower.rfind("\n", 0, at) + 1)
            end = lower.find("\n", at)
            at = lower.find(word, end) if end >= 0 else -1
    return sorted(starts)[: 2 * MOST + 2]


def _on_line(own: OwnText, line: re.Match[str], names: str) -> Iterator[Announced]:
    """Yield what a line announces. If the line holds only the label, the answer is on the next line."""
    value, text = line["value"], own.text
    if _NOTHING.fullmatch(value):
        if line["is"] and not line["sep"]:
            return
        if line["sep"] and value.strip(" \t*_`|"):
            yield Announced(line.start(), line.end(), own.as_written(*line.span("value")), is_weak=True)
        following = _NEXT.match(text, line.end())
        if following and not line_pattern(names).match(text, following.start("value")):
            yield Announced(
                line.start(), following.end(), own.as_written(*following.span("value")), is_weak=True
            )
        return
    if not line["sep"]:
        if not line["is"] and not any(mark in line["close"] for mark in "*_])}】|"):
            return
        if not line["is"] and (cell := _SECOND_BAR.match(f"|{value}")):
            value = cell["cell"]
        yield Announced(
            line.start(), line.end(), own.as_written(*line.span("value")).strip(" |"), is_weak=True
        )
        return
    whole = own.as_written(*line.span("value")).strip(" |")
    yield Announced(line.start(), line.end(), _CLOSED.sub("", whole) if "#" in line[0][:8] else whole)
    for again in word_pattern(names).finditer(value):
        begins = line.start("value") + again.start("value")
        yield Announced(line.start(), line.end(), own.as_written(begins, line.end()), is_weak=True)


def _is_short(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _is_reported(text: str, start: int) -> bool:
    """Return whether a line above says that somebody else said this.

    That is the line directly above, or one that ends in a colon.
    """
    above = text[max(0, start - _ABOVE) : start].rstrip("\n")
    is_apart = start > 1 and text[start - 2] == "\n"
    paragraph = "" if is_apart and not above.endswith(":") else above
    for distance, line in enumerate(reversed(paragraph.split("\n")[-_LINES_ABOVE:])):
        if not line.strip():
            return False
        if REPORTS.search(line[-200:]) and (distance == 0 or line.rstrip().endswith(":")):
            return True
    return False


def _outside_quotes(text: str, found: list[Announced]) -> list[Announced]:
    """Return the answers that do not stand between two distant quotation marks."""
    if '"' not in text:
        return found
    marks = [mark.start() for mark in re.finditer('"', text)]
    return [
        one for one in found if (count := bisect_right(marks, one.place - 1)) % 2 == 0 or count == len(marks)
    ]
