"""A run with pictures: kept, resumed, forked and judged; and refused before it begins if nobody would see."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.panel import Panel
from arena.core.errors import JournalDamaged, UsageError
from arena.designs.scenario import Scenario
from arena.episode import Episode, Outcome, Protocol
from arena.forms import Choice
from arena.journal import StoredRun
from arena.journal.schema import JOURNAL_FILE
from arena.pictures import Picture
from arena.registry import make_agent
from arena.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.tasks.task import Task
from tests.arena.pictures.made import picture

FAR = Picture.at("https://example.org/a.png")


class Names(Protocol):
    """Asks both seats whether their picture is dark or light."""

    @property
    def seats(self) -> tuple[str, ...]:
        return ("ann", "bob")

    async def play(self, episode: Episode) -> Outcome:
        episode.tell(episode.everyone, "Compare it with this:", pictures=episode.task.pictures[:1])
        said = await episode.together(self.seats, Choice(("dark", "light")), "Which?")
        return Outcome.completed({seat: float(one.value == "dark") for seat, one in said.items()})


@dataclass
class Eye(Agent):
    """Reads the shade of the last picture that it was shown."""

    blind: bool = False

    def __post_init__(self) -> None:
        self.sees_pictures = not self.blind
        self.name = "blind" if self.blind else "eye"

    async def reply(self, request: Request) -> Reply:
        own = [event for event in request.view if "only you" in event.text]
        is_dark = own[-1].pictures[0] == picture(0)
        return Reply("dark" if is_dark else "light")


def study(*, blind: bool = False, tasks: int = 3) -> Scenario:
    return Scenario(
        protocol=Names(),
        tasks=[
            Task(
                id=f"t{number}",
                text="Look.",
                pictures=(picture(7), FAR),
                private_pictures={"ann": (picture(0),), "bob": (picture(number % 2),)},
            )
            for number in range(tasks)
        ],
        seats={"ann": Eye(), "bob": Eye(blind)},
    )


def changed(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal, journal:
        journal.execute(statement)


async def test_pictures_are_kept_once_and_read_back_with_tasks_and_events(tmp_path: Path) -> None:
    await run(study(), tmp_path / "run")
    with closing(sqlite3.connect(tmp_path / "run" / JOURNAL_FILE)) as journal:
        stored = dict(journal.execute("SELECT digest, content FROM pictures"))
    assert stored == {one.digest: one.content for one in (picture(0), picture(1), picture(7))}
    with StoredRun(tmp_path / "run") as found:
        assert found.leave_out_damaged().sentences == ()
        episode = found.episode(1)
    assert episode.plan.task == study().tasks[1]
    assert [event.pictures for event in episode.events if event.pictures] == [
        (picture(7),),
        (FAR,),
        (picture(0),),
        (picture(1),),
        (picture(7),),
    ]
    assert episode.played is not None
    assert episode.played.outcome.returns == {"ann": 1.0, "bob": 0.0}


async def test_a_resumed_run_has_the_same_requests(tmp_path: Path) -> None:
    await run(study(), tmp_path / "run")
    with StoredRun(tmp_path / "run") as stored:
        before = [stored.episode(number) for number in range(3)]
    changed(tmp_path / "run", "DELETE FROM outcomes WHERE episode = 1")
    changed(tmp_path / "run", "UPDATE written SET number = 2 WHERE name = 'outcomes'")
    await run(study(), tmp_path / "run", resume=True)
    with StoredRun(tmp_path / "run") as stored:
        after = [stored.episode(number) for number in range(3)]
    assert [one.steps for one in after] == [one.steps for one in before]
    assert [one.calls for one in after] == [one.calls for one in before]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM pictures",
        "UPDATE pictures SET content = substr(content, 1, 20)",
        "UPDATE pictures SET content = x'00'",
        "UPDATE pictures SET content = 'text'",
    ],
)
async def test_a_damaged_or_missing_picture_is_found_and_named(tmp_path: Path, damage: str) -> None:
    await run(study(), tmp_path / "run")
    only = f" WHERE digest = '{picture(1).digest}'"
    changed(tmp_path / "run", damage + only)
    with StoredRun(tmp_path / "run") as stored:
        found = stored.leave_out_damaged()
        assert found.sentences == ("Episode 1 is damaged: a picture.",)
    with StoredRun(tmp_path / "run") as stored, pytest.raises(JournalDamaged, match=r"a picture cannot be"):
        stored.episode(1)


async def test_an_event_whose_pictures_are_others_is_found(tmp_path: Path) -> None:
    await run(study(), tmp_path / "run")
    to, of = picture(0).digest, picture(1).digest
    changed(tmp_path / "run", f"UPDATE events SET pictures = replace(pictures, '{of}', '{to}')")
    with StoredRun(tmp_path / "run") as stored:
        assert stored.leave_out_damaged().sentences == ("Episode 1 is damaged: its events.",)


def test_another_picture_is_another_configuration() -> None:
    def of(shade: int) -> Scenario:
        task = Task(pictures=(picture(shade),))
        return Scenario(protocol=Names(), tasks=[task], seats={"ann": "random", "bob": "random"})

    assert of(1).config() == of(1).config()
    assert of(1).config()["tasks"] != of(2).config()["tasks"]


async def test_an_agent_that_sees_nothing_is_refused_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"'blind' cannot sit here as bob: the tasks have pictures, and it"):
        await run(study(blind=True), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_wrapper_sees_what_all_its_agents_see() -> None:
    seeing = make_agent("panel:random?members=random")
    assert seeing.sees_pictures
    assert not Panel(Eye(blind=True), members=(Eye(),)).sees_pictures
    assert not Panel(Eye(), members=(Eye(blind=True),)).sees_pictures
