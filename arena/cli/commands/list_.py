"""``arena list``."""

from __future__ import annotations


def list_() -> None:
    """List what there is: scenarios, protocols, agents, games and tournament formats."""
    from arena.cli.listing import show_names

    show_names()
