"""The same game under its own words and under invented ones: does an agent play it, or recall it?

Both conditions have the same rules, the same deals and the same opponent. What an agent loses under the
disguise is what its play owes to the words of Kuhn poker, of which much has been written (compare the
counterfactual tasks of Wu et al., "Reasoning or reciting?", 2024). ``--set seats.player_0=MODEL`` sets who is
examined.

The agents here need no model, and their returns are known. `Recalling` has learned one table of moves by the
names of the cards. Against `bold`, which bets and calls always, it wins 2 chips with a King, wins or loses 2
with a Queen, and loses 1 with a Jack, so 1/3 on average. Disguised it knows no card, gives way, and loses 1
in every hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena import Agent, Comparison, Condition, Episode, Outcome, Reply, Request, Score, Task
from arena.annotations import Annotation
from arena.seat.messages import messages
from protocols import Play

_FIRST, _LAST = 0, -1


class ScoredPlay(Play):
    """Plays a game, and records returns as scores, so that conditions are compared deal by deal."""

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {f"return of {seat}": Score for seat in self.seats}

    async def play(self, episode: Episode) -> Outcome:
        """Play the game to its end."""
        outcome = await super().play(episode)
        episode.annotate(*(Score(f"return of {seat}", value) for seat, value in outcome.returns.items()))
        return outcome


@dataclass
class Recalling(Agent):
    """Plays Kuhn poker by what it recalls of the cards' names, and gives way where it recalls nothing.

    With a King it bets and calls, with a Queen it checks and calls, and otherwise it checks and folds.
    """

    async def reply(self, request: Request) -> Reply:
        """Return the move that belongs to its card."""
        heard = "\n".join(message.content for message in messages(request))
        moves = list(request.prompt.data["moves"])
        if "Your card is the King" in heard:
            return Reply(moves[_LAST])
        if "Your card is the Queen" in heard and "call" in moves:
            return Reply("call")
        return Reply(moves[_FIRST])


def bold(request: Request) -> str:
    """Bet or call, whatever the card: the last of the legal moves."""
    moves: list[str] = list(request.prompt.data["moves"])
    return moves[_LAST]


scenario = Comparison(
    name="disguised",
    tasks=[Task(id=f"deal {number}") for number in range(1, 1001)],
    first=60,
    conditions={
        "plain": Condition(protocol=ScoredPlay(game="kuhn")),
        "disguised": Condition(protocol=ScoredPlay(game="disguised:kuhn?seed=7")),
    },
    seats={"player_0": "local?reproducible=false", "player_1": "scenarios.disguised:bold"},
)
