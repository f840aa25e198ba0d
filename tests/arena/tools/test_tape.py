"""Resuming, replaying and forking: no tool is called again whose result is in the journal."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import arena
from arena.core.errors import ConfigurationChanged
from arena.journal import Journal, StoredRun
from arena.running.running import run
from arena.seat.agent import Request
from arena.seat.calls import Calling
from arena.seat.transcript import EventKind
from arena.tools import ToolContext
from tests.arena.tools.playing import calls_natively, played, scenario


class Killed(BaseException):
    """What a kill looks like to the code that is killed."""


def counting(called: Counter[str]) -> Any:
    def probe(text: str, told: ToolContext) -> str:
        """Counts its calls."""
        called[text] += 1
        return f"{text} {len(told.history)} {told.random().random()}"

    return probe


def asking(asked: Counter[int]) -> Any:
    """Return a script that calls two tools in each turn, one after the other and then two at once."""
    first = calls_natively(("probe", '{"text": "one"}'))
    second = calls_natively(("probe", '{"text": "two"}'), ("probe", '{"text": "three"}'))

    def script(request: Request) -> Any:
        asked[request.count] += 1
        if request.prompt.kind is EventKind.ASKED:
            return first(request)
        return (
            second(request._replace(prompt=request.prompt._replace(kind=EventKind.ASKED)))
            if ("one" in request.prompt.text)
            else "Answer: 4"
        )

    return script


def steps_of(folder: Path) -> list[Any]:
    with StoredRun(folder) as stored:
        return [(episode.steps, episode.played and episode.played.outcome) for episode in stored.episodes()]


async def die_at(monkeypatch: pytest.MonkeyPatch, moment: int, study: Any, folder: Path) -> bool:
    """Play a scenario until it has recorded `moment` things; return whether it was killed."""
    recorded = 0

    def after(kept: Any) -> Any:
        def wrapped(journal: Journal, *values: Any) -> None:
            nonlocal recorded
            if recorded == moment:
                raise Killed
            recorded += 1
            kept(journal, *values)

        return wrapped

    with monkeypatch.context() as patched:
        for name in ("call", "tool", "events"):
            patched.setattr(Journal, name, after(getattr(Journal, name)))
        try:
            await arena.run_async(study, folder=folder)
        except BaseException as error:
            if "Killed" not in repr(error):
                raise
            return True
    return False


@pytest.mark.slow
@pytest.mark.parametrize("remember", [True, False])
async def test_a_run_that_is_killed_at_any_moment_calls_no_tool_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, remember: bool
) -> None:
    def study(called: Counter[str], asked: Counter[int]) -> Any:
        return scenario(asking(asked), counting(called), calling=Calling.NATIVE, remember=remember, turns=2)

    whole: Counter[str] = Counter()
    await arena.run_async(study(whole, Counter()), folder=tmp_path / "whole")
    expected = steps_of(tmp_path / "whole")
    moment = 0
    while True:
        called: Counter[str] = Counter()
        asked: Counter[int] = Counter()
        folder = tmp_path / str(moment)
        killed = await die_at(monkeypatch, moment, study(called, asked), folder)
        if not killed:
            break
        await run(study(called, asked), folder, resume=True)
        assert steps_of(folder) == expected
        # What was in flight when it was killed is not in the journal: one call of a tool, or one request.
        assert called.total() - whole.total() + asked.total() - len(asked) <= 1
        moment += 1
    assert moment == 18  # in each turn: four requests, three calls of tools, and two groups of events
    assert called == whole == Counter(one=2, two=2, three=2)


async def test_what_tools_returned_is_damage_if_it_is_changed(tmp_path: Path) -> None:
    import sqlite3
    from contextlib import closing

    called: Counter[str] = Counter()
    await played(scenario(asking(Counter()), counting(called), calling=Calling.NATIVE), tmp_path / "run")
    with closing(sqlite3.connect(tmp_path / "run" / "journal.sqlite")) as journal, journal:
        journal.execute("UPDATE returned SET text = 'other' WHERE number = 1")
    with StoredRun(tmp_path / "run") as stored:
        assert stored.leave_out_damaged().episodes == {0: "what a tool returned in it"}


async def test_a_fork_calls_no_tool_of_the_turns_that_it_shares(tmp_path: Path) -> None:
    called: Counter[str] = Counter()
    study = scenario(asking(Counter()), counting(called), calling=Calling.NATIVE, turns=2)
    await arena.run_async(study, folder=tmp_path / "run")
    assert called == Counter(one=2, two=2, three=2)
    called.clear()
    from arena.designs.fork import Fork

    fork = Fork(parent=tmp_path / "run", original=study, at={0: 2}, siblings=1)
    await arena.run_async(fork, folder=tmp_path / "fork")
    assert called == Counter(one=1, two=1, three=1)
    with StoredRun(tmp_path / "run") as first, StoredRun(tmp_path / "fork") as forked:
        shared = first.episode(0).steps[:2]
        assert forked.episode(0).steps[:2] == shared
        assert len(forked.returned(0, forked.branch_of(0))) == 6


async def test_a_tool_whose_file_changed_is_refused_when_a_run_is_resumed(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text('def look() -> str:\n    """Looks."""\n    return "one"\n')
    study = scenario("Answer: 4", f"{file}:look")
    await arena.run_async(study, folder=tmp_path / "run")
    file.write_text('def look() -> str:\n    """Looks."""\n    return "two"\n')
    with pytest.raises(ConfigurationChanged, match=r"tools.judge"):
        await run(study, tmp_path / "run", resume=True)


async def test_a_source_that_has_other_tools_when_a_run_is_resumed_is_refused() -> None:
    from arena.tools import ToolLimits
    from arena.workers.tools import OpenTools

    tools = OpenTools(ToolLimits(), {"calculator": [{"name": "other", "description": "", "schema": {}}]})
    from agents.scripted import ScriptedModel

    with pytest.raises(ConfigurationChanged, match="calculator has other tools than when it began"):
        await tools.boxes({"judge": ("calculator",)}, {"judge": ScriptedModel()})
