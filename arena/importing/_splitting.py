"""Splitting a text into its JSON documents, or the list in one into its entries, in a little memory.

Only one record is held at a time, and its size is bounded.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any, NamedTuple

from arena.importing._json_text import BrokenDocument, JsonText


class Record(NamedTuple):
    """A record, the line on which it begins, and its number among the records that begin on that line.

    If it cannot be read, its value is the `BadLine` that says why. `document` is the number, from 0, of the
    document that it is an entry of.
    """

    value: Any
    line: int
    on_line: int = 1
    document: int = 0


def documents(chunks: Iterator[str]) -> Iterator[Record]:
    """Yield each JSON document of a text: one a line, several on a line, or each over several lines.

    A bad document is yielded as such. What follows begins with the next line that opens an object or a list.
    """
    text = JsonText(chunks)
    line = on_line = 0
    while text.peek():
        on_line = on_line + 1 if text.line == line else 1
        line = text.line
        found = text.value()
        yield Record(found.value, line, on_line)
        if not found.whole:
            text.next_opening()


def entries(chunks: Iterator[str], path: Sequence[str]) -> Iterator[Record]:
    """Yield the entries of the list at a path in each document of a text, or the value there if it is none.

    Args:
        chunks: the text.
        path: names and places (from 0). It is empty if the list is the document itself.

    Raises:
        BrokenDocument: if a document is cut off or no JSON, or has nothing at the path.
    """
    text = JsonText(chunks)
    document = 0
    while text.peek():
        line = text.line
        found = yield from _below(text, tuple(path), document)
        if not found:
            raise BrokenDocument(f"there are no episodes at {'.'.join(path) or '$'}", line)
        document += 1


def frames(chunks: Iterator[str], path: Sequence[str]) -> list[Any]:
    """Return each document of a text without what `entries` yields of it.

    Raises:
        BrokenDocument: if a document is cut off or no JSON, or the rest of all together is too long.
    """
    text = JsonText(chunks)
    found = []
    while text.peek():
        found.append(_rest(text, tuple(path)))
    return found


def _rest(text: JsonText, path: tuple[str, ...]) -> Any:
    opening = text.peek()
    if not path:
        if opening == "[":
            for _ in text.members():
                text.value()
        else:
            text.sound()
        return None
    if opening not in ("{", "["):
        return text.kept()
    found = {name: _rest(text, path[1:]) if name == path[0] else text.kept() for name in text.members()}
    return found if opening == "{" else list(found.values())


def _below(text: JsonText, path: tuple[str, ...], document: int) -> Generator[Record, None, bool]:
    """Yield the records at a path of the value that begins here. Return whether there are any to yield."""
    opening = text.peek()
    if opening not in ("{", "["):
        text.sound()
        return False
    if not path and opening == "{":
        line = text.line
        yield Record(text.sound(), line, document=document)
        return True
    found = False
    for name in text.members():
        if not path:
            line, value = text.line, text.value()
            yield Record(value.value, line, document=document)
            if not value.whole:
                raise BrokenDocument(str(value.value), line)
        elif name == path[0]:
            found = yield from _below(text, path[1:], document)
        else:
            text.sound()
    return found or not path
