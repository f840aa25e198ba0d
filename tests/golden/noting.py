"""An agent that answers from its request alone and notes what it was sent, and the notes as text."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from arena.core.seeds import derive
from arena.forms import Choice
from arena.seat.agent import Agent, Reply, Request, Stop, Tokens
from arena.seat.messages import Message, expected_usage, messages

BY_THE_CLOCK = ("seconds", "tokens_per_second")
"""What a report says of time, which is never the same twice."""
UNUSABLE = ("", "Answer: this\nAnswer: that\nProbability: 1\nProbability: 2", "I would rather not say.")


class Note(NamedTuple):
    """One request, as all that an agent can read of it."""

    root: int
    seat: str
    count: int  # type: ignore[assignment]  # hides tuple's method, which nobody misses
    agent: str
    messages: Sequence[Message]
    fields: str
    form: str
    schema: str


class Noting(Agent):
    """Answers what `agent` does or, without one, what the form accepts, and notes every request.

    Without one, a request in ten gets an unusable reply, one in fifty a refusal and one in fifty a reply that
    is cut off. All of it is drawn from the request's own seed.
    """

    def __init__(self, name: str, notes: list[Note], agent: Agent | None = None) -> None:
        self.name = name
        self.notes = notes
        self.agent = agent

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return what a model would expect."""
        return expected_usage(request)

    async def reply(self, request: Request) -> Reply:
        """Note the request and answer it."""
        self.notes.append(_note(self.name, request))
        if self.agent is not None:
            return await self.agent.reply(request)
        rng = random.Random(derive(request.seed, "golden"))
        text = request.form.sample(rng)
        usage = {"prompt_tokens": rng.randrange(50, 90), "completion_tokens": rng.randrange(1, 30)}
        luck = rng.random()
        if luck < 0.1:
            text = rng.choice(UNUSABLE)
        stop = Stop.REFUSED if luck > 0.98 else Stop.TRUNCATED if luck > 0.96 else Stop.COMPLETE
        tokens = None
        if isinstance(request.form, Choice):
            weights = [rng.randint(1, 9) for _ in request.form.options]
            shares = [weight / sum(weights) for weight in weights]
            tokens = Tokens(answers=dict(zip(request.form.options, shares, strict=True)))
        return Reply(text, f"Thought {rng.randrange(100)}.", stop, usage, model="golden", tokens=tokens)


def _note(agent: str, request: Request) -> Note:
    return Note(
        request.root,
        request.seat,
        request.count,
        agent,
        tuple(messages(request)),
        json.dumps(request.prompt.data, sort_keys=True),
        request.form.title,
        json.dumps(request.form.schema(), sort_keys=True),
    )


def as_text(notes: Sequence[Note]) -> str:
    """Return requests as text, those of one seat in one episode together, each without what came before.

    They are in the order of the seeds, which does not depend on which seat or episode was asked first.
    """
    by_seat = sorted(notes, key=attrgetter("root", "seat", "agent", "count", "messages"))
    parts = []
    for (root, seat, agent), asked in groupby(by_seat, key=attrgetter("root", "seat", "agent")):
        parts.append(f"======== {seat}, answered by {agent}, seed {root}\n")
        before: Sequence[Message] = ()
        for note in asked:
            parts.append(_written(note, before))
            before = note.messages
    return "".join(parts)


def _written(note: Note, before: Sequence[Message]) -> str:
    kept = 0
    while kept < min(len(before), len(note.messages)) and before[kept] == note.messages[kept]:
        kept += 1
    said = "".join(f"[{role}] {content}\n" for role, content, *_ in note.messages[kept:])
    rest = f"[fields] {note.fields}\n[form] {note.form} {note.schema}\n"
    return f"-------- request {note.count}, the first {kept} messages as before\n{said}{rest}"


def plain(value: Any, version: str) -> Any:
    """Return JSON-able values without times and version, with the digits that all machines agree on."""
    if isinstance(value, Mapping):
        kept = {name: part for name, part in value.items() if name not in BY_THE_CLOCK}
        return {str(name): plain(part, version) for name, part in kept.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [plain(part, version) for part in value]
    if isinstance(value, float):
        return float(f"{value:.10g}")
    return value.replace(version, "VERSION") if isinstance(value, str) else value
