"""Stripping the formatting of a short answer: emphasis, quotes, brackets, LaTeX and tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PAIRS = {"'": "'", '"': '"', "`": "`", "“": "”", "‘": "’", "(": ")", "[": "]", "<": ">", "{": "}", "$": "$"}
_PAIRS |= {"【": "】", "〔": "〕", "〈": "〉", "⟨": "⟩", "「": "」", "«": "»", "„": "“"}
_EMPHASIS = "*_` \t"
_MOST_LAYERS = 20
LONGEST_VALUE = 600
"""The number of characters of an answer's line that are read. The rest is a remark."""

_STRUCK = re.compile(r"(?<!~)~~(?![~\s])[^~\n]+~~(?!~)")
_TAGS = re.compile(r"</?[a-zA-Z][\w:-]{0,40}(?:[ \t][^<>\n]{0,80})?/?>(?=.|$)")
_FRACTION = re.compile(r"\\[dt]?frac[ \t]*\{([^{}]*)\}[ \t]*\{([^{}]*)\}")
_COMMAND = re.compile(
    r"\\(?:boxed|fbox|text(?:bf|it|rm|sf|tt|normal)?|math(?:bf|rm|it|sf|tt|bb|cal)?|mbox|"
    r"operatorname|emph|underline|"
    r"bf|rm|it|displaystyle|left|right|big+[lr]?|Big+[lr]?)(?![a-zA-Z])[ \t]*"
)
_SPACES = re.compile(r"\\[,;:! ]|\\q?quad(?![a-zA-Z])")
_SYMBOLS = {
    r"\times": "×", r"\cdot": "·", r"\approx": "≈", r"\sim": "~", r"\pm": "±", r"\%": "%", r"\$": "$",
    r"\#": "#",
    r"\_": "_", r"\&": "&", r"\checkmark": "", r"\rightarrow": "→", r"\to": "→", r"\circ": "°",
}  # fmt: skip
_SYMBOL = re.compile(
    "|".join(re.escape(name) + r"(?![a-zA-Z])" for name in sorted(_SYMBOLS, key=len, reverse=True))
)


def simpler(answer: str) -> Iterator[str]:
    """Yield `answer`, then versions with less and less around it: emphasis, a pair of quotes, a full stop."""
    answer = answer.strip()
    for _ in range(_MOST_LAYERS):
        if not answer:
            return
        yield answer
        if (bare := answer.strip(_EMPHASIS)) != answer:
            answer = bare
        elif len(answer) > 1 and _PAIRS.get(answer[0]) == answer[-1]:
            answer = answer[1:-1].strip()
        elif answer.endswith((".", ",", "!", ";", "。", "，", "．")):
            answer = answer[:-1].rstrip()
        else:
            return


def plain(value: str) -> str:
    """Return a folded answer without its formatting: LaTeX, emphasis, tags and struck-out text.

    >>> plain("$\\\\boxed{\\\\text{**B**}}$ - it holds")
    'B - it holds'
    """
    value = value[:LONGEST_VALUE].replace("{,}", ",")
    value = _STRUCK.sub(" ", value)
    if "<" in value:
        value = _TAGS.sub(_untagged, value)
    if "\\" in value:
        value = _without_latex(value)
    elif "$" in value and value.count("$") % 2 == 0 and "$" in (value.strip()[:1], value.strip(" .,*")[-1:]):
        value = re.sub(r"\$([^$]*)\$", r"\1", value)
    value = re.sub(r"(?<!\d)\*+|\*+(?!\d)|`+|(?<![^\W_])_+|_+(?![^\W_])", "", value)
    return " ".join(value.split())


_AROUND = re.compile(
    r"\\(?:boxed|fbox|text(?:bf|it|rm)?|math(?:bf|rm|it))[ \t]*\{(?P<box>.*)\}|"
    r"\$+(?P<maths>\\(?:boxed|text)[^$]*)\$+"
    r"|<(?P<tag>\w+)>(?P<tagged>[^<]*)(?:</(?P=tag)>)?"
)


def undressed(answer: str) -> str:
    """Return free text without emphasis, a box or a tag around the whole of it.

    >>> undressed("**\\\\boxed{\\\\text{Paris}}**")
    'Paris'
    """
    answer = answer.strip(" \t*")
    for _ in range(_MOST_LAYERS):
        around = _AROUND.fullmatch(answer) if len(answer) <= LONGEST_VALUE else None
        if around is None:
            break
        answer = (around["box"] or around["maths"] or around["tagged"] or "").strip(" \t*")
    return answer


def shortened(text: str, limit: int = 60) -> str:
    """Return the beginning of a text, at most `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _untagged(tag: re.Match[str]) -> str:
    """Keep the content of angle brackets if it may be an answer, and drop it if it is a tag."""
    closing_follows = f"</{tag[0][1:].split(' ')[0].rstrip('>')}" in tag.string
    return (
        " "
        if tag[0].startswith("</") or closing_follows or tag[0].lower().startswith("<br")
        else tag[0][1:-1]
    )


def _without_latex(value: str) -> str:
    value = _FRACTION.sub(r"\1/\2", value)
    value = _SPACES.sub("", value)
    value = re.sub(r"\\\(|\\\)", " ", value) if r"\(" in value and r"\)" in value else value
    value = _COMMAND.sub("", value)
    value = _SYMBOL.sub(lambda symbol: _SYMBOLS[symbol[0]], value)
    value = (
        re.sub(r"(?<!\\)\$", "", value)
        if not re.search(r"\$\d", value) or value.count("$") % 2 == 0
        else value
    )
    value = re.sub(r"\\([\[\](){}*_`#.!|<>~+-])", r"\1", value)
    return re.sub(r"(?<!\\)[{}]", "", value)
