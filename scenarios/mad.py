"""MAD: two sides debate tit for tat before a moderator, and a judge decides if the moderator never does.

Liang et al. 2023, "Encouraging divergent thinking in large language models through multi-agent debate". The
tasks are sums. ``--tasks CIAR.json`` plays a file of questions, each with the spellings of its answer, and
``--set protocol.comparison=casefold`` compares their words. ``--set protocol.judge_reads=first`` shows the
judge the first round alone, as the authors' code does. `levels` compares the levels of disagreement.
"""

from __future__ import annotations

from dataclasses import dataclass

from arena import Agent, Comparison, Reply, Request, Scenario
from arena.core.errors import UsageError
from protocols import Mad
from scenarios.courses import SUMS

SEATS = dict.fromkeys(("affirmative", "negative", "moderator", "judge"), "local")

scenario = Scenario(name="mad", protocol=Mad(comparison="number"), tasks=SUMS, first=3, seats=SEATS)

levels = Comparison(
    name="mad-levels",
    tasks=SUMS,
    first=3,
    seats=SEATS,
    conditions={f"level-{level}": Mad(comparison="number", tit_for_tat=level) for level in range(4)},
)

_PLACES = {task.text: place for place, task in enumerate(SUMS)}
_RULINGS = {"a": "affirmative", "n": "negative", "c": "continue"}


@dataclass
class Arbiter(Agent):
    """Moderates and judges as its courses say, the first of them in the first task.

    A course has one letter for each round: ``a`` and ``n`` end the debate for the affirmative or negative
    side, and ``c`` lets it go on; the last one is repeated. As judge, it says that all answers may be right,
    and chooses the one that was given last. ``*`` and a number after a course repeat it for so many tasks.
    After the last course the first one follows again. In a specification:
    ``scenarios.mad:Arbiter?of=a*87,cn``.

    Args:
        of: The courses, with commas between them.
    """

    of: str

    def __post_init__(self) -> None:
        self._courses: list[str] = []
        for part in self.of.split(","):
            course, _, times = part.partition("*")
            if not course or set(course) - set(_RULINGS) or not (times or "1").isdecimal():
                raise UsageError(f"A course has the letters {', '.join(_RULINGS)}, as in cn*7, not {part!r}.")
            self._courses += [course] * int(times or 1)

    async def reply(self, request: Request) -> Reply:
        """Return the moderator's ruling on a round, or what the judge says."""
        asks, data = request.prompt.data["asks"], request.prompt.data
        if asks == "break":
            place = _PLACES[request.brief.partition("\n\n")[0]]
            course = self._courses[place % len(self._courses)]
            letter = course[min(data["round"], len(course)) - 1]
            return Reply(f"I rule so.\nVerdict: {_RULINGS[letter]}")
        labels = list(data["answers"])
        if asks == "candidates":
            return Reply(f"Candidates: {', '.join(labels)}")
        return Reply(f"Answer: {labels[-1]}")
