"""The interface of a source of model files, such as the hub or a package index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from arena.models._catalogue import NamedModel

Advance = Callable[[int], None]
"""A function that is called with the number of bytes of the file that are there so far."""


class NotDelivered(Exception):
    """A source did not deliver a file. The message is half a sentence that says why."""


class ModelSource(Protocol):
    """A source of model files. The caller checks that a delivered file is the published one."""

    @property
    def name(self) -> str:
        """The name of the source within a sentence."""

    def fetch(self, model: NamedModel, folder: Path, advance: Advance) -> Path:
        """Put the model's file into `folder` and return its path. Parts from an earlier attempt are used.

        Raises:
            NotDelivered: if this source does not deliver the file.
        """
