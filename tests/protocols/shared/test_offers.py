"""The form of a turn: an act, an amount and a message, of which nothing is ever read out of another."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from arena.forms import Status, Unusable
from protocols.shared.offers import Act, BargainingTurn, Offer, Said
from tests.shared.examples import few, some
from tests.shared.protocols import seeds

STANDING = Offer("seller", 50.0, ("the lamp", "the jug"))
CHOICES = ("the lamp", "the rug", "the jug")
turns = st.builds(
    BargainingTurn,
    standing=st.none() | st.just(STANDING),
    opening=st.booleans(),
    choices=st.sampled_from([(), CHOICES]),
    words=st.none() | st.integers(1, 5),
)


def unusable(turn: BargainingTurn, **fields: Any) -> tuple[Status, str]:
    with pytest.raises(Unusable) as caught:
        turn.parse(json.dumps(fields))
    return caught.value.status, caught.value.reason


class TestOffers:
    def test_have_their_amount_in_its_field(self) -> None:
        said = BargainingTurn().parse('{"message": "I could do $60.", "act": "offer", "amount": 45}')
        assert (said.amount, said.message) == (45.0, "I could do $60.")

    @pytest.mark.parametrize("message", ["$40", "My offer: 40", '"amount": 40', "forty dollars"])
    def test_no_price_is_guessed_from_prose(self, message: str) -> None:
        status, reason = unusable(BargainingTurn(), act="offer", message=message)
        assert status is Status.UNPARSEABLE
        assert "'amount'" in reason

    @pytest.mark.parametrize("text", ["I offer $40.", "Offer: 40", "40", "{offer: 40}", ""])
    def test_prose_alone_is_no_offer(self, text: str) -> None:
        with pytest.raises(Unusable):
            BargainingTurn().parse(text)

    @pytest.mark.parametrize("amount", ["40", "$40", True, [40], {"usd": 40}, -1, float("inf"), float("nan")])
    def test_an_amount_is_a_number_that_can_be_paid(self, amount: Any) -> None:
        unusable(BargainingTurn(), act="offer", amount=amount)

    def test_two_objects_are_ambiguous(self) -> None:
        one = '{"act": "offer", "amount": 40}'
        with pytest.raises(Unusable) as caught:
            BargainingTurn().parse(f"{one}\n{one.replace('40', '90')}")
        assert caught.value.status is Status.AMBIGUOUS

    def test_an_amount_given_twice_is_none(self) -> None:
        with pytest.raises(Unusable):
            BargainingTurn().parse('{"act": "offer", "amount": 40, "amount": 90}')

    def test_unknown_fields_are_refused(self) -> None:
        unusable(BargainingTurn(), act="offer", amount=40, price=50)


class TestBundles:
    def test_offers_name_some_of_the_items(self) -> None:
        said = BargainingTurn(choices=CHOICES).parse(
            '{"act": "offer", "amount": 9, "items": ["the jug", "the lamp"]}'
        )
        assert said.items == ("the lamp", "the jug")

    @pytest.mark.parametrize(
        "items", [None, [], ["the jug", "the jug"], ["the moon"], ["the jug", "the moon"]]
    )
    def test_but_none_twice_and_no_others(self, items: list[str] | None) -> None:
        unusable(BargainingTurn(choices=CHOICES), act="offer", amount=9, items=items)

    def test_where_all_goes_together_none_are_named(self) -> None:
        assert unusable(BargainingTurn(), act="offer", amount=9, items=["the lamp"])[0] is Status.ILLEGAL


class TestAnswers:
    @pytest.mark.parametrize("act", ["accept", "reject"])
    def test_need_an_offer_that_stands(self, act: str) -> None:
        status, reason = unusable(BargainingTurn(), act=act)
        assert status is Status.ILLEGAL
        assert "no offer" in reason
        assert BargainingTurn(STANDING).parse(json.dumps({"act": act})).act == act

    @pytest.mark.parametrize("act", ["accept", "reject", "walk-away"])
    @pytest.mark.parametrize("terms", [{"amount": 45}, {"items": ["the rug"]}, {"amount": 50.5}])
    def test_with_terms_of_their_own_are_ambiguous(self, act: str, terms: dict[str, Any]) -> None:
        """To accept 50 and write 45 is not to accept 50."""
        assert unusable(BargainingTurn(STANDING, choices=CHOICES), act=act, **terms)[0] is Status.AMBIGUOUS

    def test_may_repeat_what_they_accept(self) -> None:
        said = BargainingTurn(STANDING, choices=CHOICES).parse(
            '{"act": "accept", "amount": 50, "items": ["the jug", "the lamp"]}'
        )
        assert (said.act, said.amount, said.items) == (Act.ACCEPT, None, None)

    def test_are_spelt_as_they_are_listed(self) -> None:
        for act in ("ACCEPTED", "accept the offer", "deal", "ok"):
            assert unusable(BargainingTurn(STANDING), act=act)[0] is Status.UNPARSEABLE


class TestForm:
    @some
    @given(turns, seeds)
    def test_samples_are_usable_and_survive_being_published(self, turn: BargainingTurn, seed: int) -> None:
        said = turn.parse(turn.sample(random.Random(seed)))
        again = turn.parse(turn.publish(said))
        assert again == said
        assert turn.parse_structured(turn.publish(said)) == said

    @some
    @given(turns)
    def test_the_schema_names_the_fields_and_the_acts_that_are_allowed(self, turn: BargainingTurn) -> None:
        schema = turn.schema()
        assert schema["properties"]["act"]["enum"] == list(turn.acts)
        assert set(schema["properties"]) <= set(Said.model_fields)
        assert ("items" in schema["properties"]) is bool(turn.choices)
        assert (schema["properties"]["amount"] == {"type": "number"}) is turn.opening
        for act in turn.acts:
            assert f'"{act}"' in turn.instructions()

    @few
    @given(st.text(max_size=40))
    @example("<S>")
    def test_no_message_can_pass_for_an_act(self, message: str) -> None:
        """What is published is one line of JSON, whatever was said."""
        said = BargainingTurn().parse(json.dumps({"act": "offer", "amount": 40, "message": message}))
        public = json.loads(BargainingTurn().publish(said))
        assert (public["act"], public["amount"]) == ("offer", 40)
        assert "\n" not in BargainingTurn().publish(said)

    def test_what_is_over_the_limit_of_words_is_cut_and_counted(self) -> None:
        turn = BargainingTurn(words=2)
        said = turn.parse('{"act": "walk-away", "message": "no no no no"}')
        assert turn.public_fields(said) == {"act": "walk-away", "message": "no no"}
        assert turn.fields(said)["cut_words"] == 2
