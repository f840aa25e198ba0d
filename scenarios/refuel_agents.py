"""Who plays `scenarios.refuel` without a model: an assistant of known answers, a user, and judges."""

from __future__ import annotations

import re
from dataclasses import dataclass

from arena import Agent, Reply, Request
from scenarios.simulated_user import USER, sum_of

_QUOTED = re.compile(r"^> (What is .*\?)$", re.MULTILINE)


@dataclass
class Pupil(Agent):
    """Answers sums as its courses say, the first of them in the first task, and so on.

    A course has a letter for each turn: ``R`` is the right answer, ``W`` one that is too large by 1, and
    ``?`` a reply that cannot be used. In a specification: ``scenarios.refuel_agents:Pupil?of=RWRRR,WWWWW``.

    Args:
        of: the courses, with commas between them. After the last the first follows again.
    """

    of: str

    async def reply(self, request: Request) -> Reply:
        """Return the answer of the turn."""
        fields, courses = request.prompt.data, self.of.split(",")
        place = int(fields["task"].rpartition("-")[2]) - 1
        letter = courses[place % len(courses)][fields["turn"]]
        value = sum_of(fields["question"])
        return Reply("" if letter == "?" or value is None else f"That makes {value + (letter == 'W')}.")


def scripted_user(request: Request) -> str:
    """Ask for the sums that the user is to ask for, one after the other."""
    asked = _QUOTED.findall(request.brief)
    return f"I go on with the list.\nQuestion: {asked[request.prompt.data['turn'] - 1]}"


def scripted_dialogue_judge(request: Request) -> str:
    """Rate a dialogue by the number of its right answers, and prefer that with more of them."""
    fields = request.prompt.data
    if fields["asks"] == "rate":
        return f"Number: {_right(fields['dialogue'])}"
    first, second = _right(fields["first"]), _right(fields["second"])
    return "tie" if first == second else "first" if first > second else "second"


def _right(dialogue: str) -> int:
    parts = re.findall(rf"^{USER.capitalize()}:\n> (.*)\n\nAssistant:\n> \D*(\d+)", dialogue, re.MULTILINE)
    return sum(sum_of(question) == int(answer) for question, answer in parts)
