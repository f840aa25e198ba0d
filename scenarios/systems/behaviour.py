"""Published systems: behaviour of reasoning, and deception."""

from __future__ import annotations

from scenarios.systems._system import System

BEHAVIOUR_SYSTEMS: tuple[System, ...] = ()
