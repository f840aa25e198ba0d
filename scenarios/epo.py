"""EPO: a private strategist before each turn of a buyer, who is paid for the strategies that were critical.

The system is that of Liu et al. 2025, "EPO: Explicit Policy Optimization for Strategic Reasoning in LLMs via
Reinforcement Learning", on bargaining, where the share of the surplus says exactly how far the goal was
reached. A deal that was not struck, or that creates no surplus, reaches nothing. The training rows are those
of the strategist:

    arena export RUN --to trl-sft --seat buyer_strategist
        --reward "annotation:strategy?gamma=0.99&divide=largest" --advantage none

In ``epo-self-play`` both sides have one. The agents ``scenarios.epo:Bidder``, ``scenarios.epo:Planner`` and
``scenarios.epo:scripted_critical`` need no model. This judge takes for critical the strategies after which
the other side conceded most.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from arena import Agent, Reply, Request, Scenario, Task
from arena.tasks import haggling
from protocols import Bargain, Strategised
from protocols.shared.strategies import strategist_of
from protocols.shared.talks import BUYER, SELLER
from protocols.strategised import JUDGE

_LAMP = Task(
    id="lamp",
    text="A lamp is for sale.",
    data={"items": {"the lamp": {"value": 100, "cost": 50}}},
)


def _talks(name: str, *advised: str) -> Scenario:
    strategists = dict.fromkeys(map(strategist_of, advised), "local?temperature=0.7")
    return Scenario(
        name=name,
        protocol=Strategised(
            protocol=Bargain(turns=10), advised=advised, goal="share of surplus", without=0.0
        ),
        tasks=[_LAMP, *haggling(n=1000, seed=7)],
        first=5,
        seats={"buyer": "local", "seller": "local", **strategists, JUDGE: "local?temperature=0.7"},
    )


scenario = _talks("epo", BUYER)
self_play = _talks("epo-self-play", BUYER, SELLER)


def epo_loss(logprobs: Sequence[Sequence[float]], returns: Sequence[float]) -> float:
    """Return the loss of the strategies of one talk, which training makes small.

    It is minus the mean over the strategies of their return times the mean log-probability of their tokens.

    Args:
        logprobs: of each strategy the log-probabilities of its tokens.
        returns: what each earned with what later ones earned, divided by the largest.

    >>> epo_loss([[-1.0, -3.0], [-0.5]], [0.5, 1.0])
    0.75
    """
    paid = zip(logprobs, returns, strict=True)
    return -fmean(earned * fmean(tokens) for tokens, earned in paid)


@dataclass
class Bidder(Agent):
    """Offers its prices one after the other, whatever the other says.

    In a specification: ``scenarios.epo:Bidder?says=100,95,accept``.

    Args:
        says: prices and the words ``accept``, ``reject`` and ``walk-away``, with commas between them.
    """

    says: str

    async def reply(self, request: Request) -> Reply:
        """Return the next offer or act."""
        says = self.says.split(",")
        turn = (int(request.prompt.data["turn"]) - 1) // 2
        said = says[min(turn, len(says) - 1)]
        act = {"act": "offer", "amount": float(said)} if said[0].isdecimal() else {"act": said}
        return Reply(json.dumps(act))


@dataclass
class Planner(Agent):
    """Names the strategies that it was given, one after the other.

    Args:
        says: the strategies, with commas between them. ``?`` is one that cannot be used.
    """

    says: str = "open low,give a little,name a reason,close"

    async def reply(self, request: Request) -> Reply:
        """Return the next strategy."""
        says = self.says.split(",")
        said = says[request.count % len(says)]
        return Reply("" if said == "?" else said)


def scripted_critical(request: Request) -> str:
    """Call the strategies critical after which the other side conceded most."""
    fields = request.prompt.data
    conceded = concessions(fields["seat"], fields["before"], fields["strategies"])
    most = max(conceded, default=0.0)
    critical = [number for number, each in enumerate(conceded, start=1) if each == most and most > 0]
    return json.dumps({"reasons": "The other side conceded most after them.", "critical": critical})


def concessions(
    seat: str, before: Sequence[Mapping[str, Any]], strategies: Sequence[Mapping[str, Any]]
) -> list[float]:
    """Return how far the other side moved towards `seat` after each of its strategies, in dollars.

    The other side moves from its last offer to its next one, or to the offer that it accepts. Its first
    offer is no move.

    Args:
        seat: ``buyer`` or ``seller``.
        before: what was said before the first strategy, in order, each with its ``seat`` and its ``data``.
        strategies: each with what was ``said`` after it.
    """
    sign = 1 if seat == "buyer" else -1
    theirs: float | None = None
    own: float | None = None
    found = []
    for said in (before, *(one["said"] for one in strategies)):
        moved = 0.0
        for one in said:
            act, amount = one["data"]["act"], one["data"].get("amount")
            if one["seat"] == seat:
                own = amount if act == "offer" else own
                continue
            reached = own if act == "accept" else amount if act == "offer" else None
            if reached is not None and theirs is not None:
                moved += sign * (theirs - reached)
            theirs = reached if reached is not None else theirs
        found.append(moved)
    return found[1:]
