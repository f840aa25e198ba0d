"""The wrapper in which a critic checks a solver's steps one by one, and the solver tries again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import Field

from agents.shared.drafts import Draft, aside, settled
from agents.shared.wrapper import Helped, specification
from arena.core.ranges import Retries, Words
from arena.forms import Speech, Verdict
from arena.prompts import Prompts
from arena.registry import AgentLike
from arena.seat.additions import Added, added
from arena.seat.agent import Agent, Reply, Request, RequestUsage
from arena.seat.messages import BETWEEN, fenced
from arena.seat.response import consult
from arena.seat.tries import MADE_OF_TRIES

_PROMPTS = Prompts(__file__)
_CORRECT, _INCORRECT = "Correct", "Incorrect"
_NOTHING_YET = "(nothing yet)"
DONE = "done"
"""The word by which a solver says that its solution is complete."""


@dataclass
class _Solution:
    """A solution on its way: the steps that were kept, all tries, and what they used."""

    steps: list[str] = field(default_factory=list)
    tries: list[dict[str, Any]] = field(default_factory=list)
    spent: list[tuple[Agent, RequestUsage]] = field(default_factory=list)


@dataclass
class Guided(Helped):
    """Works an answer out step by step while a `critic` checks each step, and then answers.

    It is the search of Chen et al. 2025, "SPC: evolving self-play critic via adversarial games for LLM
    reasoning", and of others with a model that rates steps. The wrapped agent is the solver. It writes one
    step at a time, until it writes ``done`` or there are `steps`. The critic reads what the seat was sent,
    the steps so far and the next step, and says whether this is correct. If not, the solver tries again, up
    to `retries` times a step. The last try then stands, whatever the critic says. A step without a usable
    verdict stands, too. With `hears`, the solver reads the step that was refused and the critic's reasons;
    otherwise its next try is another sample. At last the solver is asked the seat's question, with its steps
    above it. The critic may be any agent. The default is the solver.
    In a specification: ``guided:local?critic=openai:gpt-5-mini&retries=5``.

    The steps are not part of the transcript. All tries are kept in the reply's reasoning, which the journal
    holds and no seat reads (`arena.seat.tries`), and ``arena export --rows tries`` writes them. A reply's
    usage is the total of all.

    Args:
        critic: The agent that checks the steps. The default is the solver.
        retries: How often the solver tries again at a step that the critic calls incorrect.
        steps: The most steps.
        hears: Whether the solver reads what the critic says.
        words: The most words of a step.
    """

    critic: AgentLike | None = None
    retries: Retries = 5
    steps: Annotated[int, Field(ge=1, le=1_000)] = 20
    hears: bool = False
    words: Words = 100

    helper = "critic"

    def __post_init__(self) -> None:
        super().__post_init__()
        own = {"retries": self.retries, "steps": self.steps, "hears": self.hears, "words": self.words}
        self.name = specification("guided", self._wrapped, **own, **self._named)

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage to expect if every step is tried once and all steps are taken."""
        own, check = Counter(self._wrapped.expects(request)), Counter(self._helper.expects(request))
        return Counter({name: (self.steps + 1) * count for name, count in own.items()}) + Counter(
            {name: self.steps * count for name, count in check.items()}
        )

    async def reply(self, request: Request) -> Reply:
        """Return what the solver answers after its steps.

        Raises:
            NoDraft: if the solver does not answer.
        """
        solution = _Solution()
        while len(solution.steps) < self.steps and await self._step(request, solution):
            pass
        above = _PROMPTS.text("worked", steps=fenced("\n".join(solution.steps))) if solution.steps else ""
        text = f"{above}{BETWEEN}{request.prompt.text}" if above else request.prompt.text
        own = Draft(
            *await consult(self._wrapped, request._replace(prompt=request.prompt._replace(text=text)))
        )
        record = {"tries": solution.tries, "reasoning": own.reply.reasoning if own.reply else ""}
        spent = [*solution.spent, (self._wrapped, own.spent)]
        reply = settled(own, json.dumps(record, ensure_ascii=False, indent=1), spent)
        notes = (added(Added.QUESTION, above),) if above else ()
        return reply._replace(notes=(MADE_OF_TRIES, *notes, *reply.notes))

    async def _step(self, request: Request, solution: _Solution) -> bool:
        """Add one step, and return whether there was one to add."""
        number = len(solution.steps) + 1
        tried: dict[str, Any] | None = None
        heard, kept = ("", ""), ""
        for place in range(self.retries + 1):
            wanted = self._asks_step(request, solution.steps, heard, f"step {number}.{place}")
            draft = Draft(*await consult(self._wrapped, wanted))
            solution.spent.append((self._wrapped, draft.spent))
            made: dict[str, Any] = {"step": number, "number": place + 1, **draft.record()}
            made |= {"accepted": None, "kept": False, "asked": wanted.prompt.text, "critique": None}
            if draft.reply:
                made["notes"] = [*draft.reply.notes, *_format(draft.reply, wanted)]
            solution.tries.append(made)
            if not draft.answer.ok:
                continue
            step = str(draft.answer.value).strip()
            if step.rstrip(".!").casefold() == DONE:
                made["kept"] = True
                return False
            check = await self._checked(request, solution, step, f"check {number}.{place}")
            accepted = check.answer.value.choice == _CORRECT if check.answer.ok else None
            made |= {"accepted": accepted, "critique": check.record()}
            tried, kept = made, step
            if accepted is not False:
                break
            if self.hears:
                heard = fenced(step), fenced(check.answer.value.reasons or _INCORRECT)
        if tried is None:
            return False
        tried["kept"] = True
        solution.steps.append(kept)
        return True

    def _asks_step(
        self, request: Request, steps: Sequence[str], heard: tuple[str, str], purpose: str
    ) -> Request:
        form = Speech(words=self.words, retries=0)
        refused, reasons = heard
        text = _PROMPTS.text(
            "step",
            steps=fenced("\n".join(steps)) if steps else "",
            refused=refused,
            reasons=reasons,
            done=DONE,
            instructions=form.instructions(),
        )
        return aside(request, purpose, text, form, {"asks": "next step", "steps": list(steps)})

    async def _checked(self, request: Request, solution: _Solution, step: str, purpose: str) -> Draft:
        form = Verdict((_CORRECT, _INCORRECT), public=("choice", "confidence", "reasons"), retries=0)
        before = fenced("\n".join(solution.steps) or _NOTHING_YET)
        text = _PROMPTS.text("check", steps=before, step=fenced(step), instructions=form.instructions())
        fields = {"asks": "critique", "before": list(solution.steps), "step": step}
        draft = Draft(*await consult(self._helper, aside(request, purpose, text, form, fields)))
        solution.spent.append((self._helper, draft.spent))
        return draft


def _format(reply: Reply, wanted: Request) -> list[str]:
    """Return the note of the JSON schema to which a reply was held; none if it was held to none."""
    if not reply.structured:
        return []
    return [added(Added.FORMAT, json.dumps(wanted.form.schema(), separators=(",", ":")))]
