"""The value of a number written in digits, with thousands separators or a power of ten, or in words."""

from __future__ import annotations

import re
import unicodedata

CURRENCY = (
    r"(?:US\$|A\$|C\$|R\$|HK\$|[$€£¥₹₩₽₺₫฿]|"
    r"(?:USD|EUR|GBP|JPY|CNY|RMB|CHF|CAD|AUD|INR|KRW|SEK|NOK|DKK)(?![A-Za-z]))"
)
NUMERAL = re.compile(
    rf"(?P<sign>[-+]|(?:minus|negative)\s+)?\s*(?P<money>{CURRENCY}\s*(?P<signed>[-+])?)?"
    r"(?P<digits>(?:\d(?:[\d.,_]|['’](?=\d)|[ ](?=\d{3}(?!\d)))*|[.,]\d+))"
    r"(?P<fraction>\s?[¼-¾⅐-⅞])?"
    r"(?P<power>[eE][+-]?\d{1,4}(?![^\W_])|"
    r"\s*[×x*·]\s*10\s*(?:\^\s*\(?\s*(?P<caret>[+-]?\d{1,4})\)?|(?P<raised>[⁺⁻]?[⁰¹²³⁴-⁹]{1,4})))?",
    re.IGNORECASE,
)
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


def worth_of(number: re.Match[str]) -> float | None:
    """Return the value of a number, or None if two people would read it differently."""
    digits = number["digits"].rstrip(".,'_ ")
    written = plain_digits(digits)
    money = number["money"] or ""
    is_doubtful = money and re.fullmatch(r"\d{1,3}\.\d{3}", digits)
    if (
        written is None
        or is_doubtful
        or (re.match(r"(?:US)?\$", money) and re.fullmatch(r"\d+,\d+", digits) and "." in written)
    ):
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


def plain_digits(digits: str) -> str | None:
    """Return digits with points and commas in a computer's notation: "1,200" is 1200, "99,5" is 99.5."""
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
    (re.compile(r"\d*,\d+(?<!000)"), ",", ""),
)
"""The notations of numbers: the pattern, the decimal point and the thousands separator.

The first match counts.
"""


def in_digits(answer: str) -> str:
    """Return an answer whose first number, in words or as a fraction's sign, is replaced by digits."""
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
