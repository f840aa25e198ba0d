"""Reading one number as people write it: with separators, a currency, a unit, in percent, or out of ten."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from arena.forms._status import Status, Unusable
from arena.forms.reading._digits import CURRENCY, NUMERAL, in_digits, plain_digits, worth_of
from arena.forms.reading._dress import plain, simpler
from arena.forms.reading._options import Value
from arena.forms.reading.folding import normalised


class Numeral(NamedTuple):
    """A number as it was written: its `value`, whether it is a `percent`, and what it is `out_of`."""

    value: float
    percent: bool = False
    out_of: float | None = None


_LEADS = re.compile(
    r"(?:(?:about|approximately|approx\.?|around|roughly|nearly|almost|circa|ca\.?|exactly|"
    r"precisely|only|just|it|it's|is|i'm|"
    r"a|an|i|i'd|i'll|say|would|will|give|it|estimate|put|at|rate|this|my|the|that|answer|number|"
    r"rating|score|value|result|"
    r"probability|likelihood|chance|confidence|there|so|thus|therefore|of|be|to|total|comes|come|"
    r"equals?|think|believe|"
    r"price|offer|bid|pay|final|estimated|with|some|etwa|ungefähr|rund|zirka|environ|"
    r"aproximadamente|unos|alrededor|de|"
    r"cerca|около|примерно|ongeveer|circa|est|ist|es|è|é|wynosi|cirka)(?![^\W_]|')[:,]?\s*|(?:约为|"
    r"约|大约|大約|約|およそ|약|是|为|百分之)\s*|"
    r"(?:(?:very|quite|fairly|rather|pretty|moderately|extremely) )?(?:high|low|moderate|medium|likely|"
    r"unlikely|confident|certain|sure|strong)(?:(?=\s*[(\[])|\s*[:,]|\s+-{1,2}(?=\s)|(?=\s+\d[\d.]*\s?%))\s*|"
    r"[~≈=:«\"'(\[*]\s*)*",
    re.IGNORECASE,
)
_PERCENT = re.compile(
    r"\s*(?:%|(?:percent|per\s?cent|pct|prozent|pour\s?cent|por\s?cien(?:to)?|por\s?cento|procent|"
    r"процент\w*)(?![^\W_])|"
    r"パーセント|퍼센트|프로)",
    re.IGNORECASE,
)
_OUT_OF = re.compile(
    r"\s*[(\[]?\s*(?:/|out\s+of(?:\s+a\s+(?:possible|total\s+of))?|of|in(?=\s*\d)|von|sur|de|su|"
    r"van|из|sobre|em|auf)\s*(?P<of>\d[\d,.]*\d|\d)\s*[)\]]?"
    r"(?![\d^])",
    re.IGNORECASE,
)
_MULTIPLES = {"k": 1e3, "thousand": 1e3, "million": 1e6, "millions": 1e6, "billion": 1e9, "bn": 1e9}
_MULTIPLES |= {"万": 1e4, "萬": 1e4, "億": 1e8, "亿": 1e8, "만": 1e4}
_MULTIPLE = re.compile(
    r"\s*(?P<by>k|thousand|millions?|billion|bn|万|萬|億|亿|만)(?![A-Za-zà-ÿа-я])", re.IGNORECASE
)
_STRANGE = re.compile(
    r"\b(?:or|to|and|not|but|if|than|minus|plus|times|divided|over|hundreds?|thousands?|millions?|"
    r"mil|mille|mila|tausend|tsd|"
    r"mio|mrd|milli\w+|billions?|miljoen|duizend|тыс\w*|млн|млрд|lakhs?|crores?|dozens?|halves|"
    r"half|thirds?|quarters?|"
    r"fifths?|tenths?|hundredths?|points? \d|more|less|fewer|below|above|power|squared|cubed|m|b|"
    r"e|minimum|maximum|most|"
    r"least|oder|bis|ou|o|à|или|до|base|factorial|percentile|negative|wrong|incorrect|no|maybe|"
    r"perhaps|either|unless|at|ish|st|nd|rd|th|x|s|error)\b|"
    r"[\d^!<>=²³?×÷]|千|百|万|億|亿|或",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s*(?:°\s?[CFK]?|[^\W\d_][^\W\d_./'-]*)(?:[ /-][^\W\d_][\w'.²³-]*){0,3}")
_RANGE = re.compile(
    rf"\s*(?:-|~|to|bis|until|through|or|and|à|a|al|hasta|до|или|oder|ou|或|至|到|から|vs\.?|versus|"
    rf",\s*(?:or|and|maybe))\s*"
    rf"(?:{CURRENCY}\s*)?(?:\d|\.\d)|[\s,(]*(?:±|\+/?-|plus or minus|give or take)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"[\"'\])}>»]*\s*(?:[,;:.(\[|→✓✔✅{]|-{1,3}(?=\s)|(?:because|since|as|given|due|so|"
    r"or so|or thereabouts|weil|car|porque|потому|which|based|for)\b|です|입니다|因为|"
    r"[^\w\s.,;:!?()\[\]{}'\"/&+<>=%#@$^|\\~*×÷-])",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"[\s(\[,;:.-]*(?:or\b(?! so| there)|no,|wait|actually|sorry|correction|i mean|maybe\b|"
    r"perhaps|scratch|hold on|\?)",
    re.IGNORECASE,
)
_TURNED = re.compile(
    r"\b(?:am|i'm|being|be|is|it's|was) (?:\w+ )?(?:wrong|incorrect|mistaken|false|untrue)\b", re.IGNORECASE
)
"""A remark by which the number is of the opposite: how likely the answer is wrong."""
_CHANGING = re.compile(
    r"[^(\[\d]*\b(?:to|or|rising|falling|then|now|maybe|perhaps|alternatively|otherwise|instead)\b[^(\[\d]*\d"
    r"|(?:\s*\w+)?\s*[,;/]\s*\d[\d.]*\s*%|\s*\([^()]*\)\s*[,;/]\s*\d",
    re.IGNORECASE,
)
"""A remark outside brackets that contains another number."""


def read_number(value: Value) -> Numeral | None:
    """Return the one number in an answer, or None if it is not a number.

    Raises:
        Unusable: with status ambiguous for a range or for two numbers.
    """
    answer = plain(normalised(value.text))
    if re.search(r"\d!", answer):
        return None
    *_, answer = ["", *simpler(answer)]
    if "=" in answer or "≈" in answer:
        answer = _after_equals(answer)
    leads = _LEADS.match(answer)
    rest = in_digits(answer[leads.end() if leads else 0 :])
    number = NUMERAL.match(rest)
    if number is None or (worth := worth_of(number)) is None:
        return None
    return _remarked(worth, rest[number.end() :], answer, bool(number["money"]), labelled=value.labelled)


def _remarked(worth: float, rest: str, answer: str, money: bool, *, labelled: bool) -> Numeral | None:
    """Return the number, together with the unit or remark behind it."""
    if _RANGE.match(rest):
        raise Unusable(Status.AMBIGUOUS, f"{answer[:60]!r} could be more than one number")
    if multiple := _MULTIPLE.match(rest):
        worth, rest = worth * _MULTIPLES[multiple["by"].lower()], rest[multiple.end() :]
    found = Numeral(worth)
    if percent := _PERCENT.match(rest):
        found, rest = Numeral(worth, percent=True), rest[percent.end() :]
        if _RANGE.match(rest):
            raise Unusable(Status.AMBIGUOUS, f"{answer[:60]!r} could be more than one number")
    elif answer.startswith("百分之"):
        found = Numeral(worth, percent=True)
    elif out_of := _OUT_OF.match(rest):
        whole = float(plain_digits(out_of["of"]) or 0)
        if not whole or whole == worth == 50 or _OUT_OF.match(rest[out_of.end() :]):
            return None
        found, rest = Numeral(worth, out_of=whole), rest[out_of.end() :]
    rest = re.sub(rf"^\s*{CURRENCY}", "", rest)
    rest = rest.rstrip(" .,;)]}\"'>»*")
    if not rest.strip() or _REMARK.match(rest) or (rest[:1] == " " and _REMARK.match(rest.lstrip())):
        return _agreeing(found, rest, answer)
    unit = _UNIT.match(rest)
    if unit is None or _STRANGE.search(unit[0]) or (not labelled and len(unit[0].split()) > 2):
        return None
    behind = rest[unit.end() :]
    if behind.strip(" .!") and not _REMARK.match(behind):
        return None
    return _agreeing(found, behind, answer)


def _agreeing(found: Numeral, remark: str, answer: str) -> Numeral:
    """Return a number whose remark contains no other one.

    If the remark repeats it, return the clearer of both.
    """
    if _TAKEN_BACK.match(remark) or _CHANGING.match(remark) or _TURNED.search(remark):
        raise Unusable(Status.AMBIGUOUS, f"{answer[:60]!r} could be more than one number")
    bare = re.sub(r"^[^\w+.-]+", "", remark)
    again = NUMERAL.match(bare) if re.match(r"[^\w]*\d", remark) else None
    if again is None:
        return found
    percent = _PERCENT.match(bare, again.end())
    other = worth_of(again)
    if other is not None and percent and not found.percent and math.isclose(other, found.value * 100):
        return Numeral(other, percent=True)
    if other is not None and math.isclose(other, found.value):
        return Numeral(other, percent=True) if percent else found
    if (
        other is not None
        and found.out_of
        and percent
        and math.isclose(other / 100, found.value / found.out_of)
    ):
        return found
    raise Unusable(Status.AMBIGUOUS, f"{answer[:60]!r} could be more than one number")


def _after_equals(answer: str) -> str:
    """Return the result of a calculation. Other text is returned unchanged."""
    before, _, after = re.sub("≈", "=", answer).rpartition("=")
    return (
        after.strip()
        if re.fullmatch(r"[\w\s+*/×÷·^().,%$€£=-]{0,200}", before) and "or" not in before.split()
        else answer
    )
