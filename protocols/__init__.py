"""Part of Arena (arena-protocols): the protocols, who speaks when and what they are asked.

One file each. To add one, write a file with a subclass of `arena.Protocol` and a line in the table below, or,
in another distribution, an entry point in the group ``arena.protocols``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from protocols.play import LegalMoves, Play

__all__ = ["PROTOCOLS", "LegalMoves", "Play"]

PROTOCOLS = {
    "play": "protocols.play:Play",
}


def __getattr__(name: str) -> Any:
    if name in __all__:
        from protocols import play

        return getattr(play, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
