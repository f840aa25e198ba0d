"""Tournaments: which episodes a format's pairings become, and which results they come back as."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.designs.tournament import Tournament, match_results
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.ratings import Result
from arena.tasks.task import Task
from protocols import Play

AGENTS = ("a", "b", "c", "d", "e")
PLAYERS = ("player_0", "player_1")


def tournament(
    pairing: str = "round-robin", agents: Sequence[str] = AGENTS, **settings: object
) -> Tournament:
    return Tournament.model_validate(
        {"protocol": Play(), "agents": list(agents), "format": pairing, "seed": 1, **settings}
    )


def plans(made: Tournament, number: int = 0, played: Sequence[Played] = ()) -> list[Plan]:
    round_ = made.round(number, played)
    assert round_ is not None
    found = list(round_.plans)
    assert len(found) == round_.size
    return found


def won(plan: Plan, by: str) -> Played:
    """Return the episode in which the agent `by` won a chip, if it took part; else nobody did."""
    seats = {agent: seat for seat, agent in plan.seats.items()}
    returns = dict.fromkeys(plan.seats, 0.0)
    if by in seats and len(seats) > 1:
        returns = {seat: 1.0 if agent == by else -1.0 for seat, agent in plan.seats.items()}
    return Played(plan, Outcome.completed(returns), 1, 0.0)


def strongest(plan: Plan) -> Played:
    return won(plan, min(plan.seats.values()))


class TestMatches:
    def test_seats_are_rotated_over_the_same_chance(self) -> None:
        first, second = plans(tournament(agents=("a", "b")))
        assert list(first.seats.values()) == list(second.seats.values())[::-1]
        assert first.chance == second.chance
        assert (first.match, first.match_size) == (second.match, 2)

    def test_every_repetition_and_every_match_is_dealt_anew(self) -> None:
        found = plans(tournament(agents=("a", "b", "c"), episodes=4))
        assert len(found) == 3 * 4 * 2
        assert all(count == 2 for count in Counter(plan.chance for plan in found).values())
        assert {plan.match_size for plan in found} == {8}

    def test_every_task_is_played_in_every_match(self) -> None:
        tasks = [Task(id="one"), Task(id="two")]
        found = plans(tournament(agents=("a", "b", "c"), tasks=tasks))
        assert Counter(plan.task.id for plan in found) == {"one": 6, "two": 6}

    def test_without_swap_nobody_changes_seats(self) -> None:
        assert len(plans(tournament(agents=("a", "b"), swap=False))) == 1

    def test_self_play_has_one_seating(self) -> None:
        found = plans(tournament("self-play", agents=("a", "b")))
        assert [set(plan.seats.values()) for plan in found] == [{"a"}, {"b"}]

    def test_numbers_count_on_without_a_gap(self) -> None:
        made = tournament("swiss")
        first = plans(made)
        second = plans(made, 1, [strongest(plan) for plan in first])
        assert [plan.number for plan in (*first, *second)] == list(range(len(first) + len(second)))
        assert {plan.round for plan in second} == {1}
        assert not {plan.match for plan in first} & {plan.match for plan in second}


class TestRounds:
    @given(st.sampled_from(["swiss", "single-elimination", "double-elimination", "round-robin", "gauntlet"]))
    def test_it_ends_and_a_resumed_one_is_paired_as_it_would_have_been(self, pairing: str) -> None:
        made, resumed = tournament(pairing), tournament(pairing)
        played: list[Played] = []
        number = 0
        while (round_ := made.round(number, played)) is not None:
            again = resumed.round(number, iter(played))
            assert again is not None
            found = list(round_.plans)
            assert list(again.plans) == found
            played += [strongest(plan) for plan in found]
            number += 1
            assert number < 20
        assert {agent for episode in played for agent in episode.plan.seats.values()} == set(AGENTS)

    def test_what_is_known_of_later_rounds_does_not_change_an_earlier_one(self) -> None:
        made = tournament("swiss")
        first = [strongest(plan) for plan in plans(made)]
        second = plans(made, 1, first)
        assert plans(made, 1, [*first, *map(strongest, second)]) == second


class TestResults:
    def results(self, played: Sequence[Played]) -> list[Result]:
        return [result for _, result in match_results(played, PLAYERS)]

    def test_scores_are_summed_over_the_episodes_by_agent_not_by_seat(self) -> None:
        found = plans(tournament(agents=("a", "b"), episodes=3))
        (result,) = self.results([won(plan, "b") for plan in found])
        assert dict(zip(result.players, result.scores or (), strict=True)) == {"a": -6.0, "b": 6.0}

    def test_a_failed_episode_leaves_its_match_without_a_result(self) -> None:
        first, second = plans(tournament(agents=("a", "b")))
        failed = Played(second, Outcome.failed("broke"), 1, 0.0)
        (result,) = self.results([won(first, "a"), failed])
        assert result.scores is None

    @pytest.mark.parametrize("returns", [{}, {"player_0": 1.0}])
    def test_what_a_seat_was_not_paid_is_no_zero(self, returns: dict[str, float]) -> None:
        first, second = plans(tournament(agents=("a", "b")))
        unpaid = Played(second, Outcome.completed(returns), 1, 0.0)
        (result,) = self.results([won(first, "a"), unpaid])
        assert result.scores is None

    def test_a_forfeit_is_a_result(self) -> None:
        first, second = plans(tournament(agents=("a", "b")))
        forfeited = Outcome.forfeited("player_0", "illegal", {"player_0": -2.0, "player_1": 2.0})
        (result,) = self.results([won(first, "a"), Played(second, forfeited, 1, 0.0)])
        assert result.scores is not None

    def test_half_a_match_is_none(self) -> None:
        """What was played of it was not the same chance for both."""
        first, _ = plans(tournament(agents=("a", "b")))
        assert self.results([won(first, "a")]) == []

    def test_self_play_is_scored_by_seat(self) -> None:
        (plan,) = plans(tournament("self-play", agents=("a",)))
        (result,) = self.results(
            [Played(plan, Outcome.completed({"player_0": 1.0, "player_1": -1.0}), 1, 0.0)]
        )
        assert (result.players, result.scores) == (("a", "a"), (1.0, -1.0))

    def test_matches_are_read_one_at_a_time(self) -> None:
        """So that memory does not grow with the run."""
        found = plans(tournament(agents=AGENTS))
        read = 0

        def reading() -> Iterator[Played]:
            nonlocal read
            for plan in found:
                read += 1
                yield strongest(plan)

        next(iter(match_results(reading(), PLAYERS)))
        assert read <= 3


class TestUsage:
    @pytest.mark.parametrize(
        ("settings", "said"),
        [
            ({"format": "swis"}, "no format called 'swis'"),
            ({"format": "round-robin?meeting=2"}, "takes: meetings"),
            ({"format": "round-robin?meetings=many"}, "cannot be made: meetings"),
            ({"agents": ["a", "b", "a"]}, "Several agents are called a"),
            ({"seats": {"player_0": "a"}}, "No agent can be given for player_0"),
        ],
    )
    def test_what_does_not_fit_is_refused_in_a_sentence(self, settings: dict[str, object], said: str) -> None:
        with pytest.raises(UsageError, match=said) as refused:
            Tournament.model_validate({"protocol": Play(), "agents": ["a", "b"], **settings})
        assert "\n" not in str(refused.value)
