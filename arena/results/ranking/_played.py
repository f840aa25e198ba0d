"""What a run plays, in a phrase for lists of runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arena.core.text import one_line
from arena.registry import protocol_name

_LONGEST = 96


def what_is_played(config: Mapping[str, Any]) -> str:
    """Return what a run plays, such as ``debate``, ``tournament of kuhn`` or ``league of kuhn, debate``.

    Args:
        config: the configuration of the run.
    """
    kind, protocol = config["kind"], config["protocol"]
    if kind == "league":
        played = ", ".join(protocol["order"])
    else:
        game = protocol.get("game")
        played = game.rpartition("/")[2] if isinstance(game, str) else protocol_name(config)
    return one_line(played if kind in ("scenario", played) else f"{kind} of {played}", _LONGEST)
