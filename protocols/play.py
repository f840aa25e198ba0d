"""The protocol that plays any game: it asks for legal moves, and tells each seat what it may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache, partial
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

import games
from arena.core.files import search_folders
from arena.core.ranges import Hands, Retries, Words
from arena.episode.episode import BySeat, Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Form, Move
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY, Event
from arena.tasks.task import PublicTask
from games import CHANCE, SIMULTANEOUS, TERMINAL, Game, State, seat_name
from games.loading import is_place
from games.ranges import check_forfeit
from games.repeated_settings import First, Payoff
from protocols.shared.game_drawings import drawn_states
from protocols.shared.game_news import announce
from protocols.shared.named_moves import NamedMove
from protocols.shared.table_talk import MoveAndMessage, SpokenMove

_PROMPTS = Prompts(__file__)


class _Table(NamedTuple):
    """What a game's name and the number of hands determine.

    `hand` is the name by which agents that solve the game load one hand of it, or the whole game if its hands
    are not independent.
    """

    rules: Game
    hand: str
    seats: tuple[str, ...]


def _table(game: str, *settings: Any) -> _Table:
    """Return the table of a game (see `_made_table`). A game in a file is the one that is found now."""
    return _made_table(search_folders() if ".py" in game else (), game, *settings)


@lru_cache(maxsize=64)
def _made_table(
    folders: tuple[str, ...],
    game: str,
    hands: int,
    payoff: Payoff | None = None,
    first: First | None = None,
    begins: int | None = None,
) -> _Table:
    """Return the table of a game. Of what is set of a repeated game, None is as the game's name says."""
    rules, place = games.load(game), game if is_place(game) else ""
    settings: dict[str, Any] = {"payoff": payoff, "first": first, "begins": begins}
    changed = {name: value for name, value in settings.items() if value is not None}
    if changed and hands == 1 and isinstance(rules, games.Repeated):
        rules = replace(rules, **changed)
    elif hands > 1 or changed:
        rules, place = games.Repeated(rules, hands, place=place, **changed), ""
    hand = rules
    while isinstance(hand, games.Repeated) and hand.payoff is Payoff.SUM:
        place = hand.place
        hand = hand.game
    seats = tuple(map(seat_name, range(rules.num_players)))
    return _Table(rules, place or hand.name, seats)


@lru_cache(maxsize=1024)
def _form(legal: tuple[str, ...], shown: bool, retries: int, talk: int | None) -> Form[Any]:
    return _with_talk(Move(legal, shown, retries=retries), talk)


def _with_talk(move: Form[str], talk: int | None) -> Form[Any]:
    return move if talk is None else MoveAndMessage(move, talk, retries=move.retries)


class LegalMoves(StrEnum):
    """Whether a seat is told which moves are legal. If not, it must know the rules."""

    SHOWN = "shown"
    HIDDEN = "hidden"


