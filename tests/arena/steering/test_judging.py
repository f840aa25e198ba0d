"""A judging is paused, changed and stopped as a run is, and the run is afterwards what it was before."""

from __future__ import annotations

import asyncio
from pathlib import Path

from arena.journal import StoredRun
from arena.judging import JudgingOptions, judge_run
from arena.steering import StateKind, state
from tests.arena.judging.debating import stored_debate
from tests.arena.steering.test_steering import done
from tests.shared.agents import Watched
from tests.shared.waiting import until


def slow_judge(seconds: float) -> Watched:
    async def answer(request: object) -> str:
        await asyncio.sleep(seconds)
        return "Verdict: 1"

    return Watched(answer, "slow judge")


async def test_a_judging_is_paused_and_stopped_and_the_run_has_still_ended(tmp_path: Path) -> None:
    folder = await stored_debate(tmp_path / "debate", episodes=60)
    judge = slow_judge(0.02)
    judging = asyncio.create_task(judge_run(folder, [judge], options=JudgingOptions(concurrency=2)))
    await until(lambda: judging.done() or len(judge.sent) > 4)
    now = state(folder)
    assert (now.kind, now.judges) == (StateKind.LIVE, True)
    assert await done(folder, "pause") == ""
    await asyncio.sleep(0.1)
    asked = len(judge.sent)
    await asyncio.sleep(0.1)
    assert len(judge.sent) == asked
    assert state(folder).kind is StateKind.PAUSED
    refused = await done(folder, "resume", retry_failed=True)
    assert refused == "The run is being judged, so only caps and concurrency can be changed."
    assert await done(folder, "resume", concurrency=3) == ""
    await until(lambda: len(judge.sent) > asked)
    assert await done(folder, "stop", seconds=0.0) == ""
    assert (await judging).interrupted
    assert state(folder).kind is StateKind.ENDED
    with StoredRun(folder) as stored:
        assert not stored.leave_out_damaged().sentences
    whole = await judge_run(folder, [slow_judge(0.0)], options=JudgingOptions(append=True))
    assert not whole.interrupted
