"""What a judge took whose reply had to be asked for again: all of it, in every total."""

from __future__ import annotations

from pathlib import Path

from arena.journal import StoredRun
from arena.judging import judge_run
from arena.results.usage import spending
from arena.seat.agent import Reply, Request
from tests.arena.judging.debating import stored_debate
from tests.shared.agents import Watched


async def test_a_judges_retries_are_in_the_total_of_what_it_took(tmp_path: Path) -> None:
    """Two verdicts, each of a reply of 7 tokens that cannot be used and one of 5 that can."""

    def decide(request: Request) -> Reply:
        again = "could not be used" in request.prompt.text
        took = {"prompt_tokens": 5 if again else 7, "completion_tokens": 0}
        return Reply("Verdict: 1" if again else "Both did well.", usage=took, model="test:judge")

    folder = await stored_debate(tmp_path / "run")
    judged = await judge_run(folder, [Watched(decide, "judge")])
    (tally,) = judged.tally.judges.values()
    assert (tally.verdicts, tally.calls, tally.usage["prompt_tokens"]) == (2, 4, 24)
    with StoredRun(folder) as run:
        assert run.total().tokens == 24
        assert spending(run).total.prompt_tokens == 24
        assert all(verdict.spent.usage["prompt_tokens"] == 12 for verdict in run.verdicts())
