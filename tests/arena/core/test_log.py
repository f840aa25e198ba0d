"""Structured logs."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from structlog.contextvars import bound_contextvars

from arena.core.log import log, logging_to


def lines(file: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def test_lines_are_json_with_what_they_are_about(tmp_path: Path) -> None:
    with bound_contextvars(run="kuhn-1"), logging_to(tmp_path / "log.jsonl"):
        log.bind(episode=3).warning("reply not usable", seat="pro")
    (line,) = lines(tmp_path / "log.jsonl")
    assert line["event"] == "reply not usable"
    assert (line["run"], line["episode"], line["seat"], line["level"]) == ("kuhn-1", 3, "pro", "warning")
    assert str(line["timestamp"]).endswith("Z")


def test_debug_is_written_only_when_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with logging_to(tmp_path / "quiet.jsonl"):
        log.debug("what the agent wrote", text="secret")
        log.info("hello")
    with logging_to(tmp_path / "verbose.jsonl", verbose=True):
        log.debug("what the agent wrote", text="secret")
    assert [line["event"] for line in lines(tmp_path / "quiet.jsonl")] == ["hello"]
    assert [line["event"] for line in lines(tmp_path / "verbose.jsonl")] == ["what the agent wrote"]
    assert "what the agent wrote" in capsys.readouterr().err


def test_line_breaks_and_control_characters_stay_in_their_line(tmp_path: Path) -> None:
    with logging_to(tmp_path / "log.jsonl"):
        log.info("news", text='a\n{"event": "forged"}\x1b[2J')
    assert [line["event"] for line in lines(tmp_path / "log.jsonl")] == ["news"]


def test_lines_at_the_terminal_are_inert(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whether in one word, or in a traceback, which is of several lines."""
    with logging_to(tmp_path / "log.jsonl", verbose=True):
        log.info("\x1b[2Jnews", text="\x1b[2J\u202e")
        try:
            raise ValueError("broken\x1b[2J\nforged")
        except ValueError:
            log.exception("error")
        log.info("long", text="x" * 100_000)
    shown = capsys.readouterr().err
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert r"\x1b[2J\u202e" in shown
    assert len(shown) < 20_000
    assert len((tmp_path / "log.jsonl").read_text()) > 100_000
    assert not any(line.startswith("forged") for line in shown.splitlines())


def test_a_program_that_uses_arena_finds_its_own_logging_as_it_left_it(tmp_path: Path) -> None:
    logger = logging.getLogger("arena")
    before = (logger.level, logger.propagate, list(logger.handlers))
    with logging_to(tmp_path / "log.jsonl"):
        pass
    assert (logger.level, logger.propagate, list(logger.handlers)) == before
    assert not (tmp_path / "log.jsonl").exists()
