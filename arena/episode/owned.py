"""The former place of `arena.owned_seat`."""

from __future__ import annotations

from typing import NoReturn

from arena.core.errors import UsageError


def __getattr__(name: str) -> NoReturn:
    if name in ("OwnedSeat", "owned_seat"):
        raise UsageError(f"arena.episode.owned.{name} is now arena.training.environments.owned.{name}.")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
