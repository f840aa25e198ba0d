"""Published systems: ideas that are borrowed from other fields."""

from __future__ import annotations

from scenarios.systems._system import System

BORROWED_SYSTEMS: tuple[System, ...] = ()
