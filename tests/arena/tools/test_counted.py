"""Tool calls count toward the caps of a run and the limits of an episode."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import arena
from arena import Caps, Limits
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.seat.agent import Request
from arena.seat.transcript import EventKind
from tests.arena.tools.playing import calls_natively, scenario


def probing(called: Counter[str]) -> Any:
    def probe(text: str) -> str:
        """Counts its calls."""
        called[text] += 1
        return text

    return probe


TWO = calls_natively(("probe", '{"text": "one"}'), ("probe", '{"text": "two"}'))


async def test_an_episode_ends_before_the_call_beyond_its_limit(tmp_path: Path) -> None:
    called: Counter[str] = Counter()
    study = scenario(TWO, probing(called), turns=3).model_copy(update={"limits": Limits(tool_calls=3)})
    result = await arena.run_async(study, folder=tmp_path / "run")
    assert called == {"one": 2, "two": 1}
    assert result.spent.tool_calls == 3
    with StoredRun(tmp_path / "run") as run:
        outcome = run.episode(0).played.outcome  # type: ignore[union-attr]  # it has ended
    assert outcome.ending is Ending.TRUNCATED
    assert "its limit of 3 tool calls" in outcome.reason


async def test_a_run_ends_before_the_call_beyond_its_cap_and_is_resumed_with_another(tmp_path: Path) -> None:
    called: Counter[str] = Counter()
    study = scenario(TWO, probing(called), episodes=4)
    first = await arena.run_async(study, folder=tmp_path / "run", caps=Caps(tool_calls=3), concurrency=1)
    assert str(first.reached) == "The cap of 3 tool calls is reached: 3 tool calls spent."
    assert called == {"one": 2, "two": 1}
    again = await arena.resume_async(tmp_path / "run", study, concurrency=1)
    assert again.reached is not None
    assert called.total() == again.spent.tool_calls == 3
    last = await arena.resume_async(tmp_path / "run", study, caps=Caps(tool_calls=8), concurrency=1)
    assert last.reached is None
    assert called == {"one": 4, "two": 4}
    assert last.spent.tool_calls == 8


@pytest.mark.parametrize("concurrency", [1, 4])
async def test_a_cap_is_never_exceeded(tmp_path: Path, concurrency: int) -> None:
    called: Counter[str] = Counter()
    study = scenario(TWO, probing(called), episodes=6)
    result = await arena.run_async(
        study, folder=tmp_path / "run", caps=Caps(tool_calls=5), concurrency=concurrency
    )
    assert called.total() == result.spent.tool_calls == 5


async def test_a_call_that_is_refused_because_the_turns_are_used_up_does_not_count(tmp_path: Path) -> None:
    called: Counter[str] = Counter()

    def never_done(request: Request) -> Any:
        return TWO(request) if request.prompt.kind is EventKind.ASKED else "Answer: 4"

    study = scenario(never_done, probing(called), limits={"calls": 1})
    result = await arena.run_async(study, folder=tmp_path / "run")
    assert called == {"one": 1}
    assert result.spent.tool_calls == 1
