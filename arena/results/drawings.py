"""What each seat could see of a game, drawn by the protocol and made safe to be shown."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import unquote

from arena.core.errors import UsageError
from arena.core.text import one_line
from arena.journal import StoredEpisode
from arena.registry import find, renewed, table
from arena.web.drawings import safe_svg


def as_image(drawing: str) -> str:
    """Return the address of an image that holds a drawing, to be the source of an ``img`` element."""
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"


def drawings_of(
    episode: StoredEpisode, config: Mapping[str, Any], own: str = ""
) -> Mapping[int, Mapping[str, str]]:
    """Return what each seat could see, as safe SVG by the place of the event before it and by the seat.

    Nothing is drawn if the protocol is in no table, as a protocol of the user's own, or if its game is in a
    file or module of the user's. Files of runs are data, and drawing would run it. So the user names it.

    Args:
        episode: the episode.
        config: the configuration of its run.
        own: the user's own game, as ``nim.py:Nim``, that may be run.

    Raises:
        UsageError: if the protocol or its game raises an error where it draws.
    """
    described = _described(config, episode.plan.condition)
    place = str(described.get("class", ""))
    if place not in table("protocols").values() or _names_code(described, own):
        return {}
    settings = {name: value for name, value in renewed(described).items() if name != "class"}
    try:
        protocol = find("protocols", place).model_validate(settings)
        found = protocol.drawings(episode.events, episode.plan.chance)
    except Exception as error:  # a game may raise anything
        raise UsageError(
            f"Episode {episode.plan.number} cannot be drawn, because its game raised "
            f"{type(error).__name__}: {one_line(str(error))}"
        ) from error
    safe = {at: {seat: safe_svg(text) for seat, text in seats.items()} for at, seats in found.items()}
    return {at: {seat: text for seat, text in seats.items() if text} for at, seats in safe.items()}


def plays_game(config: Mapping[str, Any], condition: str = "") -> bool:
    """Return whether a run plays a game under a condition, by what its configuration says of the protocol."""
    return "game" in _described(config, condition)


def _described(config: Mapping[str, Any], condition: str) -> Mapping[str, Any]:
    """Return the settings of the protocol that is played under a condition."""
    described = config.get("protocol", {})
    if chosen := described.get("conditions", {}).get(condition):
        described = chosen.get("protocol", {})
    return cast("Mapping[str, Any]", described)


def _names_code(described: Mapping[str, Any], own: str) -> bool:
    """Whether a setting names something in a file or module, other than the user's own game."""
    for name, value in described.items():
        text = _unquoted(value) if isinstance(value, str) and name != "class" else ""
        if own:
            text = re.sub(rf"(?:^|(?<=:)){re.escape(own)}(?=[?&]|$)", "", text)
        if "." in text.rpartition(":")[0]:
            return True
    return False


def _unquoted(text: str) -> str:
    while (plainer := unquote(text)) != text:
        text = plainer
    return text
