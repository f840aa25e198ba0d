"""Bargaining: a buyer and a seller with private values make each other offers until they agree or part."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle
from typing import Any, Literal

from pydantic import BaseModel, FiniteFloat, ValidationError

from arena.annotations import Annotation, Verdict, status_of
from arena.core.complaints import first_problem
from arena.core.errors import UsageError
from arena.core.ranges import Retries, Rounds, Words
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.forms import Choice
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks.task import PublicTask
from protocols.shared.offers import BargainingTurn, Said, number
from protocols.shared.talks import BUYER, SELLER, TALKS_FIND, Talks, Worth

_PROMPTS = Prompts(__file__)

MODERATOR = "moderator"
Side = Literal["buyer", "seller"]
_OTHER: Mapping[str, str] = {BUYER: SELLER, SELLER: BUYER}
_STRUCK = Choice(("deal", "no deal"))


class _Goods(BaseModel):
    items: Mapping[str, Worth]


class Bargain(Protocol):
    """A buyer and a seller, who know only their own values, take turns until they agree or part.

    The negotiations are those of Fu et al. 2023, "Improving Language Model Negotiation with Self-Play and
    In-Context Learning from AI Feedback", with one difference: the fields of the turns decide whether there
    is a deal, and not a moderator who reads prose. The task's ``data["items"]`` gives the ``value`` of each
    item to the buyer and its ``cost`` to the seller. Each side learns only its own numbers. An offer is a
    price for everything. With `bundle`, it may be a price for some of the items.

    Both sides together have at most `turns` turns. The side that `opens` has the first turn and must make an
    offer in it. An offer stands until the other side's next turn. If the other side accepts it, it is the
    deal. If the other side rejects it or makes another offer, it no longer stands. The buyer gets the value
    of the items it buys minus the price, and the seller gets the price minus their cost. Without a deal, each
    side gets its `disagreement` amount. A side may agree to a deal that makes it lose.

    If a side's reply cannot be used, it gets the reason and is asked again, up to `retries` times. Then it
    forfeits: the talks end, and both sides get their disagreement amounts, so that nobody gains by it. If an
    agent breaks or times out, it has not answered at all, and the episode fails.

    A `moderator` hears the messages but not the acts and amounts. At the end it says whether there was a
    deal. Its opinion is recorded beside the deal and decides nothing.

    Args:
        bundle: Whether an offer may be for some of the items. If not, it is for all of them.
        turns: The largest number of turns of both sides together.
        opens: The side that has the first turn. It must make an offer in it.
        disagreement: The amount that each side gets if there is no deal, by seat.
        moderator: Whether a moderator says at the end if there was a deal. It decides nothing.
        words: The largest number of words in a side's message. Without it, there is no limit.
        retries: The number of times a side is asked again after an unusable reply, before it forfeits.
    """

    bundle: bool = False
    turns: Rounds = 10
    opens: Side = SELLER
    disagreement: Mapping[Side, FiniteFloat] = {BUYER: 0.0, SELLER: 0.0}
    moderator: bool = False
    words: Words | None = 60
    retries: Retries = 2

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``buyer`` and ``seller``, and ``moderator`` if there is one."""
        return (BUYER, SELLER, MODERATOR) if self.moderator else (BUYER, SELLER)

    @property
    def players(self) -> tuple[str, ...]:
        """The seats ``buyer`` and ``seller``."""
        return (BUYER, SELLER)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {**TALKS_FIND, "struck": Verdict}

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        return frozenset({"turn"})

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, the rules, and the private values of the seat."""
        if seat == MODERATOR:
            role = _PROMPTS.text("moderator")
        else:
            role = f"{self._rules(seat)}\n\n{self._private(seat, items_of(task))}"
        return "\n\n".join(part for part in (task.text, role, task.briefs.get(seat, "")) if part)

    @property
    def _without_deal(self) -> dict[str, float]:
        return {side: self.disagreement.get(side, 0.0) for side in (BUYER, SELLER)}

    def _rules(self, seat: str) -> str:
        return _PROMPTS.text(
            "side",
            seat=seat,
            other=_OTHER[seat],
            begins=seat == self.opens,
            turns=self.turns,
            bundle=self.bundle,
        )

    def _private(self, seat: str, items: Mapping[str, Worth]) -> str:
        return _PROMPTS.text(
            "private",
            buys=seat == BUYER,
            items=list(items),
            amounts=[number(worth.to(seat)) for worth in items.values()],
            without=number(self._without_deal[seat]),
        )

    async def play(self, episode: Episode) -> Outcome:
        """Play the talks until they end."""
        talks = Talks(items_of(episode.task), bundle=self.bundle)
        for seat in cycle((self.opens, _OTHER[self.opens])):
            if len(talks.turns) == self.turns:
                break
            answer = await self._ask(episode, seat, talks)
            if not answer.ok:
                episode.annotate(*talks.found(status_of(answer.status), answer.reason))
                return self._broken(answer, talks)
            talks.take(seat, answer.value)
            if self.moderator:
                message = answer.value.message and fenced(answer.value.message)
                episode.tell((MODERATOR,), _PROMPTS.text("heard", seat=seat, message=message))
            if talks.ended:
                break
        episode.annotate(*talks.found())
        details = talks.details(talks.ended or "no agreement")
        if self.moderator:
            details |= await _moderated(episode, is_deal=talks.deal is not None)
        return Outcome.completed(self._returns(talks), negotiation=details)

    async def _ask(self, episode: Episode, seat: str, talks: Talks) -> Response[Said]:
        turn, standing = len(talks.turns) + 1, talks.standing
        choices = tuple(talks.items) if self.bundle else ()
        form = BargainingTurn(
            retries=self.retries, standing=standing, opening=turn == 1, choices=choices, words=self.words
        )
        fields = {
            "asks": "turn",
            "side": seat,
            "worth": {name: worth.to(seat) for name, worth in talks.items.items()},
            "turn": turn,
            "turns": self.turns,
            "standing": standing and standing.terms(),
            "choices": choices,
        }
        question = _PROMPTS.text(
            "turn",
            turn=turn,
            turns=self.turns,
            by=standing.by if standing else "",
            amount=number(standing.amount) if standing else "",
            for_items=standing.items if standing and self.bundle else (),
        )
        return await episode.ask(seat, form, question, audience=self.players, fields=fields)

    def _returns(self, talks: Talks) -> dict[str, float]:
        if talks.deal is None:
            return self._without_deal
        return {side: talks.gain(side, talks.deal) for side in self.players}

    def _broken(self, answer: Response[Said], talks: Talks) -> Outcome:
        reason = f"{answer.seat}: {answer.status.value}: {answer.reason}"
        if answer.status.is_the_agents_doing:
            details = talks.details("forfeited")
            return Outcome.forfeited(answer.seat, reason, self._returns(talks), negotiation=details)
        details = {"negotiation": talks.details("failed")}
        return Outcome(Ending.FAILED, {}, (answer.seat,), reason, details)


def items_of(task: PublicTask) -> Mapping[str, Worth]:
    """Return the items for sale in a task.

    Raises:
        UsageError: if the task has no items, or does not say what they are worth.
    """
    try:
        items = _Goods.model_validate(task.data).items
    except ValidationError as invalid:
        raise UsageError(
            f"The task {task.id} has nothing to bargain over: {first_problem(invalid)}."
        ) from None
    if not items:
        raise UsageError(f"The task {task.id} has no items to bargain over.")
    return items


async def _moderated(episode: Episode, *, is_deal: bool) -> dict[str, Any]:
    """Ask the moderator whether there was a deal. Return its opinion, and whether it is true."""
    question = _PROMPTS.text("struck")
    finds = Verdict("struck", truth="deal" if is_deal else "no deal")
    answer = await episode.ask(MODERATOR, _STRUCK, question, audience=NOBODY, finds=finds)
    struck = answer.value == "deal" if answer.ok else None
    opinion = {"deal": struck, "status": answer.status.value, "reason": answer.reason}
    return {"moderator": {**opinion, "agrees": None if struck is None else struck == is_deal}}
