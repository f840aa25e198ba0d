"""Self-play in rounds: what is learnt comes of the journal alone, and each round is dealt anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import ConfigurationChanged, UsageError
from arena.core.seeds import derive
from arena.designs.comparison import Condition
from arena.episode.measurement import Measurement
from arena.episode.outcome import Ending
from arena.episode.plan import Plan
from arena.episode.protocol import Protocol
from arena.journal import StoredRun
from arena.running.forking import fork
from arena.running.running import Progress, run
from arena.seat.agent import Reply, Request
from arena.training.export.rows import Row
from arena.training.rewards.advantages import RoleBaselines
from arena.training.self_play import Learner, SelfPlay
from protocols import Play

KUHN = Play(game="kuhn")


@dataclass
class Counting(Learner):
    """Plays at random, and counts what it was given to learn from."""

    name: str = "counting"
    advantage: str = "role"
    lessons: list[Sequence[Row]] = field(default_factory=list, init=False, repr=False)

    def begin(self) -> None:
        self.lessons = []

    def learn(self, rows: Sequence[Row]) -> Mapping[str, float]:
        self.lessons.append(rows)
        return {"Rows": float(len(rows))}

    async def distribution(self, request: Request) -> Mapping[str, float]:
        return dict.fromkeys(request.prompt.data["moves"], 0.5)


def self_play(learner: Learner | None = None, **settings: Any) -> SelfPlay:
    seats = dict.fromkeys(KUHN.seats, learner or Counting())
    condition = Condition(protocol=KUHN, seats=seats)
    return SelfPlay.model_validate(
        {"conditions": {"alone": condition}, "iterations": 3, "episodes": 5} | settings
    )


def measures(folder: Path) -> list[Measurement]:
    with StoredRun(folder) as stored:
        return stored.measures()


async def test_everyone_learns_from_each_round_once(tmp_path: Path) -> None:
    learner = Counting()
    result = await run(self_play(learner), tmp_path / "run")
    assert result.ended[Ending.COMPLETED] == 15
    assert [{row.episode for row in rows} for rows in learner.lessons] == [
        set(range(5)),
        set(range(5, 10)),
        set(range(10, 15)),
    ]
    assert [(one.round, one.value) for one in measures(tmp_path / "run")] == [
        (number, len(rows)) for number, rows in enumerate(learner.lessons, start=1)
    ]


async def test_no_deal_comes_again(tmp_path: Path) -> None:
    await run(self_play(), tmp_path / "run")
    with StoredRun(tmp_path / "run") as stored:
        chances = [played.plan.chance for played in stored.finished()]
    assert len(set(chances)) == 15


async def test_conditions_are_dealt_the_same_and_learn_apart(tmp_path: Path) -> None:
    one, other = Counting(name="one"), Counting(name="other", advantage="none")
    conditions = {
        agent.name: Condition(protocol=KUHN, seats=dict.fromkeys(KUHN.seats, agent)) for agent in (one, other)
    }
    await run(self_play(conditions=conditions), tmp_path / "run")
    with StoredRun(tmp_path / "run") as stored:
        dealt: dict[str, list[int]] = {}
        for played in stored.finished():
            dealt.setdefault(played.plan.condition, []).append(played.plan.chance)
    assert dealt["one"] == dealt["other"]
    assert all(row.agent == "one" for rows in one.lessons for row in rows)
    assert all(row.advantage == row.amount for rows in other.lessons for row in rows)
    assert any(row.advantage != row.amount for rows in one.lessons for row in rows)


async def test_baselines_go_on_from_round_to_round(tmp_path: Path) -> None:
    learner = Counting(advantage="role")
    await run(self_play(learner), tmp_path / "run")
    baselines = RoleBaselines()
    with StoredRun(tmp_path / "run") as stored:
        expected = {
            played.plan.number: baselines.advantages("kuhn", played.outcome.returns)
            for played in stored.finished()
        }
    rows = [row for lesson in learner.lessons for row in lesson]
    assert {row.episode for row in rows} == set(range(15))
    assert [row.advantage for row in rows] == [expected[row.episode][row.role] for row in rows]


async def test_what_a_resumed_run_learns_is_what_it_would_have_learnt(tmp_path: Path) -> None:
    """Baselines too go on where they were."""
    whole, cut = Counting(), Counting()
    await run(self_play(whole), tmp_path / "whole")
    progress = Progress()
    stopping = self_play(cut)
    look_back = SelfPlay.look_back

    class Stopping(SelfPlay):
        def look_back(self, number: int, run: StoredRun) -> Any:
            if number == 2 and not progress.draining:
                progress.drain()
            return look_back(self, number, run)

    stopped = Stopping.model_validate({name: getattr(stopping, name) for name in SelfPlay.model_fields})
    result = await run(stopped, tmp_path / "cut", progress=progress)
    assert result.interrupted
    assert result.ended[Ending.COMPLETED] == 10
    await run(self_play(cut), tmp_path / "cut", resume=True)
    assert [[row._replace(run="") for row in rows] for rows in cut.lessons] == [
        [row._replace(run="") for row in rows] for rows in whole.lessons
    ]
    assert measures(tmp_path / "cut") == measures(tmp_path / "whole")


async def test_a_round_that_a_cap_cut_short_is_learnt_from_when_it_is_whole(tmp_path: Path) -> None:
    whole, cut = Counting(), Counting()
    await run(self_play(whole), tmp_path / "whole")
    progress = Progress()

    class Stopping(SelfPlay):
        def protocol_of(self, plan: Plan) -> Protocol:
            if plan.number == 7:
                progress.drain()
            return super().protocol_of(plan)

    own = self_play(cut)
    stopping = Stopping.model_validate({name: getattr(own, name) for name in SelfPlay.model_fields})
    result = await run(stopping, tmp_path / "cut", progress=progress, concurrency=1)
    assert result.ended[Ending.COMPLETED] == 8
    assert [{row.episode for row in rows} for rows in cut.lessons] == [set(range(5))]
    await run(own, tmp_path / "cut", resume=True)
    assert [[row._replace(run="") for row in rows] for rows in cut.lessons] == [
        [row._replace(run="") for row in rows] for rows in whole.lessons
    ]


class Breaking(Counting):
    """Breaks in episode 5, the first of the second round."""

    async def reply(self, request: Request) -> Reply:
        if request.root == derive(derive(0, "episode", 5), request.seat):
            raise RuntimeError("it broke")
        return await super().reply(request)


async def test_nobody_learns_from_an_episode_that_failed(tmp_path: Path) -> None:
    learner = Breaking()
    result = await run(self_play(learner), tmp_path / "run")
    assert result.ended[Ending.FAILED] == 1
    assert [{row.episode for row in rows} for rows in learner.lessons] == [
        set(range(5)),
        set(range(6, 10)),
        set(range(10, 15)),
    ]


async def test_what_failed_is_not_played_again_after_others_were_learnt_from(tmp_path: Path) -> None:
    await run(self_play(Breaking()), tmp_path / "run")
    with pytest.raises(UsageError, match="its agents have already learnt from the other episodes"):
        await run(self_play(Breaking()), tmp_path / "run", resume=True, retry_failed=True)


def test_there_are_no_groups_to_compare_with() -> None:
    with pytest.raises(
        UsageError, match="the advantage group-mean needs groups of episodes, but each deal is played once"
    ):
        self_play(Counting(advantage="group-mean"))


async def test_a_fork_seats_somebody_who_does_not_learn(tmp_path: Path) -> None:
    scenario = self_play()
    await run(scenario, tmp_path / "run")
    with pytest.raises(UsageError, match="name agents that take over player_0 and player_1"):
        await fork(tmp_path / "run", scenario, 7, 0, folder=tmp_path / "fork")
    random = dict.fromkeys(KUHN.seats, "random")
    result = await fork(tmp_path / "run", scenario, 7, 0, override=random, folder=tmp_path / "fork")
    assert result.ended[Ending.COMPLETED] == 2


async def test_another_learner_is_another_configuration(tmp_path: Path) -> None:
    await run(self_play(Counting(advantage="role")), tmp_path / "run")
    with pytest.raises(ConfigurationChanged, match="learners"):
        await run(self_play(Counting(advantage="none")), tmp_path / "run", resume=True)


def test_who_does_not_learn_cannot_take_part() -> None:
    with pytest.raises(UsageError, match="Under alone, one agent that learns must have all players' seats"):
        self_play(conditions={"alone": Condition(protocol=KUHN, seats=dict.fromkeys(KUHN.seats, "random"))})
    two = dict(zip(KUHN.seats, (Counting(name="one"), Counting(name="other")), strict=True))
    with pytest.raises(UsageError, match="one agent that learns"):
        self_play(conditions={"alone": Condition(protocol=KUHN, seats=two)})
