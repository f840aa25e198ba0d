"""What a server does to some requests holds up no others, and an outage costs no episode that could wait."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from agents.providers import attempts
from agents.providers.faults import FaultKind
from arena import Caps, Progress
from arena.core.errors import StopRun
from arena.designs.scenario import Scenario
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.forms import Choice
from arena.journal import StoredRun
from arena.running import run
from arena.spending.rate_limits import in_use
from arena.tasks.task import Task
from tests.agents.providers.asked import spec
from tests.faults.dialects import Body
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer, Trouble, always
from tests.shared.waiting import until

MOST_TRIES = 10
"""How often a request that is always refused is made at most: eight times, and now and then in an outage."""


class AskTwice(Protocol):
    """Asks one seat about the task, twice."""

    @property
    def seats(self) -> tuple[str, ...]:
        return ("ann",)

    async def play(self, episode: Episode) -> Outcome:
        for _ in range(2):
            (await episode.ask("ann", Choice(("bet", "check")), episode.task.text)).value  # noqa: B018
        return Outcome.completed({"ann": 1.0})


def asking(server: FaultServer, tasks: int = 40) -> Scenario:
    return Scenario(
        protocol=AskTwice(),
        tasks=[Task(id=f"t{number}", text=f"This is task {number}.") for number in range(tasks)],
        seats={"ann": spec("openai", server)},
    )


def about(tasks: Collection[int], trouble: Trouble) -> Callable[[Body], Trouble | None]:
    """Make the trouble for every call about one of these tasks."""

    def refuses(body: Body) -> Trouble | None:
        said = str(body["messages"])
        return trouble if any(f"This is task {number}." in said for number in tasks) else None

    return refuses


def failed(folder: Path) -> set[int]:
    """Return which tasks' episodes failed."""
    with StoredRun(folder) as stored:
        return {one.plan.number for one in stored.finished() if one.outcome.ending is Ending.FAILED}


class TestSomeRequests:
    @pytest.mark.parametrize(
        "trouble",
        [
            Trouble.BROKEN,
            pytest.param(Trouble.LIMITED, marks=pytest.mark.slow),
            Trouble.LIMITED_FOR,
            pytest.param(Trouble.RESET, marks=pytest.mark.slow),
        ],
    )
    @pytest.mark.parametrize(
        "tasks",
        [
            pytest.param(range(0, 40, 3), id="every third"),
            pytest.param(range(6), id="the first six, which are all that are open"),
            pytest.param((0, 7, 13, 14, 15, 16, 17, 18, 19, 39), id="some in a row"),
            pytest.param(range(34, 40), id="the last six"),
        ],
    )
    @pytest.mark.slow
    def test_that_are_refused_at_every_try_fail_alone(
        self, tmp_path: Path, trouble: Trouble, tasks: range
    ) -> None:
        async def main() -> None:
            async with FaultServer(refuses=about(tasks, trouble)) as server:
                result = await run(asking(server), tmp_path / "run", concurrency=6)
                assert result.ended[Ending.COMPLETED] == 40 - len(tasks)
                assert server.troubles[trouble] <= MOST_TRIES * len(tasks)

        run_paced(main())
        assert failed(tmp_path / "run") == set(tasks)

    @pytest.mark.slow
    def test_that_are_all_there_are_left_come_to_their_end(self, tmp_path: Path) -> None:
        async def main() -> None:
            async with FaultServer(refuses=about(range(6), Trouble.BROKEN)) as server:
                result = await run(asking(server, 6), tmp_path / "run", concurrency=6)
                assert result.ended[Ending.FAILED] == 6

        run_paced(main())


