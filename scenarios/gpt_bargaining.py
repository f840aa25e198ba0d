"""GPT-Bargaining: one side of a bargain learns from its games and from feedback, in prose and by its prices.

The study is that of Fu et al. 2023, "Improving Language Model Negotiation with Self-Play and In-Context
Learning from AI Feedback". A series of games is one episode. The seller opens each game at the high price and
the buyer at the low one, in fixed lines. The coached side keeps all its games and all feedback, and the other
side and the moderator begin each game afresh. A series ends after a game without a price strictly between the
two, and the games before it count.

``arena run gpt-bargaining`` plays the balloon, and ``gpt-bargaining-diamond`` the diamond, in up to 50 games.
Other feedback on the same first game is a fork at the critic's turn:

    arena fork RUN --seat critic --with critic=scenarios.gpt_bargainers:PlainFeedback -n 1 --out CONSTANT
    arena fork RUN --seat critic --with critic=scenarios.gpt_bargainers:PooledFeedback -n 1 --out HUMAN
    arena report RUN CONSTANT HUMAN

The agents ``scenarios.gpt_bargainers:Reciter`` and ``scenarios.gpt_bargainers:scripted_moderator`` need no
model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated

from pydantic import Field, model_validator

from arena import Episode, Label, Outcome, Protocol, Scenario, Score, Task
from arena.annotations import Annotation, AnnotationStatus, Place, status_of
from arena.core.ranges import Rounds, Words
from arena.designs.coached import CRITIC, as_seen
from arena.forms import Choice, Speech
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from protocols.bargain import MODERATOR, Side
from protocols.shared.breaking import broken_off
from protocols.shared.offers import number
from protocols.shared.talks import BUYER, SELLER

_PROMPTS = Prompts(__file__)
_PRICE = re.compile(r"\$\s?(\d[\d,]*(?:\.\d+)?)")
_LAST_READ = 5
_YES, _NO = "yes", "no"
_MOST_NOES = 10
_Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class SeriesOfBargains(Protocol):
    """A seller and a buyer bargain in prose, game after game, and one of them gets feedback in between.

    In a game they take turns, the seller first. From the first time that one of the last two utterances has
    no number, a moderator is asked after each utterance whether there is a deal. If it says yes, the price is
    the last one that anybody wrote with a dollar sign. If it has said no ten times, or the rounds are over,
    there is no deal. A price that is not strictly between the openings is none, either.

    The returns are what each side gained in all games: the seller the price less the cost, and the buyer the
    high price less the price. A series whose first game has no price has none.

    Args:
        coached: The side that learns.
        games: The most games of a series.
        rounds: The most utterances of each side in a game.
        goods: What is sold.
        cost: What it costs the seller.
        high: The price at which the seller opens.
        low: The price at which the buyer opens.
        words: The most words of an utterance.
    """

    coached: Side = SELLER
    games: Rounds = 2
    rounds: Rounds = 10
    goods: str = "balloon"
    cost: _Amount = 8.0
    high: _Amount = 20.0
    low: _Amount = 10.0
    words: Words = 60

    @model_validator(mode="after")
    def _opens_above(self) -> SeriesOfBargains:
        if self.low >= self.high:
            raise ValueError(f"the buyer opens at {self.low:g}, and not below the seller's {self.high:g}")
        return self

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``seller``, ``buyer``, ``moderator`` and ``critic``."""
        return SELLER, BUYER, MODERATOR, CRITIC

    @property
    def players(self) -> tuple[str, ...]:
        """The seats ``seller`` and ``buyer``."""
        return SELLER, BUYER

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds. Each has the number of its game as its turn."""
        return {"game deal": Label, "game price": Score, "game gain": Score}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the role of the seat. Only the seller reads the cost."""
        cost, high, low = number(self.cost), number(self.high), number(self.low)
        fields = {"goods": self.goods, "cost": cost, "high": high, "low": low}
        role = {
            SELLER: lambda: _PROMPTS.text("seller", **fields),
            BUYER: lambda: _PROMPTS.text("buyer", goods=self.goods, high=high, low=low),
            MODERATOR: lambda: _PROMPTS.text("moderator"),
            CRITIC: lambda: _PROMPTS.text("critic", side=self.coached, goods=self.goods),
        }[seat]()
        return "\n\n".join(filter(None, [task.text, role, task.briefs.get(seat, "")]))

    async def play(self, episode: Episode) -> Outcome:
        """Play games until one has no price."""
        prices: list[float] = []
        for game in range(1, self.games + 1):
            talk = _Talk(self, game)
            failed = await self._game(episode, talk)
            if failed is None and talk.price is not None:
                self._deal(episode, game, talk.price)
                prices.append(talk.price)
                failed = await self._feedback(episode, talk.price) if game < self.games else None
            if failed is not None or talk.price is None:
                self._no_deals(episode, len(prices) + 1, failed)
            if failed is not None:
                return broken_off(failed)
            if talk.price is None:
                break
        gains = [self._gains(price) for price in prices]
        returns = {side: sum(gain[side] for gain in gains) for side in (SELLER, BUYER)} if gains else {}
        return Outcome.completed(returns, prices=prices, games=self.games)

    def _gains(self, price: float) -> dict[str, float]:
        return {SELLER: price - self.cost, BUYER: self.high - price}

    def _deal(self, episode: Episode, game: int, price: float) -> None:
        episode.annotate(Label("game deal", _YES, turn=game))
        episode.annotate(Score("game price", price, turn=game, unit="dollars"))
        for side, gain in self._gains(price).items():
            episode.annotate(Score("game gain", gain, about=Place(side), turn=game, unit="dollars"))

    def _no_deals(self, episode: Episode, first: int, failed: Response[str] | None) -> None:
        """Record that the games from `first` on have no deal, as in the study those that were not reached.

        If a reply could not be used, it is not known.
        """
        status = status_of(failed.status) if failed else AnnotationStatus.OK
        reason = failed.reason if failed else ""
        none = Label("game deal", None if failed else _NO, status=status, reason=reason)
        episode.annotate(*(replace(none, turn=game) for game in range(first, self.games + 1)))

    async def _game(self, episode: Episode, talk: _Talk) -> Response[str] | None:
        """Play one game. Return the reply that could not be used, if one broke it off."""
        episode.tell({self.coached}, _PROMPTS.text("openings", talk=fenced(talk.text(2))))
        noes = 0
        for turn in range(2 * self.rounds):
            side = (SELLER, BUYER)[turn % 2]
            said = await self._speak(episode, side, talk)
            if not said.ok:
                return said
            talk.say(side, said.value)
            if talk.is_moderated:
                is_deal = await episode.ask(
                    MODERATOR,
                    Choice((_YES, _NO)),
                    _PROMPTS.text("struck", talk=fenced(talk.text(_LAST_READ))),
                    audience=NOBODY,
                    remember=False,
                    fields={"asks": "struck", "said": said.value},
                )
                if not is_deal.ok:
                    return is_deal
                if is_deal.value == _YES:
                    talk.close()
                    return None
                noes += 1
                if noes == _MOST_NOES:
                    return None
        return None

    async def _speak(self, episode: Episode, side: str, talk: _Talk) -> Response[str]:
        """Ask a side for its next utterance. The one that is not coached knows this game alone."""
        is_coached = side == self.coached
        news = talk.last if is_coached else talk.text()
        return await episode.ask(
            side,
            Speech(self.words),
            _PROMPTS.text("turn", talk=fenced(news), whole=not is_coached),
            audience=NOBODY,
            remember=is_coached,
            fields={
                "asks": "utterance",
                "task": episode.task.id,
                "game": talk.game,
                "spoken": (len(talk.lines) - 2) // 2,
                "said": [line for _, line in talk.lines],
            },
        )

    async def _feedback(self, episode: Episode, price: float) -> Response[str] | None:
        """Have the coached side read feedback on its games. Return a reply that could not be used."""
        history = fenced(as_seen(episode.view(self.coached), self.coached))
        given = await episode.ask(
            CRITIC,
            Speech(),
            _PROMPTS.text("criticise", side=self.coached, goods=self.goods, history=history),
            audience=NOBODY,
            remember=False,
        )
        if not given.ok:
            return given
        last = number(price)
        told = _PROMPTS.text("feedback", feedback=fenced(given.value), price=last, side=self.coached)
        heard = await episode.ask(
            self.coached, Speech(self.words), told, audience=NOBODY, fields={"asks": "acknowledgement"}
        )
        return None if heard.ok else heard


