"""What no call can mend stops the whole run, which can be resumed."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena import Scenario, Tournament
from arena.core.errors import StopRun
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.running import run
from protocols import Play
from tests.agents.providers.asked import DIALECTS, spec
from tests.faults.dialects import anthropic_error, openai_error
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
            with StoredRun(tmp_path / "run") as stored:
                calls = [call for episode in stored.episodes() for call in episode.calls if call.reply]
            asked = sum(call.reply.usage.get("attempts", 0) for call in calls if call.reply)
            assert asked == 100 + server.calls - 1000

    run_paced(main())


@pytest.mark.parametrize("status", [400, 403, 405, 422])
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("answered", [0, 1])
def test_a_rejection_stops_the_run_only_if_nothing_was_ever_answered(
    tmp_path: Path, dialect: str, status: int, answered: int
) -> None:
    """Before the first answer every request may be wrong in this way; after it, only this one need be."""

    async def main() -> None:
        error = anthropic_error if dialect == "anthropic" else openai_error
        rejection = status, error(status, "That is not how to ask.", "invalid_request_error")
        async with FaultServer(instead=lambda body: rejection if server.calls > answered else None) as server:
            seats = dict.fromkeys(("player_0", "player_1"), spec(dialect, server))
            asking = run(
                Scenario(protocol=Play(game="kuhn"), seats=seats, episodes=3), tmp_path / "run", concurrency=1
            )
            if answered:
                result = await asking
                assert result.ended[Ending.FAILED] == 3
                assert server.calls == 4
            else:
                with pytest.raises(StopRun, match=f"no call can be answered.* {dialect}:m: .*not how"):
                    await asking
                assert server.calls == 1

    run_paced(main())
