"""SPIRAL: one policy plays both seats of three games, and learns by role-conditioned advantages.

The system is that of Liu et al. 2025, "SPIRAL: self-play on zero-sum games incentivizes reasoning via
multi-agent multi-turn reinforcement learning". Each game is played under two conditions:

- by the rules with which SPIRAL trains: an illegal move is not asked again, ends the game, and pays the
  offender -1.5 and the other 0.5. Five rounds of Kuhn poker are played by the code of its environment
  (`games.kuhn_spiral`), and the negotiation has offers that nobody can accept;
- by the right ones: a seat may try again twice, a forfeit costs what a loss costs, and Kuhn poker is paid by
  the chips.

Rows as SPIRAL's trainer has them, the reply by which a seat forfeited among them, are

    arena export RUN --to tokens --reward with-forfeits --advantage role?decay=0.95

``--agents AGENT`` sets who plays both seats. `scenarios.spiral_kuhn` learns from such rows, and measures how
exploitable it is by the right rules. The agent ``scenarios.spiral:LateWinner`` needs no model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena import Agent, Comparison, Condition, Episode, Label, Outcome, Place, Reply, Request, Score
from arena.annotations import Annotation
from arena.episode.outcome import Ending
from games.repeated_settings import First, Payoff
from protocols import Play

_WORDS = 100  # of a message of the negotiation beside its move, at most; our choice
_ROUNDS = 5


class JudgedGame(Play):
    """A game whose result is found out for each seat: win, loss, draw, or invalid after an illegal move."""

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {**{_result_of(seat): Label for seat in self.seats}, "turns": Score}

    async def play(self, episode: Episode) -> Outcome:
        """Play the game, and record its results and its length."""
        outcome = await super().play(episode)
        forfeited = outcome.offenders if outcome.ending is Ending.FORFEITED else ()
        for seat, amount in outcome.returns.items():
            result = "win" if amount > 0 else "loss" if amount < 0 else "draw"
            found = "invalid" if seat in forfeited else result
            episode.annotate(Label(_result_of(seat), found, about=Place(seat)))
        episode.annotate(Score("turns", episode.turns))
        return outcome


def _result_of(seat: str) -> str:
    return f"result of {seat}"


def _trained_on(game: str, talk: int | None = None) -> Condition:
    """Return a game with what an illegal move costs in SPIRAL's training."""
    protocol = JudgedGame(game=game, talk=talk, retries=0, forfeit=-1.5, forfeit_others=0.5)
    return Condition(protocol=protocol, self_play=True)


def _by_right_rules(protocol: JudgedGame) -> Condition:
    return Condition(protocol=protocol, self_play=True)


RIGHT_KUHN = JudgedGame(game="kuhn", hands=_ROUNDS, payoff=Payoff.SIGN, first=First.ALTERNATE, begins=1)

scenario = Comparison(
    name="spiral",
    seats=dict.fromkeys(RIGHT_KUHN.seats, "local?reproducible=false"),
    conditions={
        "tictactoe": _trained_on("tictactoe"),
        "kuhn": _trained_on("kuhn?rules=spiral"),
        "negotiation": _trained_on("spiral-negotiation", _WORDS),
        "tictactoe by the right rules": _by_right_rules(JudgedGame(game="tictactoe")),
        "kuhn by the right rules": _by_right_rules(RIGHT_KUHN),
        "negotiation by the right rules": _by_right_rules(
            JudgedGame(game="spiral-negotiation?rules=right", talk=_WORDS)
        ),
    },
    episodes=16,
)
"""Sixteen games under each condition, as many as in SPIRAL's evaluation."""


@dataclass
class LateWinner(Agent):
    """Lets player_0 win, in Kuhn poker no more than the last round.

    So player_0 has won Kuhn poker by SPIRAL's code, and lost it by its chips. The negotiation it wins by a
    gain of 25 to 5.
    """

    async def reply(self, request: Request) -> Reply:
        """Return the move."""
        is_first, fields = request.seat == RIGHT_KUHN.seats[0], request.prompt.data
        game, moves = fields["game"], fields["moves"]
        if game == "tictactoe":
            wanted = (0, 1, 2) if is_first else (3, 4, 8)
            action = next(action for action in wanted if action in moves.values())
            return Reply(next(move for move, number in moves.items() if number == action))
        if game.startswith("spiral-negotiation"):
            said = "offer 1 Wood -> 2 Gold" if is_first else "accept"
            return Reply(f"Move: {said if request.count == 0 else 'pass'}\nMessage: As you see.")
        hands = sum(event.text.count(f" of {_ROUNDS}.") for event in request.view)
        bets = is_first == (hands == _ROUNDS)
        return Reply(next(move for move in moves if move in (("bet", "call") if bets else ("check", "fold"))))
