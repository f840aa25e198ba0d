"""Reading one number as people write it: with thousands apart, a currency, a unit, in percent, out of ten."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

from arena.forms.reading.dress import plain, simpler
from arena.forms.reading.folding import folded
from arena.forms.reading.options import Value
from arena.forms.status import Status, Unusable


class Numeral(NamedTuple):
    """A number as it was written: its `value`, whether it is a `percent`, and what it is `out_of`."""

    value: float
    percent: bool = False
    out_of: float | None = None


_CURRENCY = (
    r"(?:US\$|A\$|C\$|R\$|HK\$|[$€£¥₹₩₽₺₫฿]|"
    r"(?:USD|EUR|GBP|JPY|CNY|RMB|CHF|CAD|AUD|INR|KRW|SEK|NOK|DKK)(?![A-Za-z]))"
)
_LEADS = re.compile(
    r"(?:(?:about|approximately|approx\.?|around|roughly|nearly|almost|circa|ca\.?|exactly|"
    r"precisely|only|just|it|it's|is|"
    r"a|an|i|i'd|i'll|say|would|will|give|it|estimate|put|at|rate|this|my|the|that|answer|number|"
    r"rating|score|value|result|"
    r"probability|likelihood|chance|confidence|there|so|thus|therefore|of|be|to|total|comes|come|"
    r"equals?|think|believe|"
    r"price|offer|bid|pay|final|estimated|with|some|etwa|ungefähr|rund|zirka|environ|"
    r"aproximadamente|unos|alrededor|de|"
    r"cerca|около|примерно|ongeveer|circa|est|ist|es|è|é|wynosi|cirka)(?![^\W_]|')[:,]?\s*|(?:约为|"
    r"约|大约|大約|約|およそ|약|是|为|百分之)\s*|"
    r"[~≈=:<«\"'(\[*]\s*)*",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    rf"(?P<sign>[-+]|(?:minus|negative)\s+)?\s*(?P<money>{_CURRENCY}\s*(?P<signed>[-+])?)?"
    r"(?P<digits>(?:\d(?:[\d.,_]|['’](?=\d)|[ ](?=\d{3}(?!\d)))*|[.,]\d+))"
    r"(?P<fraction>\s?[¼-¾⅐-⅞])?"
    r"(?P<power>[eE][+-]?\d{1,4}(?![^\W_])|"
    r"\s*[×x*·]\s*10\s*(?:\^\s*\(?\s*(?P<caret>[+-]?\d{1,4})\)?|(?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]{1,4})))?",
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
    r"perhaps|either|unless|at)\b|"
    r"[\d^!<>=²³?×÷]|千|百|万|億|亿|或",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\s*(?:°\s?[CFK]?|[^\W\d_][^\W\d_./'-]*)(?:[ /-][^\W\d_][\w'.²³-]*){0,3}")
_RANGE = re.compile(
    rf"\s*(?:-|~|to|bis|until|through|or|and|à|a|al|hasta|до|или|oder|ou|或|至|到|から|vs\.?|versus|"
    rf",\s*(?:or|and|maybe))\s*"
    rf"(?:{_CURRENCY}\s*)?(?:\d|\.\d)",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"[\"'\])}>»]*\s*(?:[,;:.(\[|→✓✔✅{]|-{1,3}(?=\s)|±|\+/-|\+-|(?:because|since|as|given|due|so|"
    r"plus or minus|give or take|"
    r"or so|or thereabouts|weil|car|porque|потому|which|based|for)\b|です|입니다|因为|"
    r"[^\w\s.,;:!?()\[\]{}'\"/&+<>=%#@$^|\\~*×÷-])",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"[\s(\[,;:.-]*(?:or\b(?! so| there)|no,|wait|actually|sorry|correction|i mean|maybe\b|"
    r"perhaps|scratch|hold on|\?)",
    re.IGNORECASE,
)
_CHANGING = re.compile(
    r"[^(\[\d]*\b(?:to|or|rising|falling|then|now|maybe|perhaps)\b[^(\[\d]*\d", re.IGNORECASE
)
"""A remark outside brackets that says another number."""
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_WORDS = {word: number for number, word in enumerate(_SMALL.split())}
_LARGER = "twenty thirty forty fifty sixty seventy eighty ninety"
_TENS = {word: 10 * number for number, word in enumerate(_LARGER.split(), start=2)}
_SPELT = re.compile(
    rf"(?:(?P<tens>{'|'.join(_TENS)})(?:[ -](?P<unit>{'|'.join(list(_WORDS)[1:10])}))?|"
    rf"(?P<small>{'|'.join(sorted(_WORDS, key=len, reverse=True))})|"
    r"(?:a|one) hundred(?P<hundred>))(?![^\W_])(?!-)",
    re.IGNORECASE,
)


def read_number(value: Value) -> Numeral | None:
    """Return the one number that an answer is, None if it is none.

    Raises:
        Unusable: ambiguous for a range, or for two numbers.
    """
    answer = plain(folded(value.text))
    if re.search(r"\d!", answer):
        return None
    *_, answer = ["", *simpler(answer)]
    if "=" in answer or "≈" in answer:
        answer = _after_equals(answer)
    leads = _LEADS.match(answer)
    rest = _in_digits(answer[leads.end() if leads else 0 :])
    number = _NUMBER.match(rest)
    if number is None or (worth := _worth(number)) is None:
        return None
    return _remarked(worth, rest[number.end() :], answer, bool(number["money"]), labelled=value.labelled)


def _remarked(worth: float, rest: str, answer: str, money: bool, *, labelled: bool) -> Numeral | None:
    """Return the number with what stands behind it."""
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
        whole = float(_plain_digits(out_of["of"]) or 0)
        if not whole or whole == worth == 50 or _OUT_OF.match(rest[out_of.end() :]):
            return None
        found, rest = Numeral(worth, out_of=whole), rest[out_of.end() :]
    rest = re.sub(rf"^\s*{_CURRENCY}", "", rest)
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
    """Return a number whose remark gives no other one: the clearer of the two if it repeats it."""
    if _TAKEN_BACK.match(remark) or _CHANGING.match(remark):
        raise Unusable(Status.AMBIGUOUS, f"{answer[:60]!r} could be more than one number")
    bare = re.sub(r"^[^\w+.-]+", "", remark)
    again = (
        _NUMBER.match(bare)
        if re.match(r"[^\w]*\d", remark) and not re.match(r"\s*(?:±|\+/?-)", remark)
        else None
    )
    if again is None:
        return found
    percent = _PERCENT.match(bare, again.end())
    other = _worth(again)
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


def _worth(number: re.Match[str]) -> float | None:
    """Return how much a number is, None if two people would read it differently."""
    digits = number["digits"].rstrip(".,'_ ")
    written = _plain_digits(digits)
    if written is None or (number["money"] and re.fullmatch(r"\d{1,3}\.\d{3}", digits)):
        return None
    power = "0"
    if number["power"]:
        raised = unicodedata.normalize("NFKC", number["raised"] or "").replace("\u2212", "-")
        power = raised or number["caret"] or number["power"][1:]
    worth = float(f"{written}e{power}")
    if number["fraction"]:
        worth += unicodedata.numeric(number["fraction"].strip())
    sign = (number["sign"] or number["signed"] or "").strip().lower()
    return -worth if sign in ("-", "minus", "negative") else worth


def _plain_digits(digits: str) -> str | None:
    """Return digits with points and commas as a computer writes them: "1,200" is 1200, "99,5" is 99.5."""
    for pattern, point, thousands in _WRITTEN:
        if pattern.fullmatch(digits):
            for mark in thousands:
                digits = digits.replace(mark, "")
            return digits.replace(point, ".")
    return None


_WRITTEN = (
    (re.compile(r"\d+\.?|\d*\.\d+"), ".", ""),
    (re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?"), ".", ","),
    (re.compile(r"[1-9]\d{0,2}(?:[ '_’]\d{3})+(?:\.\d+)?"), ".", " '_’"),
    (re.compile(r"[1-9]\d{0,2}(?:[ '’]\d{3})+,\d+"), ",", " '’"),
    (re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,}"), ",", "."),
    (re.compile(r"[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?"), ".", ","),
    (re.compile(r"\d+,\d+|,\d+"), ",", ""),
)
"""How numbers are written: the pattern, the decimal point, and what stands between thousands. The first that
fits counts."""


def _in_digits(answer: str) -> str:
    """Return an answer that begins with a number in words, or is a fraction's sign, with digits instead."""
    if found := _SPELT.match(answer):
        small = found["small"]
        number = (
            _WORDS[small.lower()]
            if small
            else 100
            if found["hundred"] is not None
            else _TENS[found["tens"].lower()]
        )
        number += _WORDS[found["unit"].lower()] if found["unit"] else 0
        return f"{number}{answer[found.end() :]}"
    return f"0{answer}" if re.match(r"[¼-¾⅐-⅞]", answer) else answer


def _after_equals(answer: str) -> str:
    """Return what a calculation comes to; what is no calculation stays as it is."""
    before, _, after = re.sub("≈", "=", answer).rpartition("=")
    return (
        after.strip()
        if re.fullmatch(r"[\w\s+*/×÷·^().,%$€£=-]{0,200}", before) and "or" not in before.split()
        else answer
    )
