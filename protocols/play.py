"""Playing any game of `games`: seats, private observations, legal moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import Any

from pydantic import NonNegativeInt, PositiveInt, field_validator

import games
from arena.episode import BySeat, Episode
from arena.exchange import Answer
from arena.forms import Form, Move
from arena.outcome import Outcome
from arena.protocol import Protocol
from arena.task import PublicTask
from arena.transcript import NOBODY
from games import CHANCE, SIMULTANEOUS, Game, State, seat_name


QUESTION = "It is your move."


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
            games.load(game)
        except (games.UnknownGame, ImportError) as error:
            raise ValueError(str(error)) from error
        return game

    @cached_property
    def rules(self) -> Game:
        """The game itself, repeated if there are several hands."""
        game = games.load(self.game)
        return games.Repeated(game, self.hands) if self.hands > 1 else game

    @cached_property
    def hand(self) -> Game:
        """The game that one hand is."""
        game = self.rules
        while isinstance(game, games.Repeated):
            game = game.game
        return game

    @cached_property
    def seats(self) -> tuple[str, ...]:
        """``player_0``, ``player_1``, ...: as many as the game has players."""
        return tuple(seat_name(player) for player in range(self.rules.num_players))

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the rules and which player the seat is."""
        own = super().brief(seat, task)
        return f"{own}\n\n{self._briefs[seat]}" if own else self._briefs[seat]

    @cached_property
    def _briefs(self) -> dict[str, str]:
        return {seat: f"{self.rules.rules}\n\nYou are {seat}." for seat in self.seats}

    async def play(self, episode: Episode) -> Outcome:
        """Play the game to its end, or until somebody forfeits."""
        state = self.rules.new_initial_state()
        self._announce(episode, state)
        while not state.is_terminal:
            player = state.current_player
            if player == CHANCE:
                state = state.child(episode.draw(state.chance_outcomes()))
            else:
                players = range(len(self.seats)) if player == SIMULTANEOUS else (player,)
                legal = [self._moves(state, player) for player in players]
                answers = await self._ask(episode, state, players, legal)
                for answer in answers:
                    if answer.status.is_the_agents_doing:
                        return self._forfeited(answer)
                actions = [moves[answer.value] for moves, answer in zip(legal, answers, strict=True)]
                state = state.joint_child(actions) if player == SIMULTANEOUS else state.child(actions[0])
            self._announce(episode, state)
        return Outcome.completed(dict(zip(self.seats, state.returns(), strict=True)))

    def _announce(self, episode: Episode, state: State) -> None:
        news = [state.observation(player) for player in range(len(self.seats))]
        if news.count(news[0]) == len(news):
            if news[0]:
                episode.tell(episode.everyone, news[0])
            return
        for seat, own in zip(self.seats, news, strict=True):
            if own:
                episode.tell((seat,), own)

    async def _ask(
        self, episode: Episode, state: State, players: Sequence[int], legal: Sequence[Mapping[str, int]]
    ) -> list[Answer[str]]:
        """Ask for moves; others are told of them by what the game lets them observe, not by this."""
        shown = self.legal_moves is LegalMoves.SHOWN
        forms: list[Form[str]] = [Move(tuple(moves), shown, retries=self.retries) for moves in legal]
        fields = [self._fields(state.stage, *decision) for decision in zip(players, legal, strict=True)]
        if len(players) == 1:
            seat = self.seats[players[0]]
            return [await episode.ask(seat, forms[0], QUESTION, audience=NOBODY, fields=fields[0])]
        seats = self.seats
        by_seat = BySeat(zip(seats, forms, strict=True)), BySeat(zip(seats, fields, strict=True))
        answers = await episode.together(seats, by_seat[0], QUESTION, audience=NOBODY, fields=by_seat[1])
        return [answers[seat] for seat in seats]

    def _moves(self, state: State, player: int) -> dict[str, int]:
        return {state.action_to_string(player, action): action for action in state.legal_actions(player)}

    def _fields(self, stage: State, player: int, moves: Mapping[str, int]) -> dict[str, Any]:
        """Return what programs may know of a decision: no more than the text tells its reader."""
        fields = {
            "game": self.hand.name,
            "player": player,
            "information_state": stage.information_state(player),
            "moves": moves,
        }
        if self.rules.perfect_information:
            fields["history"] = stage.history
        return fields

    def _forfeited(self, answer: Answer[str]) -> Outcome:
        least = self.rules.min_utility
        share = -least / (len(self.seats) - 1) if len(self.seats) > 1 else 0.0
        returns = {seat: least if seat == answer.seat else share for seat in self.seats}
        return Outcome.forfeited(answer.seat, f"{answer.status.value}: {answer.reason}", returns)
