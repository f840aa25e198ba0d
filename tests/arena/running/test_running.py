"""Running: failures stay with their episodes, resuming asks nothing twice, and limits are kept."""

from __future__ import annotations

import asyncio
import json
import random
import sqlite3
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from arena.core.errors import ArenaError, ConfigurationChanged, JournalBusy, StopRun, UsageError
from arena.designs.scenario import Scenario
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.forms import Choice, Speech, Status
from arena.journal import StoredRun
from arena.journal.schema import JOURNAL_FILE, connect
from arena.running.running import Progress, new_folder, run
from arena.seat.agent import Agent, Reply, Request
from arena.spending.limits import Limits
from arena.tasks.task import Task
from protocols import Play
from tests.properties.test_determinism import chatty, exported
from tests.shared.agents import Scripted, Watched
from tests.shared.protocols import OneShot
from tests.shared.waiting import until

RANDOM = {"player_0": "random", "player_1": "random"}


def kuhn(episodes: int = 20, **changes: object) -> Scenario:
    settings: dict[str, object] = {"protocol": Play(), "seats": RANDOM, "episodes": episodes}
    return Scenario(**{**settings, **changes})


def endings(folder: Path) -> Counter[Ending]:
    with StoredRun(folder) as stored:
        return Counter(stored.counts())


class Counting(Agent):
    """Plays by each request's own randomness, and counts the requests that reach it, by what they are."""

    name = "counting"

    def __init__(self, pause: float = 0.0) -> None:
        self.asked: Counter[tuple[str, int, int]] = Counter()
        self.pause = pause

    async def reply(self, request: Request) -> Reply:
        self.asked[(request.seat, request.count, request.seed)] += 1
        await asyncio.sleep(self.pause)
        return Reply(request.form.sample(request.random()))


def counting(agent: Agent, episodes: int = 60) -> Scenario:
    seats = {"player_0": agent, "player_1": agent}
    return kuhn(episodes, protocol=Play(hands=3), seats=seats, seed=4)


class TestRunning:
    async def test_every_episode_is_played_once(self, tmp_path: Path) -> None:
        result = await run(kuhn(50), tmp_path / "run")
        assert not result.interrupted
        assert result.ended[Ending.COMPLETED] == 50
        with StoredRun(tmp_path / "run") as stored:
            assert [played.plan.number for played in stored.finished()] == list(range(50))

    async def test_a_folder_is_made_when_none_is_given(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        first, second = await run(kuhn(1)), await run(kuhn(1))
        assert first.folder != second.folder
        assert first.folder.parent == Path("runs")
        assert new_folder("scenario").name == "scenario-3"

    @pytest.mark.slow
    async def test_thousands_of_episodes(self, tmp_path: Path) -> None:
        progress = Progress()
        await run(kuhn(3000), tmp_path / "run", concurrency=500, progress=progress)
        assert progress.done == progress.planned == 3000
        assert sum(endings(tmp_path / "run").values()) == 3000

    @pytest.mark.parametrize("concurrency", [1, 5])
    async def test_no_more_requests_at_once_than_allowed(self, tmp_path: Path, concurrency: int) -> None:
        now = most = 0

        async def answer(request: Request) -> str:
            nonlocal now, most
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.001)
            now -= 1
            return request.form.sample(request.random())

        seats = {"player_0": Watched(answer), "player_1": "random"}
        await run(kuhn(30, seats=seats), tmp_path / "run", concurrency=concurrency)
        assert most == concurrency

    async def test_agents_are_closed_once_when_the_run_ends(self, tmp_path: Path) -> None:
        agent = Watched(lambda request: request.form.sample(request.random()))
        await run(kuhn(3, seats={"player_0": agent, "player_1": agent}), tmp_path / "run")
        assert agent.closed == 1

    async def test_agents_are_closed_when_another_cannot_be(self, tmp_path: Path) -> None:
        class Stuck(Watched):
            async def close(self) -> None:
                raise RuntimeError("stuck")

        stuck = Stuck(lambda request: request.form.sample(request.random()), "stuck")
        other = Watched(lambda request: request.form.sample(request.random()), "other")
        with pytest.raises((RuntimeError, ExceptionGroup)):
            await run(kuhn(3, seats={"player_0": stuck, "player_1": other}), tmp_path / "run")
        assert other.closed == 1
        assert sum(endings(tmp_path / "run").values()) == 3

    async def test_two_agents_of_one_name_are_not_taken_for_one(self, tmp_path: Path) -> None:
        """Plans name agents, so one of them would answer for both, unnoticed."""
        one = Watched("check", "same")
        two = Watched("bet", "same")
        with pytest.raises(UsageError, match="same"):
            await run(kuhn(1, seats={"player_0": one, "player_1": two}), tmp_path / "run")


