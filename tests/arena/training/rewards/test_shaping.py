"""Reward shaping: what each of a seat's turns earns of what it got."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UnknownName, UsageError
from arena.forms import Status
from arena.training.rewards.shaping import REWARDS, Attempt, shaping

ok = Status.OK
THREE = [Attempt(turn, ok) for turn in range(3)]
REASKED = [Attempt(0, Status.UNPARSEABLE), Attempt(0, ok), Attempt(1, ok)]

amounts = st.floats(-1e6, 1e6)
attempts = st.lists(st.sampled_from(Status), max_size=6).map(
    lambda statuses: [Attempt(turn, status) for turn, status in enumerate(statuses)]
)


@pytest.mark.parametrize(
    ("name", "earned"),
    [
        ("terminal", [2.0, 2.0, 2.0]),
        ("last", [0.0, 0.0, 2.0]),
        ("discounted?gamma=0.5", [0.5, 1.0, 2.0]),
        ("discounted?gamma=0", [0.0, 0.0, 2.0]),
        ("format-penalty", [2.0, 2.0, 2.0]),
    ],
)
def test_what_three_turns_earn_of_two(name: str, earned: list[float]) -> None:
    assert shaping(name)(THREE, 2.0) == earned


@pytest.mark.parametrize(
    ("name", "earned"),
    [
        ("terminal", [None, 2.0, 2.0]),
        ("last", [None, 0.0, 2.0]),
        ("discounted?gamma=0.5", [None, 1.0, 2.0]),
        ("format-penalty?penalty=0.25", [-0.25, 2.0, 2.0]),
    ],
)
def test_a_reply_that_was_asked_for_again_shares_its_turn(name: str, earned: list[float | None]) -> None:
    assert shaping(name)(REASKED, 2.0) == earned


@pytest.mark.parametrize("status", [Status.TRUNCATED, Status.TIMED_OUT, Status.ERROR])
def test_what_never_came_to_its_end_is_not_punished(status: Status) -> None:
    assert shaping("format-penalty")([Attempt(0, status)], 1.0) == [None]


@pytest.mark.parametrize("name", REWARDS)
@given(attempts=attempts, amount=amounts)
def test_one_reward_an_attempt_and_no_return_for_what_was_unusable(
    name: str, attempts: list[Attempt], amount: float
) -> None:
    earned = shaping(name)(attempts, amount)
    assert len(earned) == len(attempts)
    for attempt, reward in zip(attempts, earned, strict=True):
        assert (reward is None) or attempt.status is ok or (name == "format-penalty" and reward < 0)
        assert (reward is not None) or attempt.status is not ok


def test_the_reply_by_which_a_seat_forfeited_earns_what_it_cost() -> None:
    """An earlier try at the same turn earns nothing, and neither does a reply that was cut off."""
    illegal = Status.ILLEGAL
    turns = [Attempt(0, ok), Attempt(1, illegal), Attempt(1, illegal, forfeits=True)]
    assert shaping("with-forfeits")(turns, -1.5) == [-1.5, None, -1.5]
    assert shaping("with-forfeits?gamma=0.5")(turns, -1.5) == [-0.75, None, -1.5]
    assert shaping("terminal")(turns, -1.5) == [-1.5, None, None]
    cut = [Attempt(0, ok), Attempt(1, Status.TRUNCATED, forfeits=True)]
    assert shaping("with-forfeits")(cut, -1.5) == [-1.5, None]


@pytest.mark.parametrize(
    ("specification", "said"),
    [
        ("terminla", "Did you mean terminal?"),
        ("last?gamma=1", "takes no parameters"),
        ("discounted?beta=1", "takes gamma"),
        ("discounted?gamma=much", "no number"),
        ("discounted?gamma=nan", "no number"),
        ("format-penalty?penalty=-1", "at least 0"),
    ],
)
def test_what_cannot_be_made_is_told_in_a_sentence(specification: str, said: str) -> None:
    with pytest.raises(UsageError, match=said.replace("?", r"\?")):
        shaping(specification)


def test_the_error_of_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(UnknownName, match="terminal, last, discounted, format-penalty"):
        shaping("nothing-like-it")
