"""Coached self-play: one first game, arms that branch from it, and an opponent who remembers nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from arena import Coaching, Ending, Outcome
from arena.core.errors import ConfigurationChanged, UsageError
from arena.designs.coaching import FIRST_GAME
from arena.episode.plan import Plan, Played
from arena.journal import StoredRun
from arena.running import run
from arena.running.running import Progress
from arena.seat.agent import Reply, Request
from arena.tasks import haggling
from protocols import Bargain
from tests.shared.agents import Erratic, Sent, Watched

SEATS = {"buyer": "random", "seller": "random", "critic": "random"}
CONDITIONS = [
    FIRST_GAME,
    *[f"{arm}, game {game}" for game in (2, 3) for arm in ("coached", "history", "alone")],
]


def coaching(**settings: Any) -> Coaching:
    given = {
        "protocol": Bargain(turns=4),
        "improving": "buyer",
        "games": 3,
        "seats": SEATS,
        "tasks": haggling(2, seed=5),
        "seed": 3,
    }
    return Coaching(**(given | settings))


def plans(made: Coaching, number: int, played: list[Played]) -> list[Plan]:
    round_ = made.round(number, played)
    assert round_ is not None
    found = list(round_.plans)
    assert len(found) == round_.size
    return found


def played(plan: Plan, outcome: Outcome | None = None) -> Played:
    """Return an episode that has ended, whose history and advice name its game."""
    name = f"{plan.match}, {plan.condition}"
    told = {"history": f"history of {name}\n> it was so", "advice": f"advice on {name}"}
    good = Outcome.completed({"buyer": 7.5, "seller": 31.25})
    return Played(plan, outcome or good, 3, 0.1, told)


def all_plans(made: Coaching, came: Callable[[Plan], Played] = played) -> list[Plan]:
    """Return every plan of a run in which all episodes end as `came` says."""
    done: list[Played] = []
    for number in range(made.games):
        round_ = made.round(number, done)
        done += [came(plan) for plan in round_.plans] if round_ else []
    assert made.round(made.games, done) is None
    return [one.plan for one in done]


class TestPlans:
    def test_arms_branch_from_one_first_game(self) -> None:
        made = coaching()
        first = plans(made, 0, [])
        assert [(plan.condition, plan.number, plan.match) for plan in first] == [
            (FIRST_GAME, 0, 0),
            (FIRST_GAME, 7, 1),
        ]
        found = all_plans(made)
        assert [plan.condition for plan in sorted(found, key=_number)] == CONDITIONS * 2
        assert sorted(plan.number for plan in found) == list(range(14))
        assert {plan.match_size for plan in found} == {7}

    def test_arms_of_a_game_have_the_same_chance_and_each_game_its_own(self) -> None:
        by_game: dict[tuple[int, int], set[int]] = {}
        for plan in all_plans(coaching()):
            by_game.setdefault((plan.match, plan.round), set()).add(plan.chance)
        assert all(len(chances) == 1 for chances in by_game.values())
        assert len(set.union(*by_game.values())) == 6

    def test_a_critic_sits_where_there_is_advice_to_carry_on(self) -> None:
        with_critic = {plan.condition for plan in all_plans(coaching()) if "critic" in plan.seats}
        assert with_critic == {FIRST_GAME, "coached, game 2"}
        assert not any("critic" in plan.seats for plan in all_plans(coaching(games=1)))

    def test_every_plan_seats_its_protocol(self) -> None:
        made = coaching()
        for plan in all_plans(made):
            assert set(plan.seats) == set(made.protocol_of(plan).seats)

    def test_swapped_sides_have_series_of_their_own(self) -> None:
        made = coaching(swap=True, seats={**SEATS, "seller": "noisy:random"}, first=1)
        found = all_plans(made)
        assert len(found) == 14
        assert {(plan.match, plan.seats["buyer"]) for plan in found} == {(0, "random"), (1, "noisy:random")}

    def test_an_arm_goes_no_further_than_a_game_without_a_result(self) -> None:
        def came(plan: Plan) -> Played:
            broke = plan.match == 1 and plan.condition in (FIRST_GAME, "history, game 2")
            return played(plan, Outcome.failed("it broke")) if broke else played(plan)

        of_first = [plan.condition for plan in all_plans(coaching(), came) if plan.match == 1]
        assert of_first == [FIRST_GAME]

        def one_arm(plan: Plan) -> Played:
            broke = plan.condition == "history, game 2"
            return played(plan, Outcome.truncated("too long")) if broke else played(plan)

        found = [plan for plan in all_plans(coaching(), one_arm) if plan.match == 0]
        assert [plan.condition for plan in found] == [c for c in CONDITIONS if c != "history, game 3"]
        assert next(plan.number for plan in found if plan.condition == "alone, game 3") == 6

    def test_tasks_with_another_brief_have_another_id(self) -> None:
        """Or the journal would know only one of them."""
        tasks = {plan.task.id: plan.task for plan in all_plans(coaching(episodes=2))}
        assert all(tasks[plan.task.id] == plan.task for plan in all_plans(coaching(episodes=2)))

    def test_they_follow_from_what_was_played_alone(self) -> None:
        """Also from what was played later, which a resumed run has in its journal."""
        done: list[Played] = []
        for number in range(3):
            done += map(played, plans(coaching(), number, done))
        for number in range(3):
            upto = [one for one in done if one.plan.round < number]
            assert plans(coaching(), number, done) == plans(coaching(), number, upto)


def _number(plan: Plan) -> int:
    return plan.number


class TestBriefs:
    def briefs(self, condition: str, **settings: Any) -> dict[str, str]:
        plan = next(plan for plan in all_plans(coaching(**settings)) if plan.condition == condition)
        return dict(plan.task.briefs)

    def test_coached_have_history_and_advice_of_all_games_before(self) -> None:
        told = self.briefs("coached, game 3")["buyer"]
        assert "> history of 0, first game\n> > it was so" in told
        assert "> advice on 0, first game" in told
        assert "> history of 0, coached, game 2" in told
        assert "> advice on 0, coached, game 2" in told
        assert "You got 7.5 in game 2." in told

    def test_history_is_without_advice(self) -> None:
        told = self.briefs("history, game 3")["buyer"]
        assert "> history of 0, history, game 2" in told
        assert "advice" not in told

    def test_alone_is_told_nothing(self) -> None:
        assert self.briefs("alone, game 3") == {}

    @pytest.mark.parametrize("condition", CONDITIONS)
    def test_opponents_begin_afresh(self, condition: str) -> None:
        assert "seller" not in self.briefs(condition)

    def test_what_the_opponent_got_is_not_told(self) -> None:
        """Its cost would follow from it."""
        assert "31.25" not in str(self.briefs("coached, game 3"))

    def test_what_was_said_stays_quoted(self) -> None:
        told = self.briefs("coached, game 3")["buyer"]
        assert not [line for line in told.splitlines() if "it was so" in line and not line.startswith("> > ")]


class TestRuns:
    async def test_sides_are_sent_what_their_arm_lets_them_know(self, tmp_path: Path) -> None:
        agents = {
            seat: Watched(lambda request: request.form.sample(request.random()), seat) for seat in SEATS
        }
        agents["critic"] = Watched("Do not begin so high.", "critic")
        result = await run(coaching(seats=agents, first=1), tmp_path / "run")
        assert result.ended[Ending.COMPLETED] == 7
        coached = [sent for sent in agents["buyer"].sent if "Do not begin so high." in sent.brief]
        assert len({sent.brief for sent in coached}) == 2
        assert len({sent.brief for sent in agents["seller"].sent}) == 1
        assert not any("Do not begin" in repr(_all(sent)) for sent in agents["seller"].sent)
        assert len(agents["critic"].sent) == 2

    async def test_stopped_and_resumed_it_asks_nothing_again_and_ends_the_same(self, tmp_path: Path) -> None:
        whole = Erratic(trouble=0.1)
        await run(coaching(seats=dict.fromkeys(SEATS, whole)), tmp_path / "whole")

        class Stopping(Erratic):
            async def reply(self, request: Request) -> Reply:
                if self.asked in (4, 11, 19, 31):
                    progress.drain()
                return await super().reply(request)

        agent = Stopping(trouble=0.1)
        made = coaching(seats=dict.fromkeys(SEATS, agent))
        for attempt in range(6):
            progress = Progress()
            await run(made, tmp_path / "run", resume=attempt > 0, progress=progress, concurrency=1)
        assert agent.asked == whole.asked
        with StoredRun(tmp_path / "whole") as one, StoredRun(tmp_path / "run") as other:
            assert [(e.plan, e.steps) for e in one.episodes()] == [
                (e.plan, e.steps) for e in other.episodes()
            ]

    async def test_concurrency_changes_nothing(self, tmp_path: Path) -> None:
        def made() -> Coaching:
            return coaching(seats=dict.fromkeys(SEATS, Erratic(latency=0.001, trouble=0.2)))

        for folder, concurrency in (("one", 1), ("many", 50)):
            await run(made(), tmp_path / folder, concurrency=concurrency)
        with StoredRun(tmp_path / "one") as one, StoredRun(tmp_path / "many") as many:
            assert [(e.plan, e.steps) for e in one.episodes()] == [(e.plan, e.steps) for e in many.episodes()]

    @pytest.mark.parametrize(
        "changed",
        [
            {"games": 2},
            {"improving": "seller"},
            {"arms": ("alone", "history", "coached")},
            {"protocol": Bargain(turns=5)},
        ],
    )
    async def test_is_not_resumed_as_another(self, tmp_path: Path, changed: dict[str, Any]) -> None:
        await run(coaching(first=1), tmp_path / "run")
        with pytest.raises(ConfigurationChanged):
            await run(coaching(first=1, **changed), tmp_path / "run", resume=True)


def _all(sent: Sent) -> Iterator[str]:
    yield sent.brief
    yield sent.prompt.text
    for event in sent.view:
        yield event.text


class TestRefusals:
    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"improving": "judge"}, "there is no seat judge"),
            ({"arms": ()}, "a list of at least 1"),
            ({"arms": ("alone", "alone")}, "named twice"),
            ({"arms": ("taught",)}, "coached"),
        ],
    )
    def test_what_does_not_fit_is_told(self, settings: dict[str, Any], said: str) -> None:
        with pytest.raises(UsageError, match=said):
            coaching(**settings)

    def test_only_who_is_coached_needs_a_critic(self) -> None:
        seats = {"buyer": "random", "seller": "random"}
        with pytest.raises(UsageError, match="no agent: critic"):
            coaching(seats=seats)
        with pytest.raises(UsageError, match="given for critic"):
            coaching(arms=("history",))
        assert coaching(arms=("history", "alone"), seats=seats).round(0, ()) is not None
