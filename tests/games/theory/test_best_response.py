"""Best responses, NashConv and expected returns equal OpenSpiel's."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from games import Game
from games.kuhn import BET, PASS, KuhnPoker
from games.leduc import LeducPoker
from games.rock_paper_scissors import RockPaperScissors
from games.theory import Profile, best_response, expected_returns, exploitability, nash_conv, uniform
from games.theory.policies import information_states
from tests.games.spiel import all_pairs, pyspiel

PAIRS = [(KuhnPoker(), "kuhn_poker"), (LeducPoker(), "leduc_poker")]


def random_profile(game: Game, seed: int) -> Profile:
    rng = Random(seed)
    profile: list[dict[str, dict[int, float]]] = [{} for _ in range(game.num_players)]
    for (player, key), point in information_states(game).items():
        weights = [rng.random() for _ in point.legal_actions]
        total = sum(weights)
        profile[player][key] = {a: w / total for a, w in zip(point.legal_actions, weights, strict=True)}
    return profile


def spiel_policy(game: Game, name: str, profile: Profile) -> Any:
    """The same profile as one of OpenSpiel's tabular policies."""
    table: dict[str, list[tuple[int, float]]] = {}
    theirs = pyspiel.load_game(name)
    for ours, state in all_pairs(game.new_initial_state(), theirs.new_initial_state()):
        if (player := ours.current_player) >= 0:
            entry = profile[player][ours.information_state(player)]
            table[state.information_state_string(player)] = list(entry.items())
    return pyspiel.TabularPolicy(table)


@pytest.mark.parametrize(("game", "name"), PAIRS)
@pytest.mark.parametrize("seed", [1, 2])
def test_random_profiles_have_openspiels_nash_conv_and_values(game: Game, name: str, seed: int) -> None:
    profile = random_profile(game, seed)
    theirs, policy = pyspiel.load_game(name), spiel_policy(game, name, profile)
    assert nash_conv(game, profile) == pytest.approx(pyspiel.nash_conv(theirs, policy), abs=1e-9)
    values = pyspiel.expected_returns(theirs.new_initial_state(), policy, -1, True)
    assert expected_returns(game, profile) == pytest.approx(values, abs=1e-9)


@pytest.mark.parametrize(("game", "name"), PAIRS)
@pytest.mark.parametrize("player", [0, 1])
def test_best_responses_are_worth_what_openspiels_are(game: Game, name: str, player: int) -> None:
    profile = random_profile(game, 3)
    theirs = pyspiel.load_game(name)
    policy = spiel_policy(game, name, profile)  # the solver keeps a bare pointer to it
    solver = pyspiel.TabularBestResponse(theirs, player, policy)
    expected = solver.value_from_state(theirs.new_initial_state())
    answer = best_response(game, profile, player)
    assert answer.value == pytest.approx(expected, abs=1e-9)
    played = [answer.policy if p == player else profile[p] for p in (0, 1)]
    assert expected_returns(game, played)[player] == pytest.approx(answer.value)


@pytest.mark.parametrize(("game", "value"), [(KuhnPoker(), 11 / 12), (LeducPoker(), 4.747222222222222)])
def test_uniform_play_has_its_known_nash_conv(game: Game, value: float) -> None:
    assert nash_conv(game, uniform(game)) == pytest.approx(value)
    assert exploitability(game, uniform(game)) == pytest.approx(value / 2)


class TestSimultaneousMoves:
    game = RockPaperScissors()

    def test_the_uniform_profile_is_in_equilibrium(self) -> None:
        assert nash_conv(self.game, uniform(self.game)) == pytest.approx(0)

    @pytest.mark.parametrize("player", [0, 1])
    def test_rock_is_answered_with_paper(self, player: int) -> None:
        rock = [{"": {0: 1.0}}, {"": {0: 1.0}}]
        assert best_response(self.game, rock, player) == (1, {"": {1: 1.0}})

    def test_the_answer_cannot_see_the_move_it_answers(self) -> None:
        biased = [{"": {0: 0.5, 1: 0.25, 2: 0.25}}] * 2
        assert best_response(self.game, biased, 1).value == pytest.approx(0.25)


class TestPoliciesThatAreNone:
    def test_a_gap_is_named(self) -> None:
        profile = [dict(policy) for policy in uniform(KuhnPoker())]
        del profile[1]["Kb"]
        with pytest.raises(ValueError, match=r"policy of player_1 does not say what to do in .* 'Kb'"):
            expected_returns(KuhnPoker(), profile)

    def test_what_does_not_sum_to_one_is_named(self) -> None:
        profile = [dict(policy) for policy in uniform(KuhnPoker())]
        profile[0]["J"] = {PASS: 0.5, BET: 0.6}
        with pytest.raises(ValueError, match="policy of player_0 is not a distribution"):
            nash_conv(KuhnPoker(), profile)
