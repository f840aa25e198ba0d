"""The games of TextArena (Guertler et al., "TextArena", 2025), by their names: ``textarena:Nim-v0``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Self

from pydantic import Field, model_validator

from arena.core.errors import UsageError
from arena.core.ranges import Retries, Seconds
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Speech
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from arena.tasks.task import PublicTask
from games import seat_name
from protocols.shared.textarena_games import BrokenGame, ShownText, TextArenaGame, kind_of
from protocols.shared.textarena_known import DEFECTS, PLAYERS

_PROMPTS = Prompts(__file__)
_BRACKETS = re.compile(r"\[([^\[\]]{12,})\]")


class TextArena(Protocol):
    """Plays a game of TextArena by the rules that TextArena has.

    The games of a tested list run. Another one is refused with its known defect, or as untested, unless
    `untested` is set. Each seat is told what TextArena shows its player, and what other seats wrote is
    quoted. An invalid move is the game's own business: it asks again, or ends. A seat that loses by one
    forfeits.

    The returns are TextArena's rewards. The episode fails if the game raises an error, does not return in
    `seconds`, or pays something else than numbers. It is truncated after `steps` moves.

    Args:
        env: The game, by TextArena's name, such as ``Nim-v0`` or ``SecretMafia-v0``.
        players_in_game: The number of players. The default is the smallest that the game was tested with.
        untested: Whether a game that is not on the tested list is played all the same.
        steps: The most moves of an episode.
        seconds: How long the game may take for a move, in seconds.
        retries: How often a seat whose reply is empty is asked again. After that its move is empty.
    """

    env: str
    players_in_game: int | None = Field(default=None, ge=1, le=20)
    untested: bool = False
    steps: int = Field(default=300, ge=1, le=10_000)
    seconds: Seconds = 30
    retries: Retries = 2

    @model_validator(mode="after")
    def _can_be_played(self) -> Self:
        kind = kind_of(self.env)
        if self.untested:
            return self
        if kind in DEFECTS:
            raise UsageError(
                f"TextArena's {self.env} does not run here: {DEFECTS[kind]}. If that is mended, "
                "set untested=true."
            )
        if kind not in PLAYERS:
            raise UsageError(
                f"TextArena's {self.env} has not been tested here; set untested=true to play it all the same."
            )
        if self._count not in PLAYERS[kind]:
            numbers = " or ".join(map(str, PLAYERS[kind]))
            raise UsageError(
                f"TextArena's {self.env} was tested with {numbers} players, so players_in_game cannot be "
                f"{self._count}; set untested=true to try it all the same."
            )
        return self

    @property
    def _count(self) -> int:
        return self.players_in_game or PLAYERS.get(kind_of(self.env), (2,))[0]

    @property
    def seats(self) -> tuple[str, ...]:
        """``player_0``, ``player_1``, ...: one seat for each player of the game."""
        return tuple(map(seat_name, range(self._count)))

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, and which player the seat is. The game itself tells its rules."""
        own, role = (
            super().brief(seat, task),
            _PROMPTS.text("player", seat=seat, player=self.seats.index(seat)),
        )
        return f"{own}\n\n{role}" if own else role

    async def play(self, episode: Episode) -> Outcome:
        """Play the game to its end, or to the limit of moves."""
        game = TextArenaGame(self.env, len(self.seats), episode.random.getrandbits(31), self.seconds)
        try:
            return await self._play(episode, game)
        except BrokenGame as broken:
            return Outcome.failed(f"TextArena's {broken}.")

    async def _play(self, episode: Episode, game: TextArenaGame) -> Outcome:
        await game.start()
        form, question, written = Speech(retries=self.retries), _PROMPTS.text("move"), _Written()
        for _ in range(self.steps):
            player, news = await game.turn()
            seat = episode.seats[player]
            written.tell(episode, seat, news)
            said = await episode.ask(seat, form, question, audience=NOBODY)
            move = said.value if said.ok or not said.status.is_the_agents_doing else ""
            written.add(move)
            if await game.move(move):
                return await self._ended(episode, game, written)
        return Outcome.truncated(f"the game was not over after {self.steps} moves")

    async def _ended(self, episode: Episode, game: TextArenaGame, written: _Written) -> Outcome:
        ended = await game.ended()
        for player, seat in enumerate(episode.seats):
            written.tell(episode, seat, game.rest(player))
        returns = dict(zip(episode.seats, ended.returns, strict=True))
        if not ended.invalid:
            return Outcome.completed(returns, reason=ended.reason)
        offenders = [episode.seats[player] for player in ended.invalid]
        return Outcome.forfeited(offenders, ended.reason or "an invalid move", returns)


class _Written:
    """What seats wrote in their moves. A message of the game that repeats it is quoted, too."""

    def __init__(self) -> None:
        self._texts: set[str] = set()

    def add(self, move: str) -> None:
        """Remember a move, and what it has in brackets if that is long enough to hold a sentence."""
        found = {move, *_BRACKETS.findall(move)}
        self._texts |= {text.strip() for text in found if len(text.strip()) >= 12}

    def tell(self, episode: Episode, seat: str, news: Sequence[ShownText]) -> None:
        """Tell a seat what the game shows its player."""
        for sender, text in news:
            if sender is not None:
                told = _PROMPTS.text("heard", sender=episode.seats[sender], message=fenced(text))
            elif any(own in text for own in self._texts):
                told = _PROMPTS.text("quoted", message=fenced(text))
            else:
                told = text
            if told.strip():
                episode.tell((seat,), told)
