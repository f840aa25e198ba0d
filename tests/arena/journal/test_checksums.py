"""A row's checksum is the same however long its texts are, and found without holding up the loop."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.journal import _checksums as checksums
from arena.journal._checksums import checksum
from arena.seat.agent import Stop

text = st.text(st.characters() | st.sampled_from("N"), max_size=20) | st.just("NNN")
row = st.lists(text | st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.sampled_from(Stop))


@given(row, st.integers(0, 2**32 - 1))
def test_it_is_the_same_for_long_texts_as_for_short_ones(values: list[object], before: int) -> None:
    usual = checksum(before, values)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checksums, "LONG", 2)
        assert checksum(before, values) == usual
        assert checksum(before, tuple(values)) == usual


def test_a_long_text_is_copied_once() -> None:
    values = ["word x" * 500_000, None]
    tracemalloc.start()
    try:
        checksum(0, values)
        assert tracemalloc.get_traced_memory()[1] < 1.1 * len(values[0] or "")
    finally:
        tracemalloc.stop()
