"""The reader of short answers. It finds exactly one answer: on lines that announce it, or alone in the reply.

Each step is a function: thoughts are taken out (`thoughts`), equivalent characters are folded (`folding`),
quotations are set aside (`quoting`), the lines that announce an answer are found in any formatting
(`announced`), and their answers are read (`options`, `numbers`). All answers must mean the same. Nothing is
searched for in the middle of prose, where "CORRECT" would be found in "INCORRECT".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from arena.forms._status import Status, Unusable
from arena.forms.reading._announced import Announced, announced
from arena.forms.reading._dress import LONGEST_VALUE, shortened, simpler
from arena.forms.reading._labels import LineLabel, is_field, line_pattern
from arena.forms.reading._options import Value
from arena.forms.reading._own import OwnText, own_block

T = TypeVar("T")
Means = Callable[[Value], T | None]

_NAMED = 3
_LONG = 3
"""The largest number of words of an answer without a known meaning. A longer text begins a thought."""
_DENIED_NEXT = re.compile(
    r"\n[ \t]*(?:but|[Oo]r|which|is|isn't|was|wasn't|would|nor|not|no|though|although|yet|says?|said|"
    r"he|she|they|were|are)\b"
    r"|\n[ \t]*(?:But (?:that|this|it|I)|That (?:was|is) (?:wrong|not|what|my)|This (?:was|"
    r"is) (?:wrong|not|what)|No,|Not )"
)
_TAKEN_BACK = re.compile(
    r"(?:^|[.!?]\s|\n)[\s*_]*(?:no,? )?(?:wait\b|hold on|scratch that|correction\b|on second thou|"
    r"on reflection|i take (?:it|that|this) back|"
    r"i (?:withdraw|retract|changed? my|was wrong|was mistaken|made a mistake|misread|now say|"
    r"meant|correct myself)|now i say|"
    r"strike that|never ?mind|oops|my mistake|let me (?:correct|reconsider|revise|change|"
    r"re-?check|double[- ]check)|or rather|"
    r"(?:just )?kidding|alternatively|alternative \w+\W*:|that was wrong|sorry,|apologies|i no longer)|"
    r"(?:^|\n)[\s*_]*(?:(?:actually|hmm)[,.:! …]|"
    r"no[,.:!…]|\(?(?:edit|update|edited)\b)",
    re.IGNORECASE,
)
_STATED = re.compile(
    r"\b(?:it is|it's|i (?:now |would |will |'d |therefore )?(?:say|choose|pick|go with|put it at|"
    r"vote for|prefer|decide for|settle on)|"
    r"my (?:real|true|actual|new|revised|final) \w+ is)[: ]+(?P<value>[^.\n,;]{1,80})",
    re.IGNORECASE,
)
_AFTER = 4000


class Read(NamedTuple):
    """The one answer of a reply: its text as written, whether it was `labelled`, and the words around it.

    `fields` are the fields of the JSON object that held it, if any.
    """

    text: str
    labelled: bool
    own: OwnText
    fields: Mapping[str, Any] | None = None


def read_answer(text: str, label: LineLabel, means: Means[T]) -> tuple[Read, T | None]:
    """Return the one answer in `text` and its meaning, as given by `means`, or None if it has none.

    Raises:
        Unusable: ambiguous if announced answers mean different things, unparseable if there is no answer.
    """
    own = OwnText.of(text)
    if (labelled := read_announced(own, label, means)) is not None:
        return labelled
    _check_in_doubt(own, [])
    alone = _alone(own)
    if alone is None:
        raise Unusable(Status.UNPARSEABLE, f"it has no line '{label.name}: ...'")
    return Read(alone, False, own), means(Value(alone, labelled=False))


def place_of_answer(text: str, label: LineLabel, means: Means[T]) -> int:
    """Return the place in `text` where the one answer begins that `read_answer` reads.

    Raises:
        Unusable: as `read_answer` does.
    """
    read, _ = read_answer(text, label, means)
    if read.fields is not None:
        names = [name for name in read.fields if is_field(name, label.names)]
        keys = [re.search(rf"{re.escape(name)}\W*?:\s*", text) for name in names]
        return max((key.end() for key in keys if key), default=0)
    if not read.labelled:
        return 0
    pattern = line_pattern("|".join(filter(None, (label.names, label.others))))
    starts = [0, *(end.end() for end in re.finditer("\n", text))]
    lines = [line for start in starts if (line := pattern.match(text, start)) is not None]
    holding = [line.start("value") for line in lines if read.text in text[line.start("value") :][:_AFTER]]
    return holding[-1] if holding else max(0, text.rfind(read.text))


def read_labelled(text: str, label: LineLabel, means: Means[T]) -> tuple[Read, T | None] | None:
    """Return the answer on the labelled lines of `text` and its meaning, or None if there are no such lines.

    Raises:
        Unusable: ambiguous if they mean different things.
    """
    return read_announced(OwnText.of(text), label, means)


def read_announced(own: OwnText, label: LineLabel, means: Means[T]) -> tuple[Read, T | None] | None:
    """Return the answer on the labelled lines of a reply, as `read_labelled` does."""
    if (block := own_block(own)) is not None:
        return _in_block(own, OwnText.of(block), label, means)
    said = _meanings(announced(own, label.names), means)
    others = [one for one in announced(own, label.others) if not one.is_weak] if label.others else []
    if not said:
        said = _meanings(others, means)
    elif label.strict:
        plain = [one for one in others if len(one.value.split()) <= _LONG]
        said += [(one, meaning) for one, meaning in _meanings(plain, means) if meaning is not None]
    if not said:
        return None
    _check_in_doubt(own, [one for one, _ in said])
    one, meaning = _agreed(said)
    if meaning is not None:
        _check_it_stands(own, said[-1][0], meaning, means)
    return Read(one.value, True, own, one.fields), meaning


def _in_block(
    own: OwnText, inner: OwnText, label: LineLabel, means: Means[T]
) -> tuple[Read, T | None] | None:
    """Return the answer in the block that only formats it. The answer may have a line of its own there."""
    if (found := read_announced(inner, label, means)) is not None:
        return found[0]._replace(own=inner._replace(before=own.outside())), found[1]
    if not own.text.strip() and (alone := _alone(inner)) is not None:
        return Read(alone, False, inner), means(Value(alone, labelled=False))
    return None


def _meanings(
    found: list[Announced], means: Means[T], *, only_meant: bool = False
) -> list[tuple[Announced, T | None]]:
    """Return the announced answers with their meanings, without text that only looks like an answer."""
    read: list[tuple[Announced, T | None]] = []
    known: dict[str, T | None] = {}
    for one in found:
        try:
            if one.value not in known:
                known[one.value] = means(Value(one.value))
            meaning = known[one.value]
        except Unusable:
            if one.is_weak:
                continue
            raise
        if meaning is not None or not one.is_weak:
            read.append((one, meaning))
    last = max((place for place, (_, meaning) in enumerate(read) if meaning is not None), default=-1)
    return [
        (one, meaning)
        for place, (one, meaning) in enumerate(read)
        if meaning is not None or place > last or len(one.value.split()) <= _LONG
    ]


def _agreed(found: list[tuple[Announced, T | None]]) -> tuple[Announced, T | None]:
    """Return the one answer on which all lines agree."""
    answers: dict[object, tuple[Announced, T | None]] = {}
    for one, meaning in found:
        key = (meaning,) if meaning is not None else ["", *simpler(one.value[:LONGEST_VALUE])][-1]
        answers.setdefault(key, (one, meaning))
    if len(answers) > 1:
        named = [repr(shortened(one.value)) for one, _ in list(answers.values())[:_NAMED]]
        others = f" and {len(answers) - _NAMED} more" if len(answers) > _NAMED else ""
        raise Unusable(Status.AMBIGUOUS, f"it gives more than one answer: {', '.join(named)}{others}")
    return next(iter(answers.values()))


def _check_in_doubt(own: OwnText, found: list[Announced]) -> None:
    """Check that no block of code leaves it open which answers are quoted."""
    if own.is_open or any(own.between_blocks(one.place) for one in found):
        reason = "what is quoted in it cannot be told from the answer, as a ``` begins or ends within it"
        raise Unusable(Status.AMBIGUOUS, reason)


def _check_it_stands(own: OwnText, last: Announced, meaning: T, means: Means[T]) -> None:
    """Check that the text behind the last answer does not retract it or name another one."""
    end = own.text.find("\n", last.end)
    rest = own.text[end : end + _AFTER] if end >= 0 and not last.fields else ""
    if _DENIED_NEXT.match(rest) or _TAKEN_BACK.search(rest):
        raise Unusable(Status.AMBIGUOUS, f"it may take back its answer {shortened(last.value)!r}")
    if _takes_anything(means):
        return
    next_line = rest.lstrip().partition("\n")[0]
    for stated in [next_line, *(stated["value"] for stated in _STATED.finditer(rest))]:
        try:
            other = means(Value(stated, labelled=False)) if stated else None
        except Unusable:
            other = None
        if other is not None and other != meaning:
            first, second = shortened(last.value), shortened(stated)
            raise Unusable(Status.AMBIGUOUS, f"it gives more than one answer: {first!r}, {second!r}")


def _takes_anything(means: Means[T]) -> bool:
    """Whether any text is an answer, so that a line below one cannot be told to be another."""
    try:
        return means(Value("\ufffc", labelled=False)) is not None
    except Unusable:
        return False


def _alone(own: OwnText) -> str | None:
    """Return the only distinct line of the reply's own words, or None if there are several or none."""
    if own.is_open:
        return None
    lines = own.text.strip().split("\n")
    if len(lines) > 1 and len({line.strip() for line in lines if line.strip()}) > 1:
        return None
    if own.blocks:
        return None
    if not lines[0].strip():
        alone = own.lines[0].strip() if len(own.lines) == 1 else ""
        return alone if alone.startswith("`") else None
    return own.line_at(own.text.index(lines[0])).strip()


def without(own: OwnText, *labels: LineLabel) -> str:
    """Return the text of a reply without the lines that announce these answers. Quotations stay."""
    gone = {
        number
        for label in labels
        for names in filter(None, (label.names, label.others))
        for one in announced(own, names)
        if one.fields is None and not (names is label.others and one.is_weak)
        for number in range(own.text.count("\n", 0, one.place), own.text.count("\n", 0, one.end) + 1)
    }
    kept = "\n".join(line for number, line in enumerate(own.lines) if number not in gone).strip()
    return f"{own.before}\n\n{kept}".strip()
