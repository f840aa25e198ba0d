"""``arena view``."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.arena.cli.typing_in import SHORT, Typist


def play(arena: Typist) -> None:
    agents = ("--agents", "random", "--agents", "kuhn-nash")
    assert arena("tournament", "kuhn", *agents, "--out", "runs/k", *SHORT).code == 0


def test_a_run_that_is_not_there_is_named(arena: Typist) -> None:
    said = arena("view", "nothing")
    assert said.code == 2
    assert "There is no run called 'nothing'" in said.err


def test_a_run_that_is_named_twice_is_refused(arena: Typist) -> None:
    assert (
        arena(
            "tournament", "kuhn", "--agents", "random", "--agents", "kuhn-nash", "--out", "runs/k", *SHORT
        ).code
        == 0
    )
    said = arena("view", "k", "runs/k")
    assert said.code == 2
    assert "A run is named twice" in said.err


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (["--port", "80000"], "There is no port 80000"),
        (["--episodes", "3"], "name one by --bundle"),
        (["--with-people"], "name one by --bundle"),
    ],
)
def test_what_cannot_be_served_is_refused(typed: list[str], why: str, arena: Typist) -> None:
    play(arena)
    said = arena("view", "k", *typed)
    assert said.code == 2
    assert why in said.err


def test_without_the_extra_the_line_to_install_is_named(
    arena: Typist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    (arena.folder / "runs" / "k").mkdir(parents=True)
    said = arena("view", "k")
    assert said.code == 2
    assert "pip install '.[view]'" in said.err


@pytest.mark.slow
def test_it_serves_until_it_is_interrupted(arena: Typist) -> None:
    assert (
        arena(
            "tournament", "kuhn", "--agents", "random", "--agents", "kuhn-nash", "--out", "runs/k", *SHORT
        ).code
        == 0
    )
    program = Path(sys.executable).with_name("arena")
    serving = subprocess.Popen(
        [program, "view", "k"], cwd=arena.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert serving.stdout is not None
        address = serving.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{32}/", address)
        with urllib.request.urlopen(address, timeout=10) as answer:
            assert b"<h1>Runs</h1>" in answer.read()
    finally:
        serving.send_signal(2)
        _, errors = serving.communicate(timeout=15)
    assert "Traceback" not in errors
    assert serving.returncode in (0, 130)
