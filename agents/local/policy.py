"""The local model that answers by its probabilities, which can also be read without drawing an answer."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from agents.local.agent import Local
from agents.local.labels import likelihoods
from arena.forms import Choice, Move
from arena.seat.agent import PolicyAgent, Reply, Request, Tokens


class _Weighed(NamedTuple):
    """The probability of each answer, the usage of finding it, and notes on how the request was changed."""

    likely: Mapping[str, float]
    usage: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass
class LocalPolicy(Local, PolicyAgent):
    """Gives each move or option with the probability that the model writes it.

    The probabilities are those after the beginning of a structured reply, at `temperature`. So it can be
    computed without samples how exploitable the model is, or how sure it is as a judge. To requests that ask
    for no move or option it answers as `local` does.
    """

    @property
    def continues(self) -> bool:
        """It draws options whole, so it cannot go on with one."""
        return False

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return the probability that the model writes each option or legal move."""
        return (await self._weigh(request)).likely

    async def reply(self, request: Request) -> Reply:
        """Draw a move or choice from `distribution` with the request's seed; it writes other replies."""
        if not isinstance(request.form, Move | Choice):
            return await super().reply(request)
        likely, usage, notes = await self._weigh(request)
        text = json.dumps({_field(request): request.draw(likely)})
        return Reply(
            text,
            usage=usage,
            structured=True,
            model=self.priced_as,
            tokens=Tokens(answers=likely),
            notes=notes,
        )

    async def _weigh(self, request: Request) -> _Weighed:
        """Ask for the tokens with which the answers begin, until the answers are told apart."""
        match request.form:
            case Move(legal=options) | Choice(options=options):
                messages = await self.chat_of(request)
            case form:
                raise TypeError(f"{type(form).__name__} has no finite number of answers")
        worker = self._worker()
        usage: Counter[str] = Counter()
        notes: dict[str, None] = {}

        async def tokens(beginning: bytes) -> Mapping[bytes, float]:
            found = await worker.next_tokens(messages, beginning, not self.reproducible)
            usage.update(found.usage)
            notes.update(dict.fromkeys(found.notes))
            return found.likely

        written = {json.dumps(option, ensure_ascii=False)[1:-1]: option for option in options}
        begun = f'{{"{_field(request)}":"'
        found = await likelihoods(
            list(written), tokens, beginning=begun, end='"', temperature=self.temperature
        )
        likely = {written[answer]: likelihood for answer, likelihood in found.items()}
        return _Weighed(likely, usage, tuple(notes))


def _field(request: Request) -> str:
    (field,) = request.form.schema()["properties"]
    return str(field)
