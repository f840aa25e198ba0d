"""Who played in a run: the address and the settings behind each agent's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class PlayedBy(NamedTuple):
    """An agent of a run.

    Attributes:
        name: what it is called in the run.
        address: its specification without keys, or the place of its class.
        settings: a digest of its settings, or empty if it is not known.
    """

    name: str
    address: str
    settings: str = ""

    @property
    def renamed(self) -> bool:
        """Whether its name does not show its address, which for a Python object ends with its class."""
        return self.name not in (self.address, self.address.rpartition(":")[2])

    def __str__(self) -> str:
        """Return a sentence that says what the name stands for."""
        return f"{self.name} is {self.address}."


def agents_of(header: Mapping[str, Any]) -> list[PlayedBy]:
    """Return the agents that a run's header names, and after them judges that were asked later.

    A run that an earlier version began holds the addresses alone, and only where agents had short names.
    """
    recorded = {**header.get("judges", {}), **header.get("agents", {})}
    if recorded:
        found = [PlayedBy(name, one["address"], one["settings"]) for name, one in recorded.items()]
    else:
        found = [PlayedBy(name, behind) for name, behind in header["config"].get("named", {}).items()]
    return sorted(found)
