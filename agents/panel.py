"""The wrapper in which several different agents answer, and one agent merges their answers into one."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, NamedTuple
from urllib.parse import quote, unquote

from pydantic import BeforeValidator

from agents.aggregate import VotingRule
from agents.shared.drafts import Draft, aside, settled, side_by_side
from agents.shared.wrapper import Wrapper, in_one_name, specification
from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.forms import Choice
from arena.prompts import Prompts
from arena.registry import AgentLike, agent_name, make_agent
from arena.seat.agent import Agent, Reply, Request
from arena.seat.drafts import MADE_OF_DRAFTS, Drafted, read_drafts
from arena.seat.messages import fenced
from arena.seat.parts import ReplyPart
from arena.seat.response import consult
from arena.votes.voting import leading

_PROMPTS = Prompts(__file__)

MOST_POINTS = 50
"""The most points of one member that are sorted. What follows belongs to the last of them."""


class MergingBy(StrEnum):
    """The rule that makes one reply of those of the members."""

    MERGE = "merge"
    """The merging agent reads what all members say, and writes one reply of it."""
    MAJORITY = "majority"
    """The answer that most members give. If several have as many votes, the merging agent is asked."""


class Point(NamedTuple):
    """A point that a member made: the member's number from 1, its text, and the class it was sorted into."""

    member: int
    text: str
    sorted_into: str | None
    asked: Draft

    def record(self) -> dict[str, Any]:
        """Return the point, JSON-able."""
        return {
            "member": self.member,
            "text": self.text,
            "class": self.sorted_into,
            "asked": self.asked.record(),
        }


class MergedReply(NamedTuple):
    """How the reply was found: the rule, the place of the member whose reply it is, or what was asked."""

    rule: VotingRule
    place: int | None = None
    points: Sequence[Point] = ()
    asked: Draft | None = None


def _semicolons(given: object) -> object:
    """Return a list that is written with semicolons between its parts, in which ``%3B`` is a semicolon.

    >>> _semicolons("openai:gpt-5-mini;persona:local?brief=Be+brief%3B be+kind")
    ('openai:gpt-5-mini', 'persona:local?brief=Be+brief; be+kind')
    """
    if not isinstance(given, str):
        return given
    return tuple(unquote(part.strip()) for part in given.split(";") if part.strip())


