"""Who plays `scenarios.gpt_bargaining` without a model: sides, a moderator, and those who give feedback."""

from __future__ import annotations

from dataclasses import dataclass

from arena import Agent, Reply, Request
from arena.prompts import Prompts

_PROMPTS = Prompts(__file__)


@dataclass
class Reciter(Agent):
    """Bargains as its courses say, the first of them in the first series, and gives and takes any feedback.

    A course has what the agent says in each game, with ``|`` between games and ``;`` between utterances: an
    amount is offered with a dollar sign, and ``ok`` accepts. ``no`` refuses.

    Args:
        of: the courses, with ``/`` between them. After the last the first follows again.
    """

    of: str

    async def reply(self, request: Request) -> Reply:
        """Return the next utterance."""
        fields = request.prompt.data
        if fields is None or fields["asks"] != "utterance":
            return Reply("Thank you, I shall try.")
        courses = [course.split("|") for course in self.of.split("/")]
        course = courses[(int(fields["task"].rpartition("-")[2]) - 1) % len(courses)]
        lines = course[min(fields["game"], len(course)) - 1].split(";")
        said = lines[min(fields["spoken"], len(lines) - 1)]
        return Reply({"ok": "Fine, I take it.", "no": "No, I will not."}.get(said, f"How about ${said}?"))


def scripted_moderator(request: Request) -> str:
    """Take a line that accepts for a deal."""
    return "yes" if "I take it" in request.prompt.data["said"] else "no"


@dataclass
class PlainFeedback(Agent):
    """Gives the same feedback always: to get a better price. It says nothing of how."""

    async def reply(self, request: Request) -> Reply:
        """Return the line."""
        return Reply(_PROMPTS.text("plain"))


@dataclass
class PooledFeedback(Agent):
    """Gives one of several pieces of feedback that people wrote, drawn anew for each series and game.

    Args:
        says: the pieces, with ``|`` between them. The default are seven of ours.
    """

    says: str = ""

    async def reply(self, request: Request) -> Reply:
        """Return one of them."""
        pool = (self.says or _PROMPTS.text("pool")).split("|")
        return Reply(request.random().choice(pool).strip())
