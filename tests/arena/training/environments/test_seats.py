"""A policy from outside in some of a scenario's seats, without anybody's environment around it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import Scenario, Tournament
from arena.core.errors import UnknownName, UsageError
from arena.designs.scenario import AnyScenario
from arena.episode.context import EpisodeContext
from arena.episode.outcome import Outcome
from arena.episode.playing import play_episode
from arena.episode.record import NO_RECORD
from arena.registry import make_agent
from arena.seat.agent import Reply, Request
from arena.training.environments._seats import (
    DEALS,
    POLICY,
    Counting,
    NoReturn,
    Outside,
    chat,
    find_scenario,
    own_seats,
    plans,
    seat_return,
    with_policy,
)
from protocols import Debate, Play
from tests.shared.examples import few
from tests.shared.recording import Memory

PLAYERS = ("player_0", "player_1")


def kuhn(**fields: Any) -> Scenario:
    seats = dict.fromkeys(PLAYERS, "random")
    return Scenario(protocol=Play(game="kuhn"), **{"seats": seats, "episodes": 3, **fields})


class TestWithPolicy:
    def test_the_policy_sits_in_all_players_seats_unless_some_are_named(self) -> None:
        debate = Scenario(
            protocol=Debate(), tasks=find_scenario("debate").tasks[:1], seats=find_scenario("debate").seats
        )
        assert [own_seats(plan) for plan in plans(with_policy(debate))] == [["debater_a", "debater_b"]]
        assert [own_seats(plan) for plan in plans(with_policy(debate, ["judge"]))] == [["judge"]]

    def test_swaps_move_it_as_they_move_any_agent(self) -> None:
        swapped = plans(with_policy(kuhn(swap=True), ["player_0"]))
        assert [own_seats(plan) for plan in swapped] == [["player_0"], ["player_1"]] * 3

    def test_the_same_scenario_gives_the_same_plans(self) -> None:
        assert list(plans(with_policy(kuhn()))) == list(plans(with_policy(kuhn())))
        assert len({plan.chance for plan in plans(with_policy(kuhn()))}) == 3

    def test_a_tournament_gives_its_protocol_and_chance_but_not_its_entrants(self) -> None:
        found = with_policy(find_scenario("kuhn"), ["player_0"], {"player_1": "kuhn-nash"})
        assert not isinstance(found, Tournament)
        assert found.cast().keys() == {POLICY, "kuhn-nash"}
        assert len(list(plans(found))) == DEALS

    @pytest.mark.parametrize("name", ["kuhn", "leduc"])
    def test_a_game_is_a_scenario_too_and_settings_hold_in_it(self, name: str) -> None:
        settings = {"episodes": 2, "seed": 9, "protocol.hands": 3}
        found = with_policy(find_scenario(name, settings))
        assert (found.seed, len(list(plans(found)))) == (9, 2)
        assert found.protocol_of(next(plans(found))).hands == 3  # type: ignore[attr-defined]

    def test_a_name_of_nothing_is_refused(self) -> None:
        with pytest.raises(UnknownName, match="'khun'"):
            find_scenario("khun")

    @pytest.mark.parametrize(
        ("seats", "agents", "why"),
        [
            (["player_7"], {}, "player_7"),
            (["player_0"], {"player_0": "random"}, "player_0 would have both the policy"),
            ([], {"judge": "random"}, "judge"),
        ],
    )
    def test_seats_that_do_not_fit_are_refused(
        self, seats: list[str], agents: dict[str, str], why: str
    ) -> None:
        with pytest.raises(UsageError, match=why):
            with_policy(kuhn(), seats, agents)

    @pytest.mark.parametrize("seat", ["player_0", "player_1"])
    def test_tools_of_any_seat_are_refused(self, seat: str) -> None:
        found = find_scenario("kuhn", {f"tools.{seat}": ["calculator"]})
        with pytest.raises(UsageError, match=f"The seat {seat} of .* has tools"):
            with_policy(found, ["player_0"], {"player_1": "random"})

    def test_a_tournaments_seat_for_which_nobody_is_named_is_refused(self) -> None:
        with pytest.raises(UsageError, match="player_1"):
            with_policy(find_scenario("kuhn"), ["player_0"])


async def rollout(
    scenario: AnyScenario, replies: Sequence[str], recorder: Any = NO_RECORD
) -> tuple[list[Request], Counting, Any]:
    """Play the first episode, with the policy answering by what `replies` hold, over and over."""
    requests: list[Request] = []

    async def ask(request: Request) -> Reply:
        requests.append(request)
        return Reply(replies[(len(requests) - 1) % len(replies)])

    counting = Counting(recorder, 41)
    agents = {name: make_agent(agent) for name, agent in scenario.cast().items() if name != POLICY}
    plan = next(plans(scenario))
    played = await play_episode(
        scenario.protocol_of(plan),
        plan,
        {**agents, POLICY: Outside(ask)},
        context=EpisodeContext(recorder=counting),
    )
    return requests, counting, played


class TestEpisodes:
    async def test_who_asks_answers_for_each_of_its_seats(self) -> None:
        requests, _, played = await rollout(with_policy(kuhn()), ["Let me see.\nMove: check"])
        assert [request.seat for request in requests] == list(PLAYERS)
        assert {abs(amount) for amount in played.outcome.returns.values()} == {1.0}

    async def test_a_policy_that_cannot_answer_forfeits_as_anybody_would(self) -> None:
        _, counting, played = await rollout(with_policy(kuhn(), ["player_0"]), ["I would rather not say"])
        assert seat_return(played.outcome, "player_0") == -2
        figures = counting.figures(played, "player_0")
        assert figures["forfeited"] == 1
        assert figures["completed"] == 0
        assert figures["unusable"] == figures["replies"] == 3
        assert counting.figures(played, "player_1")["forfeited"] == 0

    async def test_it_is_recorded_under_its_number_there(self) -> None:
        recorder = Memory()
        await rollout(with_policy(kuhn()), ["check"], recorder)
        alone = Memory()
        plan = next(plans(with_policy(kuhn())))

        async def check(request: Request) -> Reply:
            return Reply("check")

        await play_episode(
            Play(game="kuhn"), plan, {POLICY: Outside(check)}, context=EpisodeContext(recorder=alone)
        )
        assert set(recorder.ended) == set(recorder.calls) == {41}
        assert recorder.steps[41] == alone.steps[0]

    async def test_the_last_confidence_counts_and_none_is_none(self) -> None:
        scenario = find_scenario("debate", {"first": 1, "protocol.rounds": 1, "protocol.quotes": False})
        sure = with_policy(scenario, ["debater_a"], {"debater_b": "random", "judge": "random"})
        _, counting, played = await rollout(sure, ["It is so.", "Probability: 80"])
        stated = counting.confidences["debater_a"]
        assert set(stated) == {0.8}
        assert counting.figures(played, "debater_a")["confidence"] == 0.8
        _, counting, played = await rollout(with_policy(kuhn()), ["check"])
        assert "confidence" not in counting.figures(played, "player_0")


class TestSeatReturn:
    @pytest.mark.parametrize(
        "outcome", [Outcome.truncated("it took too long"), Outcome.failed("it broke", "player_0")]
    )
    def test_what_is_no_result_is_no_reward(self, outcome: Outcome) -> None:
        with pytest.raises(NoReturn, match=outcome.reason):
            seat_return(outcome, "player_0")

    def test_a_seat_that_is_paid_nothing_has_none(self) -> None:
        with pytest.raises(NoReturn, match="gives judge no return"):
            seat_return(Outcome.won_by("pro", among=("pro", "con")), "judge")


class TestChat:
    @few
    @given(st.integers(0, 10_000))
    async def test_roles_alternate_and_messages_only_grow(self, seed: int) -> None:
        """Whatever is answered, and in whichever of both seats."""
        rng = random.Random(seed)
        replies = [rng.choice(["check", "bet", "Move: call", "fold", "no", ""]) for _ in range(7)]
        requests, _, _ = await rollout(with_policy(kuhn(seed=seed)), replies)
        last: dict[str, list[Any]] = {}
        for request in requests:
            said = chat(request)
            roles = [message.role for message in said]
            assert all(one != other for one, other in pairwise(roles))
            assert roles[-1] == "user"
            before = last.get(request.seat, [])
            assert said[: len(before)] == before
            last[request.seat] = said

    async def test_it_holds_all_that_the_seat_was_told_and_asked(self) -> None:
        requests, _, _ = await rollout(with_policy(kuhn()), ["check"])
        system, user = chat(requests[0])
        assert system.content == requests[0].brief
        told = [event.text for event in requests[0].view]
        assert user.content == "\n\n".join([*told, requests[0].prompt.text])
