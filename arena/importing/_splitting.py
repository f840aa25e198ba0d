"""Splitting a text into its JSON documents, or the list in one into its entries, in a little memory.

Only one record is held at a time, and its size is bounded. `json` finds where a record ends, and
`arena.core.jsonl.read_json` reads it, so records have the rules of JSON lines. An incremental parser such as
ijson would bound neither a record's size nor its depth, and would read numbers by other rules.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from json import JSONDecodeError, JSONDecoder
from math import isinf
from typing import Any, NamedTuple

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine, read_json
from arena.core.text import one_line

LONGEST_RECORD = 64 * 2**20
"""The largest number of characters in a record."""
_AHEAD = 16
"""More characters than the longest token that a cut can leave looking whole or wrong, such as ``\\uXXXX``."""
_OPEN_STRING = "Unterminated string"
_SPACE = " \t\r\n"


class Record(NamedTuple):
    """A record, the line on which it begins, and its number among the records that begin on that line.

    If it cannot be read, its value is the `BadLine` that says why.
    """

    value: Any
    line: int
    on_line: int = 1


class BrokenDocument(UsageError):
    """A document cannot be read further. The message says why, and `line` says where."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.line = line


def documents(chunks: Iterator[str]) -> Iterator[Record]:
    """Yield each JSON document of a text: one a line, several on a line, or each over several lines.

    A bad document is yielded as such. What follows begins with the next line that opens an object or a list.
    """
    text = _Text(chunks)
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
    text = _Text(chunks)
    while text.peek():
        line = text.line
        found = yield from _below(text, tuple(path))
        if not found:
            raise BrokenDocument(f"there are no episodes at {'.'.join(path) or '$'}", line)


def _below(text: _Text, path: tuple[str, ...]) -> Generator[Record, None, bool]:
    """Yield the records at a path of the value that begins here. Return whether there are any to yield."""
    opening = text.peek()
    if opening not in ("{", "["):
        text.sound()
        return False
    if not path and opening == "{":
        line = text.line
        yield Record(text.sound(), line)
        return True
    found = False
    for name in text.members():
        if not path:
            line, value = text.line, text.value()
            yield Record(value.value, line)
            if not value.whole:
                raise BrokenDocument(str(value.value), line)
        elif name == path[0]:
            found = yield from _below(text, path[1:])
        else:
            text.sound()
    return found or not path


class _Value(NamedTuple):
    """A value, or the `BadLine` that says why it is none, and whether its end was found."""

    value: Any
    whole: bool


class _Text:
    """A place in a text that comes in chunks."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._held = ""
        self._at = 0
        self._ended = False
        self._bad: BadLine | None = None
        self._decoder = JSONDecoder(object_pairs_hook=self._object, parse_int=str, parse_float=self._number)
        self.line = 1

    def peek(self) -> str:
        """Return the next character that is no space, or "" at the end."""
        while True:
            while self._at < len(self._held):
                character = self._held[self._at]
                if character not in _SPACE:
                    return character
                self._pass(self._at + 1)
            if not self._more():
                return ""

    def value(self) -> _Value:
        """Pass the next value and return it."""
        self.peek()
        while True:
            self._bad = None
            try:
                _, end = self._decoder.raw_decode(self._held, self._at)
            except JSONDecodeError as error:
                # An escape that is cut looks wrong where it begins.
                cut = error.pos > len(self._held) - _AHEAD or error.msg.startswith(_OPEN_STRING)
                if cut and self._more():
                    continue
                cut = error.pos >= len(self._held.rstrip()) or error.msg.startswith(_OPEN_STRING)
                said = "it is cut off" if self._ended and cut else one_line(error.msg)
                return _Value(self._too_long() or BadLine(f"it is no JSON ({said})"), whole=False)
            except RecursionError:
                return _Value(BadLine("it is nested too deeply"), whole=False)
            if end < len(self._held) - _AHEAD or not self._more():
                break
        bad, content = self._too_long(end), self._held[self._at : end]
        self._pass(end)
        return _Value(bad or self._bad or _read(content), whole=True)

    def sound(self) -> Any:
        """Pass the next value and return it.

        Raises:
            BrokenDocument: if it cannot be read.
        """
        line = self.line
        found = self.value().value
        if isinstance(found, BadLine):
            raise BrokenDocument(str(found), line)
        return found

    def members(self) -> Iterator[str]:
        """Enter the object or list that begins here, and yield each name or place before its value."""
        closing = "}" if self.peek() == "{" else "]"
        self._pass(self._at + 1)
        names: set[str] = set()
        while self.peek() != closing or names:
            name = str(len(names))
            if closing == "}":
                self._expect('"')
                name = str(self.sound())
                self._expect(":")
                self._pass(self._at + 1)
            if name in names:
                raise BrokenDocument(str(_twice(name)), self.line)
            names.add(name)
            yield name
            if self.peek() == closing:
                break
            self._expect(",")
            self._pass(self._at + 1)
        self._pass(self._at + 1)

    def next_opening(self) -> None:
        """Pass the rest of this line, and all lines after it that open neither an object nor a list."""
        while True:
            end = self._held.find("\n", self._at)
            if end < 0:
                self._pass(len(self._held))
                if not self._more():
                    return
                continue
            self._pass(end + 1)
            if (self._at < len(self._held) or self._more()) and self._held[self._at] in "{[":
                return

    def _expect(self, character: str) -> None:
        found = self.peek()
        if found != character:
            said = f"{character} is missing before {found!r}" if found else "it is cut off"
            raise BrokenDocument(f"it is no JSON ({said})", self.line)

    def _object(self, pairs: list[tuple[str, Any]]) -> None:
        names = set()
        for name, _ in pairs:
            if name in names:
                self._bad = _twice(name)
            names.add(name)

    def _number(self, written: str) -> None:
        if isinf(float(written)):
            self._bad = BadLine(f"it has the number {one_line(written, 60)}, which is too large")

    def _pass(self, end: int) -> None:
        self.line += self._held.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read on, and return whether that brought anything. A record that is too long gets no more."""
        if self._ended or len(self._held) - self._at > LONGEST_RECORD:
            return False
        chunks = [self._held[self._at :]]
        # Reading twice as much each time, a long record is looked at a few times only.
        wanted, brought = max(1, len(chunks[0])), 0
        while brought < wanted and not self._ended:
            chunk = next(self._chunks, None)
            self._ended = chunk is None
            chunks.append(chunk or "")
            brought += len(chunks[-1])
        if brought:
            self._held, self._at = "".join(chunks), 0
        return brought > 0

    def _too_long(self, end: int | None = None) -> BadLine | None:
        length = (len(self._held) if end is None else end) - self._at
        if length > LONGEST_RECORD:
            return BadLine(f"it is longer than {LONGEST_RECORD:,} characters")
        return None


def _twice(name: str) -> BadLine:
    return BadLine(f"it has the name {one_line(name, 60)!r} twice in one object")


def _read(content: str) -> Any:
    """Return the value of a JSON text, or why it is none."""
    try:
        return read_json(content.encode(errors="surrogateescape"))
    except BadLine as bad:
        return bad
