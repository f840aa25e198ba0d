"""The information states of a game are all there, each with what its player saw on the way."""

from __future__ import annotations

from games.history import Perceived
from games.kuhn import KuhnPoker
from games.leduc import LeducPoker
from games.rock_paper_scissors import RockPaperScissors
from games.theory import information_states, uniform


def test_kuhn_has_six_for_each_player() -> None:
    points = information_states(KuhnPoker())
    assert sorted(key for player, key in points if player == 0) == ["J", "Jpb", "K", "Kpb", "Q", "Qpb"]
    assert sorted(key for player, key in points if player == 1) == ["Jb", "Jp", "Kb", "Kp", "Qb", "Qp"]


def test_leduc_has_936() -> None:
    assert len(information_states(LeducPoker())) == 936


def test_players_who_move_at_once_each_have_theirs() -> None:
    assert [key for key in information_states(RockPaperScissors())] == [(0, ""), (1, "")]  # noqa: C416


def test_a_decision_point_tells_what_its_player_saw_and_did() -> None:
    assert information_states(KuhnPoker())[0, "Jpb"].perception == (
        Perceived("Your card is the Jack (J)."),
        Perceived("check", 0),
        Perceived("player_0 checks."),
        Perceived("player_1 bets."),
    )


def test_the_state_given_is_one_in_which_the_player_is_to_move() -> None:
    for (player, key), point in information_states(LeducPoker()).items():
        assert (point.state.current_player, point.state.information_state(player)) == (player, key)
        assert point.legal_actions == point.state.legal_actions()


def test_uniform_play_covers_every_information_state() -> None:
    first, second = uniform(LeducPoker())
    assert len(first) + len(second) == 936
    assert all(abs(sum(entry.values()) - 1) < 1e-12 for entry in (*first.values(), *second.values()))
