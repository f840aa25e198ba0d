r"""Words that agents wrote, as HTML: escaped, with what cannot be seen made visible, and with marks.

Marks of quotes come from the fields of an event, never from tags in its text. No markup that anybody wrote
is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from arena.seat.transcript import Event

LONGEST = 2_000
"""The most characters of a text that are shown before it is folded."""

_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
_NAMES = {
    0x1B: "ESC", 0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM", 0x200F: "RLM", 0x202A: "LRE",
    0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI",
    0x2069: "PDI", 0xFEFF: "BOM", 0x2028: "LS", 0x2029: "PS", 0xAD: "SHY",
}  # fmt: skip
_MARK = re.compile(r"<(verified|unverified)>(.*?)</\1>", re.DOTALL)
_CITED = re.compile(r"[\"“«„](.{8,600}?)[\"”»“]", re.DOTALL)
_FLAG = {"verified": True, "unverified": False}


class _Part(NamedTuple):
    """A part of a text. `verified` says whether a quote stands in the source; None is no quote."""

    text: str
    verified: bool | None = None


def visible(text: str) -> Markup:
    r"""Return a text as HTML in which every character can be seen: those that cannot are boxed codes.

    >>> visible("<b>\x1b")
    Markup('&lt;b&gt;<span class="ctl">ESC</span>')
    """
    text = text.replace("\r\n", "\n")
    if text.replace("\n", " ").replace("\t", " ").isprintable():
        return escape(text)
    return Markup("".join(map(_shown, text)))


def _shown(character: str) -> str:
    if character in "\n\t" or unicodedata.category(character) not in _HIDDEN:
        return str(escape(character))
    code = ord(character)
    return f'<span class="ctl">{_NAMES.get(code, f"{code:02X}")}</span>'


def marked_words(event: Event, cited: Sequence[str] = (), most: int | None = LONGEST) -> Markup:
    """Return an event's text as HTML, with its quotes and what others cite of it marked.

    Args:
        event: the event.
        cited: phrases that somebody cites. They are searched in the text without marks.
        most: how many characters are shown; None is all.
    """
    return _marked(_parts(event), cited, most)


def cut(text: str, cited: Sequence[str] = (), most: int | None = LONGEST) -> Markup:
    """Return a text that is no event's as `marked_words` does."""
    return _marked([_Part(text)], cited, most)


def unmarked_text(event: Event) -> str:
    """Return an event's text without the marks of its quotes."""
    return "".join(part.text for part in _parts(event))


def cited_in(reasons: Iterable[str], said: Sequence[str]) -> tuple[str, ...]:
    """Return what the reasons cite, between quotation marks and word for word, of what was said."""
    found = {match for text in reasons for match in _CITED.findall(text[:20_000])}
    return tuple(sorted(phrase for phrase in found if any(phrase in text for text in said)))


def _parts(event: Event) -> list[_Part]:
    """Return the parts of a text, by the quotes in its event's fields. If these do not fit, it is one."""
    fields = event.data if '"quotes"' in event.payload else None
    quotes = fields.get("quotes") if isinstance(fields, dict) else None
    if not isinstance(quotes, list):
        return [_Part(event.text)]
    found = list(_MARK.finditer(event.text))
    told = [quote.get("verified") if isinstance(quote, dict) else None for quote in quotes]
    if told != [_FLAG[match[1]] for match in found]:
        return [_Part(event.text)]
    parts, end = [], 0
    for match in found:
        parts += [_Part(event.text[end : match.start()]), _Part(match[2], _FLAG[match[1]])]
        end = match.end()
    parts.append(_Part(event.text[end:]))
    return [part for part in parts if part.text or part.verified is not None]


def _marked(parts: Iterable[_Part], cited: Sequence[str], most: int | None) -> Markup:
    kept = list(_within(parts, most))
    whole = "".join(part.text for part in kept)
    spans = _spans(whole, cited)
    made, at = Markup(), 0
    for part in kept:
        inner = Markup()
        for text, is_cited in _split(part.text, at, spans):
            shown = visible(text)
            inner += Markup("<mark>{}</mark>").format(shown) if is_cited else shown
        at += len(part.text)
        made += inner if part.verified is None else _quoted(inner, part.verified)
    return made


def _quoted(inner: Markup, verified: bool) -> Markup:
    shown = inner or Markup("(empty quote)")
    if verified:
        return Markup('<q class="src">{}</q><span class="tick">✓ in source</span>').format(shown)
    return Markup('<q class="src not">{}</q><span class="tick">✕ not in source</span>').format(shown)


def _within(parts: Iterable[_Part], most: int | None) -> Iterator[_Part]:
    left = most
    for part in parts:
        if left is None:
            yield part
        elif left > 0:
            yield part._replace(text=part.text[:left])
            left -= len(part.text)


def _spans(text: str, cited: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the phrases stand in a text, in order and without overlaps."""
    found = sorted((at, at + len(phrase)) for phrase in cited if (at := text.find(phrase)) >= 0)
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _split(text: str, at: int, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of a text that begins at `at`, and whether each lies in a span."""
    place, end = at, at + len(text)
    for start, stop in spans:
        if stop <= place or start >= end:
            continue
        if start > place:
            yield text[place - at : start - at], False
        yield text[max(start, place) - at : min(stop, end) - at], True
        place = min(stop, end)
    if place < end:
        yield text[place - at :], False
