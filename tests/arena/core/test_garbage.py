"""Garbage is looked for less often during a run, and as before afterwards."""

from __future__ import annotations

import pytest

import arena.core.garbage
from arena.core.garbage import OBJECTS, rare_garbage_collection


class Collector:
    """Stands for the interpreter's collector, which whatever else goes on in this process may set too."""

    def __init__(self, *thresholds: int) -> None:
        self.thresholds = thresholds

    def get_threshold(self) -> tuple[int, ...]:
        return self.thresholds

    def set_threshold(self, *thresholds: int) -> None:
        self.thresholds = thresholds


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Collector:
    stand_in = Collector(700, 11, 12)
    monkeypatch.setattr(arena.core.garbage, "gc", stand_in)
    return stand_in


def test_the_threshold_is_raised_for_as_long_as_the_block(collector: Collector) -> None:
    with rare_garbage_collection():
        assert collector.thresholds == (OBJECTS, 11, 12)
        with rare_garbage_collection():
            assert collector.thresholds == (OBJECTS, 11, 12)
        assert collector.thresholds == (OBJECTS, 11, 12)
    assert collector.thresholds == (700, 11, 12)


def test_it_is_put_back_when_something_goes_wrong(collector: Collector) -> None:
    with pytest.raises(KeyError), rare_garbage_collection():
        raise KeyError
    assert collector.thresholds == (700, 11, 12)


@pytest.mark.parametrize("youngest", [0, OBJECTS, OBJECTS + 1])
def test_whoever_turned_it_off_or_up_has_their_way(collector: Collector, youngest: int) -> None:
    collector.thresholds = (youngest, 11, 12)
    with rare_garbage_collection():
        assert collector.thresholds == (youngest, 11, 12)