@dataclass
class _Talk:
    """What was said in one game, the openings included, and the price on which it ended."""

    rule: SeriesOfBargains
    game: int
    lines: list[tuple[str, str]] = field(default_factory=list)
    price: float | None = None
    is_moderated: bool = False

    def __post_init__(self) -> None:
        goods, high, low = self.rule.goods, number(self.rule.high), number(self.rule.low)
        self.lines = [
            (SELLER, _PROMPTS.text("seller_opens", goods=goods, high=high)),
            (BUYER, _PROMPTS.text("buyer_opens", low=low)),
        ]

    @property
    def last(self) -> str:
        """What was said last."""
        return "{}: {}".format(*self.lines[-1])

    def text(self, last: int | None = None) -> str:
        """Return the last lines, or all of them."""
        return "\n".join(f"{side}: {line}" for side, line in self.lines[-(last or len(self.lines)) :])

    def say(self, side: str, line: str) -> None:
        """Add an utterance, on one line, so that none can pass for a line of the other side.

        A moderator comes for good when one of the last two has no number.
        """
        self.lines.append((side, " ".join(line.split())))
        self.is_moderated = self.is_moderated or needs_moderator([said for _, said in self.lines[-2:]])

    def close(self) -> None:
        """Take the last price that was written, if it is strictly between the openings."""
        found = last_price([line for _, line in self.lines])
        self.price = found if found is not None and self.rule.low < found < self.rule.high else None


def needs_moderator(last: Sequence[str]) -> bool:
    """Return whether one of the last two utterances has no number.

    >>> needs_moderator(["$12?", "Fine, take it"]), needs_moderator(["$12", "$13"])
    (True, False)
    """
    return any(not re.search(r"\d", line) for line in last)


def last_price(lines: Sequence[str]) -> float | None:
    """Return the last number with a dollar sign before it, or None if there is none.

    >>> last_price(["$12", "deal at $15.5, thanks"]), last_price(["15 dollars"])
    (15.5, None)
    """
    found = [price for line in lines for price in _PRICE.findall(line)]
    return float(found[-1].replace(",", "")) if found else None


_SEATS = {SELLER: "local", BUYER: "local", MODERATOR: "local", CRITIC: "local"}
_TASKS = [Task(id=f"series-{place}") for place in range(1, 501)]

scenario = Scenario(name="gpt-bargaining", protocol=SeriesOfBargains(), tasks=_TASKS, first=5, seats=_SEATS)
diamond = Scenario(
    name="gpt-bargaining-diamond",
    protocol=SeriesOfBargains(goods="diamond", cost=50, high=2000, low=500, games=50),
    tasks=_TASKS[:20],
    first=1,
    seats=_SEATS,
)
