"""Garbage is looked for less often during a run, and as before afterwards."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from arena.collecting import OBJECTS, collecting_rarely


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_the_threshold_is_raised_for_as_long_as_the_block() -> None:
    gc.set_threshold(700, 11, 12)
    with collecting_rarely():
        assert gc.get_threshold() == (OBJECTS, 11, 12)
        with collecting_rarely():
            assert gc.get_threshold() == (OBJECTS, 11, 12)
        assert gc.get_threshold() == (OBJECTS, 11, 12)
    assert gc.get_threshold() == (700, 11, 12)


def test_it_is_put_back_when_something_goes_wrong() -> None:
    gc.set_threshold(700, 11, 12)
    with pytest.raises(KeyError), collecting_rarely():
        raise KeyError
    assert gc.get_threshold() == (700, 11, 12)


@pytest.mark.parametrize("youngest", [0, OBJECTS, OBJECTS + 1])
def test_whoever_turned_it_off_or_up_has_their_way(youngest: int) -> None:
    gc.set_threshold(youngest, 11, 12)
    with collecting_rarely():
        assert gc.get_threshold() == (youngest, 11, 12)
