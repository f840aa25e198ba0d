"""The rows of a run: one for each reply of each seat, with what it saw, what it said and what it earned.

Nobody is to learn from a row that is *masked*, and it says why: its episode broke, its reply could not be
used, it is too long, or what it earned is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from arena.annotations import AnnotationRow, Answer, Belief, Verdict
from arena.episode.record import Call
from arena.forms import Status
from arena.registry import version_of
from arena.seat.additions import additions
from arena.seat.agent import REPAIRED
from arena.seat.messages import BETWEEN, SYSTEM_FOLDED, Message, folded
from arena.tools import Calling, ToolOffer, ToolSpec
from arena.training.export._row import FACTS, NO_MORE, REANCHORED, TYPES, WEIGHT, LengthLimit, Row
from arena.training.export._viewpoint import Requests, Sent
from arena.training.export.settings import Settings
from arena.training.rewards.places import Placed, Steps
from arena.training.rewards.reading import SHARED, EpisodeReading
from arena.training.rewards.sources import NO_RETURN, Earned

__all__ = ["FACTS", "MENDED", "NOT_REBUILT", "NO_RETURN", "SHARED", "TYPES", "LengthLimit", "Row", "RowMaker"]

NOT_REBUILT = "the request is not the one that was sent"
MENDED = "the reply is not letter for letter what was written"

_UNKNOWN = Sent((), 0)


class PromptChoice(StrEnum):
    """Under which request a reply stands in its row."""

    OWN = "own"
    """The request that it answers, unless its reward names another turn as its anchor."""
    FIRST = "first"
    """The first request of its seat in the episode, as if a refined answer had been the first one."""


class RowMaker:
    """Makes the rows of a run's episodes, which come in order.

    Args:
        run: what the run is called.
        config: its configuration.
        steps: reads the steps of one of its episodes, which come without theirs. It may be asked for the same
            episode again.
        most: how long a row may be before it is masked.
        under: under which request a reply stands.
    """

    def __init__(
        self,
        run: str,
        config: Mapping[str, Any],
        steps: Callable[[int], Steps],
        most: LengthLimit | None = None,
        under: PromptChoice = PromptChoice.OWN,
    ) -> None:
        self._run = run
        self._settings = Settings(config)
        self._requests = Requests(steps)
        self._most = most or LengthLimit()
        self._is_bounded = self._most != LengthLimit()
        self._under = under

    def rows(
        self,
        reading: EpisodeReading,
        earned: Sequence[Earned],
        over: Sequence[Earned],
        weights: Sequence[Earned] | None = None,
    ) -> Iterator[Row]:
        """Yield the rows of an episode by turn and attempt.

        What each of its replies `earned`, also `over` a baseline, and its weight are in the replies' order.
        """
        episode, plan = reading.episode, reading.episode.plan
        known = self._settings.of(plan.condition)
        spoilt = reading.spoilt
        sent = self._requests.of(episode)
        truth = "" if plan.task.truth is None else to_json(plan.task.truth).decode()
        place = known.protocol, known.game, plan.condition, plan.task.id, truth
        stated = _stated(episode.annotations)
        beliefs: dict[str, float] = {}
        extras: Sequence[Earned | None] = weights or [None] * len(reading.placed)
        for one, at in zip(reading.placed, led_to(reading.placed), strict=True):
            answered, got, gain, weight = reading.placed[at], earned[at], over[at], extras[at]
            call = one.call
            seat, reply = call.seat, call.reply
            anchor = self._anchor(reading, one, got)
            prompt, length, _ = _as_sent(sent.get(anchor.call.digest, _UNKNOWN), anchor.call)
            said = reply.text if reply else ""
            agent, model = reading.said_by(one), call.spent.model
            answer = reading.found.answer(one)
            row = Row(
                self._run,
                episode.number,
                one.turn,
                one.attempt,
                one.place.sample,
                agent,
                seat,
                *place,
                prompt,
                said,
                length + len(said),
                anchor.digest,
                call.status.value,
                reading.returns.get(seat),
                got.amount,
                gain.amount,
                _confidence(call, stated, beliefs),
                model,
                _version(model, agent),
                reply.tokens if reply else None,
                spoilt or _masked(reading, one, answered, got, prompt),
                got.why or gain.why,
                answer.key if answer else None,
                answer.correct if answer else None,
                _stands(reading, one),
                _more(weight, is_anchored=anchor is not one),
                *((reply.parts, reply.calls) if reply else ((), ())),
                _sent_tools(episode.offered.get(seat)),
            )
            yield self._bounded(row, call) if self._is_bounded and not row.masked else row

    def _anchor(self, reading: EpisodeReading, one: Placed, got: Earned) -> Placed:
        """Return the reply under whose request a reply is to stand."""
        place = got.anchor
        if self._under is PromptChoice.FIRST:
            return next(first for first in reading.placed if first.call.seat == one.call.seat)
        if place is None:
            return one
        asked = (other for other in reading.placed if other.place[:2] == place[:2])
        return next(asked, one)

    def _bounded(self, row: Row, call: Call) -> Row:
        most = self._most
        if most.characters is not None and row.length > most.characters:
            return row._replace(masked=f"longer than {most.characters:,} characters")
        if most.tokens is None:
            return row
        tokens = _length_in_tokens(call)
        if tokens is None:
            return row._replace(masked="of unknown length in tokens")
        if tokens > most.tokens:
            return row._replace(masked=f"longer than {most.tokens:,} tokens")
        return row


def _more(weight: Earned | None, *, is_anchored: bool) -> Mapping[str, float | bool | None]:
    """Return the facts that only some exports have."""
    if weight is None and not is_anchored:
        return NO_MORE
    more: dict[str, float | bool | None] = {} if weight is None else {WEIGHT: weight.amount}
    return more | {REANCHORED: True} if is_anchored else more


def _stands(reading: EpisodeReading, one: Placed) -> bool:
    """Return whether the episode went on from a reply: from the first sample if no label says which."""
    if not one.is_sample:
        return True
    kept = reading.found.is_kept(one)
    return not one.place.sample if kept is None else kept


def _as_sent(asked: Sent, call: Call) -> Sent:
    """Return the request with what was added to it, and as it was changed to suit the server."""
    if asked.messages:
        for where, text in additions(call.spent.notes):
            asked = asked.with_added(where, text)
    if SYSTEM_FOLDED not in call.spent.notes or len(asked.messages) < 2:
        return asked
    return Sent(tuple(folded(asked.messages)), asked.length + len(BETWEEN))


@lru_cache(maxsize=1024)
def _version(model: str, agent: str) -> str | None:
    return version_of(model) or version_of(agent.partition("?")[0])


def led_to(placed: Sequence[Placed]) -> list[int]:
    """Return for each reply the place of the one to which its calls of tools led; its own if it has none."""
    found = list(range(len(placed)))
    for at in reversed(range(len(placed) - 1)):
        one, following = placed[at], placed[at + 1]
        if one.call.status is Status.CALLED and (one.turn, one.place) == (following.turn, following.place):
            found[at] = found[at + 1]
    return found


@lru_cache(maxsize=256)
def _sent_tools(offered: str | None) -> tuple[ToolSpec, ...]:
    """Return the tools that an agent was sent beside its messages."""
    offer = None if offered is None else ToolOffer.read(offered)
    return offer.specs if offer is not None and offer.calling is Calling.NATIVE else ()


def _masked(
    reading: EpisodeReading, one: Placed, answered: Placed, got: Earned, prompt: Sequence[Message]
) -> str:
    if shared := reading.why_shared(one):
        return shared
    call = one.call
    if not prompt:
        return NOT_REBUILT
    if REPAIRED in call.spent.notes:
        return MENDED
    last = answered.call
    if got.amount is None and last.status is not Status.OK:
        return f"the reply is {last.status.value}" if last.reply else "there was no reply"
    return got.why if got.amount is None and got.masks else ""


def _stated(found: Iterable[AnnotationRow]) -> dict[tuple[str, int | None], AnnotationRow]:
    """Return the belief, or else the answer or verdict, that each seat stated in each step."""
    stated: dict[tuple[str, int | None], AnnotationRow] = {}
    for row in found:
        if row.kind == Belief.kind and row.value is not None:
            stated[row.author, row.said] = row
        elif row.kind in (Answer.kind, Verdict.kind) and row.confidence is not None:
            stated.setdefault((row.author, row.said), row)
    return stated


def _confidence(
    call: Call, stated: Mapping[tuple[str, int | None], AnnotationRow], beliefs: dict[str, float]
) -> float | None:
    """Return the reply's own confidence, else the last belief of its seat; `beliefs` is kept up to date."""
    row = stated.get((call.seat, call.step)) if call.status is Status.OK else None
    if row is not None and row.kind != Belief.kind:
        return row.confidence
    if row is not None and row.value is not None:
        beliefs[call.seat] = row.value
    return beliefs.get(call.seat)


def _length_in_tokens(call: Call) -> int | None:
    """Return the tokens of a request and its reply, as the backend told them, ids first."""
    tokens = call.reply.tokens if call.reply else None
    if tokens and tokens.ids and tokens.ids_read:
        return len(tokens.ids) + len(tokens.ids_read)
    counted = [call.spent.usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    known = [count for count in counted if count is not None]
    return sum(known) if len(known) == len(counted) else None
