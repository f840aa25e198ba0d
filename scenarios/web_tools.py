"""The web of pages of `scenarios.web_pages` as tools: a seat clicks, types and scrolls within its turn.

Each tool returns the page that is then open, and `look` returns it without doing anything. What is open
follows from the seat's earlier calls, so a run can be resumed in the middle of a turn.

The agent ``scenarios.web_tools:Clicking`` needs no model. It types the title of the book into the search box,
opens the book, and reads the number of its pages or its shelf: two calls a task.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

from arena import Agent, Reply, Request, Scenario
from arena.core.errors import UsageError
from arena.seat.calls import ToolResult, ToolStatus, results_in
from arena.seat.transcript import EventKind
from arena.tools import ToolContext, ToolFailed, ToolLimits
from protocols import Revise
from scenarios.web_evolver import WEB_TASKS
from scenarios.web_pages import after, page_text

_NAMES = ("look", "click", "type_text", "scroll", "goback", "restart")
_ASKED = re.compile(r"(?P<what>How many pages has|On which shelf is) the book (?P<title>.+)\?")
_LINES = {"How many pages has": r"'(\d+) pages'", "On which shelf is": r"'Shelf (\w+)'"}


def look(told: ToolContext) -> str:
    """Shows the page that is open."""
    return _page(told)


def click(element: int, told: ToolContext) -> str:
    """Clicks on an element by its number, and shows the page that is then open."""
    return _page(told, f"click [{element}]")


def type_text(element: int, text: str, told: ToolContext) -> str:
    """Types a text into an element by its number, which searches at once, and shows the page."""
    return _page(told, f"type [{element}] [{text}]")


def scroll(direction: Literal["up", "down"], told: ToolContext) -> str:
    """Scrolls the page up or down, and shows what is then seen of it."""
    return _page(told, f"scroll [{direction}]")


def goback(told: ToolContext) -> str:
    """Goes back to the page before, and shows it."""
    return _page(told, "goback")


def restart(told: ToolContext) -> str:
    """Goes to the first page, and shows it."""
    return _page(told, "restart")


def _page(told: ToolContext, action: str = "wait") -> str:
    """Return the page after the seat's earlier calls and one more action."""
    try:
        return page_text(after([*map(_action, filter(_acted, told.history)), action]))
    except UsageError as error:
        raise ToolFailed(str(error)) from None


def _acted(result: ToolResult) -> bool:
    return result.status is ToolStatus.OK and result.call.name in _NAMES


def _action(result: ToolResult) -> str:
    """Return the action of an earlier call."""
    given = json.loads(result.call.arguments or "{}")
    match result.call.name:
        case "click":
            return f"click [{int(float(given['element']))}]"
        case "type_text":
            return f"type [{int(float(given['element']))}] [{given['text']}]"
        case "scroll":
            return f"scroll [{given['direction']}]"
        case "goback" | "restart" as action:
            return action
    return "wait"


scenario = Scenario(
    name="web-tools",
    protocol=Revise(turns=1, comparison="casefold"),
    tasks=WEB_TASKS,
    first=5,
    seats={"answerer": "local"},
    tools={"answerer": tuple(f"scenarios.web_tools:{name}" for name in _NAMES)},
    tool_limits=ToolLimits(calls=12),
)


@dataclass
class Clicking(Agent):
    """Searches for the book that the task asks about, opens it, and reads the answer from its page."""

    async def reply(self, request: Request) -> Reply:
        """Return the next call, or the answer."""
        events = (*request.view, request.prompt)
        texts = (request.brief, *(event.text for event in events))
        task = next(found for text in texts if (found := _ASKED.search(text)))
        results = [
            result
            for event in events
            if event.kind is EventKind.RETURNED
            for result in results_in(event.payload)
        ]
        if not results:
            return _call("type_text", element=2, text=task["title"])
        if len(results) == 1:
            return _call("click", element=2)
        answer = re.search(_LINES[task["what"]], results[-1].text)
        return Reply(f"I read the page.\nAnswer: {answer[1] if answer else 'unknown'}")


def _call(name: str, **arguments: object) -> Reply:
    return Reply(f"Tool: {name} {json.dumps(arguments)}")
