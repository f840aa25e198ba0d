"""The local model that answers by its probabilities, which can be read off as well as drawn from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from agents.local.agent import Local, chat
from agents.local.labels import likelihoods
from arena.forms import Choice, Move
from arena.seat.agent import PolicyAgent, Reply, Request, Tokens


class _Weighed(NamedTuple):
    """How likely each answer is, what it took to find out, and how the request was changed for it."""

    likely: Mapping[str, float]
    usage: Mapping[str, int]
    notes: tuple[str, ...]


@dataclass
class LocalPolicy(Local, PolicyAgent):
    """Gives each move or option as often as the model is likely to write it; answers else as `local` does.

    The probabilities are those behind the beginning of a structured reply, at `temperature`, so that how
    exploitable the model is, or how sure as a judge, is read off and not counted from samples.
    """

    async def distribution(self, request: Request) -> Mapping[str, float]:
        """Return how likely the model is to write each option or legal move."""
        return (await self._weigh(request)).likely

    async def reply(self, request: Request) -> Reply:
        """Draw a move or choice from `distribution`, by the request's seed; write anything else."""
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
        """Ask for the tokens with which the answers begin, as far as they tell the answers apart."""
        match request.form:
            case Move(legal=options) | Choice(options=options):
                messages = chat(request)
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
