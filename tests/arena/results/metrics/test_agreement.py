"""Agreement: against the packages krippendorff and evalica, scikit-learn, and by the book's example."""

from __future__ import annotations

from typing import Any

import evalica
import krippendorff
import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score  # type: ignore[import-untyped]

from arena.core.errors import UsageError
from arena.results.metrics import (
    Figure,
    cohen_kappa,
    judges_majority,
    krippendorff_alpha,
    overconfidence_bias,
)
from arena.results.metrics._agreement import Level
from tests.arena.results.metrics.checks import close

LEVELS: list[Level] = ["nominal", "ordinal", "interval"]

ratings = st.integers(2, 4).flatmap(
    lambda judges: st.lists(
        st.lists(st.none() | st.integers(1, 5), min_size=judges, max_size=judges), min_size=1, max_size=12
    )
)

_: float | None = None
# Four observers, twelve units (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section D).
BOOK: list[list[float | None]] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]


class TestKrippendorff:
    @pytest.mark.parametrize(
        ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
    )
    def test_the_books_example(self, level: Level, alpha: float) -> None:
        """40 values that can be paired; unit 12 has only one."""
        found = krippendorff_alpha([list(unit) for unit in zip(*BOOK, strict=True)], level=level)
        assert close(found, alpha, 40, 48, within=0.0005)

    @pytest.mark.parametrize("level", LEVELS)
    @given(table=ratings)
    def test_as_the_packages_find_it(self, level: Level, table: list[list[int | None]]) -> None:
        found = krippendorff_alpha(table, level=level)
        pairable = [[rating for rating in unit if rating is not None] for unit in table]
        pairable = [unit for unit in pairable if len(unit) >= 2]
        assert found.n == sum(map(len, pairable))
        if len({rating for unit in pairable for rating in unit}) < 2:
            assert found.value is None
            return
        codes = np.array(table, dtype=float).T
        theirs = krippendorff.alpha(codes, level_of_measurement=level)
        assert found.value == pytest.approx(theirs)
        assert found.value == pytest.approx(evalica.alpha(pd.DataFrame(codes), level).alpha)

    @pytest.mark.parametrize("level", LEVELS)
    @given(units=st.lists(st.integers(1, 5), min_size=2), judges=st.integers(2, 4))
    def test_perfect_agreement_is_one(self, level: Level, units: list[int], judges: int) -> None:
        assume(len(set(units)) > 1)
        assert krippendorff_alpha([[unit] * judges for unit in units], level=level).value == 1.0

    @pytest.mark.parametrize("level", LEVELS)
    @given(table=ratings, random=st.randoms(use_true_random=False))
    def test_the_order_of_units_and_judges_makes_no_difference(
        self, level: Level, table: Any, random: Any
    ) -> None:
        shuffled = [random.sample(unit, len(unit)) for unit in random.sample(table, len(table))]
        here, there = krippendorff_alpha(table, level=level), krippendorff_alpha(shuffled, level=level)
        assert (here.n, here.of) == (there.n, there.of)
        assert here.value == (None if there.value is None else pytest.approx(there.value, abs=1e-9))

    @pytest.mark.parametrize("level", LEVELS)
    def test_a_unit_that_one_judge_rated_changes_only_the_coverage(self, level: Level) -> None:
        pairs = [[1, 1], [2, 3], [3, 3]]
        here = krippendorff_alpha(pairs, level=level)
        there = krippendorff_alpha([*pairs, [None, 5], [None, None]], level=level)
        assert there == Figure(here.value, 6, 10)

    @given(ratings)
    def test_nominal_codes_are_only_names(self, table: list[list[int | None]]) -> None:
        names = {None: None, 1: 40, 2: -7, 3: 0, 4: 2.5, 5: 1}
        renamed = [[names[rating] for rating in unit] for unit in table]
        here, there = (krippendorff_alpha(each, level="nominal").value for each in (table, renamed))
        assert here == (None if there is None else pytest.approx(there, abs=1e-9))

    @pytest.mark.parametrize("table", [[], [[1, 1], [1, 1]], [[1, None], [2, None]]])
    def test_no_variation_is_not_defined(self, table: Any) -> None:
        """Neither 1 nor 0: nothing could have disagreed."""
        assert krippendorff_alpha(table, level="nominal").value is None

    def test_systematic_disagreement_is_below_zero(self) -> None:
        value = krippendorff_alpha([[0, 1]] * 10, level="nominal").value
        assert value is not None
        assert value < 0

    def test_an_unknown_level(self) -> None:
        unknown: Any = "cardinal"
        with pytest.raises(UsageError, match="'nominal', 'ordinal', 'interval'"):
            krippendorff_alpha([[1, 2]], level=unknown)

    def test_ragged_rows(self) -> None:
        with pytest.raises(UsageError, match="ratings"):
            krippendorff_alpha([[1, 2], [1]], level="nominal")


class TestCohen:
    @given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1))
    def test_as_scikit_learn_finds_it(self, pairs: list[tuple[int, int]]) -> None:
        one, other = [mine for mine, _ in pairs], [theirs for _, theirs in pairs]
        found = cohen_kappa(one, other)
        if len({*one, *other}) == 1:
            assert found == Figure(None, len(pairs), len(pairs))
        else:
            assert found.value == pytest.approx(cohen_kappa_score(one, other), abs=1e-12)

    def test_missing_lowers_the_coverage(self) -> None:
        assert cohen_kappa([0, 1, None, 1], [0, 1, 1, None]) == Figure(1.0, 2, 4)
        assert cohen_kappa([], []) == Figure(None, 0, 0)

    def test_columns_of_different_lengths(self) -> None:
        with pytest.raises(UsageError, match="different lengths"):
            cohen_kappa([0], [0, 1])


class TestMajority:
    @pytest.mark.parametrize(
        ("votes", "majority"),
        [
            ([1, 1, 0], 1),
            ([0, 0, None], 0),
            ([1, None, None], None),
            ([1, 0, None], None),
            ([1, 1, 0, 0], None),
            ([0.5, 0.5, 1], None),
            ([0.5, 1, 1], 1),
            ([None, None, None], None),
        ],
    )
    def test_is_over_the_size_of_the_panel(self, votes: list[float | None], majority: float | None) -> None:
        np.testing.assert_array_equal(judges_majority([votes]), np.array([majority], dtype=float))

    def test_no_debates(self) -> None:
        assert judges_majority([]).tolist() == []

    def test_other_votes_are_refused(self) -> None:
        with pytest.raises(UsageError, match="verdicts"):
            judges_majority([[2]])

    def test_confidence_is_calibrated_against_it(self) -> None:
        """A debate without a majority lowers the coverage."""
        verdicts: list[list[float | None]] = [[1, 1, 0], [0, 0, 1], [1, None, None]]
        assert overconfidence_bias([0.75, 0.75, 1.0], judges_majority(verdicts)) == Figure(0.25, 2, 3)
