"""Whatever is played in games of negotiation, nothing appears, vanishes or changes hands unoffered."""

from __future__ import annotations

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from games import CHANCE, SIMULTANEOUS, State, load
from games.bargaining import Bargaining, BargainingState
from games.trade import BASE_VALUES, GOODS_KINDS, Trade, TradeState
from games.ultimatum import Ultimatum
from tests.games.haggling import written

OFFER = re.compile(r"offer (\d+) (\w+) for (\d+) (\w+)")

choices = st.lists(st.floats(0, 1, exclude_max=True), min_size=12, max_size=12)
deals = st.integers(0, 2**32)


class Ledger:
    """What trade's moves do, kept by the words in which they are written alone."""

    def __init__(self, goods: tuple[tuple[int, ...], ...]) -> None:
        self.goods = [dict(zip(GOODS_KINDS, each, strict=True)) for each in goods]
        self.total = {kind: self.goods[0][kind] + self.goods[1][kind] for kind in GOODS_KINDS}
        self.standing: tuple[int, int, str, int, str] | None = None

    def enter(self, player: int, move: str) -> None:
        """Do what `player` wrote, and insist that it may be done."""
        standing, self.standing = self.standing, None
        if move == "pass":
            assert standing is None
        elif move in ("accept", "deny"):
            assert standing is not None
            by, given, give, asked, ask = standing
            assert by != player
            if move == "accept":
                for giver, count, kind in ((by, given, give), (player, asked, ask)):
                    self.goods[giver][kind] -= count
                    self.goods[1 - giver][kind] += count
        else:
            found = OFFER.fullmatch(move)
            assert found
            given, asked = int(found[1]), int(found[3])
            assert found[2] != found[4]
            assert 1 <= given <= self.goods[player][found[2]]
            assert 1 <= asked <= self.goods[1 - player][found[4]]
            self.standing = (player, given, found[2], asked, found[4])

    def check(self) -> None:
        """Nothing is owed, and nothing came from or went elsewhere."""
        for kind in GOODS_KINDS:
            held = [goods[kind] for goods in self.goods]
            assert min(held) >= 0
            assert sum(held) == self.total[kind]


def dealt(state: State, deal: int, scarce: bool = False) -> State:
    """The state once chance has dealt; with `scarce`, among the lowest numbers alone."""
    rng = random.Random(deal)
    while state.current_player == CHANCE:
        legal = state.legal_actions()
        state = state.child(rng.choice(legal[:2] if scarce else legal))
    return state


def taken(state: State, choice: float) -> tuple[str, State]:
    """What is written for one choice, answers as likely as all offers together, and the state after it."""
    player, legal = state.current_player, state.legal_actions()
    words = {state.action_to_string(player, action): action for action in legal}
    answers = [word for word in words if " " not in word]
    offers = [word for word in words if " " in word]
    pool = answers if answers and (choice < 0.5 or not offers) else offers
    word = pool[int(choice * 997) % len(pool)]
    return word, state.child(words[word])


@given(deals, choices, st.integers(1, 12), st.integers(1, 8), st.booleans())
def test_trade_moves_what_was_offered_and_accepted_and_nothing_else(
    deal: int, chosen: list[float], turns: int, most: int, scarce: bool
) -> None:
    state = dealt(Trade(turns, most).new_initial_state(), deal, scarce)
    assert isinstance(state, TradeState)
    ledger, played = Ledger(state.holdings), 0
    while not state.is_terminal:
        player = state.current_player
        assert player == played % 2
        assert ("accept" in written(state)) == (ledger.standing is not None)
        move, after = taken(state, chosen[played])
        ledger.enter(player, move)
        ledger.check()
        assert isinstance(after, TradeState)
        assert [tuple(goods.values()) for goods in ledger.goods] == list(after.holdings)
        assert (after.offer is None) == (ledger.standing is None or after.is_terminal)
        assert sum(after.returns()) == 0
        state, played = after, played + 1
    assert played == turns
    first, second = (
        sum(
            value * (goods[kind] - then) for kind, value, then in zip(GOODS_KINDS, values, start, strict=True)
        )
        for goods, values, start in zip(ledger.goods, state.values, state.start, strict=True)
    )
    assert state.gains == (first, second)
    assert state.returns() == ((first > second) - (first < second), (second > first) - (second < first))


@given(deals, choices)
def test_trade_tells_nobody_what_the_other_values(deal: int, chosen: list[float]) -> None:
    state = dealt(Trade().new_initial_state(), deal)
    assert isinstance(state, TradeState)
    highest = tuple(base + base // 5 for base in BASE_VALUES)
    for player in (0, 1):
        others = (3 - player) * len(GOODS_KINDS)
        changed = (*state.dealt[:others], *highest, *state.dealt[others + len(GOODS_KINDS) :])
        pair: tuple[State, State] = (state, TradeState(state.game, changed, (), state.holdings))
        for choice in chosen[:9]:
            one, other = pair
            assert one.information_state(player) == other.information_state(player)
            assert one.observation(player) == other.observation(player)
            assert one.legal_in_words(player) == other.legal_in_words(player)
            pair = taken(one, choice)[1], taken(other, choice)[1]


@given(deals, choices, st.integers(1, 10), st.floats(0.1, 1), st.sampled_from([0.0, 0.3]))
def test_bargaining_divides_the_pool_and_pays_no_more_than_it_is_worth(
    deal: int, chosen: list[float], turns: int, discount: float, prob_end: float
) -> None:
    state = dealt(Bargaining(turns, discount, prob_end).new_initial_state(), deal)
    decisions = 0
    while not state.is_terminal:
        if state.current_player == CHANCE:
            state = state.child(state.legal_actions()[chosen[decisions] < 0.1])
            continue
        assert isinstance(state, BargainingState)
        assert state.current_player == decisions % 2
        assert ("accept" in written(state)) == bool(state.offers)
        _, state = taken(state, chosen[decisions])
        decisions += 1
        assert decisions <= turns
    assert isinstance(state, BargainingState)
    assert all(0 <= gain <= 10 for gain in state.returns())
    assert state.is_agreed or state.returns() == (0, 0)
    if state.is_agreed:
        kept = state.offers[-1]
        assert all(0 <= mine <= there for mine, there in zip(kept, state.pool, strict=True))
        proposer = (len(state.offers) - 1) % 2
        mine = sum(count * value for count, value in zip(kept, state.values[proposer], strict=True))
        passed = 10 - sum(
            count * value for count, value in zip(kept, state.values[1 - proposer], strict=True)
        )
        late = discount ** max(0, decisions - 2)
        paid = state.returns()[proposer], state.returns()[1 - proposer]
        assert max(abs(paid[0] - late * mine), abs(paid[1] - late * passed)) < 1e-9


@given(st.integers(1, 50), st.floats(0, 1), st.booleans())
def test_an_ultimatum_pays_all_coins_or_none(coins: int, part: float, accepts: bool) -> None:
    offered = round(part * coins)
    state = Ultimatum(coins).new_initial_state().child(offered).child(0 if accepts else 1)
    assert state.returns() == ((coins - offered, offered) if accepts else (0, 0))


@given(st.sampled_from(["trade", "bargaining", "ultimatum"]), deals, choices)
def test_no_two_moves_are_written_alike_and_none_is_hidden(name: str, deal: int, chosen: list[float]) -> None:
    state = dealt(load(name).new_initial_state(), deal)
    for choice in chosen:
        if state.is_terminal:
            break
        assert state.current_player not in (CHANCE, SIMULTANEOUS)
        words = written(state)
        assert len(set(words)) == len(words)
        _, state = taken(state, choice)
