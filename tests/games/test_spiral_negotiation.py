"""SPIRAL's Simple Negotiation: bundles, answers and offers in one message, and who wins."""

from __future__ import annotations

import json

import pytest

from games import TERMINAL, IllegalAction, check_game, load
from games.spiral_negotiation import NegotiationState, SpiralNegotiation


def after(*messages: str, game: str = "spiral-negotiation") -> NegotiationState:
    state = load(game).new_initial_state()
    for said in messages:
        action = state.action_named(state.current_player, said)
        assert action is not None, said
        state = state.child(action)
    assert isinstance(state, NegotiationState)
    return state


def means(state: NegotiationState, said: str) -> str | None:
    player = state.current_player
    action = state.action_named(player, said)
    return None if action is None else state.action_to_string(player, action)


@pytest.mark.parametrize(
    "name",
    [
        "spiral-negotiation?turns=3&most=1",
        "spiral-negotiation?turns=3&most=2&rules=right",
        "repeated:spiral-negotiation%3Fturns%3D2%26most%3D1?n=2&payoff=sign&first=alternate",
    ],
)
def test_it_keeps_the_contract_of_games(name: str) -> None:
    assert load(name).name == name
    check_game(load(name), playouts=2)


class TestPay:
    """The sums of the published example: values 5 and 15 against 15 and 5."""

    @pytest.mark.parametrize(
        ("offer", "gains", "paid"),
        [
            ("3 Wood -> 2 Gold", (15, 35), (-1.0, 1.0)),
            ("2 Wood -> 2 Gold", (20, 20), (0.0, 0.0)),
            ("1 Wood -> 2 Gold", (25, 5), (1.0, -1.0)),
            ("10 Wood -> 10 Gold", (100, 100), (0.0, 0.0)),
        ],
    )
    def test_who_gains_more_at_its_own_values_wins(
        self, offer: str, gains: tuple[int, int], paid: tuple[float, float]
    ) -> None:
        end = after(f"[Offer: {offer}]", "[Accept]", *["pass"] * 8)
        assert (end.gains, end.returns()) == (gains, paid)
        assert json.loads(end.information_state(0))["gains"] == list(gains)

    def test_several_trades_may_happen_and_nothing_ends_before_message_ten(self) -> None:
        trade = ["offer 1 Wood -> 1 Gold", "accept"]
        state = after(*trade * 4, "pass")
        assert (state.gains, state.returns(), state.current_player) == ((40, 40), (0.0, 0.0), 1)
        assert state.child(0).current_player == TERMINAL
        assert state.holdings == ((6, 14), (14, 6))


class TestMessages:
    def test_an_answer_comes_before_the_offer_of_the_same_message(self) -> None:
        """With ten of each nobody holds 11 Gold. It does after accepting one."""
        state = after("offer 1 Gold -> 1 Wood")
        assert means(state, "offer 11 Gold -> 1 Wood") is None
        assert means(state, "[Accept] [Offer: 11 Gold -> 1 Wood]") == "accept; offer 11 Gold -> 1 Wood"
        traded = after("offer 1 Gold -> 1 Wood", "[Accept] [Offer: 11 Gold -> 1 Wood]")
        assert traded.holdings == ((11, 9), (9, 11))
        assert str(traded.offer) == "11 Gold -> 1 Wood"

    def test_an_offer_stays_open_until_a_new_one_takes_its_place(self) -> None:
        left = after("offer 2 Wood -> 1 Gold", "pass", "pass")
        assert str(left.offer) == "2 Wood -> 1 Gold"
        assert after("offer 2 Wood -> 1 Gold", "pass").offer is None, "its maker cannot accept it"
        replaced = after("offer 2 Wood -> 1 Gold", "offer 1 Wood -> 1 Wood")
        assert str(replaced.offer) == "1 Wood -> 1 Wood"
        assert means(replaced, "accept") == "accept"

    def test_a_denied_offer_is_gone(self) -> None:
        assert after("offer 2 Wood -> 1 Gold", "deny", "pass").offer is None

    def test_nobody_answers_an_offer_that_is_not_open_to_it(self) -> None:
        assert means(after(), "accept") is None
        assert means(after("offer 2 Wood -> 1 Gold", "pass"), "accept") is None
        assert means(after("offer 2 Wood -> 1 Gold", "pass"), "deny") is None

    @pytest.mark.parametrize(
        ("said", "meant"),
        [
            ("[Offer: 3 Wood, 1 Gold -> 2 Gold]", "offer 3 Wood, 1 Gold -> 2 Gold"),
            ("offer 1 gold and 3 wood for 2 gold", "offer 3 Wood, 1 Gold -> 2 Gold"),
            ("I offer 3 Wood + 1 Gold → 2 Golds", "offer 3 Wood, 1 Gold -> 2 Gold"),
            ("offer 11 Wood -> 1 Gold", None),
            ("offer 0 Wood -> 1 Gold", None),
            ("offer 3 Wood", None),
            ("offer 1 Wood, 1 Wood -> 1 Gold", None),
            ("offer 1 Wood -> 1 Gold, offer 2 Wood -> 1 Gold", None),
            ("do not offer 1 Wood -> 1 Gold", None),
            ("offer 1 Stone -> 1 Gold", None),
            ("offer 99999999999999999999 Wood -> 1 Gold", None),
            ("hello", None),
        ],
    )
    def test_it_is_read_as_any_careful_person_would(self, said: str, meant: str | None) -> None:
        assert means(after(), said) == meant

    @pytest.mark.parametrize("said", ["accept deny", "I do not accept", "accept or deny", "deny, no, accept"])
    def test_an_answer_that_could_mean_two_things_means_none(self, said: str) -> None:
        assert means(after("offer 1 Wood -> 1 Gold"), said) is None


