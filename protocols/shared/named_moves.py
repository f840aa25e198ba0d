"""The form of a move in a game that reads moves itself, because they are too many to list."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from arena.forms import Form, Move, Status, Unusable
from arena.forms.base import object_schema
from arena.forms.reading import MOVE, Value, read_answer, shortened
from games import State

_LONGEST = 12
"""How many words an unlabelled reply may have that is called an illegal move. A longer one is prose."""


@dataclass(frozen=True, slots=True)
class NamedMove(Form[str]):
    """A legal move of `player` in a `state`. It is read as the game reads it."""

    state: State
    player: int

    def instructions(self) -> str:
        """Return how to write a move."""
        return Move((), shown=False).instructions()

    def parse(self, text: str) -> str:
        """Return the move as the game writes it."""
        answer, move = read_answer(text, MOVE, self._named)
        if move is not None:
            return move
        if not answer.labelled and len(answer.text.split()) > _LONGEST:
            raise Unusable(Status.UNPARSEABLE, "it has no line 'Move: ...'")
        raise Unusable(Status.ILLEGAL, f"{shortened(answer.text)!r} is not a legal move here")

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"move": move}``."""
        return object_schema("move", {"type": "string"})

    def sample(self, rng: random.Random) -> str:
        """Return any legal move."""
        return self._written(rng.choice(self.state.legal_actions(self.player)))

    def fields(self, value: str) -> dict[str, str]:
        """Return ``{"move": move}``."""
        return {"move": value}

    def _named(self, value: Value) -> str | None:
        action = self.state.action_named(self.player, value.text)
        return None if action is None else self._written(action)

    def _written(self, action: int) -> str:
        return self.state.action_to_string(self.player, action)
