"""What is shown of calls: in a run's notes, its report and an episode as one seat saw it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest

import arena
from arena.cli import main
from arena.journal import StoredRun
from arena.journal.spending import ToolUse
from arena.seat.calls import Calling, ToolStatus
from tests.arena.tools.playing import calls_natively, played, scenario

CALLS = (("calculator", '{"expression": "2 + 2"}'), ("calculator", "{}"), ("nope", "{}"))


async def run_of(tmp_path: Path) -> Path:
    study = scenario(calls_natively(*CALLS), "calculator", calling=Calling.NATIVE, episodes=2)
    await played(study, tmp_path / "run")
    return tmp_path / "run"


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with suppress(SystemExit):
        main(list(words))
    return capsys.readouterr().out


async def test_uses_are_counted_by_tool_and_by_how_they_ended(tmp_path: Path) -> None:
    with StoredRun(await run_of(tmp_path)) as stored:
        calculator, nope = stored.tool_use()
    assert isinstance(calculator, ToolUse)
    assert calculator.ended == {ToolStatus.OK: 2, ToolStatus.BAD_ARGUMENTS: 2}
    assert (calculator.calls, calculator.failed, nope.failed) == (4, 2, 2)
    assert str(calculator) == "The tool calculator was called 4 times (2 bad arguments)."


async def test_the_report_shows_calls_and_counts_them(tmp_path: Path) -> None:
    folder = await run_of(tmp_path)
    arena.report(folder, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text()
    assert "The tool calculator was called 4 times (2 bad arguments)." in page
    assert "judge calls tools" in page
    assert "what its tools returned" in page


def test_no_seat_is_shown_the_calls_of_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import asyncio

    folder = str(asyncio.run(run_of(tmp_path)))
    everything = shown(capsys, "show", folder, "0")
    assert 'Tool: calculator {"expression": "2 + 2"}' in everything
    assert "judge is told what its tools returned: calculator returned:" in everything
    assert "calculator" not in shown(capsys, "show", folder, "0", "--seat", "ann")
    record = json.loads(shown(capsys, "show", folder, "0", "--json"))
    (events,) = [event for event in record["events"] if event["kind"] == "returned"]
    assert events["audience"] == ["judge"] or not events["audience"]
    assert record["tools"]["judge"]["calling"] == "native"