class TestRight:
    def test_what_nobody_could_accept_is_offered_by_spirals_rules_alone(self) -> None:
        assert means(after(), "offer 1 Wood -> 11 Gold") == "offer 1 Wood -> 11 Gold"
        vain = after("offer 1 Wood -> 11 Gold")
        assert (means(vain, "accept"), means(vain, "deny")) == (None, "deny")
        assert means(after(game="spiral-negotiation?rules=right"), "offer 1 Wood -> 11 Gold") is None
        nine = ["pass"] * 9
        assert means(after(*nine), "offer 1 Wood -> 1 Gold") is not None
        assert means(after(*nine, game="spiral-negotiation?rules=right"), "offer 1 Wood -> 1 Gold") is None

    def test_legal_actions_are_what_may_be_named(self) -> None:
        """120 bundles to give, for 440 or 120 to ask; with the pass, and with three answers."""
        assert len(after().legal_actions()) == 1 + 120 * 440
        assert len(after("offer 1 Wood -> 1 Gold").legal_actions()) > 2 * (1 + 120 * 440)
        assert len(after(game="spiral-negotiation?rules=right").legal_actions()) == 1 + 120 * 120
        small = after("offer 1 Wood -> 1 Gold", game="spiral-negotiation?most=1")
        written = [small.action_to_string(1, action) for action in small.legal_actions()]
        assert len(set(written)) == 3 * (1 + 3 * 3)
        assert [small.action_named(1, one) for one in written] == list(small.legal_actions())


class TestKnowledge:
    def test_values_are_told_to_their_owner_alone(self) -> None:
        state = after()
        assert state.observation(0) == "What one of each kind is worth to you: Wood 5, Gold 15."
        assert state.observation(1) == "What one of each kind is worth to you: Wood 15, Gold 5."
        assert "15" not in state.game.rules
        assert json.loads(state.information_state(1))["values"] == [15, 5]

    def test_each_message_is_told_to_both(self) -> None:
        state = after("offer 3 Wood, 1 Gold -> 2 Gold", "deny; offer 1 Gold -> 1 Wood")
        for player in (0, 1):
            assert state.observation(player) == (
                "player_1 denies the offer and offers 1 Gold -> 1 Wood. Message 3 of 10 is player_0's."
            )
        assert '"accept" (you would give 1 Wood and get 1 Gold)' in state.legal_in_words(0)
        assert state.legal_in_words(1) == ""

    def test_the_end_tells_gains_and_winner(self) -> None:
        end = after("offer 3 Wood -> 2 Gold", "accept", *["pass"] * 8)
        assert end.observation(0).endswith("Gains: player_0 +15, player_1 +35. player_1 wins.")


@pytest.mark.parametrize(
    ("query", "why"),
    [("turns=0", "turns must be"), ("most=21", "from 1 to 20"), ("rules=left", "are spiral or right")],
)
def test_parameters_have_their_range(query: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        load(f"spiral-negotiation?{query}")


def test_an_illegal_action_is_refused_in_a_sentence() -> None:
    with pytest.raises(IllegalAction, match=r"^Action 1 is not legal for player_0 here\. Write "):
        SpiralNegotiation().new_initial_state().child(1)
