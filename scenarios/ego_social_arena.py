"""EgoSocialArena: does a model foresee a player of a known level, judge a dealer, and recognise a style?

The study is that of Wang et al. 2024, "EgoSocialArena: benchmarking the social intelligence of large language
models from a first-person perspective" (arXiv 2410.06195). The model is player_0 in all conditions:

- ``numbers, level 1`` to ``level 3``: ten rounds of 0.8 of the mean against an opponent of that level. In
each
  round the model also says which number the opponent will name. ``guess`` is 1 if it is exactly right.
- ``blackjack``: one hand against the dealer. The model is asked to weigh its own cards and the dealer's.
- ``hold'em, aggressive`` and ``hold'em, conservative``: hands of limit hold'em, with the blinds taken in
turn.
  Then the model names the opponent's style.

``--agents MODEL`` sets the model. The opponents are ``level-k``, ``aggressive`` and ``conservative``. The
agent ``scenarios.ego_social_arena:Foreteller`` needs no model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from arena import Agent, Comparison, Condition, Episode, Outcome, Protocol, Reply, Request, Score
from arena.annotations import Annotation, Place, status_of
from arena.core.errors import UsageError
from arena.core.ranges import Rounds
from arena.episode.episode import BySeat
from arena.forms import Choice, Form, Move, Structured
from arena.prompts import Prompts
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from games.blackjack import CARDS, count
from games.number_guessing import NumberGuessing
from games.repeated_settings import First
from protocols import Play

_MODEL, _OTHER = "player_0", "player_1"
_PROMPTS = Prompts(__file__)


class Foretold(BaseModel):
    """The number that the other player is expected to name, and one's own."""

    model_config = ConfigDict(extra="forbid")

    guess: int = Field(ge=1, le=100)
    own: int = Field(ge=1, le=100)


_FORETOLD: Structured[Foretold] = Structured(Foretold)
_NAMED = Move(tuple(map(str, range(1, 101))), shown=False)


class ForetoldNumbers(Protocol):
    """Two players guess 0.8 of the mean, and player_0 also says what player_1 will name.

    Scores of a round: ``guess`` is 1 if the guess is exactly what player_1 names and 0 if not, ``error`` the
    distance between the two, and ``from the target`` that of player_0's own number from the target. If a
    player gives no usable reply, the game ends without a result. The scores of the round are then unknown if
    the reply was player_0's.

    Args:
        rounds: How many rounds are played.
    """

    rounds: Rounds = 10

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``player_0`` and ``player_1``."""
        return _MODEL, _OTHER

    @property
    def players(self) -> tuple[str, ...]:
        """Only player_0 is measured."""
        return (_MODEL,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return dict.fromkeys(("guess", "error", "from the target"), Score)

    @property
    def rules(self) -> NumberGuessing:
        """The game."""
        return NumberGuessing(rounds=self.rounds)

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the rules, and for player_0 that it foretells."""
        told = [super().brief(seat, task), _PROMPTS.text("numbers", rules=self.rules.rules, seat=seat)]
        if seat == _MODEL:
            told.append(_PROMPTS.text("guesses", other=_OTHER))
        return "\n\n".join(filter(None, told))

    async def play(self, episode: Episode) -> Outcome:
        """Play the rounds, and score each guess."""
        state, right = self.rules.new_initial_state(), 0
        episode.tell(episode.everyone, state.observation(0))
        forms: BySeat[Form[Any]] = BySeat({_MODEL: _FORETOLD, _OTHER: _NAMED})
        questions = BySeat({_MODEL: _PROMPTS.text("foretell", other=_OTHER), _OTHER: _PROMPTS.text("name")})
        while not state.is_terminal:
            known = {"game": self.rules.name, "information_state": state.information_state(0), "moves": {}}
            fields = BySeat({seat: {**known, "player": place} for place, seat in enumerate(self.seats)})
            said = await episode.together(self.seats, forms, questions, audience=NOBODY, fields=fields)
            mine, theirs = said[_MODEL], said[_OTHER]
            if not mine.ok:
                status, about = status_of(mine.status), mine.place
                for name in self.finds:
                    episode.annotate(Score(name, about=about, status=status, reason=mine.reason))
                return Outcome.forfeited(_MODEL, mine.reason, {})
            if not theirs.ok:
                return Outcome.forfeited(_OTHER, theirs.reason, {})
            foretold, number = mine.value, int(theirs.value)
            state = state.joint_child((foretold.own, number))
            target = float(self.rules.target((foretold.own, number)))
            is_right = foretold.guess == number
            right += is_right
            episode.annotate(
                Score("guess", float(is_right), low=0, high=1, about=mine.place),
                Score("error", abs(foretold.guess - number), low=0, about=mine.place),
                Score("from the target", abs(foretold.own - target), low=0, about=mine.place),
            )
            episode.tell(episode.everyone, state.observation(0))
        return Outcome.completed({_MODEL: right / self.rounds})


