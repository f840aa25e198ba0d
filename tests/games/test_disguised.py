"""A disguised game is the plain one in every respect, except for the words, of which none is left."""

from __future__ import annotations

import re
from random import Random

import pytest

import games
from games import CHANCE, SIMULTANEOUS, Game, State, UnknownGame, Vocabulary, check_game
from games.disguised import Disguised
from games.history import step
from games.theory import cfr_plus, exploitability, minimax, uniform
from games.vocabulary import disguise

POKER = {"kuhn", "leduc", "poker", "card", "cards", "deck", "deal", "dealt", "pot", "ante", "chip", "chips"}
BETTING = {"check", "checks", "bet", "bets", "betting", "fold", "folds", "call", "calls", "called", "raise"}
CARDS = {"jack", "queen", "king", "jacks", "queens", "kings", "spades", "hearts", "showdown", "suits", "pair"}
CODES = {"Js", "Jh", "Qs", "Qh", "Ks", "Kh", "J", "Q", "K"}
FORBIDDEN = {
    "kuhn": POKER | BETTING | CARDS | CODES,
    "leduc": POKER | BETTING | CARDS | CODES | {"raises"},
    "tictactoe": {"tictactoe", "noughts", "crosses", "x", "o", "square", "squares", "board", "mark", "marks"}
    | {f"{column}{row}" for column in "abc" for row in "123"},
    "rock-paper-scissors": {"rock", "paper", "scissors"},
    "bargaining": {"bargaining", "book", "books", "hat", "hats", "ball", "balls", "keep", "accept", "accepts"}
    | {"accepted", "proposal", "proposes", "deal", "pool"},
    "trade": {
        "trade",
        "wheat",
        "wood",
        "sheep",
        "brick",
        "ore",
        "offer",
        "offers",
        "accept",
        "accepts",
        "deny",
    }
    | {"denies", "denying", "pass", "passes", "gain", "gains", "goods"},
    "blackjack": {"blackjack", "hit", "stand", "dealer", "cards", "ace", "aces", "clubs", "diamonds"} | CARDS,
    "limit-holdem": POKER | BETTING | CARDS | {"texas", "em", "flop", "river", "blind", "flush", "Ah", "Ts"},
    "number-guessing": {"guessing", "guess", "mean", "target"},
    "ultimatum": {"ultimatum", "offer", "offers", "offered", "accept", "accepts", "reject", "rejects", "coin"}
    | {"coins"},
}


def plain_and_disguised(name: str, seed: int = 7) -> tuple[Game, Game]:
    quoted = name.replace("?", "%3F")
    return games.load(name), games.load(f"disguised:{quoted}?seed={seed}")


def players_of(state: State) -> tuple[int, ...]:
    return (0, 1) if state.current_player == SIMULTANEOUS else (state.current_player,)


def assert_same(plain: State, other: State) -> None:
    assert other.current_player == plain.current_player
    assert other.is_terminal == plain.is_terminal
    assert other.chance_outcomes() == plain.chance_outcomes()
    assert other.returns() == plain.returns()
    assert other.history == plain.history
    for player in players_of(plain):
        if player != CHANCE:
            assert other.legal_actions(player) == plain.legal_actions(player)


def moves_of(state: State) -> list[tuple[int, ...]]:
    if state.is_terminal:
        return []
    if state.current_player == SIMULTANEOUS:
        return [(first, second) for first in state.legal_actions(0) for second in state.legal_actions(1)]
    return [(action,) for action in state.legal_actions()]


