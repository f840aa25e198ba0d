"""Pictures that would reach nobody: from a protocol to an agent that sees none, or for a seat that is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.random import Random
from arena.core.errors import UsageError
from arena.designs.coached import Coached
from arena.designs.comparison import Comparison, Condition
from arena.designs.scenario import Scenario
from arena.episode import Episode, Outcome, Protocol
from arena.episode.outcome import Ending
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.episode.rewriting import Rewritten
from arena.forms import Speech
from arena.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.tasks.task import Task
from arena.training.environments._seats import Outside, with_policy
from protocols import Debate, Direct
from protocols.strategised import Strategised
from tests.arena.pictures.made import picture


class Screens(Protocol):
    """Shows a screen to a looker, with what it tells or with what it asks."""

    told: bool = True
    says_so: bool = False

    @property
    def seats(self) -> tuple[str, ...]:
        return ("looker", "user")

    def shows_pictures(self, seat: str, task: object) -> bool:
        return self.says_so and seat == "looker"

    async def play(self, episode: Episode) -> Outcome:
        screen = (picture(1),)
        if self.told:
            episode.tell(("looker",), "The screen:", pictures=screen)
        await episode.together(("user",), Speech())
        await episode.ask("looker", Speech(), "What is wrong?", pictures=() if self.told else screen)
        return Outcome.completed({})


class Blind(Agent):
    """Sees nothing, and counts what it is asked."""

    name = "blind"
    sees_pictures = False

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def reply(self, request: Request) -> Reply:
        self.asked.append(request.seat)
        return Reply("Nothing.")


@pytest.mark.parametrize("told", [True, False])
async def test_an_agent_that_sees_none_is_never_asked_about_a_protocols_pictures(*, told: bool) -> None:
    blind = Blind()
    plan = Plan(0, Task(id="t"), {"looker": "blind", "user": "blind"}, chance=1)
    outcome = (await play_episode(Screens(told=told), plan, {"blind": blind})).outcome
    assert outcome.ending is Ending.FAILED
    assert outcome.offenders == ()
    assert "looker is shown pictures, and its agent sees none" in outcome.reason
    assert blind.asked == ["user"]


def wrapped(protocol: Protocol) -> list[Protocol]:
    return [
        Rewritten(protocol=protocol, rate=0, turns=1),
        Coached(protocol=protocol, improving="looker"),
        Strategised(protocol=protocol, advised=("looker",), judged=False),
    ]


@pytest.mark.parametrize("place", range(3))
def test_a_protocol_around_another_shows_the_pictures_of_that_one(place: int) -> None:
    task = Task().public
    outer = wrapped(Screens(says_so=True))[place]
    assert {seat for seat in outer.seats if outer.shows_pictures(seat, task)} == {"looker"}
    inner = Direct()
    assert Rewritten(protocol=inner, rate=0, turns=1).picture_names == inner.picture_names
    assert set(inner.picture_names) == {"judge", "source"}


def study(name: str, protocol: Protocol) -> Scenario:
    task = Task(id="t", text="It is dark.", private_pictures={name: (picture(1),)}, truth="true")
    return Scenario(protocol=protocol, tasks=[task], seats=dict.fromkeys(protocol.seats, Random()))


async def test_pictures_for_a_seat_that_there_is_not_are_refused_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'t' has pictures for 'jugde', and .*: judge\."):
        await run(study("jugde", Direct()), tmp_path / "run")
    assert not (tmp_path / "run").exists()


async def test_a_seat_of_any_condition_may_have_pictures_and_so_may_the_source(tmp_path: Path) -> None:
    task = Task(
        id="t",
        text="It is dark.",
        private_pictures={"debater_a": (picture(1),), "source": (picture(2),)},
        truth="true",
    )
    conditions = {
        "direct": Condition(protocol=Direct(), seats={"judge": Random()}),
        "debate": Condition(protocol=Debate(), seats=dict.fromkeys(Debate().seats, Random())),
    }
    done = await run(Comparison(tasks=[task], conditions=conditions), tmp_path / "run")
    assert done.ended[Ending.COMPLETED] == 2


def test_a_trainer_is_refused_a_seat_that_its_protocol_shows_pictures() -> None:
    scenario = Scenario(
        protocol=Screens(says_so=True), tasks=[Task()], seats={"looker": "random", "user": "random"}
    )
    with pytest.raises(UsageError, match=r"shows looker pictures, and an environment sends"):
        with_policy(scenario, ["looker"])
    assert with_policy(scenario, ["user"]) is not None
    assert not Outside.sees_pictures
