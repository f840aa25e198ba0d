"""The conformance kit passes games that keep the contract and names what a broken one breaks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from games import ConformanceError, Game, State, check_game, load
from games.kuhn import KuhnPoker
from games.rock_paper_scissors import RockPaperScissors
from games.tictactoe import TicTacToe
from tests.games.breaches import breach


@pytest.mark.parametrize(
    "name", ["kuhn", "leduc", "tictactoe", "rock-paper-scissors", "repeated:kuhn?n=3", "repeated:leduc?n=2"]
)
@pytest.mark.parametrize("seed", range(3))
def test_our_games_keep_the_contract(name: str, seed: int) -> None:
    assert breach(load(name), playouts=15, seed=seed) is None


@dataclass(frozen=True)
class Spoilt(Game):
    """A sound game whose states are wrapped in a class that breaks one thing."""

    inner: Game
    kind: type[SpoiltState]
    zero_sum: bool = True
    min_utility: float = -2.0
    max_game_length: int | None = None
    perfect_information: bool = False

    name = "spoilt"
    num_players = 2
    rules = "Spoilt."

    def new_initial_state(self) -> State:
        return self.kind(self.inner.new_initial_state())


@dataclass(frozen=True)
class SpoiltState(State):
    inner: State

    @property
    def current_player(self) -> int:
        return self.inner.current_player

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        return self.inner.legal_actions(player)

    def child(self, action: int) -> State:
        return replace(self, inner=self.inner.child(action))

    def joint_child(self, actions: Sequence[int]) -> State:
        return replace(self, inner=self.inner.joint_child(actions))

    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        return self.inner.chance_outcomes()

    @property
    def history(self) -> tuple[int, ...]:
        return self.inner.history

    def returns(self) -> tuple[float, ...]:
        return self.inner.returns()

    def information_state(self, player: int) -> str:
        return self.inner.information_state(player)

    def observation(self, player: int) -> str:
        return self.inner.observation(player)

    def action_to_string(self, player: int, action: int) -> str:
        return self.inner.action_to_string(player, action)


class EverybodySeesTheDeal(SpoiltState):
    def observation(self, player: int) -> str:
        return self.inner.observation(0) or self.inner.observation(1)


class InformationStateTellsTheOtherCard(SpoiltState):
    def information_state(self, player: int) -> str:
        return self.inner.information_state(0) + self.inner.information_state(1)


class ForgetsItsCard(SpoiltState):
    def information_state(self, player: int) -> str:
        return self.inner.information_state(player).lstrip("JQK")


class MovesOfEachAreSecret(SpoiltState):
    def observation(self, player: int) -> str:
        return self.inner.observation(player) if "Your" in self.inner.observation(player) else ""


class ForgetsTheDeal(SpoiltState):
    @property
    def history(self) -> tuple[int, ...]:
        return self.inner.history[2:]


class LoserPaysNothing(SpoiltState):
    def returns(self) -> tuple[float, ...]:
        first, second = self.inner.returns()
        return (max(first, 0.0), max(second, 0.0))


class PaysOnTheWay(SpoiltState):
    def returns(self) -> tuple[float, ...]:
        return self.inner.returns() if self.is_terminal else (1.0, -1.0)


class PaysOneOnly(SpoiltState):
    def returns(self) -> tuple[float, ...]:
        return self.inner.returns()[:1]


class ChanceIsCertainTwice(SpoiltState):
    def chance_outcomes(self) -> tuple[tuple[int, float], ...]:
        return tuple((action, 1.0) for action, _ in self.inner.chance_outcomes())


class EveryMoveIsCalledMove(SpoiltState):
    def action_to_string(self, player: int, action: int) -> str:
        return "move"


class OffersAMoveTwice(SpoiltState):
    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        return self.inner.legal_actions(player) * 2


class TakesAnyMove(SpoiltState):
    def child(self, action: int) -> State:
        legal = self.inner.legal_actions()
        return replace(
            self, inner=self.inner.child(action if action in legal else legal[0]) if legal else self.inner
        )


class RaisesKeyError(SpoiltState):
    def child(self, action: int) -> State:
        if action not in self.inner.legal_actions():
            raise KeyError(action)
        return super().child(action)


class OffersMovesOutOfTurn(SpoiltState):
    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        return self.inner.legal_actions()


class NeverSaysItIsOver(SpoiltState):
    @property
    def is_terminal(self) -> bool:
        return False


class HidesAnAction(SpoiltState):
    """What is legal depends on the other player's card."""

    def legal_actions(self, player: int | None = None) -> tuple[int, ...]:
        legal = self.inner.legal_actions(player)
        return legal[:1] if self.inner.information_state(1) == "J" and len(legal) == 2 else legal


class CountsInAGlobal(SpoiltState):
    """Every step taken anywhere changes what states say: hidden global state."""

    steps = itertools.count()

    def child(self, action: int) -> State:
        next(CountsInAGlobal.steps)
        return super().child(action)

    def observation(self, player: int) -> str:
        return f"{self.inner.observation(player)} (step {repr(CountsInAGlobal.steps)[6:-1]})"


