"""What one seat is shown is in no other seat's request, row or page, and changes none of them by a byte."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from arena.designs.scenario import Scenario
from arena.episode import Episode, Outcome, Protocol
from arena.forms import Speech
from arena.journal import StoredRun
from arena.pictures import Picture
from arena.running import run
from arena.seat.function import Function
from arena.seat.transcript import Event
from arena.tasks.task import Task
from arena.training.export import ExportOptions, export_rows
from tests.arena.pictures.made import picture
from tests.shared.examples import fewest

COMMON, ANNS = picture(200), picture(201)
shades = st.lists(st.integers(0, 99), max_size=3)


class Talk(Protocol):
    """Shows bob more on the way, asks him about a picture, and lets both speak."""

    @property
    def seats(self) -> tuple[str, ...]:
        return ("ann", "bob")

    async def play(self, episode: Episode) -> Outcome:
        bobs = episode.task.private_pictures.get("bob", ())
        await episode.together(self.seats, Speech(), "What do you see?")
        episode.tell(("bob",), "More for you:", pictures=bobs[:1])
        await episode.ask("bob", Speech(), "And here?", pictures=bobs, audience=())
        await episode.together(self.seats, Speech(), "And now?")
        return Outcome.completed({"ann": 1.0, "bob": 0.0})


class Seen(NamedTuple):
    """What there is of ann: the digests of her requests, her view, her rows, and the pictures in these."""

    digests: list[str]
    view: list[Event]
    rows: list[dict[str, Any]]
    pictures: set[Picture]


async def of_ann(shades: list[int], folder: Path) -> Seen:
    bobs = tuple(map(picture, shades))
    task = Task(text="Look.", pictures=(COMMON,), private_pictures={"ann": (ANNS,), "bob": bobs})
    speaks = Function(lambda request: f"I am {request.seat}.", name="speaks")
    scenario = Scenario(protocol=Talk(), tasks=[task], seats={"ann": speaks, "bob": speaks}, seed=1)
    await run(scenario, folder / "run", quiet=True)
    with StoredRun(folder / "run") as stored:
        episode = stored.episode(0)
    view = list(episode.transcript().view("ann"))
    rows = folder / "rows.jsonl"
    export_rows([folder / "run"], rows, ExportOptions(to="openai-sft", seats=("ann",)))
    return Seen(
        [call.digest for call in episode.calls if call.seat == "ann"],
        view,
        [json.loads(line) for line in rows.read_text().splitlines()],
        {one for event in view for one in event.pictures},
    )


@fewest
@given(shades, shades)
def test_another_seats_pictures_leave_no_trace(one: list[int], other: list[int]) -> None:
    with TemporaryDirectory() as first, TemporaryDirectory() as second:
        found = asyncio.run(of_ann(one, Path(first)))
        again = asyncio.run(of_ann(other, Path(second)))
    assert found == again
    assert found.pictures == {COMMON, ANNS}
    assert found.rows
