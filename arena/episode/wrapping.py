"""A protocol that plays another protocol, and answers for it wherever it changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import InstanceOf, SerializeAsAny

from arena.annotations import Annotation
from arena.episode.protocol import Protocol

if TYPE_CHECKING:
    from arena.seat.transcript import Event
    from arena.tasks.task import PublicTask


class WrappingProtocol(Protocol):
    """A protocol around another one. What it does not define itself is as the other protocol has it.

    Seats that it adds have an empty brief and are asked for nothing that is known, unless it says so.

    Args:
        protocol: The protocol that is played.
    """

    protocol: SerializeAsAny[InstanceOf[Protocol]]

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats of the protocol."""
        return self.protocol.seats

    @property
    def players(self) -> tuple[str, ...]:
        """The players of the protocol."""
        return self.protocol.players

    @property
    def absent(self) -> tuple[str, ...]:
        """The absent seats of the protocol."""
        return self.protocol.absent

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations of the protocol."""
        return self.protocol.finds

    @property
    def tools(self) -> Mapping[str, Sequence[Any]]:
        """The tools that the protocol gives to its seats."""
        return self.protocol.tools

    def asks_of(self, seat: str) -> frozenset[str] | None:
        """Return what the prompts of the protocol ask for from `seat`. None for a seat that is added."""
        return self.protocol.asks_of(seat) if seat in self.protocol.seats else None

    def drawings(self, events: Sequence[Event], chance: int) -> Mapping[int, Mapping[str, str]]:
        """Return the drawings of the protocol."""
        return self.protocol.drawings(events, chance)

    def shows_pictures(self, seat: str, task: PublicTask) -> bool:
        """Return whether the task has pictures for `seat`, or the protocol shows it some."""
        of_task = super().shows_pictures(seat, task)
        return of_task or (seat in self.protocol.seats and self.protocol.shows_pictures(seat, task))

    @property
    def picture_names(self) -> tuple[str, ...]:
        """The names under which a task may hold private pictures: all seats, and those of the protocol."""
        return tuple(dict.fromkeys((*self.seats, *self.protocol.picture_names)))

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the system text of `seat`, as the protocol says it. It is empty for a seat that is added."""
        return self.protocol.brief(seat, task) if seat in self.protocol.seats else ""
