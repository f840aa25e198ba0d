"""Reading which of several options an answer names.

An answer is an option as it is spelt, or with other formatting, case or width; or a short phrase that names
one option and says only that it is the answer: "Option B", "I choose B", "B, because ...", "A is better". A
phrase that denies, compares or hesitates is not an answer. A phrase that names two options is ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from arena.forms._status import Status, Unusable
from arena.forms.reading._dress import LONGEST_VALUE, plain, shortened, simpler
from arena.forms.reading._phrases import (
    ARTICLE,
    ARTICLE_BEFORE,
    BEATEN,
    BRACKET,
    COUNTED,
    DENIALS,
    DISMISSED,
    ENDS,
    LEADS,
    NOUN,
    OTHERWISE,
    PREDICATE,
    REMARKS,
    TAKEN_BACK,
)
from arena.forms.reading.folding import compared, normalised


class Value(NamedTuple):
    """The text in an answer's place, and whether it is `labelled` or a whole reply."""

    text: str
    labelled: bool = True


def one_of(options: Sequence[str], *, verbs: bool = False) -> Callable[[Value], str | None]:
    """Return a reader of answers that name one of `options`.

    With `verbs`, it accepts inflected forms ("calls").

    The reader raises `Unusable` (ambiguous) for an answer that could mean several options.
    """
    return _Options.of(tuple(options), verbs).read


