"""Who plays `scenarios.web_evolver` without a model: an agent, models of the world, a scorer and a judge."""

from __future__ import annotations

import json
from dataclasses import dataclass

from arena import Agent, Reply, Request
from scenarios.web_pages import after, page_text


@dataclass
class Surfer(Agent):
    """Takes the actions that it was given, one in each step, and names others of the step if it is asked to.

    Steps have a semicolon between them, and the actions of a step a ``|``. After the last step it stays with
    it. In a specification: ``scenarios.web_agents:Surfer?does=click [3];click [9]|scroll [down];stop [412]``.

    Args:
        does: the steps.
    """

    does: str

    async def reply(self, request: Request) -> Reply:
        """Return the first action of the step that has not been named yet, or else the last one."""
        fields, steps = request.prompt.data, self.does.split(";")
        named = [one.strip() for one in steps[min(len(fields["actions"]), len(steps) - 1)].split("|")]
        action = next((one for one in named if one not in fields["others"]), named[-1])
        return Reply(json.dumps({"thought": "I go on.", "action": action}))


def perfect_world(request: Request) -> str:
    """Predict the page that the web shows. It knows the web itself."""
    return f"The action does what it says.\nPage:\n{page_text(after(request.prompt.data['actions']))}"


def still_world(request: Request) -> str:
    """Predict that nothing changes: the page before the last action."""
    return f"Nothing changes.\nPage:\n{page_text(after(request.prompt.data['actions'][:-1]))}"


@dataclass
class Finder(Agent):
    """Scores an action by whether a text stands on the last page that is expected after it.

    Args:
        wants: the text. An action that stops with it has the score 1, too.
    """

    wants: str

    async def reply(self, request: Request) -> Reply:
        """Return 1 if the text stands there, 0.5 if other pages are expected, and 0 if none is."""
        fields = request.prompt.data
        last = fields["pages"][-1] if fields["pages"] else fields["action"]
        found = 1 if self.wants in last else 0.5 if fields["pages"] else 0
        return Reply(f"Number: {found}")


@dataclass
class Scores(Agent):
    """Gives its scores one after the other, whatever it reads.

    Args:
        of: the scores, with commas between them. ``?`` is a score that cannot be read.
    """

    of: str

    async def reply(self, request: Request) -> Reply:
        """Return the next score."""
        scores = self.of.split(",")
        score = scores[request.count % len(scores)]
        return Reply("I cannot tell." if score == "?" else f"Number: {score}")


def scripted_success(request: Request) -> str:
    """Say that an agent has succeeded whose answer stands on a page that it saw last."""
    fields = request.prompt.data
    found = fields["answer"] is not None and any(fields["answer"] in page for page in fields["pages"])
    return "success" if found else "not success"
