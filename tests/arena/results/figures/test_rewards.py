"""How much of a sum of rewards each decides, where some are missing, do not vary, or cancel out."""

from __future__ import annotations

import numpy as np
import pytest

from arena.results.figures._rewards import variance_explained

NAN = float("nan")


@pytest.mark.parametrize("normalised", [True, False])
def test_a_reward_that_does_not_vary_explains_nothing(normalised: bool) -> None:
    table = np.array([[1.0, 5.0], [2.0, 5.0], [4.0, 5.0]])
    assert variance_explained(table, 0, normalised).value == pytest.approx(1)
    assert variance_explained(table, 1, normalised).value == 0


def test_a_reply_that_lacks_a_reward_is_left_out_and_lowers_the_coverage() -> None:
    table = np.array([[1.0, 0.0], [0.0, 1.0], [9.0, NAN], [1.0, 1.0], [0.0, 0.0]])
    figure = variance_explained(table, 0, normalised=True)
    assert figure.value == pytest.approx(0.5)
    assert (figure.n, figure.of) == (4, 5)


def test_a_sum_that_does_not_vary_is_explained_by_nothing() -> None:
    table = np.array([[1.0, 0.0], [0.0, 1.0]])
    assert variance_explained(table, 0, normalised=False).value is None
    assert variance_explained(np.array([[NAN, 1.0]]), 0, normalised=True).value is None
