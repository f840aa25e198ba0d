from __future__ import annotations

import pytest

from arena.cli import spread


class TestSpread:
    @pytest.mark.parametrize(
        ("typed", "spread_out"),
        [
            ("kuhn --agents a b c", "kuhn --agents a --agents b --agents c"),
            ("--agents a b --seed 1 kuhn", "--agents a --agents b --seed 1 kuhn"),
            ("kuhn --agents a --agents b", "kuhn --agents a --agents b"),
            ("kuhn --seed 1", "kuhn --seed 1"),
            ("kuhn --agents", "kuhn"),
            ("", ""),
        ],
    )
    def test_each_word_of_agents_gets_the_option(self, typed: str, spread_out: str) -> None:
        assert spread(typed.split()) == spread_out.split()
