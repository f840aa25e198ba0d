"""Table talk: the form of a move with a message. The other seats read the message, and no rule uses it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, NamedTuple

from arena.forms import Form, Speech, Status, Unusable
from arena.forms.base import fields_schema, only_fields, text_schema
from arena.forms.reading import MESSAGE, Value, read_labelled, without
from arena.prompts import Prompts

_PROMPTS = Prompts(__file__)

_LABEL = MESSAGE.name


class SpokenMove(NamedTuple):
    """A move, and the message with it, which is empty if there is none."""

    move: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class MoveAndMessage(Form[SpokenMove]):
    """A `move`, and perhaps a message of at most `words` words on a line of its own.

    The move is read from the reply without the message, so a move that a message names is never played. Two
    different messages are ambiguous. Words over the limit are cut off.
    """

    move: Form[str]
    words: int

    def instructions(self) -> str:
        """Return how to write a move and a message."""
        return _PROMPTS.text("form", move=self.move.instructions(), label=_LABEL, words=self.words)

    def parse(self, text: str) -> SpokenMove:
        """Return the move, and the message if there is one."""
        message = read_labelled(text, MESSAGE, _as_written)
        if message is None:
            return self._played(text, "")
        answer = message[0]
        return self._played(text if answer.fields else without(answer.own, MESSAGE), answer.text)

    def schema(self) -> dict[str, Any]:
        """Return the schema of an object with ``message`` and ``move``."""
        moves = self.move.schema()["properties"]
        return fields_schema({"message": text_schema(self.words), **moves})

    def parse_structured(self, text: str) -> SpokenMove:
        """Return the move and the message of a reply that follows `schema`."""
        found = only_fields(text, self.schema()["properties"])
        if not isinstance(found["message"], str):
            raise Unusable(Status.UNPARSEABLE, "its message is not text")
        return self._played(str(found["move"]), found["message"])

    def sample(self, rng: random.Random) -> str:
        """Return any legal move, without a message."""
        return self.move.sample(rng)

    def publish(self, value: SpokenMove) -> str:
        """Return the text of the move, and of the message if there is one."""
        return f"Move: {value.move}\n{_LABEL}: {value.message}" if value.message else value.move

    def fields(self, value: SpokenMove) -> dict[str, str]:
        """Return ``{"move": move}``, and the ``message`` if there is one."""
        return value._asdict() if value.message else {"move": value.move}

    def _played(self, move: str, message: str) -> SpokenMove:
        said = " ".join(message.split())
        return SpokenMove(self.move.parse(move), Speech(self.words).parse(said) if said else "")


def _as_written(value: Value) -> str:
    return value.text
