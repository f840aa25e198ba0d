"""What is read of a reply's tokens, whatever a server says of them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from agents.shared.tokens import read_tokens
from arena.seat.agent import Tokens
from tests.shared.examples import some


def entry(token: object = "be", logprob: object = -0.5, **more: object) -> dict[str, object]:
    return {"token": token, "logprob": logprob, **more}


class TestEntries:
    def test_each_token_has_its_text_and_logarithm(self) -> None:
        assert read_tokens([entry(), entry("t", 0)]) == Tokens(("be", "t"), (), (-0.5, 0.0))

    def test_as_many_alternatives_are_kept_as_were_asked_for(self) -> None:
        tops = [entry("be", -0.5), entry("ch", -1), entry("fo", -2)]
        said = [entry(top_logprobs=tops)]
        assert read_tokens(said, 2) == Tokens(("be",), (), (-0.5,), ({"be": -0.5, "ch": -1.0},))
        assert read_tokens(said, 0) == Tokens(("be",), (), (-0.5,))

    def test_half_a_character_is_written_by_its_bytes(self) -> None:
        halves = [entry("\ufffd", -1, bytes=[240, 159]), entry("\ufffd", -2, bytes=[144])]
        found = read_tokens([entry("\ufffd", bytes=[226, 130], top_logprobs=halves)], 2)
        assert found is not None
        assert found.texts == (r"\xe2\x82",)
        assert found.likely == ({r"\xf0\x9f": -1.0, r"\x90": -2.0},)

    def test_bytes_that_make_no_sense_leave_the_text_as_it_is(self) -> None:
        for said in (None, "x", [256], [-1], ["a"], [10**30]):
            assert read_tokens([entry("\ufffd", bytes=said)]) == Tokens(("\ufffd",), (), (-0.5,))

    @pytest.mark.parametrize(
        "wrong", [None, "much", True, float("nan"), float("-inf"), 0.5, 10**400, -(10**400), [], {}]
    )
    def test_a_logarithm_that_is_none_leaves_them_all_out_and_the_texts_in(self, wrong: object) -> None:
        assert read_tokens([entry(), entry("t", wrong)]) == Tokens(("be", "t"))

    @pytest.mark.parametrize("wrong", [None, 1, [], "x" * 1001])
    def test_a_text_that_is_none_likewise(self, wrong: object) -> None:
        assert read_tokens([entry(), entry(wrong)]) == Tokens((), (), (-0.5, -0.5))

    @pytest.mark.parametrize("wrong", [None, "x", [None], [entry(1)], [entry("x", "y")]])
    def test_alternatives_of_a_wrong_type_likewise(self, wrong: object) -> None:
        said = [entry(top_logprobs=[entry()]), entry(top_logprobs=wrong)]
        assert read_tokens(said, 1) == Tokens(("be", "be"), (), (-0.5, -0.5))

    @pytest.mark.parametrize("wrong", ["x", {}, 1, True, [None], [entry(), "x"], []])
    def test_a_list_that_is_none_is_nothing(self, wrong: object) -> None:
        assert read_tokens(wrong, 1) is None


class TestIds:
    def test_they_may_stand_apart_as_vllm_has_them(self) -> None:
        found = read_tokens([entry(), entry("t")], ids=[7, 8], ids_read=[1, 2, 3])
        assert found == Tokens(("be", "t"), (7, 8), (-0.5, -0.5), (), (1, 2, 3))
        assert read_tokens(None, ids=[7, 8]) == Tokens(ids=(7, 8))

    def test_they_may_stand_in_the_list_as_llama_cpp_has_them(self) -> None:
        assert read_tokens([entry(id=7)], made=1) == Tokens(("be",), (7,), (-0.5,))

    @pytest.mark.parametrize("made", [None, 1, 3])
    def test_such_a_list_in_which_tokens_are_joined_is_left_out(self, made: int | None) -> None:
        """llama.cpp joins the tokens of a character that takes several, and names the last one's id."""
        assert read_tokens([entry(id=7), entry(" \U0001f409", id=231)], made=made) is None

    def test_where_the_two_disagree_the_ids_alone_are_kept(self) -> None:
        assert read_tokens([entry()], 1, ids=[7, 8]) == Tokens(ids=(7, 8))

    @pytest.mark.parametrize("wrong", ["78", [7, "8"], [7, True], [7, -1], [7, 8.0], [7, 2**60], {}, 7, None])
    def test_of_a_wrong_type_they_are_left_out(self, wrong: object) -> None:
        assert read_tokens([entry()], ids=wrong, ids_read=wrong) == Tokens(("be",), (), (-0.5,))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["token", "bytes", "logprob", "top_logprobs", "id"]), inner)
    ),
    max_leaves=12,
)


@some
@given(said=json_values, ids=json_values, ids_read=json_values, alternatives=st.integers(0, 3))
def test_whatever_is_said_what_is_kept_is_whole_and_survives_the_journal(
    said: Any, ids: Any, ids_read: Any, alternatives: int
) -> None:
    found = read_tokens(said, alternatives, ids=ids, ids_read=ids_read, made=1)
    if found is not None:
        assert len({len(part) for part in found[:4] if part}) <= 1
        assert Tokens.from_record(from_json(to_json(found.record()))) == found
