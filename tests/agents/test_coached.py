"""The advice of a coaching run, carried into other games."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.coached import CoachedAgent
from arena.cache.cache import agent_digest
from arena.core.errors import UsageError
from arena.designs.coaching import Coaching
from arena.designs.scenario import Scenario
from arena.journal import StoredRun
from arena.registry import make_agent
from arena.running.running import run
from arena.tasks import haggling
from protocols import Bargain, Play
from tests.shared.agents import Watched


async def coaching(folder: Path, *advice: str, games: int = 3) -> Path:
    """Play two series of coached games; the critic gives the pieces of advice in turn, whoever asks."""
    given = iter(advice)
    critic = Watched(lambda request: next(given, ""), name="critic")
    seats = {"buyer": "greedy-haggler", "seller": "fair-haggler", "critic": critic}
    scenario = Coaching(
        protocol=Bargain(turns=4), tasks=haggling(n=2, seed=1), improving="buyer", games=games, seats=seats
    )
    await run(scenario, folder, concurrency=1)
    return folder


async def test_the_last_advice_of_each_series_is_read_with_the_brief(tmp_path: Path) -> None:
    where = await coaching(tmp_path / "coached", "Open low.", "Open lower.", "Wait, then close.", "Smile.")
    reader = Watched(lambda request: request.form.sample(request.random()), name="reader")
    agent = CoachedAgent(reader, run=where)
    scenario = Scenario(protocol=Play(game="kuhn"), seats={"player_0": agent, "player_1": "random"})
    await run(scenario, tmp_path / "run")
    brief = reader.sent[0].brief
    with StoredRun(where) as stored:
        told = [
            (played.plan.match, played.plan.round, played.outcome.details["coaching"]["advice"])
            for played in stored.finished()
            if played.outcome.details.get("coaching", {}).get("advice")
        ]
    last = [max(one for one in told if one[0] == series)[2] for series in (0, 1)]
    assert len(set(last)) == 2
    assert all(f"> {advice}" in brief for advice in last)
    assert not any(advice in brief for *_, advice in told if advice not in last)
    assert "as buyer" in brief
    with StoredRun(tmp_path / "run") as stored:
        assert all("advised" not in text for text in stored.episode(0).briefs.values())


async def test_it_can_be_named_by_its_specification(tmp_path: Path) -> None:
    where = await coaching(tmp_path / "coached", "Open low.", "Open lower.", "Wait.", "Smile.")
    made = make_agent(f"coached:random?run={where}")
    assert made.name == f"coached:random?run={where}"


async def test_agents_with_different_advice_are_told_apart(tmp_path: Path) -> None:
    one = await coaching(tmp_path / "one", "Open low.", "Open low.", "Open low.", "Open low.")
    same = await coaching(tmp_path / "same", "Open low.", "Open low.", "Open low.", "Open low.")
    other = await coaching(tmp_path / "other", "Be kind.", "Be kind.", "Be kind.", "Be kind.")
    digests = [agent_digest(CoachedAgent("random", run=where)) for where in (one, same, other)]
    assert digests[0] == digests[1] != digests[2]


async def test_a_run_without_advice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="gave no advice"):
        CoachedAgent("random", run=await coaching(tmp_path / "silent"))
    await run(
        Scenario(protocol=Play(game="kuhn"), seats=dict.fromkeys(("player_0", "player_1"), "random")),
        tmp_path / "run",
    )
    with pytest.raises(UsageError, match="is not a coaching run"):
        CoachedAgent("random", run=tmp_path / "run")
