"""Runs here read often what is asked of them, so that the tests need not wait."""

from __future__ import annotations

import pytest

from arena.workers import helm


@pytest.fixture(autouse=True)
def _reads_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helm, "SECONDS_BETWEEN_READS", 0.02)
    monkeypatch.setattr(helm, "SECONDS_BETWEEN_LOOKS", 0.01)
