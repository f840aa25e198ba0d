"""Tasks: what is at stake in an episode, and the truth that only scorers may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from arena.core.checked import Checked
from arena.pictures import Picture


class PublicTask(Checked):
    """The part of a task that a protocol may use: its text, its data, its pictures and what is private.

    Every seat sees `pictures`, and only `seat` sees ``private_pictures[seat]``. A picture is given as a path,
    the bytes of a file, an address or a `Picture`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = "task"
    text: str = ""
    data: Mapping[str, Any] = Field(default_factory=dict)
    briefs: Mapping[str, str] = Field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()
    private_pictures: Mapping[str, tuple[Picture, ...]] = Field(default_factory=dict)

    @model_serializer(mode="wrap")
    def _without_no_pictures(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Return the fields. A task without pictures is written as it was before there were pictures."""
        fields: dict[str, Any] = handler(self)
        for name in ("pictures", "private_pictures"):
            if not fields.get(name, True):
                del fields[name]
        return fields

    @property
    def all_pictures(self) -> tuple[Picture, ...]:
        """Its pictures and those of each seat, in a fixed order."""
        return (*self.pictures, *(one for seat in self.private_pictures.values() for one in seat))


class Task(PublicTask):
    """A task as the journal and the scorers hold it, truth included.

    Every seat reads `text` and sees `pictures`. Only `seat` reads ``briefs[seat]`` and sees
    ``private_pictures[seat]``. The protocol reads `data`. Only scorers read `truth`, and no episode, request
    or view leads to it. A protocol learns of it only through `Episode.score`.
    """

    truth: Any = None

    @property
    def public(self) -> PublicTask:
        """The task without its truth."""
        return PublicTask(
            id=self.id,
            text=self.text,
            data=self.data,
            briefs=self.briefs,
            pictures=self.pictures,
            private_pictures=self.private_pictures,
        )
