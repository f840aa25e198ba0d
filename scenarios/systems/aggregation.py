"""Published systems: aggregation of answers, and confidence."""

from __future__ import annotations

from scenarios.systems._system import System

AGGREGATION_SYSTEMS: tuple[System, ...] = ()
