"""GUI-Critic-R1 in use: an agent operates a program alone, and again with a critic before each action.

The measure is that of Wanyan et al. 2025, "Look before you leap". In the second pass a critic sees each
action that is proposed, with its touch point. If it calls the action Incorrect, the agent is asked once more,
with the critic's suggestion, and what it then says is executed; how often the authors ask was not found.
``advantage`` is whether the critic saved steps, of the tasks that both passes solve or both do not: the share
of yes is the paper's efficiency advantage rate (EAR). ``alone`` and ``criticised`` say whether the task was
solved.

The agents ``scenarios.gui_agent:Operator`` and ``AdvisingCritic`` need no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from arena import Answer, Episode, Label, Outcome, Place, Protocol, Request, Scenario, Score, Task
from arena.annotations import Annotation, AnnotationStatus
from arena.core.errors import UsageError
from arena.core.ranges import Rounds
from arena.core.seeds import derive
from arena.forms import Choice
from arena.pictures import Picture
from arena.prompts import Prompts
from arena.seat.agent import Agent, Reply
from arena.seat.messages import fenced
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from scenarios.gui_app import BACK, HOME_SCREEN, MENU_OF, MENUS, AppState
from scenarios.gui_critic import ActionScore, read_screening
from scenarios.lookers import pictures_seen
from scenarios.tagged import WholeOutput

_AGENT, _CRITIC = "agent", "critic"
_PROMPTS = Prompts(__file__)
_ALONE, _CRITICISED = "alone", "criticised"
_ON = "on"


class OperatedApp(Protocol):
    """An agent turns on a switch of a program, first alone and then with a critic before each action.

    ``data["goal"]`` is the switch. The truth is ``on``, its state in the end.

    Args:
        steps: How many actions a pass has at most.
    """

    steps: Rounds = 8

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``agent`` and ``critic``."""
        return _AGENT, _CRITIC

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        found = {"advantage": Label} | {f"steps {name}": Score for name in (_ALONE, _CRITICISED)}
        return found | {_ALONE: Answer, _CRITICISED: Answer}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the instruction, and the role of the seat."""
        return f"{super().brief(seat, task)}\n\n{_PROMPTS.text(seat)}"

    def shows_pictures(self, seat: str, task: PublicTask) -> bool:
        """Return true, because both seats see the screen."""
        return True

    async def play(self, episode: Episode) -> Outcome:
        """Play both passes, and compare them."""
        goal = str(episode.task.data["goal"])
        passes = {}
        for name in (_ALONE, _CRITICISED):
            found = await self._pass(episode, goal, with_critic=name == _CRITICISED)
            if isinstance(found, Outcome):
                return found
            passes[name] = found
            is_on, steps = found
            episode.annotate(
                Answer(name, _ON if is_on else "off", author=_AGENT),
                Score(f"steps {name}", steps, low=0, about=Place(_AGENT)),
            )
        (solved, steps), (solved_too, fewer) = passes.values()
        is_same = solved == solved_too
        saves = "yes" if fewer < steps else "no"
        status = AnnotationStatus.OK if is_same else AnnotationStatus.NOT_ASKED
        episode.annotate(Label("advantage", saves if is_same else None, status=status))
        return Outcome.completed({_AGENT: float(solved_too)})

    async def _pass(self, episode: Episode, goal: str, *, with_critic: bool) -> Outcome | tuple[bool, int]:
        """Return whether the switch is on in the end and after how many actions, or how the episode broke."""
        state, history = AppState(), list[str]()
        while goal not in state.on and len(history) < self.steps:
            told = _PROMPTS.text("screen", history=history)
            form = Choice(state.targets)
            said = await episode.ask(
                *(_AGENT, form, f"{told}\n\n{_PROMPTS.text('act')}"),
                audience=NOBODY, remember=False, pictures=(state.picture(),),
            )  # fmt: skip
            if said.ok and with_critic:
                asked = f"{_PROMPTS.text('proposed', target=said.value)}\n\n{_PROMPTS.text('judge')}"
                judged = await episode.ask(
                    *(_CRITIC, WholeOutput(), f"{told}\n\n{asked}"),
                    audience=NOBODY, remember=False, pictures=(state.picture(said.value),),
                )  # fmt: skip
                read = read_screening(judged.value) if judged.ok else None
                if read and read.score == ActionScore.INCORRECT:
                    suggested = fenced(read.suggestion) if read.suggestion else ""
                    again = _PROMPTS.text("reconsider", target=said.value, suggestion=suggested)
                    said = await episode.ask(
                        *(_AGENT, form, f"{told}\n\n{again}"),
                        audience=NOBODY, remember=False, pictures=(state.picture(),),
                    )  # fmt: skip
            if not said.ok:
                return Outcome.failed(said.reason or "there was no action", _AGENT)
            state = state.tapped(said.value)
            history.append(said.value)
        return goal in state.on, len(history)


def goals(n: int, seed: int) -> list[Task]:
    """Return `n` tasks that ask for a switch to be turned on."""
    rng = Random(derive(seed, "goals"))
    chosen = [rng.choice(sorted(MENU_OF)) for _ in range(n)]
    return [
        Task(
            id=f"goal-{seed}-{place}",
            text=f"Instruction {place + 1}: Turn on {goal}.",
            data={"goal": goal},
            truth=_ON,
        )
        for place, goal in enumerate(chosen)
    ]


scenario = Scenario(
    name="gui-agent",
    protocol=OperatedApp(),
    tasks=goals(n=100, seed=7),
    first=4,
    seats=dict.fromkeys((_AGENT, _CRITIC), "local?reproducible=false"),
)

_PLACES = {task.text: (place, str(task.data["goal"])) for place, task in enumerate(scenario.tasks)}
_SCREENS = (HOME_SCREEN, *MENUS)


def _seen(request: Request) -> tuple[AppState, str]:
    """Return the state of the program on the picture of a request, and what is touched there, if anything."""
    return _states()[pictures_seen(request)[-1]]


@lru_cache
def _states() -> dict[Picture, tuple[AppState, str]]:
    states = [AppState(screen) for screen in _SCREENS]
    return {state.picture(target): (state, target) for state in states for target in ("", *state.targets)}


@dataclass
class Operator(Agent):
    """Taps as its courses say, the first of them in the first task. It sees the screen by its picture alone.

    ``r`` is always right. ``m`` and ``s`` first open a wrong menu; ``m`` does what a critic suggests instead,
    and ``s`` does not. ``n`` and ``x`` never find the switch; ``n`` does what a critic suggests. In a
    specification: ``scenarios.gui_agent:Operator?of=mrms``.

    Args:
        of: The courses, a letter each. After the last the first follows again.
    """

    of: str

    def __post_init__(self) -> None:
        if not re.fullmatch("[rmsnx]+", self.of):
            raise UsageError(f"A course of Operator is one of the letters rmsnx, unlike {self.of!r}.")

    async def reply(self, request: Request) -> Reply:
        """Return what it taps."""
        place, goal = _PLACES[request.brief.partition("\n\n")[0]]
        course = self.of[place % len(self.of)]
        state, _ = _seen(request)
        right = state.right_target(goal)
        suggested = re.search(r"^> Tap on (.+)\.$", request.prompt.text, re.MULTILINE)
        if suggested and course in "rmn":
            return Reply(f"Answer: {suggested[1]}")
        is_first = "Tapped so far" not in request.prompt.text
        strays = course in "nx" or (course in "ms" and is_first)
        astray = BACK if state.screen != HOME_SCREEN else next(menu for menu in MENUS if menu != right)
        return Reply(f"Answer: {astray if strays else right}")


@dataclass
class AdvisingCritic(Agent):
    """Judges each action that it sees marked on the picture, and suggests the right one.

    Args:
        lenient: Whether it calls every action Correct.
    """

    lenient: bool = False

    async def reply(self, request: Request) -> Reply:
        """Return the score and the suggestion."""
        _, goal = _PLACES[request.brief.partition("\n\n")[0]]
        state, touched = _seen(request)
        right = state.right_target(goal)
        score = ActionScore.CORRECT if self.lenient or touched == right else ActionScore.INCORRECT
        thought = "<think>I look at the screen.</think>"
        return Reply(f"{thought}<score>{score}</score><suggestion>Tap on {right}.</suggestion>")
