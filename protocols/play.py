"""The protocol that plays any game: it asks for legal moves, and tells each seat what it may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import field_validator

import games
from arena.core.ranges import Hands, Retries, Words
from arena.episode.episode import BySeat, Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Form, Move
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks.task import PublicTask
from games import CHANCE, SIMULTANEOUS, TERMINAL, Game, State, seat_name
from games.loading import is_place
from protocols.shared.table_talk import MoveAndMessage, SpokenMove

_PROMPTS = Prompts(__file__)


class _Table(NamedTuple):
    """What a game's name and the number of hands determine.

    `hand` is the name by which agents that solve the game load one hand of it.
    """

    rules: Game
    hand: str
    seats: tuple[str, ...]


@lru_cache(maxsize=64)
def _table(game: str, hands: int) -> _Table:
    rules = games.load(game)
    if hands > 1:
        rules = games.Repeated(rules, hands)
    hand = rules
    while isinstance(hand, games.Repeated):
        hand = hand.game
    seats = tuple(map(seat_name, range(rules.num_players)))
    called = game if is_place(game) else hand.name
    return _Table(rules, called, seats)


@lru_cache(maxsize=1024)
def _form(legal: tuple[str, ...], shown: bool, retries: int, talk: int | None) -> Form[Any]:
    move = Move(legal, shown, retries=retries)
    return move if talk is None else MoveAndMessage(move, talk, retries=retries)


class LegalMoves(StrEnum):
    """Whether a seat is told which moves are legal. If not, it must know the rules."""

    SHOWN = "shown"
    HIDDEN = "hidden"


class Play(Protocol):
    """Plays `hands` hands of a game, and tells each seat what the game lets its player see.

    A seat whose move is illegal or unreadable is told why and asked again, up to `retries` times. After that
    it forfeits: it gets the least that the game can pay, and the other seats share what it loses. If an agent
    breaks or times out, the episode fails and nobody wins, because the agent has not moved at all.

    With `talk`, a seat may add a message to each of its moves. All other seats read the message before they
    see the move. It does not affect the game.

    Args:
        game: The game, such as ``kuhn`` or ``repeated:kuhn?n=10``; `arena list games` names all games.
        hands: How many hands are played in an episode.
        legal_moves: Whether a seat is shown its legal moves when it is asked.
        retries: How often a seat whose move is illegal or unreadable is asked again before it forfeits.
        talk: The most words of a message that a seat may add to its move. Without it, nobody talks.
    """

    game: str = "kuhn"
    hands: Hands = 1
    legal_moves: LegalMoves = LegalMoves.SHOWN
    retries: Retries = 2
    talk: Words | None = None

    @field_validator("game")
    @classmethod
    def _known(cls, game: str) -> str:
        try:
            _table(game, 1)
        except (games.UnknownGame, ImportError, TypeError) as error:
            raise ValueError(str(error)) from error
        return game

    @property
    def rules(self) -> Game:
        """The game itself, repeated if there are several hands."""
        return _table(self.game, self.hands).rules

    @property
    def seats(self) -> tuple[str, ...]:
        """``player_0``, ``player_1``, ...: one seat for each player of the game."""
        return _table(self.game, self.hands).seats

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        return frozenset()

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return what the seat is told first: the task, the rules, and which player the seat is."""
        own, rules = super().brief(seat, task), _PROMPTS.text("player", rules=self.rules.rules, seat=seat)
        return f"{own}\n\n{rules}" if own else rules

    async def play(self, episode: Episode) -> Outcome:
        """Play the game to its end, or until somebody forfeits."""
        state = self.rules.new_initial_state()
        _announce(episode, state)
        while (player := state.current_player) != TERMINAL:
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
                actions = [moves[move] for moves, move in zip(legal, written, strict=True)]
                state = state.joint_child(actions) if player == SIMULTANEOUS else state.child(actions[0])
            _announce(episode, state)
        return Outcome.completed(dict(zip(episode.seats, state.returns(), strict=True)))

    async def _ask(
        self, episode: Episode, state: State, players: Sequence[int], legal: Sequence[Mapping[str, int]]
    ) -> list[Response[Any]]:
        """Ask for moves. Other seats learn of them only by what the game lets them observe."""
        stage, seats = state.stage, episode.seats
        words = list(map(stage.legal_in_words, players))
        forms = list(map(self._form, legal, words))
        questions = [_PROMPTS.text("move", choices=choices) for choices in words]
        listed = [{} if choices else moves for moves, choices in zip(legal, words, strict=True)]
        fields = [self._fields(stage, *decision) for decision in zip(players, listed, strict=True)]
        if len(players) == 1:
            seat = seats[players[0]]
            return [await episode.ask(seat, forms[0], questions[0], audience=NOBODY, fields=fields[0])]
        by_form = BySeat(zip(seats, forms, strict=True))
        by_question = BySeat(zip(seats, questions, strict=True))
        by_fields = BySeat(zip(seats, fields, strict=True))
        answers = await episode.together(seats, by_form, by_question, audience=NOBODY, fields=by_fields)
        return [answers[seat] for seat in seats]

    def _form(self, moves: Mapping[str, int], in_words: str) -> Form[Any]:
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
        return {state.action_to_string(player, action): action for action in state.legal_actions(player)}

    def _fields(self, stage: State, player: int, moves: Mapping[str, int]) -> dict[str, Any]:
        """Return the fields of a question for programs. They hold no more than the text tells its reader."""
        table = _table(self.game, self.hands)
        fields = {
            "game": table.hand,
            "player": player,
            "information_state": stage.information_state(player),
            "moves": moves,
        }
        if table.rules.perfect_information:
            fields["history"] = stage.history
        return fields

    def _forfeited(self, offences: Sequence[Response[str]]) -> Outcome:
        """Return a forfeit: each offender gets the least, and the others share what they lose."""
        least = self.rules.min_utility
        offenders = [offence.seat for offence in offences]
        others = [seat for seat in self.seats if seat not in offenders]
        returns = dict.fromkeys(offenders, least)
        returns |= dict.fromkeys(others, -least * len(offenders) / max(1, len(others)))
        reasons = [f"{offence.seat}: {offence.status.value}: {offence.reason}" for offence in offences]
        return Outcome.forfeited(offenders, "; ".join(reasons), returns)


def _announce(episode: Episode, state: State) -> None:
    """Tell each seat what the last move showed its player."""
    seats = episode.seats
    news = list(map(state.observation, range(len(seats))))
    if news.count(news[0]) < len(news):
        for seat, own in zip(seats, news, strict=True):
            if own:
                episode.tell((seat,), own)
    elif news[0]:
        episode.tell(episode.everyone, news[0])
