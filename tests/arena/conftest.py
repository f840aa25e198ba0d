from __future__ import annotations

from pathlib import Path

import pytest

from tests.arena.cli.typing_in import Typist


@pytest.fixture
def arena(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typist:
    """A command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Typist(tmp_path, capsys)
