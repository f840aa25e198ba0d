"""Structured replies: one JSON object, every field once, and only public fields for the audience."""

from __future__ import annotations

import enum
import json
import random
from datetime import date
from typing import Annotated, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from arena.forms import Status, Structured, Unusable
from tests.shared.examples import some
from tests.shared.proportion import assert_in_proportion
from tests.shared.waiting import no_hang


class Item(BaseModel):
    name: str
    count: int = 1


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Offer(BaseModel):
    price: float
    items: list[Item] = []
    accept: bool | None = None
    threat: str = ""


FORM = Structured(Offer)

offers = st.builds(
    Offer,
    price=st.floats(allow_nan=False, allow_infinity=False),
    items=st.lists(
        st.builds(Item, name=st.text(st.characters(exclude_categories=["Cs"])), count=st.integers())
    ),
    accept=st.none() | st.booleans(),
    threat=st.text(st.characters(exclude_categories=["Cs"])),
)


def failure(text: str, form: Structured[Offer] = FORM) -> tuple[Status, str]:
    with pytest.raises(Unusable) as caught:
        form.parse(text)
    return caught.value.status, caught.value.reason


class TestParsing:
    @pytest.mark.parametrize("written", ["true", "false"])
    def test_a_truth_value_is_no_number(self, written: str) -> None:
        assert failure(f'{{"price": {written}}}')[0] is Status.UNPARSEABLE
        assert FORM.parse(f'{{"price": 1, "accept": {written}}}').accept is (written == "true")
        assert (
            failure(f'{{"price": 1, "items": [{{"name": "pear", "count": {written}}}]}}')[0]
            is Status.UNPARSEABLE
        )

    @some
    @given(offers)
    def test_any_value_reads_back_from_what_is_published(self, offer: Offer) -> None:
        assert FORM.parse(FORM.publish(offer)) == offer

    @some
    @given(
        offers,
        st.sampled_from(["```json\n{}\n```", "```\n{}\n```", "Here:\n```json\n{}\n```\nDone.", " {} "]),
    )
    def test_alone_or_in_one_block(self, offer: Offer, around: str) -> None:
        assert FORM.parse(around.replace("{}", offer.model_dump_json(), 1)) == offer

    def test_back_ticks_inside_a_string_do_not_end_the_block(self) -> None:
        assert FORM.parse('```json\n{"price": 1, "threat": "```"}\n```').threat == "```"

    def test_a_field_given_twice_is_ambiguous_at_any_depth(self) -> None:
        assert failure('{"price": 1, "price": 2}') == (
            Status.AMBIGUOUS,
            "it gives the field 'price' more than once",
        )
        nested = '{"price": 1, "items": [{"name": "a", "name": "b"}]}'
        assert failure(nested)[0] is Status.AMBIGUOUS

    @pytest.mark.parametrize(
        "text",
        [
            '```json\n{"price": 1}\n```\n```json\n{"price": 2}\n```',
            '```json\n{"price": 1}\n```\nor\n```python\n{"price": 2}\n```',
            '```json\n{"price": 1}\n```\nor\n```JSON\n{"price": 2}\n```',
            '```json\n{"price": 1}\n```\nor\n```json\n{"price": 2}',
            '{"price": 2}\n```json\n{"price": 1}\n```',
            '```json\n{"price": 1}\n```\n{"price": 2}',
        ],
    )
    def test_two_objects_are_not_the_first_nor_the_last(self, text: str) -> None:
        assert failure(text)[0] is Status.AMBIGUOUS

    @pytest.mark.parametrize(
        "text", ['{"price": 1}{"price": 2}', '{"price": 1} {"price": 1.5}', '[{"price": 1}]']
    )
    def test_what_is_more_or_other_than_an_object_is_unusable(self, text: str) -> None:
        failure(text)

    @pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
    def test_numbers_that_json_does_not_have(self, number: str) -> None:
        assert failure(f'{{"price": {number}}}')[0] is Status.UNPARSEABLE

    def test_the_reason_names_the_field(self) -> None:
        status, reason = failure('{"price": "dear", "items": [{}]}')
        assert status is Status.UNPARSEABLE
        assert reason == "price: it must be a number, not 'dear'; items.0.name: it is missing"

    def test_the_reason_is_in_plain_words(self) -> None:
        class Strict(BaseModel, extra="forbid"):
            kind: Literal["a", "b"]
            few: Annotated[list[int], Field(max_length=2)]

        for text, why in (
            ('{"kind": "c", "few": []}', "kind: it must be one of 'a' or 'b', not 'c'"),
            ('{"kind": "a", "few": [1, 2, 3]}', "few: it must be a list of at most 2, not [1, 2, 3]"),
            ('{"kind": "a", "few": [], "more": 1}', "more: there is no such field"),
        ):
            with pytest.raises(Unusable) as caught:
                Structured(Strict).parse(text)
            assert caught.value.reason == why

    def test_a_missing_field_is_not_filled_in(self) -> None:
        assert "price" in failure("{}")[1]

    @pytest.mark.parametrize("text", ["nothing", "null", "3", '"price"', "{", '{"price": 1', "{'price': 1"])
    def test_what_is_no_object(self, text: str) -> None:
        assert failure(text)[0] is Status.UNPARSEABLE


