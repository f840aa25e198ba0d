"""What a seat is offered: its tools, and how its agent calls them, as it is recorded with the episode."""

from __future__ import annotations

from typing import NamedTuple

from pydantic_core import from_json, to_json

from arena.seat.calls import Calling, ToolSpec


class ToolOffer(NamedTuple):
    """What a seat was offered: its tools, and how its agent calls them. It is recorded with the episode."""

    calling: Calling
    specs: tuple[ToolSpec, ...]

    def text(self) -> str:
        """Return the offer as the JSON that is recorded."""
        return to_json(
            {"calling": self.calling.value, "tools": [spec.record() for spec in self.specs]}
        ).decode()

    @classmethod
    def read(cls, text: str) -> ToolOffer:
        """Return the offer whose `text` this is."""
        found = from_json(text)
        specs = tuple(ToolSpec(one["name"], one["description"], one["schema"]) for one in found["tools"])
        return cls(Calling(found["calling"]), specs)
