"""The diversity of a text is that of the worked example, and of texts that are as plain as can be."""

from __future__ import annotations

import math

import pytest

from arena.results.metrics import text_diversity, yule_k

CATS = "The cat sat. The dog sat."


def test_the_text_of_the_sheet() -> None:
    """8 tokens of 5 kinds, entropy 1.5596 / ln 5, K 937.5, half of the words in both sentences."""
    found = text_diversity(CATS)
    assert found is not None
    assert found.lexical == 0.625
    assert found.entropy == pytest.approx(0.9690, abs=5e-5)
    assert yule_k(["the", "cat", "sat", ".", "the", "dog", "sat", "."]) == 937.5
    assert found.yule == pytest.approx(0.001066, abs=5e-7)
    assert found.adjacent == 0.5
    assert found.length == 0.0
    assert found.bigrams == pytest.approx(6 / 7)
    assert (found.pattern, found.function) == (0.0, 0.0)


def test_the_reward_is_the_mean_of_the_eight() -> None:
    """0.625 + 0.9690 + 0 + 0 + 0.5 + 0.001066 + 0.857143 + 0, by eight."""
    found = text_diversity(CATS)
    assert found is not None
    assert found.mean == pytest.approx(2.952209 / 8, abs=1e-5)


def test_sentences_of_different_kinds_and_lengths() -> None:
    """A question of one word and an answer of three: 1 / 2 of their mean, and ln 2 / ln 3."""
    found = text_diversity("Why? It rains here.")
    assert found is not None
    assert found.length == 0.5
    assert found.pattern == pytest.approx(math.log(2) / math.log(3))
    assert found.adjacent == 1.0


def test_one_word_has_no_entropy_and_no_text_no_diversity() -> None:
    found = text_diversity("yes")
    assert found is not None
    assert found == (1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    assert text_diversity(" ... ") is None
    assert text_diversity("") is None
