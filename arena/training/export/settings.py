"""The names of what is played under each condition of a run, by its configuration alone."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from pydantic_core import to_json

from arena.registry import protocol_name

_PAYS = ("payoff", "first", "begins", "forfeit", "forfeit_others")
"""The settings of a game that change what it returns to a seat."""


class PlaySetting(NamedTuple):
    """What is played under a condition.

    `game` is the name of the game, or of the protocol where there is none. `baseline` names the game with the
    number of its hands and all that changes what they pay, because such returns are not those of one hand.
    `digest` is the same only for the same protocol with the same settings.
    """

    protocol: str
    game: str
    baseline: str
    digest: str


class Settings:
    """What is played under each condition of a run with this configuration."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config.get("original", config)
        self._known: dict[str, PlaySetting] = {}

    def of(self, condition: str) -> PlaySetting:
        """Return what is played under a condition."""
        if condition not in self._known:
            conditions = self._config["protocol"].get("conditions", {})
            own = conditions.get(condition, self._config)
            settings = own["protocol"]
            protocol = protocol_name(own)
            game = str(settings.get("game", protocol))
            hands = settings.get("hands", 1)
            baseline = game if hands == 1 else f"{game}, {hands} hands"
            changed = (f"{name} {settings[name]}" for name in _PAYS if settings.get(name) is not None)
            baseline = ", ".join([baseline, *changed])
            digest = blake2b(_in_order(settings), digest_size=8).hexdigest()
            self._known[condition] = PlaySetting(protocol, game, baseline, digest)
        return self._known[condition]


def _in_order(settings: Any) -> bytes:
    """Return settings as JSON whose keys are sorted."""
    if isinstance(settings, Mapping):
        return b"{%s}" % b",".join(to_json(name) + _in_order(settings[name]) for name in sorted(settings))
    return to_json(settings)
