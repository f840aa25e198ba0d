"""What the tests of the local agents share: bindings that are found, a model in every file, a request."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from arena.seat.agent import Request
from tests.agents.asking import requests_in
from tests.agents.local.models import Scripted, bindings


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    """The model that every file holds, for agents that find llama.cpp's bindings."""
    monkeypatch.setitem(sys.modules, "xllamacpp", bindings())
    scripted = Scripted()
    monkeypatch.setattr("agents.local.agent.load_model", lambda path, threads, context, projector: scripted)
    return scripted


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "own.gguf"
    path.write_bytes(b"GGUF")
    return str(path)


@pytest.fixture
async def request_() -> Request:
    """What a player of Kuhn poker with a King is asked first."""
    return (await requests_in("kuhn"))[0, "K"]