class Play(Protocol):
    """Plays `hands` hands of a game, and tells each seat what the game lets its player see.

    A seat whose move is illegal or unreadable is told why and asked again, up to `retries` times. After that
    it forfeits: it gets the least that the game can pay, and the other seats share what it loses, unless
    `forfeit` says otherwise. If an agent breaks or times out, the episode fails and nobody wins, because the
    agent has not moved at all.

    With `talk`, a seat may add a message to each of its moves. All other seats read the message before they
    see the move. It does not affect the game.

    Args:
        game: The game, such as ``kuhn`` or ``repeated:kuhn?n=10``; `arena list games` names all games.
        hands: How many hands are played in an episode.
        legal_moves: Whether a seat is shown its legal moves when it is asked.
        retries: How often a seat whose move is illegal or unreadable is asked again before it forfeits.
        talk: The most words of a message that a seat may add to its move. Without it, nobody talks.
        payoff: What all hands together pay: their sum, or the sign of who has more.
        first: Whether the first seat stays or goes to the next player with each hand.
        begins: The player who has the first seat in the first hand.
        forfeit: What a seat gets that forfeits.
        forfeit_others: What each of the other seats gets then.
    """

    game: str = "kuhn"
    hands: Hands = 1
    legal_moves: LegalMoves = LegalMoves.SHOWN
    retries: Retries = 2
    talk: Words | None = None
    payoff: Payoff | None = None
    first: First | None = None
    begins: Annotated[int, Field(ge=0)] | None = None
    forfeit: float | None = None
    forfeit_others: float | None = None

    @field_validator("game")
    @classmethod
    def _known(cls, game: str) -> str:
        try:
            _table(game, 1)
        except (games.UnknownGame, ImportError, TypeError, AttributeError) as error:
            raise ValueError(str(error)) from error
        return game

    @model_validator(mode="after")
    def _can_be_played(self) -> Self:
        check_forfeit(*self._forfeit)
        return self

    @property
    def rules(self) -> Game:
        """The game itself, repeated if there are several hands."""
        return self._table.rules

    @property
    def seats(self) -> tuple[str, ...]:
        """``player_0``, ``player_1``, ...: one seat for each player of the game."""
        return self._table.seats

    @property
    def _table(self) -> _Table:
        return _table(self.game, self.hands, self.payoff, self.first, self.begins)

    @property
    def _forfeit(self) -> tuple[float | None, float | None]:
        """What an offender gets, and what each of the others gets, as far as it is set."""
        rules = self.rules
        of_game = (rules.forfeit, rules.forfeit_others) if isinstance(rules, games.Repeated) else (None, None)
        if self.forfeit is None and self.forfeit_others is None:
            return of_game
        return (of_game[0] if self.forfeit is None else self.forfeit), self.forfeit_others

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return the game whose moves are asked for, also without its parameters, and its kind.

        Agents that play one game alone, or games of one kind, answer only prompts for it.
        """
        rules, hand = self.rules, self._table.hand
        kinds = ("games of perfect information",) if rules.perfect_information else ()
        return frozenset({hand, hand.partition("?")[0], rules.name.partition("?")[0], *kinds})

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return what the seat is told first: the task, the rules, and which player the seat is."""
        own, rules = super().brief(seat, task), _PROMPTS.text("player", rules=self.rules.rules, seat=seat)
        return f"{own}\n\n{rules}" if own else rules

    def drawings(self, events: Sequence[Event], chance: int) -> Mapping[int, Mapping[str, str]]:
        """Return what each seat may see at each decision and at the end, if the game draws its states."""
        return dict(drawn_states(self.rules, self.seats, events, chance))

    async def play(self, episode: Episode) -> Outcome:
        """Play the game to its end, or until somebody forfeits."""
        state = self.rules.new_initial_state()
        announce(episode, state)
        while (player := state.current_player) != TERMINAL:
            before = state
            if player == CHANCE:
                state = state.child(episode.draw(state.chance_outcomes()))
            else:
                players = range(len(episode.seats)) if player == SIMULTANEOUS else (player,)
                legal = [self._moves(state, player) for player in players]
                answers = await self._ask(episode, state, players, legal)
                offences = [answer for answer in answers if not answer.ok]
                if offences and all(offence.status.is_the_agents_doing for offence in offences):
                    return self._forfeited(offences)
                written = [self._heard(episode, answer) for answer in answers]
                actions = list(map(partial(_action, state), players, legal, written))
                state = state.joint_child(actions) if player == SIMULTANEOUS else state.child(actions[0])
            announce(episode, state, before)
        return Outcome.completed(dict(zip(episode.seats, state.returns(), strict=True)))

    async def _ask(
        self, episode: Episode, state: State, players: Sequence[int], legal: Sequence[Mapping[str, int]]
    ) -> list[Response[Any]]:
        """Ask for moves. Other seats learn of them only by what the game lets them observe."""
        seats = episode.seats
        words = list(map(state.legal_in_words, players))
        forms = list(map(partial(self._form, state), players, legal, words))
        shown = self.legal_moves is LegalMoves.SHOWN
        questions = [_PROMPTS.text("move", choices=choices if shown else "") for choices in words]
        listed = [{} if choices else moves for moves, choices in zip(legal, words, strict=True)]
        fields = [self._fields(state, *decision) for decision in zip(players, listed, strict=True)]
        if len(players) == 1:
            seat = seats[players[0]]
            return [await episode.ask(seat, forms[0], questions[0], audience=NOBODY, fields=fields[0])]
        by_form = BySeat(zip(seats, forms, strict=True))
        by_question = BySeat(zip(seats, questions, strict=True))
        by_fields = BySeat(zip(seats, fields, strict=True))
        answers = await episode.together(seats, by_form, by_question, audience=NOBODY, fields=by_fields)
        return [answers[seat] for seat in seats]

    def _form(self, state: State, player: int, moves: Mapping[str, int], in_words: str) -> Form[Any]:
        if state.reads_moves:
            return _with_talk(NamedMove(state, player, retries=self.retries), self.talk)
        listed = self.legal_moves is LegalMoves.SHOWN and not in_words
        return _form(tuple(moves), listed, self.retries, self.talk)

    def _heard(self, episode: Episode, answer: Response[Any]) -> str:
        """Tell all other seats the message of an answer, if there is one, and return the answer's move."""
        if self.talk is None:
            return str(answer.value)
        said: SpokenMove = answer.value
        if said.message:
            others = [seat for seat in episode.seats if seat != answer.seat]
            spoken = _PROMPTS.text("talk", seat=answer.seat, message=fenced(said.message))
            episode.tell(others, spoken, speaker=answer.seat, message=said.message)
        return said.move

    def _moves(self, state: State, player: int) -> dict[str, int]:
        """Return the legal moves as they are written, or none if the game reads moves itself."""
        if state.reads_moves:
            return {}
        return {state.action_to_string(player, action): action for action in state.legal_actions(player)}

    def _fields(self, state: State, player: int, moves: Mapping[str, int]) -> dict[str, Any]:
        """Return the fields of a question for programs. They hold no more than the text tells its reader.

        `player` is the number that the player has in the stage of the game.
        """
        table, stage, own = self._table, state.stage, state.stage_player(player)
        fields = {
            "game": table.hand,
            "player": own,
            "information_state": stage.information_state(own),
            "moves": moves,
        }
        if table.rules.perfect_information:
            fields["history"] = stage.history
        return fields

    def _forfeited(self, offences: Sequence[Response[str]]) -> Outcome:
        """Return a forfeit, and what it pays to the offenders and to the others."""
        own, rest = self._forfeit
        offenders = [offence.seat for offence in offences]
        others = [seat for seat in self.seats if seat not in offenders]
        own = self.rules.min_utility if own is None else own
        returns = dict.fromkeys(offenders, own)
        returns |= dict.fromkeys(
            others, -own * len(offenders) / max(1, len(others)) if rest is None else rest
        )
        reasons = [f"{offence.seat}: {offence.status.value}: {offence.reason}" for offence in offences]
        return Outcome.forfeited(offenders, "; ".join(reasons), returns)


def _action(state: State, player: int, moves: Mapping[str, int], written: str) -> int:
    """Return the action of a move that was read."""
    if not state.reads_moves:
        return moves[written]
    action = state.action_named(player, written)
    assert action is not None, f"{written!r} was read, and is no move"
    return action
