"""The tools of an episode's seats: opening them, and what they may know of the episode."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AsyncExitStack

from arena.seat.agent import Agent
from arena.seat.messages import BETWEEN
from arena.tasks.grading import AnswerMatch, Grader
from arena.tasks.task import PublicTask
from arena.tools import Calling, SeatTools, Toolbox, ToolContext


def known_to_tools(seat: str, number: int, task: PublicTask, grader: Grader) -> ToolContext:
    """Return what the tools of a seat may know of its episode."""

    def right(answer: str, by: str = AnswerMatch.EXACT) -> bool | None:
        return grader(answer, AnswerMatch(by))

    return ToolContext(seat=seat, episode=number, task=task.text, right=right)


def offers_of(tools: Mapping[str, SeatTools]) -> dict[str, str]:
    """Return what seats are offered, as the JSON that is recorded, by seat."""
    return {seat: own.offer.text() for seat, own in tools.items()}


def open_tools(
    boxes: Mapping[str, Toolbox], agents: Mapping[str, Agent], briefs: dict[str, str], closing: AsyncExitStack
) -> dict[str, SeatTools]:
    """Open the tools of the seats, and tell in their briefs the agents that call tools in their text."""
    opened = {}
    for seat, box in boxes.items():
        calling = agents[seat].calling
        opened[seat] = box.open(calling, closing)
        if calling is Calling.TEXT:
            briefs[seat] = BETWEEN.join(filter(None, (briefs[seat], box.explained())))
    return opened
