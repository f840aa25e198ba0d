"""The wrapper in which a model of the world predicts what happens next, and the agent chooses."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, NamedTuple

from pydantic import Field

from agents.shared.drafts import Draft, aside, settled, side_by_side
from agents.shared.wrapper import Helped, specification
from arena.core.ranges import Words
from arena.forms import Choice, Form, Move, Speech
from arena.prompts import Prompts
from arena.registry import AgentLike
from arena.seat.additions import Added, added
from arena.seat.agent import Reply, Request
from arena.seat.messages import BETWEEN, fenced
from arena.seat.response import consult

_PROMPTS = Prompts(__file__)
_MOST_HORIZON = 100


class Foreseen(NamedTuple):
    """A prediction: the answer after which it holds, empty if it is not known, and the next replies."""

    option: str
    replies: tuple[str, ...]


@dataclass
class Lookahead(Helped):
    """Answers as the wrapped agent does when a `model` of the world has predicted what the others do next.

    The idea is that of world models in planning: one predicts, and another chooses by the predictions
    (Schwarzer et al. 2021, "Data-efficient reinforcement learning with self-predictive representations",
    predict several steps; a text stands for the latent state here). If the seat has at most `options` answers
    to choose from, the model predicts after each of them. The model may be any agent. The default is the
    wrapped agent. In a specification: ``lookahead:local?model=openai:gpt-5-mini&horizon=2``.

    The predictions are not part of the transcript. Nobody else reads them. They are kept in the reply's
    reasoning, which the journal holds. This is JSON with the ``predictions`` (the ``option``, text,
    reasoning, status, reason, and what was ``said``) and the agent's own ``reasoning``. A prediction that is
    refused, cut off or missing is not read, and the model is not asked again. ``arena judge RUN --with
    scenarios.foresight:Foresight`` scores predictions by their horizon.

    A reply's usage is the total of both.

    Args:
        model: The agent that predicts. The default is the wrapped agent.
        horizon: How many of the next replies of the others are predicted.
        options: The most answers after each of which is predicted. With more, the model predicts once.
        words: The most words of a prediction.
    """

    model: AgentLike | None = None
    horizon: Annotated[int, Field(ge=1, le=_MOST_HORIZON)] = 2
    options: Annotated[int, Field(ge=0, le=100)] = 5
    words: Words = 200

    helper = "model"

    def __post_init__(self) -> None:
        super().__post_init__()
        own = {"horizon": self.horizon, "options": self.options, "words": self.words}
        self.name = specification("lookahead", self._wrapped, **own, **self._named)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect of all predictions, and of the agent, which reads them."""
        asked = len(self._tried(request.form))
        one, reply = Counter(self._helper.expects(request)), Counter(self._wrapped.expects(request))
        if reply:
            reply["prompt_tokens"] += asked * one["completion_tokens"]
        return Counter({name: asked * count for name, count in one.items()}) + reply

    async def reply(self, request: Request) -> Reply:
        """Return what the agent answers when it has read the predictions.

        Raises:
            NoDraft: if the agent does not answer.
        """
        options = self._tried(request.form)
        form = Speech(words=self.words, retries=0)
        asked = [
            aside(
                request,
                f"foresee {place}",
                _PROMPTS.text(
                    "foresee", horizon=self.horizon, option=option, instructions=form.instructions()
                ),
                form,
            )
            for place, option in enumerate(options)
        ]
        drafts = await side_by_side((self._helper, one) for one in asked)
        read = [(option, draft) for option, draft in zip(options, drafts, strict=True) if draft.answer.ok]
        above = self._above(read)
        text = f"{above}{BETWEEN}{request.prompt.text}" if above else request.prompt.text
        chosen = request._replace(prompt=request.prompt._replace(text=text))
        own = Draft(*await consult(self._wrapped, chosen))
        record = {
            "predictions": [
                {"option": option, **draft.record(), "said": draft.answer.value if draft.answer.ok else None}
                for option, draft in zip(options, drafts, strict=True)
            ],
            "reasoning": own.reply.reasoning if own.reply else "",
        }
        spent = [*((self._helper, draft.spent) for draft in drafts), (self._wrapped, own.spent)]
        reply = settled(own, json.dumps(record, ensure_ascii=False, indent=1), spent)
        return reply._replace(notes=(added(Added.QUESTION, above), *reply.notes)) if above else reply

    def _above(self, read: Sequence[tuple[str, Draft]]) -> str:
        """Return the text above the question: the predictions that can be read. It is empty without any."""
        if not read:
            return ""
        options = [option for option, _ in read]
        predictions = [fenced(draft.answer.value) for _, draft in read]
        return _PROMPTS.text("foreseen", options=options, predictions=predictions, horizon=self.horizon)

    def _tried(self, form: Form[object]) -> tuple[str, ...]:
        """Return the answers after each of which is predicted; one empty text if they are not tried."""
        known = form.options if isinstance(form, Choice) else form.legal if isinstance(form, Move) else ()
        return known if 0 < len(known) <= self.options else ("",)


def foreseen(reasoning: str) -> tuple[Foreseen, ...]:
    """Return the predictions in a record of `Lookahead`; none if the text is no such record.

    >>> foreseen('{"predictions": [{"option": "bet", "said": "call"}], "reasoning": ""}')
    (Foreseen(option='bet', replies=('call',)),)
    """
    try:
        return tuple(
            Foreseen(
                str(one["option"]),
                tuple(line.strip() for line in one["said"].splitlines() if line.strip())[:_MOST_HORIZON],
            )
            for one in json.loads(reasoning)["predictions"]
            if one["said"] is not None
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
