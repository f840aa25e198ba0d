"""What a judge of labels is given: the turns of one stored episode, and a way to ask an agent about them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from arena.annotations import AnnotationStatus, AuthorKind, Label, Place, Score, status_of
from arena.core.errors import EpisodeLimit, UsageError
from arena.episode.episode import Episode
from arena.forms import Choice, Form, Number, Status
from arena.journal import StoredEpisode
from arena.judging._criterion import JUDGE
from arena.judging._label_words import asking
from arena.judging.rendering import speeches
from arena.seat.drafts import own_reasoning
from arena.tasks.task import PublicTask

REASONING = "reasoning"
"""The view that shows judges the reasoning of replies, which no seat ever sees, in place of what was said."""
REPLY = "reply"
"""The view that shows judges the reasoning of replies and what was said."""
NO_REASONING = "the reply has no reasoning"
Found = TypeVar("Found", Label, Score)
_BROKE = Status.ERROR, Status.TIMED_OUT


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTurn:
    """One turn of a stored episode, as a judge of labels reads it.

    Args:
        place: its place, for ``Label(..., about=turn.place)``.
        number: the number of the turn among those of its seat, from 1.
        text: what was said.
        reasoning: the reasoning of the reply, empty if it has none; None if the view does not show it.
        record: what an agent that wraps others wrote down beside its reply, as JSON; else the reasoning.
    """

    place: Place
    number: int
    text: str
    reasoning: str | None = None
    record: str = ""

    @property
    def seat(self) -> str:
        """The seat whose turn it is."""
        return self.place.seat

    @property
    def is_empty(self) -> bool:
        """Whether there is no reasoning in a view that shows it."""
        return self.reasoning == ""


def turns_of(episode: StoredEpisode, sides: Sequence[str], view: str | None) -> Iterator[JudgedTurn]:
    """Yield the turns of the sides that a judge may read, in order.

    A branch has none of those that it shares with the episode that it branches off: they are labelled there.

    Args:
        episode: the stored episode.
        sides: the seats whose turns they are.
        view: whose view is read: None for what everybody heard, a seat, ``reasoning`` or ``reply``.

    Raises:
        UsageError: if the episode has no seat `view`.
    """
    thinks = view in (REASONING, REPLY)
    thought = _reasoning(episode) if thinks else {}
    numbers = dict.fromkeys(sides, 0)
    branch = episode.plan.branch
    for step, seat, text in speeches(episode, sides, None if thinks else view, heard=not thinks):
        numbers[seat] += 1
        if branch is not None and (step < branch.step or (step == branch.step and seat != branch.seat)):
            continue
        place = Place(seat, step, part=REASONING if view == REASONING else "")
        whole = thought.get((seat, step), "")
        own = own_reasoning(whole) if thinks else None
        yield JudgedTurn(place=place, number=numbers[seat], text=text, reasoning=own, record=whole)


def _reasoning(episode: StoredEpisode) -> dict[tuple[str, int], str]:
    """Return the whole reasoning of the reply that each turn was read from, by seat and step."""
    calls = (call for call in episode.calls if call.reply is not None and call.status is Status.OK)
    return {(call.seat, call.step): call.reply.reasoning for call in calls if call.reply is not None}


class JudgedCase:
    """One stored episode, before a judge of labels.

    Args:
        task: the task, without its truth.
        turns: the turns that are to be labelled.
        judge: the name of the agent that is asked; empty if there is none.
        episode: the judge's own episode, in which the agent is asked; None if there is no agent.
        retries: how often the agent is asked again after an unusable reply.
    """

    def __init__(
        self,
        task: PublicTask,
        turns: Sequence[JudgedTurn],
        judge: str = "",
        episode: Episode | None = None,
        retries: int = 2,
    ) -> None:
        self.task = task
        self.turns = tuple(turns)
        self._judge = judge
        self._episode = episode
        self._retries = retries
        self._asking = asyncio.Lock()
        self.broke: tuple[Status, str] | None = None

    async def count(self, question: str, finds: Label | str) -> Label:
        """Ask the agent how often something occurs, and return the label with its count.

        The agent reads the turn that the label is about, or all turns if it is about none, and nothing else.
        A reply that cannot be used makes a label without a count, whose status says why.

        Args:
            question: what to count.
            finds: the label to fill in, or its name.

        Raises:
            UsageError: if there is no agent, or if the label is about no turn of the case.
        """
        label = Label(finds) if isinstance(finds, str) else finds
        said = await self._ask(Number(0, whole=True, retries=self._retries), question, label)
        return said if said.count is None else counted(said, said.count)

    async def classify(self, question: str, values: Sequence[str], finds: Label | str) -> Label:
        """Ask the agent for one of several classes, and return the label with it.

        Args:
            question: what to decide.
            values: the classes.
            finds: as for `count`.

        Raises:
            UsageError: as `count` does.
        """
        label = Label(finds) if isinstance(finds, str) else finds
        return await self._ask(Choice(tuple(values), retries=self._retries), question, label)

    async def score(self, question: str, low: float, high: float, finds: Score | str) -> Score:
        """Ask the agent for a number on a scale, and return the score with it.

        Args:
            question: what to rate.
            low: the lowest score.
            high: the highest score.
            finds: the score to fill in, or its name; otherwise as for `count`.

        Raises:
            UsageError: as `count` does.
        """
        score = Score(finds) if isinstance(finds, str) else finds
        score = replace(score, low=low, high=high)
        return await self._ask(Number(low, high, retries=self._retries), question, score)

    async def _ask(self, form: Form[Any], question: str, label: Found) -> Found:
        label = replace(label, author=self._judge, by=AuthorKind.JUDGE)
        turns = self._about(label.about)
        if self._episode is None:
            raise UsageError("The labels need an agent to ask; name one, as in --judge openai:gpt-5-mini.")
        if all(turn.is_empty for turn in turns):
            return replace(label, status=AnnotationStatus.NOT_ASKED, reason=NO_REASONING)
        shown = [(turn.seat, None if turn.place.part else turn.text, turn.reasoning) for turn in turns]
        asked = asking(self.task.text, shown, question)
        async with self._asking:
            if self.broke is not None:
                return _failed(label, *self.broke)
            try:
                answer = await self._episode.ask(JUDGE, form, asked, remember=False)
            except EpisodeLimit as limit:
                return _failed(label, Status.TOO_LONG, str(limit))
        if not answer.ok:
            if answer.status in _BROKE:
                # It is asked again when the labelling goes on, and the calls must then have no gap.
                self.broke = answer.status, answer.reason
            return _failed(label, answer.status, answer.reason)
        if isinstance(label, Label) and isinstance(form, Number):
            return replace(label, count=answer.value)
        return replace(label, value=answer.value)

    def _about(self, place: Place) -> Sequence[JudgedTurn]:
        if place.step is None:
            return [turn for turn in self.turns if place.seat in ("", turn.seat)]
        found = [turn for turn in self.turns if (turn.seat, turn.place.step) == (place.seat, place.step)]
        if not found:
            raise UsageError(f"{place} is no turn of the case; take the place of one of its turns.")
        return found


def counted(label: Label, count: float) -> Label:
    """Return a label with a count, and whether what it names occurs at all."""
    return replace(label, count=count, value="yes" if count else "no")


def _failed(label: Found, status: Status, reason: str) -> Found:
    return replace(label, status=status_of(status), reason=reason)
