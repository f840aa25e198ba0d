"""Checking that a game keeps the contract of `games.base`: `check_game` plays it at random.

    check_game(MyGame())

Two copies of the game take the same steps, while a third is played between these steps. What a state answers
may depend only on its history. The check also steps into other moves beside the history that it plays, and
compares everything that it saw in all playouts. Histories that a player cannot tell apart must look the same
to it. Histories that it can tell apart must have shown it something different.
"""

from __future__ import annotations

import pickle
from math import isclose, isfinite
from random import Random
from typing import TYPE_CHECKING, Any, NoReturn

from games.base import CHANCE, SIMULTANEOUS, TERMINAL, Game, IllegalAction, seat_name
from games.history import beginning, perceive, step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from games.base import State
    from games.history import Perception

SIDESTEPS = 6
"""The number of other moves that are checked at each state of a playout."""

PICKLED = 16
"""The number of states of a playout that are pickled, besides the last."""


class ConformanceError(AssertionError):
    """A game breaks the contract. The message says which part, and after which moves."""


def check_game(game: Game, *, playouts: int = 20, seed: int = 0) -> None:
    """Check `game` on as many random playouts as `playouts` says; `seed` decides all their randomness.

    Raises:
        ConformanceError: the game breaks the contract.
    """
    check = _Check(game)
    try:
        check.facts()
        for playout in range(playouts):
            check.playout(Random(f"{seed}/{playout}"))
    except ConformanceError:
        raise
    except Exception as error:
        check.fail(f"an unexpected {type(error).__name__} was raised: {error}", error)