class _Options:
    """Some options, and the spellings of each."""

    def __init__(self, options: tuple[str, ...], verbs: bool) -> None:
        self.options = options
        self._exact = frozenset(options)
        self._longest = max(map(len, options), default=0) + LONGEST_VALUE
        self._alike: dict[str, list[str]] = {}
        for option in options:
            self._alike.setdefault(compared(option), []).append(option)
        self._spellings = self._spelt(verbs)
        words = sorted(self._spellings, key=len, reverse=True)
        edge = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
        found = "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in words) or r"(?!)"
        self._finder = re.compile(
            rf"(?<!{edge})(?<![^\W_]['’&@+-])(?<![\d][.,/])(?<![-+](?=\d))(?:{found})"
            rf"(?!{edge}|['’][^\W\d_]|[-+/&@'](?=[^\W_])|[.,]\d|[+#]|-(?![\s-])(?!$)|%(?!\w))",
            re.IGNORECASE,
        )

    @staticmethod
    @lru_cache(maxsize=256)
    def of(options: tuple[str, ...], verbs: bool) -> _Options:
        """Return these options. The result is cached."""
        return _Options(options, verbs)

    def read(self, value: Value) -> str | None:
        """Return the option that `value` names, or None if it names none."""
        if value.text in self._exact:
            return value.text
        if len(value.text) <= self._longest:
            for answer in (value.text, normalised(value.text), plain(normalised(value.text))):
                if (option := self._whole(answer)) is not None:
                    return option
        return self._named(plain(normalised(value.text)), labelled=value.labelled)

    def _whole(self, answer: str) -> str | None:
        """Return the option that `answer` is once formatting is stripped."""
        spellings = list(simpler(answer))
        for spelling in spellings:
            if spelling in self._exact:
                return spelling
        for spelling in spellings:
            alike = self._alike.get(compared(spelling), [])
            if len(alike) > 1:
                reason = f"{shortened(answer)!r} could be any of {', '.join(alike)}"
                raise Unusable(Status.AMBIGUOUS, reason)
            if alike:
                return alike[0]
        for spelling in spellings:
            bare = re.sub(r"\s*([,;:/()\[\]-])\s*", r"\1", compared(spelling)).rstrip(".")
            bare_alike = [o for key, named in self._alike.items() for o in named if _tight(key) == bare]
            if len(bare_alike) == 1:
                return bare_alike[0]
        return None

    def _named(self, answer: str, *, labelled: bool) -> str | None:
        """Return the one option that a short phrase names."""
        if not labelled and answer.startswith(("{", "[")) and '"' in answer:
            return None
        every = list(self._finder.finditer(answer))
        found = [one for one in every if self._is_meant(answer, one)]
        if not found:
            return None
        first = self._option(found[0])
        others = [one for one in found[1:] if self._option(one) != first]
        before, after = answer[: found[0].start()], answer[found[0].end() :]
        uncounted = COUNTED.sub("", before, count=1) if COUNTED.match(before) else before
        name, named = compared(first).strip("."), compared(found[0][0])
        is_shorter = named != name and named == _without_article(name)
        is_inflected = named != name and not is_shorter
        names_another = any(one[0].isupper() for one in every if one.start() < found[0].start())
        is_led = LEADS.fullmatch(uncounted) is not None
        if not is_led and (names_another or not labelled or not _may_precede(uncounted, is_inflected)):
            return _nothing(answer, labelled and bool(others))
        if is_shorter and ARTICLE_BEFORE.search(uncounted):
            return _nothing(answer, labelled)
        if TAKEN_BACK.match(after):
            return _nothing(answer, labelled)
        if ENDS.match(after):
            return first
        predicate = PREDICATE.match(after)
        remark = after[predicate.end() :] if predicate else after
        if predicate and (not remark or not others or re.match(r"\s+(?:than|over)\b", remark)):
            return first
        begun = REMARKS.match(remark)
        if begun is None or TAKEN_BACK.match(remark[begun.end() :]):
            return _nothing(answer, labelled and bool(others))
        if (bracket := BRACKET.match(remark)) and DISMISSED.match(remark, bracket.end() - 1):
            return _nothing(answer, labelled)
        is_beaten = bracket is not None and BEATEN.search(bracket[0]) is not None
        if others and not (
            is_beaten and bracket and others[-1].start() < len(answer) - len(remark) + bracket.end()
        ):
            between = answer[found[0].end() : others[0].start()]
            is_dismissed = DISMISSED.match(answer, others[0].end()) is not None
            is_apart = is_dismissed or re.search(r"[^\W\d_]{3}|\bas\b", between)
            if OTHERWISE.search(between) or not is_apart:
                return _nothing(answer, labelled)
        return first

    def _is_meant(self, answer: str, found: re.Match[str]) -> bool:
        """Return whether a single letter names an option, and is not the article "a" or the pronoun "I"."""
        word = found[0]
        if len(word) > 1 or not word.isalpha() or not word.isascii():
            return True
        before, after = answer[: found.start()], answer[found.end() :]
        if word.islower():
            return (
                bool(NOUN.search(before)) or after.startswith(")") or (before[-1:] in "([" and bool(before))
            )
        return word not in "AI" or not re.match(
            r" (?!and|or|but|not|nor|because|since|as|is|was|wins?|won|it|over|has|made|gave|-)[a-z]", after
        )

    def _option(self, found: re.Match[str]) -> str:
        return self._spellings[compared(found[0])]

    def _spelt(self, verbs: bool) -> dict[str, str]:
        """Return the options by every spelling that belongs to only one of them."""
        meant: dict[str, set[str]] = {}
        for option in self.options:
            name = compared(option).strip(".")
            spellings = {name, _without_article(name)}
            if verbs and name.isalpha() and name.isascii() and len(name) > 2:
                stem = name.removesuffix("e")
                spellings |= {f"{name}s", f"{stem}ed", f"{stem}ing", f"{name}{name[-1]}ing"}
            for spelling in spellings - {""}:
                meant.setdefault(spelling, set()).add(option)
        whole = {compared(option).strip("."): option for option in self.options}
        return {spelling: next(iter(named)) for spelling, named in meant.items() if len(named) == 1} | {
            name: option
            for name, option in whole.items()
            if name
            and len(meant[name] & {option})
            and sum(compared(one).strip(".") == name for one in self.options) == 1
        }


def _without_article(name: str) -> str:
    return ARTICLE.sub("", name, count=1) if ARTICLE.match(name) else name


@lru_cache(maxsize=4096)
def _tight(option: str) -> str:
    """Return an option in the form for comparison, without white space or brackets around its parts."""
    return re.sub(r"\s*([,;:/()\[\]-])\s*", r"\1", option).rstrip(".")


def _nothing(answer: str, in_doubt: bool) -> str | None:
    """Return None for an answer that names no option.

    If it is `in_doubt` which one it names, raise `Unusable`.
    """
    if in_doubt:
        raise Unusable(Status.AMBIGUOUS, f"{shortened(answer)!r} could mean more than one answer")
    return None


def _may_precede(words: str, is_inflected: bool) -> bool:
    """Return whether words before an option may begin a sentence about it, such as "Jack (J) calls"."""
    if len(words.split()) > 6 or DENIALS.search(words) or re.search(r"[.?!;=/|]", words):
        return False
    return is_inflected
