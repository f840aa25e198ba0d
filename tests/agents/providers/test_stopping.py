"""What no call can mend stops the whole run, which can be resumed."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena import Run, Tournament, run
from arena.errors import StopRun
from protocols import Play
from tests.agents.providers.asked import spec
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer, Trouble


@pytest.mark.parametrize("trouble", [Trouble.BAD_KEY, Trouble.NO_MODEL, Trouble.NO_MONEY])
@pytest.mark.parametrize("dialect", ["openai", "anthropic"])
def test_it_stops_and_a_resumed_run_asks_no_finished_call_again(
    tmp_path: Path, trouble: Trouble, dialect: str
) -> None:
    async def main() -> None:
        async with FaultServer(lambda number: trouble if 100 <= number < 1000 else None) as server:
            tournament = Tournament(
                protocol=Play(game="kuhn"),
                agents=[spec(dialect, server, concurrency=8), "random"],
                format="round-robin?meetings=100",
            )
            with pytest.raises(StopRun, match="The run is stopped"):
                await run(tournament, tmp_path / "run")
            made = server.calls
            assert made <= 100 + 8
            server.calls = 1000
            await run(tournament, tmp_path / "run", resume=True)
            with Run(tmp_path / "run") as stored:
                calls = [call for episode in stored.episodes() for call in episode.calls if call.reply]
            asked = sum(call.reply.usage.get("attempts", 0) for call in calls if call.reply)
            assert asked == 100 + server.calls - 1000

    run_paced(main())