@pytest.mark.parametrize("name", ["kuhn", "rock-paper-scissors", "ultimatum?coins=3", "leduc"])
def test_both_trees_are_the_same_and_tell_players_as_much(name: str) -> None:
    plain, other = plain_and_disguised(name)
    keys: dict[tuple[int, str], str] = {}
    pending = [(plain.new_initial_state(), other.new_initial_state())]
    while pending:
        here, there = pending.pop()
        assert_same(here, there)
        for player in (0, 1):
            key = (player, here.information_state(player))
            assert keys.setdefault(key, there.information_state(player)) == there.information_state(player)
            assert bool(here.observation(player)) == bool(there.observation(player))
        pending += [(step(here, move), step(there, move)) for move in moves_of(here)]
    assert len({(player, other_key) for (player, _), other_key in keys.items()}) == len(keys)


@pytest.mark.parametrize("name", sorted(FORBIDDEN))
def test_no_word_of_the_plain_game_is_in_anything_that_is_told(name: str) -> None:
    plain, other = plain_and_disguised(name)
    for playout in range(12):
        here, there, rng = plain.new_initial_state(), other.new_initial_state(), Random(playout)
        texts = [other.rules]
        while not here.is_terminal:
            assert_same(here, there)
            for player in players_of(there):
                if player >= 0:
                    texts += [there.action_to_string(player, a) for a in there.legal_actions(player)]
                    texts.append(there.legal_in_words(player))
            texts += [there.observation(player) for player in range(other.num_players)]
            texts += [there.information_state(player) for player in range(other.num_players)]
            move = tuple(rng.choice(here.legal_actions(player)) for player in _movers(here))
            here, there = step(here, move), step(there, move)
        assert_same(here, there)
        texts += [there.observation(player) for player in range(other.num_players)]
        found = {word for text in texts for word in re.findall(r"\w+", text)}
        both = found | {word.lower() for word in found if len(word) > 1}
        assert both & FORBIDDEN[name] == set()


def _movers(state: State) -> tuple[int | None, ...]:
    return (0, 1) if state.current_player == SIMULTANEOUS else (None,)


@pytest.mark.parametrize("name", [*sorted(FORBIDDEN), "bargaining%3Fmax_turns=3"])
def test_it_keeps_the_contract_of_games(name: str) -> None:
    check_game(
        games.load(f"disguised:{name}?seed=3"),
        playouts=1 if name in ("limit-holdem", "number-guessing", "trade") else 3,
    )


def test_no_word_of_holdem_is_in_what_is_told_when_the_cards_are_shown() -> None:
    """Both check and call to the end, which random play seldom does."""
    state, rng = games.load("disguised:limit-holdem?seed=7").new_initial_state(), Random(1)
    told = ""
    while not state.is_terminal:
        is_dealt = state.current_player == CHANCE
        state = state.child(rng.choice(state.legal_actions()) if is_dealt else 1)
        told += f"{state.observation(0)}\n{state.observation(1)}\n"
    assert "player_0 has" in told
    assert not set(re.findall(r"\w+", told.lower())) & {word.lower() for word in FORBIDDEN["limit-holdem"]}


def test_every_seed_gives_words_of_its_own_and_always_the_same() -> None:
    rules = {seed: games.load(f"disguised:kuhn?seed={seed}").rules for seed in range(20)}
    assert len(set(rules.values())) == 20
    assert rules[7] == games.load("disguised:kuhn?seed=7").rules
    # These words were read once by a person. Runs can be resumed only if they stay.
    assert rules[7].startswith(
        "Kropim plufum, two players, player_0 and player_1.\nThe brakib has three flepims"
    )


def test_an_observation_is_the_plain_one_in_other_words() -> None:
    _, other = plain_and_disguised("kuhn")
    state = other.new_initial_state().child(2).child(0).child(1)
    said = disguise(games.load("kuhn").vocabulary or Vocabulary(()), 7)
    assert state.observation(1) == f"player_0 {said.words['bet']}s."
    assert [state.action_to_string(1, action) for action in (0, 1)] == [
        said.words["fold"],
        said.words["call"],
    ]


