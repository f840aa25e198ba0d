"""Exact arithmetic in worked solutions: finding the equations in a text, and checking whether they hold.

Two notations are read. One is a mark, as in GSM8K's solutions (Cobbe et al. 2021): ``<<16-3-4=9>>``. The
other is a complete equation in prose, ``16 - 3 - 4 = $9``. An equation that is half prose (``half of 10 + 2 =
7``, ``5 weeks * 7 = 35``, ``2x = 6``) is not read, because a guess would find errors where there are none.
Values are exact fractions, and no text is ever run as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

MARK = re.compile(r"<<([^<>\n]{1,200})>>")
"""A mark. Its group is its content."""
AMOUNT = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+")
"""A number in prose, with or without commas, and without its sign and currency."""

_TOKEN = re.compile(
    r"(?P<number>(?:\$\s*)?(?P<digits>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)(?P<percent>%?))"
    r"|(?P<times>(?<=[0-9)\s])[xX](?=\s*[$(.0-9]))"
    r"|(?P<operator>[-+*/×÷−])"
    r"|(?P<open>\()|(?P<close>\))|(?P<equals>=)"
    r"|(?P<word>[^\W\d_]{2,}(?:['’-][^\W\d_]+)*|(?<=\s)[aA](?=\s))"  # other letters are unknowns
    r"|(?P<stop>[,.:;!?\"“”])"
    r"|(?P<other>\S)"
)
_OPERATORS = {"×": "*", "÷": "/", "−": "-", "x": "*", "X": "*"}
# fmt: off
_PROSE_OPERATORS = {
    "by", "divided", "double", "dozen", "exceeds", "from", "half", "less", "minus", "more", "of", "over",
    "per", "plus", "quarter", "squared", "than", "third", "thrice", "times", "triple", "twice",
}
# fmt: on
_LONGEST_NUMBER = 30
_LONGEST_SIDE = 64
"""The largest number of tokens on one side of an equation."""


class Equation(NamedTuple):
    """An equation as `written`, and the values of its sides.

    It `holds` if they are equal. A result with decimals also stands for the values that round to it, and a
    result in percent also for its number: ``10 / 3 = 3.33`` and ``3 / 12 * 100 = 25%`` hold, ``10 / 3 = 3``
    does not. `result` is the place in the text of the digits of the last number on the right side.
    """

    written: str
    left: Fraction
    right: Fraction
    holds: bool
    result: tuple[int, int]


class _Token(NamedTuple):
    kind: str
    text: str
    start: int
    end: int


class _NoValue(Exception):
    """Some tokens are not arithmetic, or have no value."""


def without_marks(text: str) -> str:
    """Return a text without its marks.

    >>> without_marks("2+1=<<2+1=3>>3 bolts")
    '2+1=3 bolts'
    """
    return MARK.sub("", text)


def value_of(expression: str) -> Fraction | None:
    """Return the value of an expression of numbers, ``+ - * /`` and parentheses, or None for other text.

    Numbers may have commas, a dollar sign and a percent sign; × and ÷ are accepted.

    >>> value_of("$50,000 * 50%")
    Fraction(25000, 1)
    """
    tokens = _tokens(expression)
    if len(tokens) > _LONGEST_SIDE:
        return None
    try:
        value, end = _sum(tokens, 0)
    except (_NoValue, ZeroDivisionError):
        return None
    return value if end == len(tokens) else None


def equations(text: str) -> list[Equation]:
    """Return the equations that contain a calculation: those in marks, then those in prose.

    >>> [equation.holds for equation in equations("So 2 + 1 = <<2+1=3>>3, and then 3 * 2 = 7.")]
    [True, True, False]
    """
    marks = [
        equation
        for mark in MARK.finditer(text)
        for equation in _read(_tokens(mark[1], mark.start(1)), text, whole=True)
    ]
    # Marks are blanked, so that what stands in prose keeps its place in the text.
    prose = MARK.sub(lambda mark: " " * len(mark[0]), text)
    return [*marks, *_read(_tokens(prose), prose)]


def _tokens(text: str, offset: int = 0) -> list[_Token]:
    return [
        _Token(match.lastgroup or "", match[0], match.start() + offset, match.end() + offset)
        if not match["number"]
        else _Token(
            "number", match["digits"] + match["percent"], match.start("digits") + offset, match.end() + offset
        )
        for match in _TOKEN.finditer(text)
    ]


def _read(tokens: Sequence[_Token], text: str, whole: bool = False) -> Iterator[Equation]:
    """Yield the equations among tokens. With `whole`, yield only an equation that all tokens form."""
    for place, token in enumerate(tokens):
        if token.kind != "equals":
            continue
        left, right = _left(tokens, place), _right(tokens, place)
        if left is None or right is None:
            continue
        (start, left_value), (end, right_value) = left, right
        sides = tokens[start:place], tokens[place + 1 : end]
        computes = any(token.kind in ("operator", "times") for side in sides for token in side)
        if not computes or (whole and (start, end) != (0, len(tokens))):
            continue
        single = sides[1][0].text if len(sides[1]) == 1 else ""
        last = next(token for token in reversed(sides[1]) if token.kind == "number")
        yield Equation(
            " ".join(text[tokens[start].start : tokens[end - 1].end].split()),
            left_value,
            right_value,
            left_value == right_value or (single != "" and _stands_for(single, left_value)),
            (last.start, last.start + len(last.text.rstrip("%"))),
        )


def _left(tokens: Sequence[_Token], equals: int) -> tuple[int, Fraction] | None:
    """Return the place where the expression before an equals sign begins, and its value."""
    for start in range(max(0, equals - _LONGEST_SIDE), equals):
        if start and not _may_precede(tokens[start - 1], tokens[start]):
            continue
        try:
            value, end = _sum(tokens[:equals], start)
        except (_NoValue, ZeroDivisionError):
            continue
        if end == equals:
            return start, value
    return None


def _right(tokens: Sequence[_Token], equals: int) -> tuple[int, Fraction] | None:
    """Return the place where the expression behind an equals sign ends, and its value."""
    try:
        value, end = _sum(tokens[: equals + 1 + _LONGEST_SIDE], equals + 1)
    except (_NoValue, ZeroDivisionError):
        return None
    following = [token.kind for token in tokens[end : end + 2]]
    is_rate = following == ["operator", "word"] and tokens[end].text == "/"  # such as 18/hour
    if following and following[0] not in ("word", "stop", "close", "equals") and not is_rate:
        return None
    return end, value


def _may_precede(token: _Token, first: _Token) -> bool:
    """Return whether an expression may begin with `first` behind a token, and is not half of a longer one."""
    if token.kind == "word":
        return first.kind != "operator" and token.text.casefold() not in _PROSE_OPERATORS
    return token.kind in ("stop", "open", "equals")


def _sum(tokens: Sequence[_Token], place: int) -> tuple[Fraction, int]:
    """Return the value of the longest sum that begins at a place, and where it ends."""
    value, place = _product(tokens, place)
    while (sign := _operator(tokens, place)) in ("+", "-") and _begins(tokens, place + 1):
        term, place = _product(tokens, place + 1)
        value = value + term if sign == "+" else value - term
    return value, place


def _product(tokens: Sequence[_Token], place: int) -> tuple[Fraction, int]:
    value, place = _factor(tokens, place)
    while (sign := _operator(tokens, place)) in ("*", "/") and _begins(tokens, place + 1):
        factor, place = _factor(tokens, place + 1)
        value = value * factor if sign == "*" else value / factor
    return value, place


def _factor(tokens: Sequence[_Token], place: int) -> tuple[Fraction, int]:
    token = tokens[place] if place < len(tokens) else None
    if token is not None and token.kind == "number":
        return _number(token.text), place + 1
    if token is not None and token.kind == "open":
        value, place = _sum(tokens, place + 1)
        if place < len(tokens) and tokens[place].kind == "close":
            return value, place + 1
    elif _operator(tokens, place) == "-":
        value, place = _factor(tokens, place + 1)
        return -value, place
    raise _NoValue


def _begins(tokens: Sequence[_Token], place: int) -> bool:
    """Return whether a factor may begin here. An operator before a word belongs to the prose."""
    begins = place < len(tokens) and tokens[place].kind in ("number", "open")
    return begins or _operator(tokens, place) == "-"


def _operator(tokens: Sequence[_Token], place: int) -> str:
    if place < len(tokens) and tokens[place].kind in ("operator", "times"):
        return _OPERATORS.get(tokens[place].text, tokens[place].text)
    return ""


def _number(text: str) -> Fraction:
    if len(text) > _LONGEST_NUMBER:
        raise _NoValue
    value = Fraction(text.rstrip("%").replace(",", ""))
    return value / 100 if text.endswith("%") else value


def _stands_for(written: str, value: Fraction) -> bool:
    """Return whether a number equals a value, exactly, rounded, or in percent."""
    digits = written.rstrip("%")
    decimals = len(digits.partition(".")[2])
    half = Fraction(1, 2 * 10**decimals) if decimals else Fraction(0)
    number = _number(digits)
    values = (value, value * 100) if written.endswith("%") else (value,)
    return any(abs(number - one) <= half for one in values)
