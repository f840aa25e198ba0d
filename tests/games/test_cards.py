"""Poker hands rank as two independent libraries rank them, and cards are told in words."""

from __future__ import annotations

from random import Random

import pytest

from games.cards import CARD_RANKS, CARD_SUITS, high_first, poker_strength, strength_in_words

DECK = [rank + suit for rank in CARD_RANKS for suit in CARD_SUITS]


def assert_ranked_as_phevaluator(hands: int, cards: int) -> None:
    """Every hand of a random sequence compares with the one before it as phevaluator says."""
    phevaluator = pytest.importorskip("phevaluator")
    rng = Random(cards)
    dealt = [rng.sample(DECK, cards) for _ in range(hands)]
    ours = [poker_strength(hand) for hand in dealt]
    theirs = [-phevaluator.evaluate_cards(*hand) for hand in dealt]
    pairs = sorted(zip(theirs, ours, strict=True))
    assert [one for _, one in pairs] == sorted(ours)
    assert len(set(ours)) == len(set(theirs)) == len(set(pairs))


@pytest.mark.parametrize("cards", [5, 6, 7])
def test_hands_rank_as_an_independent_library_says(cards: int) -> None:
    assert_ranked_as_phevaluator(2_000, cards)


@pytest.mark.slow
@pytest.mark.parametrize("cards", [5, 6, 7])
def test_many_hands_do_too(cards: int) -> None:
    assert_ranked_as_phevaluator(200_000, cards)


@pytest.mark.parametrize(
    ("hand", "words"),
    [
        ("As Ks Qs Js Ts 9s 2d", "a royal flush"),
        ("5s 4s 3s 2s As 6h 7h", "a straight flush, 5 high"),
        ("6s 5s 4s 3s 2s As Ad", "a straight flush, 6 high"),
        ("9c 9d 9h 9s Ks Kd Kh", "four of a kind, 9s"),
        ("9c 9d 9h Ks Kd Kh 2c", "a full house, Kings over 9s"),
        ("9c 9d 9h Ks Kd Qh Qc", "a full house, 9s over Kings"),
        ("2h 4h 6h 8h Qh Qs Qd", "a flush, Queen high"),
        ("As 2d 3h 4c 5s Kd Kh", "a straight, 5 high"),
        ("Qs Kd Ah 2c 3s 4d 9h", "Ace high"),
        ("7s 7d 7h Ac 3s Jd 9h", "three of a kind, 7s"),
        ("As Ad 3h 3c 5s 5d Jh", "two pairs, Aces and 5s"),
        ("As Ad 3h 9c 5s Kd Jh", "a pair of Aces"),
    ],
)
def test_hands_are_told_in_words(hand: str, words: str) -> None:
    assert strength_in_words(poker_strength(hand.split())) == words


def test_a_third_pair_counts_as_a_fifth_card() -> None:
    three_pairs = ["Ks", "Kd", "9h", "9c", "8s", "8d", "2h"]
    assert poker_strength(three_pairs) == poker_strength(["Ks", "Kd", "9h", "9c", "8s"])
    assert poker_strength(three_pairs) < poker_strength(["Ks", "Kd", "9h", "9c", "As"])


def test_the_highest_card_comes_first() -> None:
    assert high_first(["2s", "Td", "Ac", "2c"]) == ["Ac", "Td", "2c", "2s"]
