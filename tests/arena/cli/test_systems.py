"""On a system that cannot keep what a run promises, the command line says so before it does anything."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.arena.cli.typing_in import Typist


def test_windows_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    said = Typist(tmp_path, capsys)("tournament", "kuhn")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("arena: The command line does not run on Windows")
    assert said.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_help_is_given_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Typist(tmp_path, capsys)("--help").code == 0
