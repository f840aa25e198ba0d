"""What a seat of `Env` observes: its request, in the words of a loop that is written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from arena.forms import Choice
from arena.pictures import Picture
from arena.seat.agent import Request
from arena.seat.transcript import EventKind
from arena.training.environments._seats import chat


@dataclass(frozen=True, slots=True)
class Observation:
    """What a seat is asked, and all that it knows. `request` is what an agent in the seat would get."""

    request: Request

    @property
    def seat(self) -> str:
        """The seat that is asked."""
        return self.request.seat

    @property
    def text(self) -> str:
        """The question, as the seat reads it. `messages` holds all that came before it, too."""
        return self.request.prompt.text

    @property
    def messages(self) -> list[dict[str, Any]]:
        """All that the seat knows as chat messages in which user and assistant alternate."""
        return [message.record() for message in chat(self.request)]

    @property
    def pictures(self) -> Sequence[Picture]:
        """The pictures of the question."""
        return self.request.prompt.pictures

    @property
    def data(self) -> dict[str, Any]:
        """The question's fields for programs. They hold no more than the messages tell."""
        return dict(self.request.prompt.data or {})

    @property
    def moves(self) -> tuple[str, ...]:
        """The names of the legal moves or options; none if the reply is free."""
        form = self.request.form
        return form.options if isinstance(form, Choice) else tuple(self.data.get("moves", ()))

    @property
    def state(self) -> str:
        """A game's information state: the same text wherever the seat knows the same. Empty elsewhere."""
        return str(self.data.get("information_state", ""))

    @property
    def refused(self) -> str:
        """Why the seat is asked again: the fault of its last reply. Empty if it is not asked again."""
        last = self.request.view[-1] if self.request.view else None
        return str(last.data["reason"]) if last is not None and last.kind is EventKind.FAILED else ""
