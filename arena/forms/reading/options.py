"""Reading which of several options an answer names.

An answer is an option as it is spelt, or in another dress, case or width; or a short phrase that names one
option and says no more than that it is the answer: "Option B", "I choose B", "B, because ...", "A is better".
Whatever denies, compares or hesitates is no answer, and two options are ambiguous.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from arena.forms.reading.dress import LONGEST_VALUE, plain, shortened, simpler
from arena.forms.reading.folding import compared, folded
from arena.forms.status import Status, Unusable


class Value(NamedTuple):
    """What stands where an answer is: its `text`, and whether it is `labelled` or a whole reply."""

    text: str
    labelled: bool = True


_ARTICLE = re.compile(
    r"(?:the|an?|der|die|das|den|le|la|les|el|los|las|il|lo|gli|os|as|het|de|l') ?(?<=[ '])(?=\w)"
)
_LEAD_WORDS = (
    r"i|i'd|i'll|i'm|i've|am|we|we'd|we'll|let's|let|me|my|it|it's|that|that's|this|is|was|be|"
    r"been|would|will|shall|should|"
    r"must|have|has|to|do|choose|chose|choosing|pick|picking|select|selected|selecting|go|going|"
    r"with|for|say|vote|voting|"
    r"play|take|answer|prefer|favou?r|think|believe|guess|suppose|reckon|conclude|decide|rule|"
    r"declare|award|find|"
    r"opt|option|choice|letter|candidate|assistant|model|debater|side|player|team|response|"
    r"speaker|agent|judge|party|"
    r"position|the|a|an|in|of|on|at|final|correct|right|best|better|chosen|selected|verdict|"
    r"winner|winning|decision|move|"
    r"action|here|probably|likely|most|clearly|definitely|certainly|surely|simply|just|now|so|"
    r"thus|therefore|hence|well|"
    r"ok|okay|sure|yes|number|nr|no\.|item|statement|step|line|error|place|solution|conclusion|goes|overall|lean|"
    r"leaning|towards?|slightly|"
    r"narrowly|"
    r"die|der|das|den|ich|wähle|nehme|würde|ist|es|variante|buchstabe|le|la|je|choisis|c'est|est|"
    r"l'option|réponse|"
    r"el|elijo|opción|es|il|scelgo|opzione|è|o|escolho|opção|é|ik|kies|optie|het|вариант|выбираю|"
    r"я|это|буква|antwort|"
    r"respuesta|risposta|resposta|antwoord|ответ"
)
_CJK_LEADS = (
    "我选择|我选|选择|选项|選択肢|答案是|我的答案是|是|应选|选|選|옵션|정답은|저는|나는|私は|答えは|方案|第"
)
_LEADS = re.compile(
    rf"(?:(?:{_LEAD_WORDS})(?![^\W_]|')[:,]?\s*|(?:{_CJK_LEADS})[:\s]*|[=:#>→\"'(\[{{<«-]\s*)*", re.IGNORECASE
)
_COUNTED = re.compile(r"(?:\(?[a-z]\)|\(?\d{1,2}[.)]|[a-z][.:])\s+", re.IGNORECASE)
_NOUN = re.compile(
    r"(?:option|choice|answer|letter|candidate|assistant|model|debater|side|player|team|response|"
    r"speaker|agent|"
    r"variante|opción|opção|opzione|optie|вариант|选项|選択肢|옵션)\s*[(\[\"']*$",
    re.IGNORECASE,
)
_DENIALS = re.compile(
    r"\b(?:not|no|never|neither|nor|none|nobody|nothing|except|unless|if|without|avoid|against|"
    r"than|other|either|or|"
    r"both|wrong|incorrect|false|cannot|opponents?|they|his|her|their|instead|rather|maybe|"
    r"perhaps|possibly|whether|"
    r"unlike|versus|vs|but|might|could|may|between|all|any|loses?|lost|un\w+|nicht|kein\w*|pas|"
    r"non|não|niet|geen|не|"
    r"he|she|rejects?|refuse[sd]?|deny|denies|doubt|hardly|instead|impossible|ruled|eliminated?|"
    r"excluded?|when|while|"
    r"although|though|however|until|before|after|tie)\b|n't\b|不|没|ない|않|아니",
    re.IGNORECASE,
)
_REASON = (
    r"because|since|as|for|due to|given|so|which|who|with|over|rather than|instead of|not|in|on|"
    r"at|by|from|after|where|"
    r"weil|da|denn|car|parce|porque|perché|pois|omdat|want|потому|так как"
)
_GOOD = (
    r"better|best|correct|right|true|(?:the )?winner|stronger|strongest|(?:the |my |our )?(?:final )?"
    r"(?:answer|choice|verdict|pick|move|action|one|decision|option)|guilty|(?:the )?culprit|"
    r"superior|preferred|favou?red|"
    r"ahead|more (?:convincing|persuasive|likely|plausible|accurate|helpful|compelling)|most \w+|"
    r"clear(?:ly)?"
)
_PREDICATE = re.compile(
    rf"\s+(?:wins?|won|has won|should win|did it|it is|it was|takes it|prevails?|prevailed|"
    rf"(?:is|was|would be|seems|appears|remains|must be|has to be|comes out)(?: (?:clearly|"
    rf"definitely|slightly|the|"
    rf"overall|simply|certainly|a|my|far|much|by far|still))* (?:{_GOOD})|"
    rf"(?:has|had|makes?|made|gave|gives|provides?|provided|presents?|presented|offers?|offered|"
    rf"argued|argues) "
    rf"(?:the |a |its case )?(?:clearly |much |far )?(?:better|best|stronger|strongest|more \w+|"
    rf"most \w+|case)[\w ]*)(?![^\W_])",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"(?:\s+(?:side|option|position|team|answer|choice|speaker|debater|argument|case|move|here|now|again))?"
    r"[\s\"')\]}>.!*`»]*(?:です|だ|입니다|이다|예요)?[\s.!。]*$",
    re.IGNORECASE,
)
_REMARKS = re.compile(
    rf"[\"'\]}}>`]*\s*(?:[)\],;:.!(\[|/&+→✓✔✅\n{{]|-{{1,3}}(?=\s|[A-Za-z])|\s-{{1,3}}|(?:です|입니다)|"
    rf"[^\w\s.,;:!?()\[\]{{}}'\"/&+<>=%#@$^|\\~-])"
    rf"|[\"'\]}}>`)]*\s+(?:{_REASON})\b|\s*(?:因为|因為|,|なぜなら|왜냐하면)",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"\b(?:or|but|however|though|although|yet|maybe|perhaps|possibly|could|might|may|wait|"
    r"actually|no|sorry|instead|correction|"
    r"i mean|on second|either|both|and|oder|ou|o|или|also|unless|if|alternatively|otherwise)\b|"
    r"[?/&+]|或|または|또는",
    re.IGNORECASE,
)
_DISMISSED = re.compile(
    r"[\"')\]]*\s+(?:(?:is|was|were|are|seems?|would be|has been)\s+(?:clearly |simply |far |much |just )?"
    r"(?:wrong|weak|weaker|worse|out|false|incorrect|not|less|too|impossible|closed|unlikely|unsupported)|"
    r"fails?|failed|lost|loses|cannot|does not|did not|doesn't|didn't|gave no|has no|had no)\b",
    re.IGNORECASE,
)
_TAKEN_BACK = re.compile(
    r"[\s(\[,;:.-]*(?:no\b(?! (?:doubt|question|other))|wait|actually|scratch|sorry|correction|"
    r"i mean|on second|hold on|nope|"
    r"is wrong|wrong|incorrect|false|or\b|unless|if\b|only if|not sure|unsure|maybe not|\?)",
    re.IGNORECASE,
)


def one_of(options: Sequence[str], *, verbs: bool = False) -> Callable[[Value], str | None]:
    """Return the reader of answers that name one of `options`; as `verbs`, inflected ones ("calls") too.

    The reader raises `Unusable` (ambiguous) for an answer that could be several of them.
    """
    return _Options.of(tuple(options), verbs).read


class _Options:
    """Some options, and the spellings by which each is known."""

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
        """Return these options, made once."""
        return _Options(options, verbs)

    def read(self, value: Value) -> str | None:
        """Return the option that `value` names, None if it names none."""
        if value.text in self._exact:
            return value.text
        if len(value.text) <= self._longest:
            for answer in (value.text, folded(value.text), plain(folded(value.text))):
                if (option := self._whole(answer)) is not None:
                    return option
        return self._named(plain(folded(value.text)), labelled=value.labelled)

    def _whole(self, answer: str) -> str | None:
        """Return the option that `answer` is, with less or more around it."""
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
        found = [one for one in self._finder.finditer(answer) if self._is_meant(answer, one)]
        if not found:
            return None
        first = self._option(found[0])
        others = [one for one in found[1:] if self._option(one) != first]
        before, after = answer[: found[0].start()], answer[found[0].end() :]
        told = _COUNTED.sub("", before, count=1) if _COUNTED.match(before) else before
        is_inflected = compared(found[0][0]) != compared(first).strip(".")
        if _LEADS.fullmatch(told) is None and not (labelled and _may_precede(told, is_inflected)):
            return _nothing(answer, labelled and bool(others))
        if _TAKEN_BACK.match(after):
            return _nothing(answer, labelled)
        if _ENDS.match(after):
            return first
        predicate = _PREDICATE.match(after)
        remark = after[predicate.end() :] if predicate else after
        if predicate and (not remark or not others or re.match(r"\s+(?:than|over)\b", remark)):
            return first
        begun = _REMARKS.match(remark)
        if begun is None or _TAKEN_BACK.match(remark[begun.end() :]):
            return _nothing(answer, labelled and bool(others))
        if others:
            between = answer[found[0].end() : others[0].start()]
            is_dismissed = _DISMISSED.match(answer, others[0].end()) is not None
            is_apart = is_dismissed or re.search(r"[^\W\d_]{3}|\bas\b", between)
            if _OTHERWISE.search(between) or not is_apart:
                return _nothing(answer, labelled)
        return first

    def _is_meant(self, answer: str, found: re.Match[str]) -> bool:
        """Return whether a single letter is an option's, and not the article "a" or the pronoun "I"."""
        word = found[0]
        if len(word) > 1 or not word.isalpha() or not word.isascii():
            return True
        before, after = answer[: found.start()], answer[found.end() :]
        if word.islower():
            return (
                bool(_NOUN.search(before)) or after.startswith(")") or (before[-1:] in "([" and bool(before))
            )
        return word not in "AI" or not re.match(
            r" (?!and|or|but|not|nor|because|since|as|is|was|wins?|won|it|over|has|made|gave|-)[a-z]", after
        )

    def _option(self, found: re.Match[str]) -> str:
        return self._spellings[compared(found[0])]

    def _spelt(self, verbs: bool) -> dict[str, str]:
        """Return the options by every spelling that means one of them alone."""
        meant: dict[str, set[str]] = {}
        for option in self.options:
            name = compared(option).strip(".")
            spellings = {name, _ARTICLE.sub("", name, count=1) if _ARTICLE.match(name) else name}
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


@lru_cache(maxsize=4096)
def _tight(option: str) -> str:
    """Return an option as it is compared, without white space or brackets around its parts."""
    return re.sub(r"\s*([,;:/()\[\]-])\s*", r"\1", option).rstrip(".")


def _nothing(answer: str, in_doubt: bool) -> str | None:
    """Return None for an answer that names no option, unless it is `in_doubt` which one it names."""
    if in_doubt:
        raise Unusable(Status.AMBIGUOUS, f"{shortened(answer)!r} could mean more than one answer")
    return None


def _may_precede(words: str, is_inflected: bool) -> bool:
    """Return whether words before an option may be those of a sentence about it, such as "Jack (J) calls"."""
    if len(words.split()) > 6 or _DENIALS.search(words) or re.search(r"[.?!;=/|]", words):
        return False
    return is_inflected or _LEADS.fullmatch(f"{words.split()[-1]} ") is not None
