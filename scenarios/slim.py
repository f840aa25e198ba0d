"""Skills under several critics, whose rewards are combined.

The idea is that of Emukpere et al. 2024, "SLIM: skill learning with multiple critics": each critic's rewards
are normalised before they are added, so that one with large numbers does not drown the others.
``arena export RUN --reward annotation:reach --reward annotation:safe --combine z-score`` does so, over all
replies of the export, and a weight stands before a reward, as in ``0.5*annotation:safe``. Without
``--combine`` it adds them as they are. The report says how much of either sum each critic decides.

The agent ``scenarios.slim:Skilled`` needs no model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arena import Agent, Episode, Outcome, Protocol, Reply, Request, Reward, Scenario, Task
from arena.annotations import Annotation
from arena.forms import Choice
from arena.prompts import Prompts

_POLICY = "policy"
_PROMPTS = Prompts(__file__)


class Skills(Protocol):
    """A policy chooses a skill, and several critics pay for it.

    A task's data have the ``pays``: what each critic pays for each skill, as ``{critic: {skill: amount}}``.
    """

    @property
    def seats(self) -> tuple[str, ...]:
        """The seat ``policy``."""
        return (_POLICY,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {"reach": Reward, "safe": Reward}

    async def play(self, episode: Episode) -> Outcome:
        """Ask for the skill, and have each critic pay it."""
        pays: Mapping[str, Mapping[str, float]] = episode.task.data["pays"]
        skills = tuple(next(iter(pays.values())))
        said = await episode.ask(_POLICY, Choice(skills), _PROMPTS.text("choose", skills=skills))
        paid = {critic: float(amounts[said.value]) for critic, amounts in pays.items()}
        episode.annotate(*(Reward(critic, amount, about=said.place) for critic, amount in paid.items()))
        return Outcome.completed({_POLICY: sum(paid.values())})


PAYS: Mapping[str, Mapping[str, float]] = {
    "reach": {"push": 1000, "lift": 0, "throw": -1000},
    "safe": {"push": 0.1, "lift": -0.2, "throw": 0.1},
}
"""What two critics pay for three skills. The one pays in thousands, and the other in tenths."""

scenario = Scenario(
    name="slim",
    protocol=Skills(),
    tasks=[Task(id="cube", text="A cube lies on the table.", data={"pays": PAYS})],
    seats={_POLICY: "local?reproducible=false"},
    episodes=3,
)


@dataclass
class Skilled(Agent):
    """Chooses one skill after the other, from episode to episode of a task."""

    def __post_init__(self) -> None:
        self._met: dict[int, int] = {}

    async def reply(self, request: Request) -> Reply:
        """Return the next skill."""
        skills = list(PAYS["reach"])
        number = self._met.setdefault(request.root, len(self._met))
        return Reply(skills[number % len(skills)])
