"""However a run is capped and resumed, it ends as if it had never been, and pays for no call twice."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.running.running import RunResult, run
from arena.spending.limits import Caps, Limits, TotalUsage
from arena.spending.prices import Prices
from arena.tasks.task import Task
from tests.properties.test_determinism import CHATTY, exported
from tests.shared.agents import Paid
from tests.shared.protocols import SEATS

PRICES = Prices({"test:paid": {"prompt": 1000, "completion": 4000}})
MOST = 300
CAPS = {"tokens": 3000, "calls": 7, "dollars": 5.0}

runs = settings(deadline=None, max_examples=15)


def scenario(agent: Paid, limits: Limits) -> Scenario:
    tasks = [Task(id=f"task {n}") for n in range(8)]
    return Scenario(protocol=CHATTY, seats=dict.fromkeys(SEATS, agent), tasks=tasks, seed=6, limits=limits)


def play(agent: Paid, folder: Path, limits: Limits, **options: object) -> RunResult:
    return asyncio.run(run(scenario(agent, limits), folder, prices=PRICES, **options))  # type: ignore[arg-type]


def in_journal(folder: Path) -> TotalUsage:
    """Return what the journal's calls took, added up here."""
    total = TotalUsage()
    with StoredRun(folder) as stored:
        for call in (call for episode in stored.episodes() for call in episode.calls):
            usage: Mapping[str, int] = call.spent.usage
            total.calls += usage["attempts"]
            total.tokens += usage["prompt_tokens"] + usage["completion_tokens"]
            total.dollars += call.spent.cost or 0.0
    return total


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[Limits, bytes]:
    """The exports of runs without caps."""
    exports = {}
    for number, limits in enumerate((Limits(), Limits(tokens=2500))):
        folder = tmp_path_factory.mktemp("whole") / str(number)
        assert play(Paid(most=MOST, trouble=0.3), folder, limits).reached is None
        exports[limits] = exported(folder)
    return exports


@pytest.mark.slow
@runs
@given(
    st.sampled_from(sorted(CAPS)),
    st.floats(0.5, 3),
    st.integers(1, 12),
    st.sampled_from([0.0, 0.002]),
    st.sampled_from([Limits(), Limits(tokens=2500)]),
)
def test_capped_runs_end_like_whole_ones(
    whole: dict[Limits, bytes], measure: str, times: float, concurrency: int, latency: float, limits: Limits
) -> None:
    agent = Paid(most=MOST, trouble=0.3, latency=latency)
    cap = type(CAPS[measure])(CAPS[measure] * times)
    with tempfile.TemporaryDirectory() as parent:
        folder = Path(parent) / "run"
        reached = True
        for attempt in range(100):
            caps = Caps.model_validate({measure: cap * (attempt + 1)})
            result = play(agent, folder, limits, caps=caps, concurrency=concurrency, resume=attempt > 0)
            reached = result.reached is not None
            assert result.interrupted is reached
            stored = in_journal(folder)
            assert (result.spent.calls, result.spent.tokens) == (stored.calls, stored.tokens)
            assert result.spent.dollars == pytest.approx(stored.dollars)
            most = {"tokens": 2 * MOST, "calls": 2, "dollars": MOST * 5000 / 1e6}[measure]
            spent = getattr(result.spent, measure)
            assert spent <= getattr(caps, measure) + agent.busiest * most
            assert set(agent.asked.values()) == {1}
            if not reached:
                break
        assert not reached
        assert exported(folder) == whole[limits]


@pytest.mark.parametrize("concurrency", [1, 8])
def test_an_episodes_limits_hold_alike_at_any_concurrency(
    whole: dict[Limits, bytes], concurrency: int, tmp_path: Path
) -> None:
    agent = Paid(most=MOST, trouble=0.3, latency=0.002)
    result = play(agent, tmp_path / "run", Limits(tokens=2500), concurrency=concurrency)
    assert 0 < result.ended[Ending.TRUNCATED] < 8
    assert exported(tmp_path / "run") == whole[Limits(tokens=2500)]
