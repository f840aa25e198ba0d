"""Setting aside what a reply quotes. A quotation is never the answer of the one who quotes it.

Quotations are lines that begin with ``>``, in a list or not; blocks between fences, matched by the length of
the fence as in CommonMark (section 4.5); and text between tags such as ``<blockquote>``. A quoted text may
contain a fence that ends the quotation early. So an answer between two blocks is in doubt, and so is every
answer if a block is never closed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_MARK = re.compile(
    r"^[ \t]*+(?:(?:[-*+•]|\d{1,3}[.)])[ \t]++)*+(?:(?P<fence>`{3,}|~{3,})(?P<info>[^\n]*)|>)", re.MULTILINE
)
_QUOTED_LINE = re.compile(r"^[ \t]*+(?:(?:[-*+•]|\d{1,3}[.)])[ \t]++)*+>[^\n]*", re.MULTILINE)
_MOST_MARKS = 2000
_TAG = re.compile(r"<(?P<close>/)?(?P<name>[a-zA-Z][\w:-]{0,40})(?:[ \t][^<>\n]{0,120})?/?>")
_MOST_TAGS = 1000
_NOT_NEW_LINE = re.compile(r"[^\n]")
_SPEAKING = (
    "answer final final_answer finalanswer move action verdict choice decision probability winner "
    "candidates my_answer my_move my_verdict confidence ruling judgment judgement rating score "
    "number"
)
"""Tags whose content is the reply's own words."""
_PLAIN = (
    "output response result reply conclusion json message selected selection option solution "
    "assessment value p div span b i u em strong br hr h1 h2 h3 h4 h5 h6 ul ol li center font mark "
    "small big section body html text root xml table tr td th details summary article main sub sup "
    "tt"
)
_KEPT_TAGS = frozenset(_SPEAKING.split())
_DRESS = _KEPT_TAGS | frozenset(_PLAIN.split())
"""Tags with which models format their own words. The content of any other tag is quoted."""


@dataclass(slots=True)
class OwnWords:
    """A reply's own words: `text` has every line, with spaces in place of quotations.

    `blocks` holds the content of each fenced block, with the places where its first line begins and where it
    ends. `is_open` says whether the last one was never closed.
    """

    text: str
    blocks: list[tuple[int, int, str]] = field(default_factory=list)
    is_open: bool = False


def own_words(text: str) -> OwnWords:
    """Return the own words of a folded text whose lines end with line feeds."""
    words = OwnWords(text)
    if "```" in text or "~~~" in text:
        words.text = _blanked(text, _quoted_lines(text, words))
    elif ">" in text:
        words.text = _QUOTED_LINE.sub(lambda line: " " * len(line[0]), text)
    if "<" in words.text:
        words.text = _without_tags(words.text)
    return words


def _quoted_lines(text: str, words: OwnWords) -> list[tuple[int, int]]:
    """Return where quoted lines and blocks begin and end, and note the blocks."""
    aside: list[tuple[int, int]] = []
    fence, opened, inside = "", 0, 0
    for count, mark in enumerate(_MARK.finditer(text)):
        if count == _MOST_MARKS:
            fence, opened, inside = fence or "`", opened if fence else mark.start(), mark.end()
            break
        found, info = mark["fence"] or "", mark["info"] or ""
        end = text.find("\n", mark.end())
        end = len(text) if end < 0 else end
        if fence:
            if found.startswith(fence) and not info.strip():
                words.blocks.append((opened, end, text[inside : mark.start()]))
                aside.append((opened, end))
                fence = ""
        elif not found or found[0] in info:
            aside.append((mark.start(), end))
        else:
            fence, opened, inside = found, mark.start(), min(end + 1, len(text))
    if fence:
        words.blocks.append((opened, len(text), text[inside:]))
        words.is_open = True
        aside.append((opened, len(text)))
    return aside


def _without_tags(text: str) -> str:
    """Return the text with spaces in place of the content of quoting tags, and of tags that only format."""
    aside: list[tuple[int, int]] = []
    opened: dict[str, int] = {}
    for count, tag in enumerate(_TAG.finditer(text)):
        name = tag["name"].lower().replace("-", "_")
        if count == _MOST_TAGS:
            aside.append((tag.start(), len(text)))
            break
        if name in _DRESS:
            if name not in _KEPT_TAGS:
                aside.append(tag.span())
        elif not tag["close"]:
            opened.setdefault(name, tag.start())
        elif name in opened:
            aside.append((opened.pop(name), tag.end()))
    if "blockquote" in opened:
        aside.append((opened["blockquote"], len(text)))
    return _blanked(text, sorted(aside))


def _blanked(text: str, aside: list[tuple[int, int]]) -> str:
    parts, at = [], 0
    for start, end in aside:
        if end > at:
            parts += [text[at : max(start, at)], _NOT_NEW_LINE.sub(" ", text[max(start, at) : end])]
            at = end
    return "".join([*parts, text[at:]]) if parts else text