class TestEvil:
    def test_many_fields_take_time_in_proportion(self) -> None:
        few, many = (
            "{" + ",".join(f'"k{n}": 1' for n in range(number)) + ', "price": 1}'
            for number in (5_000, 50_000)
        )
        assert FORM.parse(many).price == 1
        assert_in_proportion(FORM.parse, few, many)

    @pytest.mark.parametrize("text", ["[" * 1_000_000, '{"a":' * 200_000, '{"price": ' + "9" * 100_000 + "}"])
    def test_depth_and_length_are_refused_in_time(self, text: str) -> None:
        with no_hang():
            assert failure(text)[0] is Status.UNPARSEABLE

    def test_reasons_stay_short_whatever_the_fields_are_called(self) -> None:
        class Strict(BaseModel, extra="forbid"):
            price: int

        name = "k" * 100_000
        for text in (f'{{"{name}": 1, "{name}": 1}}', f'{{"{name}": 1, "price": 1}}'):
            with pytest.raises(Unusable) as caught:
                Structured(Strict).parse(text)
            assert len(caught.value.reason) < 1000


class TestPublishing:
    @some
    @given(offers)
    def test_only_public_fields_reach_the_audience(self, offer: Offer) -> None:
        form = Structured(Offer, public=("price", "items"))
        published = json.loads(form.publish(offer))
        assert set(published) == {"price", "items"}
        assert set(form.public_fields(offer)) == {"price", "items"}
        assert set(form.fields(offer)) == {"price", "items", "accept", "threat"}

    def test_nothing_need_be_public(self) -> None:
        form = Structured(Offer, public=())
        assert form.publish(Offer(price=1, threat="secret")) == "{}"

    def test_what_stands_beside_the_object_is_not_published(self) -> None:
        value = FORM.parse('I bluff. ```json\n{"price": 1}\n```'.replace(". ", ".\n"))
        assert "bluff" not in FORM.publish(value)

    def test_a_public_field_that_the_model_lacks_is_refused(self) -> None:
        """Or a misspelt name would leave the audience without it, silently."""
        with pytest.raises(ValueError, match="prise"):
            Structured(Offer, public=("prise",))


class Bounded(BaseModel):
    above: Annotated[int, Field(gt=5)]
    between: Annotated[float, Field(gt=0, lt=1)]
    least: Annotated[int, Field(ge=-7, le=-3)]


class Kinds(BaseModel):
    kind: Literal["a", "b"]
    colour: Colour
    day: date
    pair: tuple[int, str]
    few: Annotated[list[int], Field(min_length=2, max_length=3)]
    table: dict[str, int]
    long: Annotated[str, Field(min_length=5)]
    either: int | str
    maybe: Item | None


class Tree(BaseModel):
    name: str
    children: list[Tree]


@pytest.mark.parametrize("model", [Item, Offer, Bounded, Kinds, Tree])
def test_a_sample_is_always_accepted(model: type[BaseModel]) -> None:
    form = Structured(model)
    for seed in range(5):
        assert isinstance(form.parse(form.sample(random.Random(seed))), model)