class _Check:
    """One check of one game, with everything that it has seen so far."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.players = range(game.num_players)
        self.path: list[str] = []
        self.perception_of: dict[tuple[int, str], Perception] = {}
        self.key_of: dict[tuple[int, Perception], str] = {}
        self.choices_of: dict[tuple[int, str], tuple[tuple[int, str], ...]] = {}
        self.drawing_of: dict[tuple[int, str], str] = {}
        self.history_of: dict[tuple[int, str], tuple[str, ...]] = {}

    def fail(self, what: str, cause: BaseException | None = None) -> NoReturn:
        where = f"after {', '.join(self.path)}" if self.path else "at the start"
        raise ConformanceError(f"{self.game.name}: {what} ({where}).") from cause

    def expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.fail(what)

    def facts(self) -> None:
        game = self.game
        self.expect(bool(game.name.strip() and game.rules.strip()), "it has no name or no rules")
        self.expect(game.num_players >= 1, "it has no players")
        copy = pickle.loads(pickle.dumps(game))
        self.expect(copy == game and hash(copy) == hash(game), "a pickled copy of the game differs from it")
        self.expect(game.new_initial_state() == copy.new_initial_state(), "two initial states differ")

    def playout(self, rng: Random) -> None:
        twin = pickle.loads(pickle.dumps(self.game))
        first, second = self.game.new_initial_state(), twin.new_initial_state()
        third = self.game.new_initial_state()
        perceptions = [beginning(first, player) for player in self.players]
        self.path, decisions = [], 0
        self.knowledge(first, perceptions)
        while True:
            self.state(first)
            self.expect(_answers(first) == _answers(second), "two copies with one history answer differently")
            if first.current_player == TERMINAL:
                return
            decisions += first.current_player != CHANCE
            limit = self.game.max_game_length
            self.expect(
                limit is None or decisions <= limit, f"it lasts longer than its max_game_length {limit}"
            )
            for actions in self.sidesteps(first, rng):
                self.into(first, actions, perceptions)
                self.path.pop()
            actions = _random_move(first, rng)
            before, (first, perceptions) = first, self.into(first, actions, perceptions)
            if third.current_player == TERMINAL:
                third = self.game.new_initial_state()
            third = step(third, _random_move(third, rng))
            second = step(second, actions)
            self.expect(first == second, "two copies with one history are not equal")
            self.expect(before != first, "a state equals the one before it")

    def sidesteps(self, state: State, rng: Random) -> list[tuple[int, ...]]:
        if state.current_player == SIMULTANEOUS:
            return [_random_move(state, rng) for _ in range(SIDESTEPS)]
        legal = state.legal_actions()
        return [(action,) for action in rng.sample(legal, min(SIDESTEPS, len(legal)))]

    def into(
        self, state: State, actions: Sequence[int], perceptions: Sequence[Perception]
    ) -> tuple[State, list[Perception]]:
        """Take a step. It must not change the old state, or what a player knows who saw nothing of it."""
        before, hashed = _answers(state), hash(state)
        movers = self.players if state.current_player == SIMULTANEOUS else (state.current_player,)
        written = [
            f"{seat_name(player) if player >= 0 else 'chance'} {state.action_to_string(player, action)}"
            for player, action in zip(movers, actions, strict=True)
        ]
        after = step(state, actions)
        self.path.append(" & ".join(written))
        self.expect(
            _answers(state) == before and hash(state) == hashed, "a step changed the state it started from"
        )
        self.expect(after.history == (*state.history, *actions), f"history is {after.history}")
        self.expect(step(state, actions) == after, "the same step led to two different states")
        seen = [perceptions[p] + perceive(state, actions, after, p) for p in self.players]
        for player in self.players:
            changed = state.information_state(player) != after.information_state(player)
            self.expect(
                changed == (seen[player] != perceptions[player]),
                f"{seat_name(player)} {'saw nothing, but' if changed else 'saw or did something, and'} its "
                f"information state {'changed' if changed else 'did not'}",
            )
        self.knowledge(after, seen)
        return after, seen

    def knowledge(self, state: State, perceptions: Sequence[Perception]) -> None:
        """Check that what players know agrees with everything seen before, in this playout or another."""
        for player, perception in enumerate(perceptions):
            who, key = seat_name(player), state.information_state(player)
            self.expect(
                self.perception_of.setdefault((player, key), perception) == perception,
                f"{who} saw two different things in one information state {key!r}",
            )
            self.expect(
                self.key_of.setdefault((player, perception), key) == key,
                f"{who} has two information states though it saw the same, one of them {key!r}",
            )
            drawn = self.drawing_of.setdefault((player, key), state.drawing(player))
            self.expect(drawn == state.drawing(player), f"{who} is drawn two things in one state {key!r}")
            choices = tuple((a, state.action_to_string(player, a)) for a in _options(state, player))
            if choices:
                self.expect(
                    self.choices_of.setdefault((player, key), choices) == choices,
                    f"{who} has different legal actions in one information state {key!r}",
                )
            if self.game.perfect_information:
                history = tuple(self.path)
                self.expect(
                    self.history_of.setdefault((player, key), history) == history,
                    f"{who} cannot tell two histories apart, so this is not a game of perfect information",
                )

    def state(self, state: State) -> None:
        """Check everything that can be checked on one state alone."""
        player = state.current_player
        self.expect(
            player in self.players or player in (CHANCE, SIMULTANEOUS, TERMINAL),
            f"current_player is {player}, which is not a player",
        )
        self.expect(state.is_terminal == (player == TERMINAL), "is_terminal and current_player disagree")
        self.returns(state)
        self.actions(state)
        self.chance(state)
        self.refusals(state)
        self.frozen(state)
        if len(self.path) < PICKLED or state.is_terminal:
            copy = pickle.loads(pickle.dumps(state))
            self.expect(copy == state and hash(copy) == hash(state), "a pickled copy of the state differs")
            self.expect(_answers(copy) == _answers(state), "a pickled copy of the state answers differently")

    def returns(self, state: State) -> None:
        returns = state.returns()
        self.expect(
            isinstance(returns, tuple) and len(returns) == len(self.players) and all(map(isfinite, returns)),
            f"returns() is {returns}, not one number for each of {len(self.players)} players",
        )
        if not state.is_terminal:
            self.expect(not any(returns), f"returns() is {returns} before the game is over")
        least = self.game.min_utility
        if state.is_terminal:
            self.expect(min(returns) >= least, f"returns {returns} fall below the min_utility {least}")
        if self.game.zero_sum:
            self.expect(isclose(sum(returns), 0, abs_tol=1e-9), f"returns {returns} do not sum to zero")

    def actions(self, state: State) -> None:
        movers = self.players if state.current_player == SIMULTANEOUS else (state.current_player,)
        for player in self.players:
            legal = state.legal_actions(player)
            if player not in movers:
                self.expect(legal == (), f"{seat_name(player)} has legal actions when it is not to move")
                continue
            self.expect(bool(legal), f"{seat_name(player)} is to move and has no legal action")
            self.expect(len(set(legal)) == len(legal), f"legal actions {legal} repeat")
            words = [state.action_to_string(player, action) for action in legal]
            self.expect(len(set(words)) == len(words), f"two legal actions are written alike: {words}")
            self.expect(
                all(word and word == word.strip() and "\n" not in word for word in words),
                f"an action is not written as one line without outer spaces: {words}",
            )
        if state.current_player >= 0:
            self.expect(
                state.legal_actions() == state.legal_actions(state.current_player),
                "legal_actions() are not those of the player to move",
            )

    def chance(self, state: State) -> None:
        outcomes = state.chance_outcomes()
        if state.current_player != CHANCE:
            self.expect(outcomes == (), "there are chance outcomes where chance is not to move")
            return
        actions, likelihoods = [a for a, _ in outcomes], [p for _, p in outcomes]
        self.expect(len(set(actions)) == len(actions), f"chance outcomes {actions} repeat")
        self.expect(
            sorted(actions) == sorted(state.legal_actions()), "chance outcomes are not the legal actions"
        )
        self.expect(min(likelihoods, default=1) > 0, "a chance outcome has no positive probability")
        total = sum(likelihoods)
        self.expect(isclose(total, 1, abs_tol=1e-9), f"the probabilities of chance sum to {total}, not 1")

    def refusals(self, state: State) -> None:
        if state.current_player == SIMULTANEOUS:
            joint = [max(state.legal_actions(player)) for player in self.players]
            self.refused(state.child, joint[0], "child() where all move at once")
            for player in self.players:
                wrong = [a + 1 if p == player else a for p, a in enumerate(joint)]
                self.refused(state.joint_child, wrong, f"the illegal joint move {wrong}")
            self.refused(state.joint_child, joint[:-1], "a joint move with a player missing")
            return
        legal = state.legal_actions()
        for action in (max(legal, default=0) + 1, -1, *(() if legal else (0,))):
            self.refused(state.child, action, f"the illegal action {action}")
        self.refused(
            state.joint_child,
            [0] * len(self.players),
            "a joint move where players do not move at the same time",
        )

    def refused(self, take: Callable[[Any], State], move: Any, what: str) -> None:
        try:
            take(move)
        except IllegalAction as error:
            self.expect(bool(str(error)), f"{what} was refused without a reason")
        except Exception as error:
            self.fail(f"{what} raised {type(error).__name__} instead of IllegalAction", error)
        else:
            self.fail(f"{what} was not refused")

    def frozen(self, state: State) -> None:
        slots = (name for kind in type(state).__mro__ for name in getattr(kind, "__slots__", ()))
        for name in (*slots, *getattr(state, "__dict__", ())):
            if not name.startswith("__"):
                try:
                    setattr(state, name, getattr(state, name, None))
                except (AttributeError, TypeError):
                    continue
                self.fail(f"the state can be changed: {name!r} could be assigned")


def _options(state: State, player: int) -> tuple[int, ...]:
    return state.legal_actions(player) if state.current_player in (player, SIMULTANEOUS) else ()


def _random_move(state: State, rng: Random) -> tuple[int, ...]:
    if state.current_player == SIMULTANEOUS:
        players = range(len(state.returns()))
        return tuple(rng.choice(state.legal_actions(player)) for player in players)
    return (rng.choice(state.legal_actions()),)


def _answers(state: State) -> tuple[Any, ...]:
    """Return everything that a state answers, to compare it."""
    players = range(len(state.returns()))
    movers = players if state.current_player == SIMULTANEOUS else (state.current_player,)
    legal = [state.legal_actions(player) for player in players]
    words = [[state.action_to_string(p, a) for a in _options(state, p)] for p in movers if p >= 0]
    knowledge = [(state.information_state(player), state.observation(player)) for player in players]
    shown = (state.history, state.chance_outcomes(), state.returns())
    return (state.current_player, legal, words, knowledge, shown)