class TestFailures:
    async def test_one_agents_failures_are_its_episodes_alone(self, tmp_path: Path) -> None:
        healthy = kuhn(40, protocol=Play(hands=2), seed=5)
        failing = kuhn(
            40,
            protocol=Play(hands=2),
            seats={"player_0": "random", "player_1": "failing:random?rate=0.2"},
            seed=5,
        )
        await run(healthy, tmp_path / "healthy")
        result = await run(failing, tmp_path / "failing")
        assert result.ended[Ending.FAILED] > 3
        assert result.ended[Ending.COMPLETED] > 3
        assert sum(result.ended.values()) == 40
        with StoredRun(tmp_path / "failing") as stored:
            for played in stored.finished():
                failed = played.outcome.ending is Ending.FAILED
                assert (played.outcome.offenders == ("player_1",)) is failed
                assert bool(played.outcome.returns) is not failed

    async def test_a_bug_in_the_protocol_fails_its_episode_and_the_others_go_on(self, tmp_path: Path) -> None:
        async def method(episode: Episode) -> Outcome:
            if episode.number % 3 == 0:
                raise KeyError(episode.number)
            if episode.number % 3 == 1:
                return Outcome.completed({"ann": 1.0}, odd=object())
            return Outcome.completed({"ann": 1.0})

        seats = {"ann": Watched("yes"), "bob": Watched("yes", "other")}
        result = await run(
            Scenario(protocol=OneShot(method=method), seats=seats, episodes=9), tmp_path / "run"
        )
        assert result.ended[Ending.FAILED] == 6
        assert result.ended[Ending.COMPLETED] == 3

    async def test_an_agent_that_cancels_itself_ends_no_run(self, tmp_path: Path) -> None:
        """With one worker, the episodes after it would be left out without a word."""

        def answer(request: Request) -> str:
            if request.random().random() < 0.3:
                raise asyncio.CancelledError
            return request.form.sample(request.random())

        seats = {"player_0": Watched(answer), "player_1": "random"}
        async with asyncio.timeout(20):
            result = await run(kuhn(20, seats=seats), tmp_path / "run", concurrency=1)
        assert sum(result.ended.values()) == 20

    @pytest.mark.parametrize("game", ["kuhn", "rock-paper-scissors"])
    async def test_an_agent_can_stop_the_run_and_it_can_be_resumed(self, tmp_path: Path, game: str) -> None:
        """As when its key is refused: no other episode could go on, so none is begun or failed."""
        refused = True

        def answer(request: Request) -> str:
            if refused and request.random().random() < 0.2:
                raise StopRun("The key is refused.")
            return request.form.sample(request.random())

        scenario = kuhn(
            60, protocol=Play(game=game), seats={"player_0": Watched(answer), "player_1": "random"}
        )
        with pytest.raises(StopRun, match=r"^The key is refused\.$"):
            await run(scenario, tmp_path / "run", concurrency=2)
        assert endings(tmp_path / "run").get(Ending.FAILED, 0) == 0
        refused = False
        result = await run(scenario, tmp_path / "run", resume=True)
        assert result.ended[Ending.COMPLETED] == 60

    async def test_half_characters_end_no_run(self, tmp_path: Path) -> None:
        def answer(request: Request) -> Reply:
            return Reply("\ud83d" if request.count else "\udc00 yes", reasoning="\ud800")

        async def method(episode: Episode) -> Outcome:
            await episode.together(("ann", "bob"), Speech())
            answer = await episode.ask("ann", Choice(("yes", "no")))
            assert not answer.ok
            return Outcome.completed({})

        seats = dict.fromkeys(("ann", "bob"), Watched(answer))
        async with asyncio.timeout(20):
            result = await run(
                Scenario(protocol=OneShot(method=method), seats=seats, episodes=3), tmp_path / "run"
            )
        assert result.ended[Ending.COMPLETED] == 3
        assert exported(tmp_path / "run")

    async def test_odd_characters_are_stored_as_they_came(self, tmp_path: Path) -> None:
        text = "nul \x00, escape \x1b[2J, line \u2028, right to left \u202e, face 😀"
        agent = Watched(text)

        async def method(episode: Episode) -> Outcome:
            await episode.ask("ann", Speech())
            return Outcome.completed({})

        seats = dict.fromkeys(("ann", "bob"), agent)
        await run(Scenario(protocol=OneShot(method=method), seats=seats), tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored:
            (call,) = stored.calls(0)
            assert call.reply == Reply(text)
            assert stored.episode(0).events[1].text == text

    async def test_limits_apply_to_each_episode(self, tmp_path: Path) -> None:
        scenario = kuhn(5, protocol=Play(hands=50), limits=Limits(turns=7))
        result = await run(scenario, tmp_path / "run")
        assert result.ended[Ending.TRUNCATED] == 5
        with StoredRun(tmp_path / "run") as stored:
            assert {len(episode.calls) for episode in stored.episodes()} == {7}
            assert {played.turns for played in stored.finished()} == {7}

    async def test_what_agents_wrote_is_not_logged(self, tmp_path: Path) -> None:
        seats = {
            "player_0": Watched("swordfish"),
            "player_1": Scripted(RuntimeError("hunter2"), name="other"),
        }
        await run(kuhn(2, seats=seats, protocol=Play(retries=0)), tmp_path / "run")
        seats = {"player_0": Scripted("bet"), "player_1": Scripted(RuntimeError("hunter2"), name="other")}
        await run(kuhn(2, seats=seats), tmp_path / "other")
        for folder in ("run", "other"):
            lines = (tmp_path / folder / "log.jsonl").read_text().splitlines()
            assert any("not usable" in json.loads(line)["event"] for line in lines)
            assert not any("swordfish" in line or "hunter2" in line for line in lines)


class TestResuming:
    async def test_what_cannot_be_resumed_is_refused_before_any_agent_is_opened(self, tmp_path: Path) -> None:
        opened: list[str] = []

        class Opening(Watched):
            async def open(self) -> None:
                opened.append(self.name)

        seats = {"player_0": Opening("check", "one"), "player_1": "random"}
        await run(kuhn(2, seats=seats), tmp_path / "run")
        assert opened == ["one"]
        with pytest.raises(ConfigurationChanged, match="episodes was 2 and is now 3"):
            await run(kuhn(3, seats=seats), tmp_path / "run", resume=True)
        with pytest.raises(UsageError, match="To resume a run, give its folder"):
            await run(kuhn(2, seats=seats), resume=True)
        assert opened == ["one"]

    async def test_a_finished_run_asks_nothing(self, tmp_path: Path) -> None:
        agent = Counting()
        await run(counting(agent), tmp_path / "run")
        before = exported(tmp_path / "run")
        silent = Counting()
        result = await run(counting(silent), tmp_path / "run", resume=True)
        assert not silent.asked
        assert result.ended[Ending.COMPLETED] == 60
        assert exported(tmp_path / "run") == before

    async def test_draining_finishes_what_was_begun_and_begins_nothing(self, tmp_path: Path) -> None:
        progress = Progress()
        agent = Counting(pause=0.001)
        running = asyncio.create_task(
            run(counting(agent), tmp_path / "run", concurrency=5, progress=progress)
        )
        await until(lambda: progress.done >= 10)
        progress.drain()
        done = progress.done
        result = await running
        assert result.interrupted
        assert done <= sum(result.ended.values()) <= done + 5
        with StoredRun(tmp_path / "run") as stored:
            assert stored.numbers(finished=False) == set()

    async def test_after_draining_only_what_is_missing_is_played(self, tmp_path: Path) -> None:
        whole = Counting()
        await run(counting(whole), tmp_path / "whole")
        parts = Counting()
        for attempt in range(20):
            progress = Progress()
            running = asyncio.create_task(
                run(
                    counting(parts),
                    tmp_path / "parts",
                    resume=attempt > 0,
                    concurrency=4,
                    progress=progress,
                )
            )
            await until(lambda: progress.done - progress.found >= 8 or running.done())  # noqa: B023
            progress.drain()
            if not (await running).interrupted:
                break
        result = await run(counting(parts), tmp_path / "parts", resume=True)
        assert result.ended[Ending.COMPLETED] == 60
        assert parts.asked == whole.asked
        assert exported(tmp_path / "parts") == exported(tmp_path / "whole")

    @pytest.mark.slow
    async def test_cancelled_anywhere_it_asks_nothing_twice_that_was_journalled(self, tmp_path: Path) -> None:
        """A request is asked again only if the cancellation came between the question and its answer."""
        whole = Counting()
        await run(counting(whole), tmp_path / "whole")
        parts = Counting(pause=0.001)
        rng = random.Random(8)
        in_flight = 0
        for attempt in range(12):
            progress = Progress()
            folder = tmp_path / "parts"
            going = run(counting(parts), folder, resume=attempt > 0, concurrency=6, progress=progress)
            running = asyncio.create_task(going)
            await until(lambda: progress.planned)  # noqa: B023
            await asyncio.sleep(rng.uniform(0.001, 0.02))
            running.cancel()
            await asyncio.wait([running])
            in_flight += 6
            with StoredRun(folder) as stored:
                replies = sum(len(episode.calls) for episode in stored.episodes())
            assert 0 <= parts.asked.total() - replies <= in_flight
        assert replies < whole.asked.total()
        await run(counting(parts), tmp_path / "parts", resume=True)
        assert exported(tmp_path / "parts") == exported(tmp_path / "whole")
        assert parts.asked.keys() == whole.asked.keys()
        assert parts.asked.total() <= whole.asked.total() + in_flight

    async def test_failures_stay_failures_unless_they_are_to_be_retried(self, tmp_path: Path) -> None:
        def scenario(rate: float) -> Scenario:
            agent = _SometimesBreaking(rate)
            return kuhn(30, protocol=Play(hands=3), seats={"player_0": agent, "player_1": agent})

        first = await run(scenario(0.2), tmp_path / "run")
        assert first.ended[Ending.FAILED] > 0
        with StoredRun(tmp_path / "run") as stored:
            before = {episode.number: episode.calls for episode in stored.episodes()}
        again = await run(scenario(0.0), tmp_path / "run", resume=True)
        assert again.ended == first.ended
        retried = await run(scenario(0.0), tmp_path / "run", resume=True, retry_failed=True)
        assert retried.ended[Ending.COMPLETED] == 30
        with StoredRun(tmp_path / "run") as stored:
            for episode in stored.episodes():
                kept = [call for call in before[episode.number] if call.status is not Status.ERROR]
                assert all(call in episode.calls for call in kept)

    async def test_a_retried_episode_can_recover_from_a_simultaneous_break(self, tmp_path: Path) -> None:
        """One seat needed two attempts while the other broke; afterwards both are asked on."""

        class Bob(Agent):
            name = "bob"
            broken = True

            async def reply(self, request: Request) -> Reply:
                if self.broken:
                    raise RuntimeError("down")
                return Reply("yes")

        class Ann(Agent):
            name = "ann"
            clumsy = True

            async def reply(self, request: Request) -> Reply:
                return Reply("maybe" if self.clumsy and request.count == 0 else "yes")

        async def method(episode: Episode) -> Outcome:
            form = Choice(("yes", "no"))
            for _ in range(3):
                for answer in (await episode.together(("ann", "bob"), form)).values():
                    assert answer.value == "yes"
            return Outcome.completed({})

        ann, bob = Ann(), Bob()
        scenario = Scenario(protocol=OneShot(method=method), seats={"ann": ann, "bob": bob})
        assert (await run(scenario, tmp_path / "run")).ended[Ending.FAILED] == 1
        bob.broken = ann.clumsy = False
        result = await run(scenario, tmp_path / "run", resume=True, retry_failed=True)
        assert result.ended[Ending.COMPLETED] == 1

    @pytest.mark.parametrize(
        ("changes", "names"),
        [
            ({"seed": 5}, ["seed was 0 and is now 5"]),
            ({"episodes": 21}, ["episodes was 20 and is now 21"]),
            ({"protocol": Play(hands=2)}, ["protocol.hands was 1 and is now 2"]),
            (
                {"seats": {**RANDOM, "player_1": "kuhn-nash"}},
                ["seats.player_1 was random and is now kuhn-nash"],
            ),
            ({"limits": Limits(turns=3)}, ["limits.turns was None and is now 3"]),
            ({"tasks": (Task(text="other"),)}, ["tasks.digest"]),
            ({"seed": 5, "swap": True}, ["seed", "swap was False and is now True"]),
        ],
        ids=lambda value: "-".join(value) if isinstance(value, Mapping) else "",
    )
    async def test_another_configuration_is_refused_naming_each_field(
        self, tmp_path: Path, changes: Mapping[str, object], names: list[str]
    ) -> None:
        await run(kuhn(), tmp_path / "run")
        with pytest.raises(ConfigurationChanged) as caught:
            await run(kuhn(**{"episodes": 20, **changes}), tmp_path / "run", resume=True)  # type: ignore[arg-type]
        sentence = str(caught.value)
        assert all(name in sentence for name in names)
        assert "\n" not in sentence

    async def test_the_same_configuration_built_anew_is_no_other(self, tmp_path: Path) -> None:
        scenario = kuhn(5, tasks=(Task(id="1", data={"a": [1, 2], "b": (3,)}, truth={"x": 0.1}),))
        first = await run(scenario, tmp_path / "run")
        again = await run(scenario.model_copy(deep=True), tmp_path / "run", resume=True)
        assert again.ended == first.ended

    async def test_what_is_not_there_cannot_be_resumed(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="There is no run"):
            await run(kuhn(), tmp_path / "run", resume=True)

    @pytest.mark.parametrize("tables", [True, False])
    async def test_a_run_that_was_killed_as_it_began_is_a_sentence(
        self, tmp_path: Path, tables: bool
    ) -> None:
        """Its file may be there, with or without its tables, and hold no configuration."""
        connection = connect(tmp_path / JOURNAL_FILE, write=True, new=True)
        if not tables:
            connection.close()
            (tmp_path / JOURNAL_FILE).unlink()
            connection = sqlite3.connect(tmp_path / JOURNAL_FILE)
            connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
        with pytest.raises(ArenaError) as caught:
            await run(kuhn(), tmp_path, resume=True)
        assert str(tmp_path) in str(caught.value)

    async def test_what_is_there_cannot_be_begun(self, tmp_path: Path) -> None:
        await run(kuhn(), tmp_path / "run")
        with pytest.raises(UsageError, match="arena resume"):
            await run(kuhn(), tmp_path / "run")

    async def test_a_run_cannot_be_resumed_while_it_goes_on(self, tmp_path: Path) -> None:
        agent = Counting(pause=0.005)
        running = asyncio.create_task(run(counting(agent), tmp_path / "run", concurrency=2))
        await until(lambda: agent.asked)
        with pytest.raises(JournalBusy):
            await run(counting(agent), tmp_path / "run", resume=True)
        running.cancel()
        await asyncio.wait([running])

    async def test_erratic_agents_fail_the_same_way_after_an_interruption(self, tmp_path: Path) -> None:
        """Failures are on the tape as well as answers."""
        await run(chatty(3), tmp_path / "whole")
        for attempt in range(6):
            progress = Progress()
            going = run(chatty(3), tmp_path / "parts", resume=attempt > 0, concurrency=3, progress=progress)
            running = asyncio.create_task(going)
            await until(lambda: progress.planned)  # noqa: B023
            await asyncio.wait([running], timeout=0.01)
            running.cancel()
            await asyncio.wait([running])
        await run(chatty(3), tmp_path / "parts", resume=True)
        assert exported(tmp_path / "parts") == exported(tmp_path / "whole")


class _SometimesBreaking(Agent):
    name = "breaking"

    def __init__(self, rate: float) -> None:
        self.rate = rate

    async def reply(self, request: Request) -> Reply:
        rng = request.random()
        if rng.random() < self.rate:
            raise RuntimeError("broke")
        return Reply(request.form.sample(rng))