class WeighedBlackjack(Play):
    """A hand of blackjack whose player is asked to weigh both hands. The score ``won`` is 1 for a win."""

    game: str = "blackjack"

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"won": Score}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the rules, and what is to be weighed."""
        return f"{super().brief(seat, task)}\n\n{_PROMPTS.text('blackjack')}"

    async def play(self, episode: Episode) -> Outcome:
        """Play the hand. A forfeit has no score, because nothing was lost to the dealer."""
        outcome = await super().play(episode)
        if outcome.ending.value == "completed":
            episode.annotate(
                Score("won", float(outcome.returns[_MODEL] > 0), low=0, high=1, about=Place(_MODEL))
            )
        return outcome


class Style(StrEnum):
    """How an opponent plays."""

    AGGRESSIVE = "aggressive"
    CONSERVATIVE = "conservative"


class NamedStyle(Play):
    """Hands of limit hold'em, after which player_0 names the style of player_1.

    The score ``style`` is 1 if the style is right. ``big blinds`` is what player_0 has won a hand.

    Args:
        style: How player_1 plays. No seat reads it.
    """

    game: str = "limit-holdem?unit=big-blinds"
    hands: Rounds = 10
    first: First | None = First.ALTERNATE
    style: Style = Style.AGGRESSIVE

    @property
    def players(self) -> tuple[str, ...]:
        """Only player_0 is measured."""
        return (_MODEL,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"style": Score, "big blinds": Score}

    async def play(self, episode: Episode) -> Outcome:
        """Play the hands, and ask for the style."""
        outcome = await super().play(episode)
        if outcome.ending.value != "completed":
            return outcome
        asked = _PROMPTS.text("style", other=_OTHER, styles=" or ".join(Style))
        said = await episode.ask(
            _MODEL, Choice(tuple(Style)), asked, audience=NOBODY, fields={"asks": "style"}
        )
        won = outcome.returns[_MODEL] / self.hands
        episode.annotate(Score("big blinds", won, about=Place(_MODEL)))
        if said.ok:
            is_right = float(said.value == self.style)
            episode.annotate(Score("style", is_right, low=0, high=1, about=said.place))
        else:
            status = status_of(said.status)
            episode.annotate(Score("style", about=said.place, status=status, reason=said.reason))
        return Outcome.completed({_MODEL: outcome.returns[_MODEL]})


scenario = Comparison(
    name="ego-social-arena",
    seats={_MODEL: "local"},
    conditions={
        **{
            f"numbers, level {level}": Condition(
                protocol=ForetoldNumbers(), seats={_OTHER: f"level-k?level={level}"}
            )
            for level in (1, 2, 3)
        },
        "blackjack": WeighedBlackjack(),
        **{
            f"hold'em, {style.value}": Condition(
                protocol=NamedStyle(style=style), seats={_OTHER: style.value}
            )
            for style in Style
        },
    },
)


@dataclass
class Foreteller(Agent):
    """Foretells numbers as it is set, stands from 17 on, calls in hold'em, and names a style.

    In a specification: ``scenarios.ego_social_arena:Foreteller?guesses=65,45,35,25,20,50,50,50,50,50``.

    Args:
        guesses: the guesses of the rounds, with commas between them. After the last it stays at it.
        own: the own numbers of the rounds in the same way.
        style: the style that it names.
    """

    guesses: str = "50"
    own: str = "40"
    style: Style = Style.AGGRESSIVE

    async def reply(self, request: Request) -> Reply:
        """Return the numbers of the round, a move, or the style.

        Raises:
            UsageError: it is asked for something else.
        """
        fields = request.prompt.data
        if fields.get("asks") == "style":
            return Reply(f"Answer: {self.style.value}")
        if "information_state" not in fields:
            raise UsageError("foreteller plays the games of ego-social-arena alone.")
        known, moves = fields["information_state"], fields["moves"]
        if fields["game"].startswith("number-guessing"):
            played = len(known.split())
            numbers = {"guess": _said(self.guesses, played), "own": _said(self.own, played)}
            return Reply(json.dumps(numbers))
        if fields["game"].startswith("blackjack"):
            own = [CARDS.index(card) for card in known.split("|")[0].split()]
            return Reply("Move: stand" if count(own) >= 17 else "Move: hit")
        return Reply(f"Move: {'check' if 'check' in moves else 'call'}")


def _said(numbers: str, played: int) -> int:
    """Return the number of a round after so many rounds."""
    each = numbers.split(",")
    return int(each[min(played, len(each) - 1)])
