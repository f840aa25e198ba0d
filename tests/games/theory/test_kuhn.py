"""Kuhn's family are equilibria, every one, and nothing outside it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from games.kuhn import BET, PASS, KuhnPoker
from games.theory import expected_returns, exploitability, kuhn_equilibrium

GAME = KuhnPoker()


@given(alpha=st.floats(0, 1 / 3))
def test_every_member_is_an_equilibrium_of_the_known_value(alpha: float) -> None:
    profile = kuhn_equilibrium(alpha)
    assert exploitability(GAME, profile) == pytest.approx(0, abs=1e-9)
    assert expected_returns(GAME, profile) == pytest.approx((-1 / 18, 1 / 18))


@given(alpha=st.floats(0, 1 / 3), bluff=st.floats(0, 1))
def test_bluffing_out_of_proportion_can_be_exploited(alpha: float, bluff: float) -> None:
    first, second = kuhn_equilibrium(alpha)
    bluffing = [{**first, "J": {PASS: 1 - bluff, BET: bluff}}, second]
    if abs(bluff - alpha) > 1e-3:
        assert exploitability(GAME, bluffing) > 1e-6


@pytest.mark.parametrize("alpha", [-0.1, 0.34, float("nan")])
def test_alpha_is_between_nought_and_a_third(alpha: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1/3"):
        kuhn_equilibrium(alpha)
