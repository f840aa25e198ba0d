"""Published systems: games and negotiation."""

from __future__ import annotations

from scenarios.systems._system import System

GAMES_SYSTEMS: tuple[System, ...] = ()
