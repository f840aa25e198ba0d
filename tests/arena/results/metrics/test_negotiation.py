"""Figures of negotiations: what is missing stays missing, and says how much there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.results.metrics import deal_price, deal_rate, surplus_realised, surplus_share
from tests.shared.examples import some

DEALS = [1.0, 0.0, 1.0, None]


class TestDeals:
    def test_what_broke_is_no_refusal(self) -> None:
        rate = deal_rate(DEALS)
        assert (rate.value, rate.n, rate.of) == (2 / 3, 3, 4)

    def test_no_talks_have_no_rate(self) -> None:
        assert deal_rate([]).value is deal_rate([None]).value is None


class TestPrices:
    def test_are_of_the_deals_of_all_talks(self) -> None:
        price = deal_price([40, None, 50, None], DEALS)
        assert (price.value, price.n, price.of) == (45, 2, 4)

    @pytest.mark.parametrize("place", [1, 3])
    def test_there_is_none_without_a_deal(self, place: int) -> None:
        prices: list[float | None] = [40, None, 50, None]
        prices[place] = 0
        with pytest.raises(UsageError, match="no deal"):
            deal_price(prices, DEALS)

    def test_columns_are_equally_long(self) -> None:
        with pytest.raises(UsageError, match="different lengths"):
            deal_price([40], DEALS)


class TestShares:
    def test_rest_on_the_deals_with_a_surplus(self) -> None:
        share = surplus_share([0.25, None, None, None], DEALS)
        assert (share.value, share.n, share.of) == (0.25, 1, 4)

    @some
    @given(st.lists(st.none() | st.floats(-2, 3), min_size=1, max_size=6))
    def test_of_both_sides_sum_to_one(self, shares: list[float | None]) -> None:
        others = [None if share is None else 1 - share for share in shares]
        deals = [1.0] * len(shares)
        one, other = surplus_share(shares, deals), surplus_share(others, deals)
        if one.value is None:
            assert other.value is None
        else:
            assert one.value + (other.value or 0) == pytest.approx(1)


class TestSurplus:
    def test_is_what_was_made_of_what_there_was(self) -> None:
        found = surplus_realised([30, 0, None, 10], [30, 20, 10, 40])
        assert (found.value, found.n, found.of) == (40 / 90, 3, 4)

    def test_talks_without_any_to_make_do_not_belong(self) -> None:
        found = surplus_realised([0, -5, None], [0, -5, None])
        assert (found.value, found.n, found.of) == (None, 0, 1)