class ShuffledOnceForAll(SpoiltState):
    """The winner hangs on a deck that all playings share, as where a game object keeps its own generator."""

    deck = itertools.cycle((1, 1, -1))

    def child(self, action: int) -> State:
        after = self.inner.child(action)
        luck = next(ShuffledOnceForAll.deck) if after.is_terminal else 1
        return Lucky(after, luck)


@dataclass(frozen=True)
class Lucky(ShuffledOnceForAll):
    luck: int = 1

    def returns(self) -> tuple[float, ...]:
        return tuple(self.luck * paid for paid in self.inner.returns())


class CanBeAssigned(SpoiltState):
    def __setattr__(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


class ChangesItself(SpoiltState):
    def child(self, action: int) -> State:
        after = self.inner.child(action)
        if self.inner.legal_actions(0):
            object.__setattr__(self, "inner", after)
        return replace(self, inner=after)


class IsNeverEqual(SpoiltState):
    __hash__ = SpoiltState.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class HasALocalSecret(SpoiltState):
    def __reduce__(self) -> Any:
        raise TypeError("cannot pickle this")


class TakesShortJointMoves(SpoiltState):
    def joint_child(self, actions: Sequence[int]) -> State:
        return super().joint_child((*actions, 0)[:2])


KUHN, BOARD, HANDS = KuhnPoker(), TicTacToe(), RockPaperScissors()


@pytest.mark.parametrize(
    ("game", "sentence"),
    [
        (Spoilt(KUHN, EverybodySeesTheDeal), "saw or did something, and its information state did not"),
        (Spoilt(KUHN, InformationStateTellsTheOtherCard), "saw nothing, but its information state changed"),
        (Spoilt(KUHN, ForgetsItsCard), "player_[01] saw or did something, and its information state did not"),
        (Spoilt(KUHN, MovesOfEachAreSecret), "saw nothing, but its information state changed"),
        (Spoilt(KUHN, ForgetsTheDeal), r"history is \(\)"),
        (Spoilt(KUHN, LoserPaysNothing), "do not sum to zero"),
        (Spoilt(KUHN, PaysOnTheWay), "before the game is over"),
        (Spoilt(KUHN, PaysOneOnly), "not one number for each of 2 players"),
        (Spoilt(KUHN, ChanceIsCertainTwice), "probabilities of chance sum to 3.0, not 1"),
        (Spoilt(KUHN, EveryMoveIsCalledMove), "two legal actions are written alike"),
        (Spoilt(BOARD, OffersAMoveTwice), "repeat"),
        (Spoilt(BOARD, TakesAnyMove), "the illegal action 9 was not refused"),
        (Spoilt(BOARD, RaisesKeyError), "raised KeyError instead of IllegalAction"),
        (Spoilt(BOARD, OffersMovesOutOfTurn), "has legal actions when it is not to move"),
        (Spoilt(BOARD, NeverSaysItIsOver), "is_terminal and current_player disagree"),
        (Spoilt(KUHN, HidesAnAction), "different legal actions in one information state 'K'|'Q'"),
        (Spoilt(KUHN, CountsInAGlobal), "a step changed|two copies|differ"),
        (Spoilt(KUHN, ShuffledOnceForAll), "the same step led to two different states|two copies"),
        (Spoilt(KUHN, CanBeAssigned), "the state can be changed: 'inner' could be assigned"),
        (Spoilt(BOARD, ChangesItself), "a step changed the state it started from"),
        (Spoilt(BOARD, IsNeverEqual), "two initial states differ"),
        (Spoilt(BOARD, HasALocalSecret), "unexpected TypeError was raised: cannot pickle this"),
        (Spoilt(HANDS, TakesShortJointMoves), "a joint move with a player missing was not refused"),
        (Spoilt(KUHN, SpoiltState, max_game_length=1), "longer than its max_game_length 1"),
        (Spoilt(KUHN, SpoiltState, min_utility=-1), "fall below the min_utility -1"),
        (Spoilt(KUHN, SpoiltState, perfect_information=True), "not a game of perfect information"),
    ],
    ids=lambda value: value.kind.__name__ if isinstance(value, Spoilt) else "",
)
def test_a_broken_game_is_caught_and_the_sentence_says_how(game: Game, sentence: str) -> None:
    with pytest.raises(ConformanceError, match=sentence):
        check_game(game, playouts=40)


def test_the_wrapper_alone_breaks_nothing() -> None:
    assert breach(Spoilt(KUHN, SpoiltState), playouts=20) is None


def test_the_history_is_named() -> None:
    with pytest.raises(ConformanceError, match=r"spoilt: .* \(after player_0 \w\d, player_1 \w\d.*\)\.$"):
        check_game(Spoilt(BOARD, NeverSaysItIsOver))