@dataclass
class Panel(Wrapper):
    """Has several different `members` answer every request, and the wrapped agent merge what they say.

    The members do not hear each other. They are asked at the same time, with all that the seat was sent, and
    each has randomness of its own. The wrapped agent then reads what the seat was sent, and what each member
    would have said in its place. In a specification, with semicolons between the members:
    ``panel:local?members=openai:gpt-5-mini;anthropic:claude-haiku-4-5``.

    With `classes`, the wrapped agent first sorts each point that a member makes into one of them, such as
    ``good;flawed``. It sorts one point at a time, with what all members said in view. It then merges the
    points with their classes. So does the meta-critic of Lan et al. 2024, "Training language models to
    critique with multi-agent feedback" (MultiCritique). A point is a line of a member's reply.

    If all members that can be used say the same, that is the reply, and nothing is merged. A member that was
    refused, was cut off or cannot be read has no vote, and nobody reads it.

    What all members said is kept in the reply's reasoning, which the journal holds and no seat reads. It is
    JSON with the ``drafts``, one of each member (text, reasoning, status, reason, and ``parts`` that name the
    member as the author), the number of the draft that was ``picked``, the ``rule``, the ``points`` that were
    sorted, and what was ``asked``. A reply's usage is the total of all.

    Args:
        members: The agents that answer, with semicolons between them in a specification.
        by: The rule that makes one reply: merge or majority.
        classes: The classes into which the points of the members are sorted before they are merged.

    Raises:
        UsageError: if there is no member, or there is only one class.
    """

    members: Annotated[tuple[AgentLike, ...], BeforeValidator(_semicolons)]
    by: MergingBy = MergingBy.MERGE
    classes: Annotated[tuple[str, ...], BeforeValidator(_semicolons)] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.by = MergingBy(self.by)
        if not self.members:
            raise UsageError("A panel needs members, such as members=local;openai:gpt-5-mini.")
        if len(self.classes) == 1 or len(set(self.classes)) < len(self.classes):
            raise UsageError("The classes of a panel's points are two or more different words.")
        self._members = tuple(make_agent(one) for one in self.members)
        self._all = tuple({id(agent): agent for agent in (self._wrapped, *self._members)}.values())
        self.reports_cost = all(agent.reports_cost for agent in self._all)
        self.sees_pictures = all(agent.sees_pictures for agent in self._all)
        names = ";".join(quote(agent_name(one), safe="/:?=&+, ") for one in self._members)
        classes = {"classes": ";".join(quote(one, safe=" ") for one in self.classes)} if self.classes else {}
        self.name = specification("panel", self._wrapped, members=names, by=self.by.value, **classes)

    @property
    def priced_as(self) -> str:
        """The name by which the models of all are priced together."""
        return in_one_name(agent.priced_as for agent in self._all)

    @property
    def shaped_by(self) -> Mapping[str, Any] | None:
        """The panel's own parameters, and what shapes the replies of each of its agents."""
        members = {f"member_{number}": member for number, member in enumerate(self._members)}
        shaped = self.shaped_with(agent=self._wrapped, **members)
        return None if shaped is None else {**shaped, "members": len(members)}

    def drafts_of(self, reply: Reply) -> Drafted:
        """Return what the members said, from the record that is the reply's reasoning."""
        return read_drafts(reply.reasoning)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect of all members, and of the merging agent, which reads them."""
        usage: Counter[str] = Counter()
        for member in self._members:
            usage += Counter(member.expects(request))
        own = Counter(self._wrapped.expects(request))
        if own:
            own["prompt_tokens"] += usage["completion_tokens"]
        return usage + own

    async def open(self) -> None:
        """Open all agents of the panel."""
        for agent in self._all:
            await agent.open()

    async def close(self) -> None:
        """Close all of them."""
        async with AsyncExitStack() as closing:
            for agent in self._all:
                closing.push_async_callback(agent.close)

    async def reply(self, request: Request) -> Reply:
        """Return what the panel says.

        Raises:
            NoDraft: if no member can be used and the first request failed, or if the merging agent fails.
        """
        asked = [
            (member, request._replace(root=derive(request.root, "member", number)))
            for number, member in enumerate(self._members)
        ]
        drafts = await side_by_side(asked)
        merged = await self._merged(request, drafts)
        parts: list[tuple[Agent, Draft]] = list(zip(self._members, drafts, strict=True))
        parts += [(self._wrapped, point.asked) for point in merged.points]
        parts += [(self._wrapped, merged.asked)] if merged.asked else []
        chosen = merged.asked or drafts[merged.place or 0]
        record = self._record(drafts, merged)
        reply = settled(chosen, record, [(agent, draft.spent) for agent, draft in parts])
        return reply._replace(notes=(*reply.notes, MADE_OF_DRAFTS))

    async def _merged(self, request: Request, drafts: Sequence[Draft]) -> MergedReply:
        texts = {
            number: request.form.publish(draft.answer.value)
            for number, draft in enumerate(drafts, start=1)
            if draft.answer.ok
        }
        if not texts:
            return MergedReply(VotingRule.NONE_USABLE)
        first = next(iter(texts)) - 1
        if len(set(texts.values())) == 1:
            return MergedReply(VotingRule.NO_CHOICE, first)
        if self.by is MergingBy.MAJORITY:
            said = [request.form.vote(one.answer.value) if one.answer.ok else None for one in drafts]
            most = leading(Counter(vote for vote in said if vote is not None))
            if len(most) == 1:
                return MergedReply(VotingRule.VOTED, said.index(most[0]))
        points = await self._sorted(request, texts) if self.classes else []
        asked = _to_merge(request, texts, points)
        return MergedReply(VotingRule.ASKED, points=points, asked=Draft(*await consult(self._wrapped, asked)))

    async def _sorted(self, request: Request, texts: Mapping[int, str]) -> list[Point]:
        """Have the wrapped agent sort each point into one of the classes. All are asked at the same time."""
        form = Choice(self.classes, retries=0)
        replies = [fenced(text) for text in texts.values()]
        points = [(member, point) for member, text in texts.items() for point in points_of(text)]
        asked = []
        for number, (member, point) in enumerate(points):
            text = _PROMPTS.text(
                "sort",
                replies=replies,
                numbers=list(texts),
                member=member,
                point=fenced(point),
                instructions=form.instructions(),
            )
            asked.append((self._wrapped, aside(request, f"sort {number}", text, form)))
        sorted_into = await side_by_side(asked)
        return [
            Point(member, text, draft.answer.value if draft.answer.ok else None, draft)
            for (member, text), draft in zip(points, sorted_into, strict=True)
        ]

    def _record(self, drafts: Sequence[Draft], merged: MergedReply) -> str:
        """Return what the members said and how it was merged, for the journal."""
        record = {
            "by": self.by.value,
            "rule": merged.rule.value,
            "picked": None if merged.place is None else merged.place + 1,
            "points": [point.record() for point in merged.points],
            "asked": merged.asked.record() if merged.asked else None,
            "drafts": [
                _authored(draft, agent_name(member)).record()
                for member, draft in zip(self._members, drafts, strict=True)
            ],
        }
        return json.dumps(record, ensure_ascii=False, indent=1)


def points_of(text: str) -> list[str]:
    """Return the points of a text, which are its lines. There are at most `MOST_POINTS`.

    >>> points_of("The sum is wrong.\\n\\nSo is the unit.")
    ['The sum is wrong.', 'So is the unit.']
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [*lines[: MOST_POINTS - 1], "\n".join(lines[MOST_POINTS - 1 :])][: len(lines)]


def _to_merge(request: Request, texts: Mapping[int, str], points: Sequence[Point]) -> Request:
    """Return the question to the merging agent: the seat's own request, and then what the members say."""
    text = _PROMPTS.text(
        "merge",
        numbers=list(texts),
        replies=[fenced(text) for text in texts.values()],
        members=[point.member for point in points],
        points=[fenced(point.text) for point in points],
        classes=[point.sorted_into or "" for point in points],
        instructions=request.form.instructions(),
    )
    return aside(request, "merge", text)


def _authored(draft: Draft, author: str) -> Draft:
    """Return a draft whose reply says who wrote it."""
    reply = draft.reply
    if reply is None or reply.parts or not reply.text:
        return draft
    return draft._replace(reply=reply._replace(parts=(ReplyPart(reply.text, author),)))
