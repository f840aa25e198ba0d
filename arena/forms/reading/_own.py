"""A reply's lines without its thoughts, and which of them are its own words."""

from __future__ import annotations

import re
from typing import NamedTuple

from arena.forms._status import Status, Unusable
from arena.forms.reading._quoting import own_words
from arena.forms.reading._thoughts import said, without_tokens
from arena.forms.reading.folding import lines_of, normalised
from arena.forms.reading.objects import LONGEST_REPLY

REPORTS = re.compile(
    r"\b(?:says|said|wrote|writes|written|claims?|claimed|answered|answers|argued|argues|stated|"
    r"states|replied|replies|"
    r"responded|responds|suggested|suggests|proposed|proposes|quot\w+|posted|put it|note (?:was|"
    r"is|reads|says)|reads|"
    r"announced|announces|concluded that|told (?:me|us)|answer was|verdict was|asserts|asserted|"
    r"insists|insisted|demands?|demanded|urges?|urged|"
    r"(?:instructed|requested|ordered|asked|told|proposed) by)\b"
    r"[^.!?\n]{0,60}:?\s*$",
    re.IGNORECASE,
)
_OWN_INTRODUCTION = re.compile(
    r"\b(?:my|final|here|conclusion|decision|therefore|thus|so|output|response|result|json|"
    r"i)\b[^\n]*:\s*$|^\W*(?:answer|verdict|move|ruling)\W*$",
    re.IGNORECASE,
)
_OF_OTHERS = re.compile(
    r"\b(?:he|she|they|their|his|her|other|others|opponents?|member\w*|player\w*|side|debater\w*|"
    r"speaker\w*|someone|somebody|"
    r"note|quote|claim\w*|said|says|wrote|you|your|pro|con|affirmative|negative|one|example|"
    r"instead of|never|not|earlier|previous\w*)\b",
    re.IGNORECASE,
)
_FIELD_LINE = re.compile(r"[\s*_#>+-]*[\w ]{1,30}[*_ ]*[:=][^\n]*")


class OwnText(NamedTuple):
    """A reply's `lines` as written, and its own words: `text`, folded, with spaces in place of quotations.

    `blocks` are its fenced blocks, each with its beginning, its end and its content. `is_open` says whether
    the last one was never closed. If the answer stands in a block, `before` is the text before that block.
    """

    lines: list[str]
    text: str
    blocks: tuple[tuple[int, int, str], ...] = ()
    is_open: bool = False
    before: str = ""
    folds: bool = False

    @classmethod
    def of(cls, text: str) -> OwnText:
        """Return the reply in `text`.

        Raises:
            Unusable: if it holds only thoughts, or more than can be read.
        """
        written = said(text)
        if len(written) > LONGEST_REPLY:
            raise Unusable(Status.UNPARSEABLE, f"it is longer than {LONGEST_REPLY:,} characters")
        written = lines_of(without_tokens(written))
        if not written.strip():
            raise Unusable(Status.UNPARSEABLE, "it is empty")
        same = normalised(written)
        if len(same) > LONGEST_REPLY:
            raise Unusable(Status.UNPARSEABLE, f"it is longer than {LONGEST_REPLY:,} characters")
        words = own_words(same)
        return cls(written.split("\n"), words.text, tuple(words.blocks), words.is_open, folds=same != written)

    def between_blocks(self, place: int) -> bool:
        """Return whether a place is behind one block and before another."""
        return bool(self.blocks) and self.blocks[0][1] <= place < self.blocks[-1][0]

    def outside(self) -> str:
        """Return the lines outside the fenced blocks."""
        gone = {
            number
            for start, end, _ in self.blocks
            for number in range(self.text.count("\n", 0, start), self.text.count("\n", 0, end) + 1)
        }
        return "\n".join(line for number, line in enumerate(self.lines) if number not in gone).strip()

    def line_at(self, place: int) -> str:
        """Return the line, as written, that contains a place of `text`."""
        return self.lines[self.text.count("\n", 0, place)]

    def as_written(self, start: int, end: int) -> str:
        """Return part of one line of `text` as it was written, as far as the characters can be matched."""
        if not self.folds:
            return self.text[start:end].strip()
        begins = self.text.rfind("\n", 0, start) + 1
        ends = self.text.find("\n", start)
        ends = len(self.text) if ends < 0 else ends
        line = self.line_at(start)
        if len(line) == ends - begins:
            return line[start - begins : end - begins].strip()
        return self.text[start:end].strip()


def own_block(own: OwnText) -> str | None:
    """Return the content of the fenced block that only formats the answer, or None if there is none.

    It is the only block of a reply and ends it. It is the whole reply, or it holds only fields and follows
    prose.
    """
    if len(own.blocks) != 1:
        return None
    start, end, block = own.blocks[0]
    before, after = own.text[:start].strip(), own.text[end:].strip()
    if after or not block.strip():
        return None
    lines = [line for line in block.strip().split("\n") if line.strip()]
    is_object = lines[0].lstrip().startswith("{")
    is_field_lines = is_object or all(_FIELD_LINE.fullmatch(line) for line in lines)
    if own.is_open and (before or not is_object):
        return None
    first = own.text.count("\n", 0, start) + 1
    inside = "\n".join(own.lines[first : first + block.rstrip("\n").count("\n") + 1])
    if not before:
        return None if any(line.strip() for line in own.lines[: first - 1]) else inside
    said_last = before.rsplit("\n", 1)[-1][-300:]
    if not is_field_lines or REPORTS.search(said_last):
        return None
    if _OWN_INTRODUCTION.search(said_last) and not re.search(
        r"\b(?:he|she|they|their|his|her|opponent\w*)\b", said_last, re.IGNORECASE
    ):
        return inside
    return inside if said_last.endswith((".", "!")) and not _OF_OTHERS.search(said_last) else None