@pytest.mark.slow
class TestAnOutage:
    @pytest.mark.parametrize("trouble", [Trouble.UNAVAILABLE, Trouble.LIMITED, Trouble.RESET])
    def test_of_minutes_fails_no_episode_of_many(self, tmp_path: Path, trouble: Trouble) -> None:
        async def main() -> None:
            loop = asyncio.get_running_loop()
            async with FaultServer() as server:
                started = loop.time()
                server.trouble = lambda number: trouble if 10 < loop.time() - started < 500 else None
                server.latency = 1.0
                result = await run(asking(server, 200), tmp_path / "run", concurrency=40)
                assert result.ended[Ending.COMPLETED] == 200

        run_paced(main())

    def test_is_told_to_whoever_runs_from_python_unless_it_is_to_be_quiet(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        async def main(quiet: bool) -> None:
            async with FaultServer() as server:
                ends = asyncio.get_running_loop().time() + 200
                server.trouble = lambda number: (
                    Trouble.UNAVAILABLE if asyncio.get_running_loop().time() < ends else None
                )
                await run(asking(server, 20), tmp_path / f"run-{quiet}", concurrency=8, quiet=quiet)

        run_paced(main(quiet=True))
        assert capsys.readouterr().err == ""
        run_paced(main(quiet=False))
        told = capsys.readouterr().err.splitlines()
        next_try = r"(?:next try in \d+ s|one call is being tried)"
        first = rf"openai: no answer for \d+ s \(HTTP 503: Overloaded.\), {next_try}; \d episodes wait."
        assert re.fullmatch(first, told[0])
        assert 2 <= len(told) <= 5
        assert told[-1] == "openai: calls are made again."

    def test_that_stops_the_run_is_not_said_to_be_over(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        async def main() -> None:
            async with FaultServer(always(Trouble.UNAVAILABLE)) as server:
                with pytest.raises(StopRun, match="has answered nothing for 15 minutes"):
                    await run(asking(server, 20), tmp_path / "run", concurrency=8)

        run_paced(main())
        told = capsys.readouterr().err
        assert "no answer for" in told
        assert "made again" not in told


class TestDraining:
    """What only waits to be tried again is left for when the run is resumed; nothing else is."""

    def test_ends_a_run_whose_provider_does_not_answer(self, tmp_path: Path) -> None:
        async def main() -> None:
            progress, made = Progress(), 0
            async with FaultServer(lambda number: Trouble.UNAVAILABLE if number >= 12 else None) as server:

                async def drain() -> None:
                    nonlocal made
                    await until(lambda: any(limiter.why_waiting() for limiter in in_use()))
                    made = server.calls
                    progress.drain()

                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(drain())
                    running = tasks.create_task(
                        run(asking(server), tmp_path / "run", concurrency=6, progress=progress)
                    )
                result = running.result()
                assert result.interrupted
                assert server.calls <= made + 6
                assert result.ended[Ending.FAILED] <= 1
                server.trouble = always(None)
                again = await run(asking(server), tmp_path / "run", resume=True)
                assert again.ended[Ending.COMPLETED] == 40 - result.ended[Ending.FAILED]
                assert asked(tmp_path / "run") == server.troubles[None] + result.ended[Ending.FAILED]

        run_paced(main())

    def test_ends_a_request_that_is_refused_alone_and_lets_those_in_flight_be_answered(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(attempts._MOST, FaultKind.REFUSED, 100)  # it is tried again until the drain

        async def main() -> None:
            progress = Progress()

            def refuses(body: Body) -> Trouble | None:
                if "This is task 0." in str(body["messages"]):
                    return Trouble.LIMITED
                if server.troubles[None] == 9:  # this is the last call that there is to be made
                    progress.drain()
                return None

            async with FaultServer(refuses=refuses, latency=1.0) as server:
                result = await run(asking(server, 6), tmp_path / "run", concurrency=6, progress=progress)
                assert result.interrupted
                assert result.ended[Ending.COMPLETED] == 5
                assert result.ended[Ending.FAILED] == 0
                assert server.troubles[Trouble.LIMITED] >= 1
                assert server.troubles[None] == asked(tmp_path / "run") == 10

        run_paced(main())

    def test_a_cap_of_minutes_wakes_who_waits(self, tmp_path: Path) -> None:
        """Otherwise they would wait for the end of the outage, until the account's patience stops the run."""

        async def main() -> None:
            async with FaultServer(always(Trouble.UNAVAILABLE)) as server:
                result = await run(asking(server), tmp_path / "run", concurrency=6, caps=Caps(minutes=0.01))
                assert result.reached is not None
                assert result.reached.quantity == "minutes"
                assert result.ended[Ending.FAILED] == 0

        run_paced(main())


def asked(folder: Path) -> int:
    """Return how many calls the journal holds."""
    with StoredRun(folder) as stored:
        return sum(len(episode.calls) for episode in stored.episodes())
