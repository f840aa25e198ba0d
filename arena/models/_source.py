"""Where models' files come from: all that pulling knows of the hub and of a package index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from arena.models._catalogue import NamedModel

Advance = Callable[[int], None]
"""Is told how many bytes of the model's file there are so far."""


class NotDelivered(Exception):
    """A source did not deliver; says why in half a sentence."""


class ModelSource(Protocol):
    """Who may deliver a model's file; whether it is the published one is for others to check."""

    @property
    def name(self) -> str:
        """What it is called within a sentence."""

    def fetch(self, model: NamedModel, folder: Path, advance: Advance) -> Path:
        """Return the model's file in `folder`, going on from what an earlier attempt left there.

        Raises:
            NotDelivered: if it cannot be had from here.
        """
