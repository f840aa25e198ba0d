"""Where the real tasks are that some tests read: beside the checkout, or where ``ARENA_TEST_DATA`` says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).parents[3] / "shared" / "data"


def real(name: str) -> Path:
    """Return the path of a file of real tasks, or skip the test."""
    path = Path(os.environ.get("ARENA_TEST_DATA", _BESIDE)) / name
    if not path.is_file():
        pytest.skip(f"there is no {name} here; say where with ARENA_TEST_DATA")
    return path
