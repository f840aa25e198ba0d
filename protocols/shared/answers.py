"""Answers with arguments, as societies and debates of answers exchange them, and when two are the same.

Tasks are those of `protocols.shared.questions`, but that ``data["answers"]`` may be missing: then the answer
is free text. A reply holds one answer, on a line of its own that begins with ``Answer:``; whatever else it
says is the argument. What an agent writes there is its answer, whatever it says; a reply that was refused,
cut off or has no such line is none, and agrees with nobody.
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
from arena.tasks.grading import AnswerMatch as AnswerMatch  # so that it is found here, too
from protocols.shared.questions import Question, shuffled

LABEL = ANSWER.name
_ANSWER_WORDS = 20
_WRITTEN_NUMBER = "^-?[0-9]{1,30}([.][0-9]{1,30})?%?$"
"""How a number is written by models held to a schema, which would else go on as they please."""


class Argued(NamedTuple):
    """An answer, the argument for it, and how many words of that were over the limit and cut off."""

    answer: str
    argument: str = ""
    cut_words: int = 0


@dataclass(frozen=True, slots=True)
class ArguedAnswer(Form[Argued]):
    """An answer with an argument of at most `words` words: one of `options` or, without them, any text.

    Free text has to be on its labelled line, so that no apology is taken for an answer. What is quoted with
    ``>`` is never the answer.
    """

    options: tuple[str, ...] = ()
    comparison: AnswerMatch = AnswerMatch.CASEFOLD
    words: int | None = None

    def key(self, answer: str) -> str:
        """Return what answers that are the same have in common."""
        return answer if self.options else self.comparison.key(answer) or ""

    def instructions(self) -> str:
        """Return how to argue and answer."""
        length = f" in at most {self.words} words" if self.words else ""
        kind = (
            "a number alone" if self.comparison is AnswerMatch.NUMBER else "your answer alone, in few words"
        )
        kind = f"one of: {'; '.join(self.options)}" if self.options else kind
        return f"Give your reasons{length}. End with a line '{LABEL}: ' and {kind}."

    def parse(self, text: str) -> Argued:
        """Return the one answer that `text` holds, and the rest as its argument."""
        if self.options or self.comparison is AnswerMatch.NUMBER:
            answer, meaning = read_answer(text, self._label, self._meaning)
        elif (labelled := read_labelled(text, self._label, self._meaning)) is not None:
            answer, meaning = labelled
        else:
            raise Unusable(Status.UNPARSEABLE, f"it has no line '{LABEL}: ...'")
        said = without(answer.own, self._label) if answer.labelled and answer.fields is None else ""
        return self._argued(answer.text, meaning, said)

    def _without_answers(self, argument: str) -> str:
        """Return an argument without lines that others could take for its answer."""
        return without(OwnText.of(argument), self._label) if argument.strip() else ""

    @property
    def _label(self) -> LineLabel:
        """The lines that are read: free text only from those that are surely about an answer."""
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
        """Return the answer and the argument that a reply made to `schema` holds."""
        found = only_fields(text, ("argument", "answer"))
        if not all(isinstance(field, str) for field in found.values()):
            raise Unusable(Status.UNPARSEABLE, "its argument or its answer is not text")
        answer = " ".join(found["answer"].split())
        return self._argued(answer, self._meaning(Value(answer)), self._without_answers(found["argument"]))

    def sample(self, rng: random.Random) -> str:
        """Return any of the options; without them, a small number."""
        return f"{LABEL}: {rng.choice(self.options or tuple('12345'))}"

    def publish(self, value: Argued) -> str:
        """Return the argument, and the answer on a line of its own."""
        line = f"{LABEL}: {value.answer}"
        return f"{value.argument}\n\n{line}" if value.argument else line

    def vote(self, value: Argued) -> str:
        """Return what arguments for the same answer have in common."""
        return self.key(value.answer)

    def finding(self, value: Argued, name: str) -> Finding:
        """Return the answer, and how answers are compared."""
        comparison = AnswerMatch.EXACT if self.options else self.comparison
        return Finding(text=value.answer, comparison=comparison.value)

    def fields(self, value: Argued) -> dict[str, Any]:
        """Return answer and argument, and the number of ``cut_words`` if there are any."""
        fields = value._asdict()
        return fields if value.cut_words else {name: fields[name] for name in ("answer", "argument")}

    def _meaning(self, answer: Value) -> str | None:
        """Return what answers that are the same have in common; None if it is no answer."""
        if self.options:
            return one_of(self.options)(answer)
        return self.comparison.key(self._bare(answer.text)) or None

    def _bare(self, answer: str) -> str:
        """Return an answer without its dress: of a number, with nothing else beside it."""
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
    """Return the answers that the task allows, in an order drawn by chance; none if any text is one."""
    task = episode.task
    return shuffled(episode, Question.of(task).answers) if task.data.get("answers") is not None else ()


def show_source(episode: Episode) -> None:
    """Let everyone read the task's source, if it has one."""
    if source := Question.of(episode.task).source:
        episode.tell(episode.everyone, f"The source:\n\n{source}")
