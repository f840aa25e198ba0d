"""Forms whose answer is one of several: `Choice` of an option, and `Move` of a game's legal moves."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from arena.forms._status import Status, Unusable
from arena.forms.base import FORM_PROMPTS, Form, object_schema
from arena.forms.reading import ANSWER, MOVE, one_of, read_answer, shortened


@dataclass(frozen=True, slots=True)
class Choice(Form[str]):
    """One of `options`, named by its text."""

    options: tuple[str, ...]

    def instructions(self) -> str:
        """Return how to choose."""
        return FORM_PROMPTS.text("choice", options=self.options)

    def parse(self, text: str) -> str:
        """Return the option that was chosen, as it is spelt in `options`."""
        if text in self.options:
            return text
        answer, option = read_answer(text, ANSWER, one_of(self.options))
        if option is None:
            reason = f"{shortened(answer.text)!r} is not one of {', '.join(self.options)}"
            raise Unusable(Status.UNPARSEABLE, reason)
        return option

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"answer": option}``."""
        return object_schema("answer", {"type": "string", "enum": list(self.options)})

    def sample(self, rng: random.Random) -> str:
        """Return any option."""
        return rng.choice(self.options)

    def fields(self, value: str) -> dict[str, str]:
        """Return ``{"choice": option}``."""
        return {"choice": value}


@dataclass(frozen=True, slots=True)
class Move(Form[str]):
    """One of a game's `legal` moves. `shown` says whether the seat is given the list of them."""

    legal: tuple[str, ...]
    shown: bool = True

    def instructions(self) -> str:
        """Return how to write a move."""
        return FORM_PROMPTS.text("move", moves=self.legal, shown=self.shown)

    def parse(self, text: str) -> str:
        """Return the move as it is spelt in `legal`."""
        if text in self.legal:
            return text
        answer, move = read_answer(text, MOVE, one_of(self.legal, verbs=True))
        if move is not None:
            return move
        longest = max(len(move.split()) for move in self.legal)
        if not answer.labelled and len(answer.text.split()) > longest:
            raise Unusable(Status.UNPARSEABLE, "it has no line 'Move: ...'")
        raise Unusable(Status.ILLEGAL, f"{shortened(answer.text)!r} is not a legal move here")

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"move": move}``. It allows only legal moves if they are shown."""
        return object_schema("move", {"type": "string"} | ({"enum": list(self.legal)} if self.shown else {}))

    def sample(self, rng: random.Random) -> str:
        """Return any legal move."""
        return rng.choice(self.legal)

    def fields(self, value: str) -> dict[str, str]:
        """Return ``{"move": move}``."""
        return {"move": value}