def test_solvers_find_the_same_in_both() -> None:
    plain, other = plain_and_disguised("kuhn")
    assert exploitability(other, uniform(other)) == pytest.approx(exploitability(plain, uniform(plain)))
    assert exploitability(plain, uniform(plain)) == pytest.approx(11 / 24)  # OpenSpiel: NashConv 11/12
    assert exploitability(other, cfr_plus(other, 200)) < 0.01
    plain, other = plain_and_disguised("ultimatum")
    assert minimax(games.load("disguised:tictactoe?seed=1")).value == 0


def test_a_game_that_reads_moves_itself_reads_them_in_the_invented_words() -> None:
    plain, other = plain_and_disguised("spiral-negotiation")
    said = disguise(plain.vocabulary or Vocabulary(()), 7).said
    here, there = plain.new_initial_state(), other.new_initial_state()
    while here.current_player == CHANCE:
        action = here.legal_actions()[0]
        here, there = here.child(action), there.child(action)
    text = "offer 3 Wood, 1 Gold -> 2 Gold"
    assert there.reads_moves
    assert there.action_named(0, said(text)) == here.action_named(0, text) is not None
    assert there.action_named(0, text) is None
    assert said("Wood") in there.legal_in_words(0)
    assert not set(re.findall(r"[A-Za-z]+", there.legal_in_words(0))) & {"Wood", "Gold", "offer", "pass"}


class TestNames:
    @pytest.mark.parametrize("name", ["kuhn", "bargaining?max_turns=4", "repeated:kuhn?n=3"])
    def test_its_name_loads_an_equal_game(self, name: str) -> None:
        made = games.load(f"disguised:{name.replace('?', '%3F')}?seed=2")
        assert games.load(made.name) == made

    def test_a_repeated_game_has_disguised_hands(self) -> None:
        made = games.load("disguised:repeated:kuhn%3Fn=3?seed=2")
        assert made == games.load("repeated:disguised:kuhn%3Fseed=2?n=3")
        assert "Kuhn" not in made.rules

    def test_a_game_without_a_vocabulary_is_refused_with_what_to_add(self) -> None:
        class Silent(type(games.load("ultimatum"))):  # type: ignore[misc]
            vocabulary = None

        with pytest.raises(ValueError, match="cannot be disguised, because it does not say by which words"):
            Disguised(Silent())

    def test_what_is_disguised_already_is_refused(self) -> None:
        with pytest.raises(ValueError, match="is disguised already; give it another seed"):
            games.load("disguised:disguised:kuhn?seed=2")

    @pytest.mark.parametrize("spec", ["disguised", "disguised?seed=2"])
    def test_it_needs_a_game(self, spec: str) -> None:
        with pytest.raises((ValueError, UnknownGame), match="cannot be made"):
            games.load(spec)

    def test_its_seed_is_a_whole_number(self) -> None:
        with pytest.raises(ValueError, match="seed of a disguise must be a whole number, not 'x'"):
            games.load("disguised:kuhn?seed=x")


class TestVocabulary:
    def test_words_are_found_whole_with_their_endings_and_capitals(self) -> None:
        said = disguise(Vocabulary(("bet betting", "K", "Ace")), 0)
        bet, ace, letter = said.words["bet"], said.words["ace"], said.words["K"]
        text = "Bet, bets, betting, better, alphabet, K k AK ACE an ace"
        assert said.said(text) == (
            f"{bet.capitalize()}, {bet}s, {bet}ing, better, alphabet, {letter} k AK {ace.upper()} a {ace}"
        )

    def test_no_two_words_get_the_same(self) -> None:
        words = tuple(f"word{number}" for number in range(150))
        said = disguise(Vocabulary(words), 5)
        assert len({said.said(word) for word in words}) == 150

    def test_too_many_words_and_a_word_twice_are_refused(self) -> None:
        with pytest.raises(ValueError, match="at most 196 words"):
            disguise(Vocabulary(tuple(f"word{number}" for number in range(197))), 0)
        with pytest.raises(ValueError, match="has 'bets' twice"):
            disguise(Vocabulary(("bet", "bets")), 0)
