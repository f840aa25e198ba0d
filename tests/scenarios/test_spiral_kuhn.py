"""Self-play on Kuhn poker, learning through the engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arena.core.seeds import derive
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.running.running import run
from arena.training.export.rows import Row
from arena.training.self_play import SelfPlay
from games.theory import information_states
from protocols.exploitability import request_at
from scenarios.spiral_kuhn import KUHN, Softmax, scenario

pyspiel = pytest.importorskip("pyspiel")


def measured(folder: Path) -> dict[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = {}
    with StoredRun(folder) as stored:
        for measure in stored.measures():
            found.setdefault((measure.condition, measure.name), []).append(measure.value)
    return found


async def tabular(policy: Any) -> Any:
    """Return an agent's policy as OpenSpiel has it."""
    from open_spiel.python.policy import TabularPolicy

    table = TabularPolicy(pyspiel.load_game("kuhn_poker"))
    cards = {"J": "0", "Q": "1", "K": "2"}
    for point in information_states(KUHN.rules).values():
        request = await request_at(KUHN, point)
        chances = await policy.distribution(request)
        moves = request.prompt.data["moves"]
        state = cards[point.information_state[0]] + point.information_state[1:]
        row = table.policy_for_key(state)
        for move, probability in chances.items():
            row[moves[move]] = probability
    return table


async def test_exploitability_is_what_openspiel_says(tmp_path: Path) -> None:
    from open_spiel.python.algorithms.exploitability import nash_conv

    small = scenario.model_copy(update={"iterations": 3, "episodes": 100})
    await run(small, tmp_path / "run")
    for condition in small.conditions:
        learner = small.learner(condition)
        table = await tabular(learner)
        theirs = nash_conv(pyspiel.load_game("kuhn_poker"), table) / 2
        assert measured(tmp_path / "run")[condition, "Exploitability of the policy"][-1] == pytest.approx(
            theirs
        )


async def test_the_first_average_is_uniform_play(tmp_path: Path) -> None:
    small = scenario.model_copy(update={"iterations": 1, "episodes": 100})
    await run(small, tmp_path / "run")
    for condition in small.conditions:
        (value,) = measured(tmp_path / "run")[condition, "Exploitability of the average policy"]
        assert value == pytest.approx(0.4583333)


async def test_rows_tell_the_version_that_played(tmp_path: Path) -> None:
    lessons: list[list[Row]] = []

    class Keeping(Softmax):
        def learn(self, rows: Any) -> Any:
            lessons.append(list(rows))
            return super().learn(rows)

    learner = Keeping("softmax", advantage="role")
    seats = dict.fromkeys(KUHN.seats, learner)
    condition = scenario.conditions["role-conditioned"].model_copy(update={"seats": seats})
    await run(
        SelfPlay(name="kept", conditions={"alone": condition}, iterations=3, episodes=20), tmp_path / "run"
    )
    assert [{row.policy_version for row in rows} for rows in lessons] == [{"0"}, {"1"}, {"2"}]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
async def test_it_learns_to_play_close_to_equilibrium(tmp_path: Path, seed: int) -> None:
    result = await run(scenario.model_copy(update={"seed": derive(seed, "learning")}), tmp_path / "run")
    assert result.ended[Ending.COMPLETED] == 100 * 500 * 2
    found = measured(tmp_path / "run")
    for condition in scenario.conditions:
        assert found[condition, "Exploitability of the average policy"][0] == pytest.approx(0.4583333)
    assert found["role-conditioned", "Exploitability of the average policy"][-1] < 0.05
