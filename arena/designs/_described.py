"""What a run's configuration says of a protocol."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from arena.designs.tools import described_tools
from arena.designs.wording import own_texts
from arena.episode.protocol import Protocol
from arena.registry import place_of
from arena.tasks.task import Task


def described(protocol: Protocol) -> dict[str, Any]:
    """Return the class of a protocol and its settings, as JSON-able values.

    The prompts of a protocol that is not ours are there too, as ``says``, because they may change.
    """
    says = own_texts(protocol)
    own = described_tools(protocol.tools)
    kind = {
        "class": place_of(type(protocol)),
        **({"says": says} if says else {}),
        **({"has": own} if own else {}),
    }
    return {**kind, **protocol.model_dump(mode="json")}


def digest_of(tasks: Iterable[Task]) -> str:
    """Return the digest of tasks in their order: 32 hex digits."""
    found = blake2b(digest_size=16)
    for task in tasks:
        found.update(task.model_dump_json().encode() + b"\n")
    return found.hexdigest()
