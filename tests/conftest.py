"""How hypothesis runs here: no deadlines, which fail on a busy machine and say nothing about the code."""

from pathlib import Path

import pytest
from hypothesis import settings

from tests.arena.cli.typing_in import Typist

settings.register_profile("arena", deadline=None)
settings.load_profile("arena")


@pytest.fixture
def arena(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typist:
    """A command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return Typist(tmp_path, capsys)
