"""Tasks: what is at stake in an episode, and the truth that only scorers may read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, Field

from arena.core.checked import Checked


class PublicTask(Checked):
    """The part of a task that a protocol may use: its text, its data and the seats' private briefs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = "task"
    text: str = ""
    data: Mapping[str, Any] = Field(default_factory=dict)
    briefs: Mapping[str, str] = Field(default_factory=dict)


class Task(PublicTask):
    """A task as the journal and the scorers hold it, truth included.

    Every seat reads `text`. Only `seat` reads ``briefs[seat]``. The protocol reads `data`. Only scorers read
    `truth`, and no episode, request or view leads to it. A protocol learns of it only through
    `Episode.score`.
    """

    truth: Any = None

    @property
    def public(self) -> PublicTask:
        """The task without its truth."""
        return PublicTask(id=self.id, text=self.text, data=self.data, briefs=self.briefs)
