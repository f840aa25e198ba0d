"""Telling people in seats what happens: only what their seats may see, and nothing of anything else."""

from __future__ import annotations

from pathlib import Path

from arena.designs.scenario import Scenario
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.seat.sight import SeatSight
from arena.tasks import hidden_passage
from protocols import Debate, Play
from protocols.shared.beliefs import Beliefs


class Person(Agent):
    """Stands for a person, and keeps how much was seen each time that something was told."""

    desk = "web"
    shares_desk = False

    def __init__(self, name: str = "heron") -> None:
        self.name = name
        self.seen: list[list[str]] = []
        self.seats: set[str] = set()

    async def reply(self, request: Request) -> Reply:
        return Reply(request.form.sample(request.random()))

    def heard(self, sight: SeatSight) -> None:
        self.seats.add(sight.seat)
        self.seen.append([event.text for event in sight.view])


class Other(Agent):
    """Says the same, whatever else it was asked."""

    name = "other"

    async def reply(self, request: Request) -> Reply:
        is_speech = "Probability" not in request.prompt.text
        return Reply("It stands there." if is_speech else "Doubtful.\nProbability: 12")


async def heard(folder: Path, *moments: str) -> list[list[str]]:
    """Return what the judge of a debate has seen, each time that it was told of something."""
    judge, other = Person(), Other()
    debate = Debate(rounds=2, swap_verdict=False, beliefs=Beliefs(holders=("speakers",), moments=moments))
    seats = {"debater_a": other, "debater_b": other, "judge": judge}
    await run(Scenario(protocol=debate, tasks=hidden_passage(1, seed=3), seats=seats, seed=5), folder)
    return judge.seen


async def test_a_person_is_told_nothing_of_what_other_seats_are_asked_aside(tmp_path: Path) -> None:
    without = await heard(tmp_path / "without")
    assert without
    assert await heard(tmp_path / "with", "before", "round", "after") == without


async def test_each_person_is_told_what_the_own_seat_may_see(tmp_path: Path) -> None:
    people = {"player_0": Person("ann"), "player_1": Person("bob")}
    await run(Scenario(protocol=Play(game="kuhn"), seats=people, seed=5), tmp_path / "run")
    cards = {}
    for seat, person in people.items():
        assert person.seats == {seat}
        (cards[seat],) = {text for seen in person.seen for text in seen if text.startswith("Your card")}
    assert cards["player_0"] != cards["player_1"]
