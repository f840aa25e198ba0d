"""Answers with arguments, and the rule for which answers are the same.

Tasks are those of `protocols.shared.questions`, with one difference: ``data["answers"]`` may be missing, and
then the answer is free text. A reply holds one answer, on a line of its own that begins with ``Answer:``. The
rest of the reply is the argument. The text on that line counts as the answer, even if it makes no sense. A
reply has no answer if it was refused, was cut off or has no such line. Then it agrees with nobody.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, NamedTuple

from arena.annotations import Finding
from arena.episode.episode import Episode
from arena.forms import Form, Speech, Status, Unusable
from arena.forms.base import fields_schema, only_fields, text_schema
from arena.forms.reading import (
    ANSWER,
    NUMBER,
    LineLabel,
    OwnText,
    Value,
    one_of,
    read_answer,
    read_labelled,
    read_number,
    shortened,
    undressed,
    without,
)
from arena.forms.speech import cut_words
from arena.prompts import Prompts
from arena.tasks.grading import AnswerMatch as AnswerMatch  # This makes it importable from here, too.
from protocols.shared.questions import Question, shuffled

_PROMPTS = Prompts(__file__)

LABEL = ANSWER.name
_ANSWER_WORDS = 20
_WRITTEN_NUMBER = "^-?[0-9]{1,30}([.][0-9]{1,30})?%?$"
"""The pattern of a number in schemas. Without a pattern, models may write more than the number."""


class Argued(NamedTuple):
    """An answer, its argument, and the number of words over the limit that were cut off."""

    answer: str
    argument: str = ""
    cut_words: int = 0


@dataclass(frozen=True, slots=True)
class ArguedAnswer(Form[Argued]):
    """An answer with an argument of at most `words` words. It is one of `options` or, without them, any text.

    Free text has to be on its labelled line, so that an apology cannot be mistaken for an answer. Lines
    quoted with ``>`` are never the answer.
    """

    options: tuple[str, ...] = ()
    comparison: AnswerMatch = AnswerMatch.CASEFOLD
    words: int | None = None

    def key(self, answer: str) -> str:
        """Return the key of an answer. Answers that are the same have the same key."""
        return answer if self.options else self.comparison.key(answer) or ""

    def instructions(self) -> str:
        """Return the instructions for arguing and answering."""
        return _PROMPTS.text(
            "form",
            words=self.words or 0,
            label=LABEL,
            options=self.options,
            number=self.comparison is AnswerMatch.NUMBER,
        )

    def parse(self, text: str) -> Argued:
        """Return the answer in `text`, and the rest as its argument."""
        if self.options or self.comparison is AnswerMatch.NUMBER:
            answer, meaning = read_answer(text, self._label, self._meaning)
        elif (labelled := read_labelled(text, self._label, self._meaning)) is not None:
            answer, meaning = labelled
        else:
            raise Unusable(Status.UNPARSEABLE, f"it has no line '{LABEL}: ...'")
        said = without(answer.own, self._label) if answer.labelled and answer.fields is None else ""
        return self._argued(answer.text, meaning, said)

    def _without_answers(self, argument: str) -> str:
        """Return an argument without lines that others could mistake for its answer."""
        return without(OwnText.of(argument), self._label) if argument.strip() else ""

    @property
    def _label(self) -> LineLabel:
        """The label of the lines that are read. Free text has fewer labels, so that only answers match."""
        if self.options:
            return ANSWER
        return NUMBER if self.comparison is AnswerMatch.NUMBER else LineLabel(LABEL, ANSWER.names)

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"argument": text, "answer": text}``."""
        answer = text_schema(_ANSWER_WORDS)
        if self.options:
            answer["enum"] = list(self.options)
        elif self.comparison is AnswerMatch.NUMBER:
            answer = {"type": "string", "pattern": _WRITTEN_NUMBER}
        return fields_schema({"argument": text_schema(self.words), "answer": answer})

    def parse_structured(self, text: str) -> Argued:
        """Return the answer and the argument in a reply that follows `schema`."""
        found = only_fields(text, ("argument", "answer"))
        if not all(isinstance(field, str) for field in found.values()):
            raise Unusable(Status.UNPARSEABLE, "its argument or its answer is not text")
        answer = " ".join(found["answer"].split())
        return self._argued(answer, self._meaning(Value(answer)), self._without_answers(found["argument"]))

    def sample(self, rng: random.Random) -> str:
        """Return an option at random or, without options, a whole number from 1 to 5."""
        return f"{LABEL}: {rng.choice(self.options or tuple('12345'))}"

    def publish(self, value: Argued) -> str:
        """Return the argument, followed by the answer on its own line."""
        line = f"{LABEL}: {value.answer}"
        return f"{value.argument}\n\n{line}" if value.argument else line

    def vote(self, value: Argued) -> str:
        """Return the key of the answer, which is the same for all arguments for that answer."""
        return self.key(value.answer)

    def finding(self, value: Argued, name: str) -> Finding:
        """Return the answer and the name of the comparison."""
        comparison = AnswerMatch.EXACT if self.options else self.comparison
        return Finding(text=value.answer, comparison=comparison.value)

    def fields(self, value: Argued) -> dict[str, Any]:
        """Return the answer and the argument, and the number of ``cut_words`` if it is not 0."""
        fields = value._asdict()
        return fields if value.cut_words else {name: fields[name] for name in ("answer", "argument")}

    def _meaning(self, answer: Value) -> str | None:
        """Return the key of an answer, or None if the text is not an answer."""
        if self.options:
            return one_of(self.options)(answer)
        return self.comparison.key(self._bare(answer.text)) or None

    def _bare(self, answer: str) -> str:
        """Return an answer without markup around it. For numbers, return only the number."""
        if self.comparison is not AnswerMatch.NUMBER:
            return undressed(answer)
        if self.comparison.key(answer) is not None:
            return answer
        number = read_number(Value(answer))
        if number is None:
            return answer
        value = number.value / number.out_of if number.out_of else number.value
        return f"{value:.15g}{'%' if number.percent else ''}"

    def _argued(self, answer: str, meaning: str | None, said: str) -> Argued:
        if meaning is None:
            wanted = f"one of {', '.join(self.options)}" if self.options else "a number"
            wanted = wanted if answer else "an answer"
            raise Unusable(Status.UNPARSEABLE, f"{shortened(answer)!r} is not {wanted}")
        argument = Speech(self.words).parse(said) if said else ""
        given = meaning if self.options else self._bare(answer).strip(" \t*")
        return Argued(given, str(argument), cut_words(argument))


def candidates(episode: Episode) -> tuple[str, ...]:
    """Return the task's answers in an order drawn by chance. It is empty if any text may be an answer."""
    task = episode.task
    return shuffled(episode, Question.of(task).answers) if task.data.get("answers") is not None else ()


def show_source(episode: Episode) -> None:
    """Show the task's source to everyone, if the task has one."""
    if source := Question.of(episode.task).source:
        episode.tell(episode.everyone, _PROMPTS.text("source", source=source))
