"""Twenty questions and guess my city as a tool: a seat asks within its turn, and answers with what it found.

The games and their tables are those of `scenarios.archer`. The tool `ask` stands for the oracle. It may be
called as often as ``tool_limits.calls`` says, which is twenty here.

The agent ``scenarios.guessing_tools:Asking`` needs no model. It halves what is left with each question, as
``scenarios.archer:Halving`` does, so it asks 44 questions about the ten things: 3.4 each, and one more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from arena import Agent, Reply, Request, Scenario, Task
from arena.seat.calls import results_in
from arena.seat.transcript import EventKind
from arena.tools import ToolContext, ToolFailed, ToolLimits
from protocols import Revise
from protocols.guessing import OracleAnswer
from protocols.shared.naming import count_named, ends_with, names_it
from scenarios.archer import CITIES_KNOWN, THINGS_KNOWN, halving_question, table_answer, words_left
from scenarios.cities import CITIES
from scenarios.things import TEN

_SPELLED = [tuple(word.split(";")) for word in (*THINGS_KNOWN.words, *CITIES_KNOWN.words)]
_CITIES = [tuple(word.split(";")) for word in CITIES]
_TEN = [word.split(";")[0] for word in TEN]
_FOUND = "That is it."


def ask(question: str, told: ToolContext) -> str:
    """Answers a question with yes or no. The question that names what is sought finds it."""
    names = next((names for names in _SPELLED if told.right(names[0])), None)
    if names is None:
        raise ToolFailed("the tables do not know what is sought here")
    if any(result.text.endswith(_FOUND) for result in told.history):
        raise ToolFailed("it is found already")
    answer = table_answer(question, names)
    if names in _CITIES:
        if count_named(question, _CITIES) > 1:
            return OracleAnswer.INVALID
        is_found = any(names_it(question, name) for name in names)
    else:
        is_found = answer == OracleAnswer.YES and any(ends_with(question, name) for name in names)
    return f"Yes. {_FOUND}" if is_found else answer


def _scenario(name: str, text: str, words: list[str], first: int) -> Scenario:
    return Scenario(
        name=name,
        protocol=Revise(turns=1, comparison="casefold"),
        tasks=[Task(id=word.lower(), text=text, truth=word) for word in words],
        first=first,
        seats={"answerer": "local"},
        tools={"answerer": ("scenarios.guessing_tools:ask",)},
        tool_limits=ToolLimits(calls=20),
    )


thing_tools = _scenario(
    "twenty-questions-tools",
    f"It is one of these: {', '.join(_TEN)}. Which of them is it? Ask until you have found it.",
    _TEN,
    len(_TEN),
)
city_tools = _scenario(
    "guess-my-city-tools",
    "Which city is it? Ask until you have found it.",
    [names[0] for names in _CITIES],
    10,
)


@dataclass
class Asking(Agent):
    """Halves what is left with each question, and answers with what it has found."""

    async def reply(self, request: Request) -> Reply:
        """Return the next question as a call, or the answer."""
        events = (*request.view, request.prompt)
        is_city = any("Which city is it?" in text for text in (request.brief, *(one.text for one in events)))
        facts = CITIES_KNOWN if is_city else THINGS_KNOWN
        left, asked = [names[0] for names in _CITIES] if is_city else list(_TEN), set[str]()
        for event in events:
            for result in results_in(event.payload) if event.kind is EventKind.RETURNED else ():
                question = json.loads(result.call.arguments)["question"]
                asked.add(question)
                left = words_left(left, facts, question, result.text)
                if result.text.endswith(_FOUND):
                    return Reply(f"I asked.\nAnswer: {left[0]}")
        return Reply(f"Tool: ask {json.dumps({'question': halving_question(left, facts, asked)})}")
