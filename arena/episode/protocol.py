"""The interface of a protocol: who speaks when, and what each seat is asked."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import ConfigDict

from arena.annotations import Annotation
from arena.core.checked import Checked

if TYPE_CHECKING:
    from arena.episode.episode import Episode
    from arena.episode.outcome import Outcome
    from arena.seat.transcript import Event
    from arena.tasks.task import PublicTask


class Protocol(Checked, ABC):
    """Who speaks when, and what each seat is asked.

    Its settings are its fields, and its `seats` are its roles in a fixed order. `play` says what happens. One
    protocol object plays many episodes at once, so it holds no state.
    """

    # Seats may be given as a plain tuple in the class, which pydantic would take for a field without a type.
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(tuple,))

    @property
    @abstractmethod
    def seats(self) -> tuple[str, ...]:
        """The names of the seats."""

    @property
    def players(self) -> tuple[str, ...]:
        """The seats that compete, over which a tournament rotates its agents. The default is all seats."""
        return self.seats

    @property
    def absent(self) -> tuple[str, ...]:
        """The seats in which nobody sits and that hear what everyone hears, such as a judge who comes later.

        A judge of the finished episode reads what all seats heard, these included. Without them, what is told
        to everyone who sits would count as public, although a protocol may have meant it for its speakers
        alone. The default is none.
        """
        return ()

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations that the protocol records: the kind of each name, such as ``{"answer": Answer}``.

        `check_protocol` holds the protocol to it, and `arena list` shows it. Nothing else reads it, so a
        protocol may leave it out. It lists what the protocol may find with any of its settings. The default
        is nothing.
        """
        return {}

    @property
    def tools(self) -> Mapping[str, Sequence[Any]]:
        """The tools that the protocol itself gives to its seats, such as ``{"judge": ("calculator",)}``.

        They are named as in `Scenario.tools`, or are functions. The default is none.
        """
        return {}

    def asks_of(self, seat: str) -> frozenset[str] | None:
        """Return what prompts ask for from `seat`, by the names that they give it.

        None if that is not said.
        """
        return None

    def drawings(self, events: Sequence[Event], chance: int) -> Mapping[int, Mapping[str, str]]:
        """Return drawings of what each seat may see: by the place of an event, and by the seat, as SVG.

        A drawing shows what the seat knows after the event. Nobody is sent it. Reports show it, and do not
        trust its text. The default is no drawings.

        Args:
            events: the events of an episode that was played.
            chance: the seed of the episode's chance.
        """
        return {}

    def shows_pictures(self, seat: str, task: PublicTask) -> bool:
        """Return whether `seat` is shown pictures, so that an agent that sees none cannot sit there.

        The default is whether the task has pictures for it. A protocol that shows others says so here.
        """
        return bool(task.pictures or task.private_pictures.get(seat))

    @property
    def picture_names(self) -> tuple[str, ...]:
        """The names under which a task may hold private pictures. The default is those of the seats."""
        return self.seats

    @abstractmethod
    async def play(self, episode: Episode) -> Outcome:
        """Play one episode and return how it ended."""

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the system text of `seat`: the task, and its own private brief."""
        return "\n\n".join(part for part in (task.text, task.briefs.get(seat, "")) if part)
