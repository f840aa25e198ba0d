"""A place in a JSON text that comes in chunks, from which one value after the other is read.

`json` finds where a value ends, and `arena.core.jsonl.read_json` reads it, so values have the rules of JSON
lines. An incremental parser such as ijson would bound neither a value's size nor its depth, and would read
numbers by other rules.
"""

from __future__ import annotations

from collections.abc import Iterator
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


class BrokenDocument(UsageError):
    """A document cannot be read further. The message says why, and `line` says where."""

    def __init__(self, why: str, line: int) -> None:
        super().__init__(why)
        self.line = line


class Passed(NamedTuple):
    """A value, or the `BadLine` that says why it is none, and whether its end was found."""

    value: Any
    whole: bool


class JsonText:
    """A place in a text that comes in chunks."""

    def __init__(self, chunks: Iterator[str]) -> None:
        self._chunks = chunks
        self._held = ""
        self._at = self._passed = self._kept = 0
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

    def value(self) -> Passed:
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
                return Passed(self._too_long() or BadLine(f"it is no JSON ({said})"), whole=False)
            except RecursionError:
                return Passed(BadLine("it is nested too deeply"), whole=False)
            if end < len(self._held) - _AHEAD or not self._more():
                break
        bad, content = self._too_long(end), self._held[self._at : end]
        self._pass(end)
        return Passed(bad or self._bad or _read(content), whole=True)

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

    def kept(self) -> Any:
        """Pass the next value and return it, as one of those that are kept together.

        Raises:
            BrokenDocument: if it cannot be read, or is too long together with those before it.
        """
        before = self._passed + self._at
        found = self.sound()
        self._kept += self._passed + self._at - before
        if self._kept > LONGEST_RECORD:
            raise BrokenDocument(
                f"it has more than {LONGEST_RECORD:,} characters beside the episodes", self.line
            )
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
            self._passed += self._at
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
