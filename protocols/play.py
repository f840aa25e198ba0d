"""Playing any game of `games`: seats, private observations, legal moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple

from pydantic import NonNegativeInt, PositiveInt, field_validator

import games
from arena.answer import Answer
from arena.episode import BySeat, Episode
from arena.forms import Form, Move
from arena.outcome import Outcome
from arena.protocol import Protocol
from arena.task import PublicTask
from arena.transcript import NOBODY
from games import CHANCE, SIMULTANEOUS, TERMINAL, Game, State, seat_name

QUESTION = "It is your move."


class _Table(NamedTuple):
    """What follows from a game's name and the number of hands."""

    rules: Game
    hand: str
    seats: tuple[str, ...]
    briefs: Mapping[str, str]


@lru_cache(maxsize=64)
def _table(game: str, hands: int) -> _Table:
    rules = games.load(game)
    if hands > 1:
        rules = games.Repeated(rules, hands)
    hand = rules
    while isinstance(hand, games.Repeated):
        hand = hand.game
    seats = tuple(map(seat_name, range(rules.num_players)))
    return _Table(rules, hand.name, seats, {seat: f"{rules.rules}\n\nYou are {seat}." for seat in seats})


@lru_cache(maxsize=1024)
def _form(legal: tuple[str, ...], shown: bool, retries: int) -> Move:
    return Move(legal, shown, retries=retries)


class LegalMoves(StrEnum):
    """Whether a seat is told which moves are legal, or has to know the rules."""

    SHOWN = "shown"
    HIDDEN = "hidden"


class Play(Protocol):
    """Plays `hands` hands of a game; what a seat is told is what the game lets its player see.

    A seat whose move is illegal or unreadable is told why and asked again, up to `retries` times; then it
    forfeits, whoever it is and whosever turn comes next: it gets the least the game can pay, and what it
    loses the others share. An agent that breaks or times out has not moved at all, so nobody wins: the
    episode fails.
    """

    game: str = "kuhn"
    hands: PositiveInt = 1
    legal_moves: LegalMoves = LegalMoves.SHOWN
    retries: NonNegativeInt = 2

    @field_validator("game")
    @classmethod
    def _known(cls, game: str) -> str:
        try:
            _table(game, 1)
        except (games.UnknownGame, ImportError) as error:
            raise ValueError(str(error)) from error
        return game

    @property
    def rules(self) -> Game:
        """The game itself, repeated if there are several hands."""
        return _table(self.game, self.hands).rules

    @property
    def seats(self) -> tuple[str, ...]:
        """``player_0``, ``player_1``, ...: as many as the game has players."""
        return _table(self.game, self.hands).seats

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the rules and which player the seat is."""
        own, rules = super().brief(seat, task), _table(self.game, self.hands).briefs[seat]
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
                actions = [moves[answer.value] for moves, answer in zip(legal, answers, strict=True)]
                state = state.joint_child(actions) if player == SIMULTANEOUS else state.child(actions[0])
            _announce(episode, state)
        return Outcome.completed(dict(zip(episode.seats, state.returns(), strict=True)))

    async def _ask(
        self, episode: Episode, state: State, players: Sequence[int], legal: Sequence[Mapping[str, int]]
    ) -> list[Answer[str]]:
        """Ask for moves; others are told of them by what the game lets them observe, not by this."""
        shown = self.legal_moves is LegalMoves.SHOWN
        forms: list[Form[str]] = [_form(tuple(moves), shown, self.retries) for moves in legal]
        fields = [self._fields(state.stage, *decision) for decision in zip(players, legal, strict=True)]
        seats = episode.seats
        if len(players) == 1:
            seat = seats[players[0]]
            return [await episode.ask(seat, forms[0], QUESTION, audience=NOBODY, fields=fields[0])]
        by_seat = BySeat(zip(seats, forms, strict=True)), BySeat(zip(seats, fields, strict=True))
        answers = await episode.together(seats, by_seat[0], QUESTION, audience=NOBODY, fields=by_seat[1])
        return [answers[seat] for seat in seats]

    def _moves(self, state: State, player: int) -> dict[str, int]:
        return {state.action_to_string(player, action): action for action in state.legal_actions(player)}

    def _fields(self, stage: State, player: int, moves: Mapping[str, int]) -> dict[str, Any]:
        """Return what programs may know of a decision: no more than the text tells its reader."""
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

    def _forfeited(self, offences: Sequence[Answer[str]]) -> Outcome:
        """Return the least for those who offended; what they lose the others share."""
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
