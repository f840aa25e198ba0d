"""A row: one reply of one seat, what it saw, what it said, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from arena.seat.agent import Tokens
from arena.seat.calls import ToolCall, ToolSpec
from arena.seat.messages import Message
from arena.seat.parts import ReplyPart
from arena.training.rewards.sources import NO_RETURN

__all__ = ["FACTS", "NO_RETURN", "TYPES", "LengthLimit", "Row"]


NO_MORE: Mapping[str, float | bool | None] = MappingProxyType({})
WEIGHT = "weight"
"""How much the row counts in a weighted loss, if the export was asked for weights."""
REANCHORED = "reanchored"
"""Whether the prompt is that of another turn of the seat, in exports that may have such rows."""

NOT_IN_PART = "nobody is to learn from parts of the reply, which only spans and tokens can say"
"""The reason why a row is left out of a format that cannot say which parts those are."""


NO_CALLS = "the format holds no calls of tools; trl-sft, trl-kto and openai-sft do"
"""The reason why a row is left out of a format that cannot hold the calls of tools in it."""


class Row(NamedTuple):
    """A seat's attempt at one of its turns, or one of several samples of a turn.

    `role` is the seat, `agent` who sat there, `turn` counts the turns of the episode from 0 and `attempt`
    those at the turn. `sample` counts the samples of a turn from 0, which all have the turn of the first; it
    is None if the turn has no samples. `prompt` is what the seat saw, `completion` its reply as it came
    (empty if there was none), and `length` counts the characters of both. `digest` is the same for the same
    prompt. `amount` is what the episode returned to the seat, `reward` what the attempt earned and
    `advantage` what it earned over the baseline; None if unknown. `confidence`, from 0 to 1, is the reply's
    own, else the last belief that the seat told. `masked` says why nobody is to learn from the row; empty if
    one may. `unearned` says why there is no reward or no advantage. `key` is the same for the same answer,
    and `correct` says whether it is right, from 0 to 1; None if there is no answer, or it is not known.
    `stands` says whether the episode went on from it: it is not, for a sample that was not kept. `more` holds
    facts that only some exports have, by name. `parts` say who wrote which part of the completion, if several
    did. `calls` are the tools that the completion calls beside its text, and `tools` those that the agent was
    sent beside the prompt. There are none of either for an agent that calls tools in its text.
    """

    run: str
    episode: int
    turn: int
    attempt: int
    sample: int | None
    agent: str
    role: str
    protocol: str
    game: str
    condition: str
    task: str
    truth: str
    prompt: Sequence[Message]
    completion: str
    length: int
    digest: str
    status: str
    amount: float | None
    reward: float | None
    advantage: float | None
    confidence: float | None
    model: str
    policy_version: str | None
    tokens: Tokens | None
    masked: str
    unearned: str = ""
    key: int | None = None
    correct: float | None = None
    stands: bool = True
    more: Mapping[str, float | bool | None] = NO_MORE
    parts: Sequence[ReplyPart] = ()
    calls: tuple[ToolCall, ...] = ()
    tools: tuple[ToolSpec, ...] = ()

    @property
    def has_calls(self) -> bool:
        """Whether it holds calls of tools, or what they returned, beside the text."""
        return bool(self.calls) or any(message.role == "tool" for message in self.prompt)

    def facts(self) -> dict[str, Any]:
        """Return all but what was seen and said, by the names that files have for it."""
        return {**dict(zip(FACTS, _FACTS(self), strict=True)), **self.more}


FACTS: Mapping[str, str] = {
    "run": "run",
    "episode": "episode",
    "turn": "turn",
    "attempt": "attempt",
    "sample": "sample",
    "agent": "agent",
    "role": "role",
    "protocol": "protocol",
    "game": "game",
    "condition": "condition",
    "task": "task",
    "status": "status",
    "return": "amount",
    "reward": "reward",
    "advantage": "advantage",
    "confidence": "confidence",
    "model": "model",
    "policy_version": "policy_version",
}
"""What a file tells of each row, and the row's field that holds it."""
TYPES: Mapping[str, str] = {
    **dict.fromkeys(FACTS, "string"),
    **dict.fromkeys(("episode", "turn", "attempt", "sample"), "int64"),
    **dict.fromkeys(("return", "reward", "advantage", "confidence"), "float64"),
}
"""The types of the facts, by the names that Arrow and `datasets` have for them."""
_FACTS = attrgetter(*FACTS.values())


class LengthLimit(NamedTuple):
    """How many characters or tokens a row may have, prompt and completion together; None is no limit."""

    characters: int | None = None
    tokens: int | None = None
