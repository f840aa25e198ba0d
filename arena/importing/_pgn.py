"""Games of chess in Portable Game Notation, as records: the tags of each game, and its ``moves``.

Comments, variations, numbers of moves and glyphs are left out (PGN specification of 1994, section 8.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from arena.core.jsonl import BadLine

MOST_MOVES = 100_000
_TAG = re.compile(r'\[\s*(\w+)\s+"((?:[^"\\]|\\.)*)"\s*\]')
_TOKEN = re.compile(r"[{;()]|\$\d+|\d+\.*(?=[\sA-Za-z]|$)|[^\s{};()$]+")
_RESULTS = ("1-0", "0-1", "1/2-1/2", "*")
_MARKS = "!?"


def games(lines: Iterator[str]) -> Iterator[tuple[int, dict[str, Any] | BadLine]]:
    """Yield the games of a text, each after the number of its first line.

    A move is as it stands there, without the marks ``!`` and ``?``. A game that is not closed is a `BadLine`.
    """
    game = _Game()
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if game.in_text or not text.startswith(("[", "%")):
            game.read(text, number)
        elif tag := _TAG.fullmatch(text):
            if game.has_moves:
                yield game.begun, game.record()
                game = _Game()
            game.tag(tag[1], re.sub(r"\\(.)", r"\1", tag[2]), number)
        if game.result:
            yield game.begun, game.record()
            game = _Game()
    if game.begun:
        yield game.begun, game.record()


class _Game:
    """A game that is being read."""

    def __init__(self) -> None:
        self.begun = 0
        self.result = ""
        self._tags: dict[str, str] = {}
        self._moves: list[str] = []
        self._comment = False
        self._depth = 0

    @property
    def in_text(self) -> bool:
        """Whether a comment or a variation is open."""
        return self._comment or self._depth > 0

    @property
    def has_moves(self) -> bool:
        """Whether moves were read, so that tags begin another game."""
        return bool(self._moves)

    def tag(self, name: str, value: str, number: int) -> None:
        """Take a tag."""
        self.begun = self.begun or number
        self._tags.setdefault(name, value)

    def read(self, text: str, number: int) -> None:
        """Take a line of moves."""
        at = 0
        while at < len(text):
            if self._comment:
                end = text.find("}", at)
                if end < 0:
                    return
                self._comment, at = False, end + 1
                continue
            token = _TOKEN.search(text, at)
            if token is None:
                return
            self.begun = self.begun or number
            at = token.end()
            if token[0] == ";":
                return
            self._take(token[0])

    def _take(self, token: str) -> None:
        if token == "{":
            self._comment = True
        elif token in "()":
            self._depth = max(0, self._depth + (1 if token == "(" else -1))
        elif self._depth or token[0] == "$" or re.fullmatch(r"\d+\.*", token):
            return
        elif token in _RESULTS:
            self.result = token
        elif len(self._moves) <= MOST_MOVES:
            self._moves.append(token.rstrip(_MARKS).replace("0-0", "O-O").replace("O-0", "O-O"))

    def record(self) -> dict[str, Any] | BadLine:
        """Return the tags and the moves, or why there are none."""
        if self.in_text:
            return BadLine("a comment or a variation in it is not closed")
        if "FEN" in self._tags or "Variant" in self._tags:
            return BadLine("it does not begin at the usual position of chess")
        return {**self._tags, "Result": self._tags.get("Result", self.result), "moves": self._moves}
