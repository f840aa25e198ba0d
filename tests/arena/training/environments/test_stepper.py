"""Episodes that are stepped through from outside, asynchronously and synchronously."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from arena.core.errors import StopRun, UsageError
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Plan, Played
from arena.episode.playing import play_episode
from arena.episode.protocol import Protocol
from arena.forms import Move
from arena.journal import StoredRun, recording
from arena.registry import make_agent
from arena.seat.agent import Agent, Reply, Request
from arena.spending.limits import Limits
from arena.tasks.task import PublicTask, Task
from arena.training.environments.stepper import Stepper, SyncStepper
from protocols import Play
from tests.arena.pictures.made import picture

KUHN = Play(game="kuhn")
HANDS = Play(game="repeated:rock-paper-scissors?n=3")
PLAYERS = ("player_0", "player_1")


def plan(protocol: Protocol = KUHN, chance: int = 5) -> Plan:
    return Plan(0, Task(), {seat: seat for seat in protocol.seats}, chance)


def random_seat(seat: str = "player_1") -> dict[str, Agent]:
    return {seat: make_agent("random")}


def legal(request: Request) -> str:
    assert isinstance(request.form, Move)
    return request.form.legal[0]


class Recording:
    """Keeps everything that is recorded but the seconds, and the calls apart.

    Seats that are asked at once may reply in any order.
    """

    def __init__(self) -> None:
        self.kept: list[Any] = []
        self.calls: dict[Any, Any] = {}

    def begin(self, plan: Plan, briefs: Mapping[str, str], offered: Mapping[str, str] | None = None) -> None:
        self.kept.append((plan, dict(briefs)))

    def call(self, episode: int, call: Any) -> None:
        self.calls[episode, call.seat, call.count] = call._replace(seconds=0.0)

    def events(self, episode: int, step: int, position: int, events: Any) -> None:
        self.kept.append((episode, step, position, tuple(events)))

    def tool(self, *_: Any) -> None: ...

    def annotations(self, episode: int, step: int, found: Any) -> None:
        self.kept.append((episode, step, tuple(found)))

    def end(self, played: Played) -> None:
        self.kept.append((played.plan, played.outcome, played.turns))

    async def room(self) -> None: ...


@pytest.mark.parametrize("protocol", [KUHN, HANDS, Play(game="kuhn", hands=4, talk=5)])
@pytest.mark.parametrize("own", [("player_0",), PLAYERS])
async def test_stepping_with_an_agents_own_replies_records_what_playing_does(
    protocol: Protocol, own: tuple[str, ...]
) -> None:
    agent = make_agent("random")
    played, stepped = Recording(), Recording()
    for chance in range(5):
        dealt = replace(plan(protocol, chance), number=chance)
        context = EpisodeContext(seed=chance, recorder=played)
        await play_episode(protocol, dealt, dict.fromkeys(PLAYERS, agent), context)
        others = {seat: agent for seat in PLAYERS if seat not in own}
        context = EpisodeContext(seed=chance, recorder=stepped)
        stepper = Stepper(protocol, dealt, others, context=context)
        request = await stepper.start()
        while request is not None:
            request = await stepper.step(await agent.reply(request))
    assert played.kept == stepped.kept
    assert played.calls == stepped.calls
    assert len(played.kept) > 25


async def test_seats_that_are_asked_at_once_are_open_at_once_and_see_nothing_of_each_other() -> None:
    stepper = Stepper(HANDS, plan(HANDS), {})
    first = await stepper.start()
    assert first is not None
    assert set(stepper.open) == set(PLAYERS)
    stepper.submit("player_1", "rock")
    assert set(stepper.open) == {"player_0"}
    stepper.submit("player_0", "paper")
    again = await stepper.next()
    assert again is not None
    assert set(stepper.open) == set(PLAYERS)
    assert "paper" in again.view[-1].text or "paper" in str(again.view)
    other = await stepper.step("rock")
    assert other is not None
    assert other.seat != again.seat
    assert len(other.view) == len(again.view)
    await stepper.close()


async def test_two_requests_that_were_returned_need_a_name() -> None:
    stepper = Stepper(HANDS, plan(HANDS), {})
    await stepper.start()
    await stepper.next()
    with pytest.raises(UsageError, match="say who replies"):
        await stepper.step("rock")
    with pytest.raises(UsageError, match="still open"):
        await stepper.next()
    stepper.submit("player_1", "rock")
    request = await stepper.step("rock", "player_0")
    assert request is not None
    assert request.count == 1
    await stepper.close()


async def test_a_reply_that_cannot_be_used_is_asked_for_again_until_the_retries_are_used_up() -> None:
    stepper = Stepper(KUHN, plan(), random_seat())
    request, counts = await stepper.start(), []
    while request is not None:
        counts.append(request.count)
        request = await stepper.step("nonsense")
    assert counts == [0, 1, 2]
    assert stepper.played is not None
    assert stepper.played.outcome.ending is Ending.FORFEITED
    assert stepper.played.outcome.offenders == ("player_0",)


async def test_a_limit_of_turns_is_honoured() -> None:
    stepper = Stepper(KUHN, plan(), {}, context=EpisodeContext(limits=Limits(turns=1)))
    await stepper.start()
    assert await stepper.step("check") is None
    assert stepper.played is not None
    assert stepper.played.outcome.ending is Ending.TRUNCATED
    assert stepper.played.turns == 1


async def test_the_episode_may_be_stepped_through_in_several_tasks() -> None:
    stepper = Stepper(KUHN, plan(), {})
    request = await asyncio.create_task(stepper.start())
    while request is not None:
        request = await asyncio.create_task(stepper.step(legal(request)))
    assert stepper.played is not None
    assert sum(stepper.played.outcome.returns.values()) == 0


@pytest.mark.parametrize(
    ("misuse", "sentence"),
    [
        (lambda it: it.submit("player_1", "bet"), "'player_1' is no seat of yours; yours: player_0"),
        (lambda it: it.submit("player_9", "bet"), "'player_9' is no seat of yours"),
        (lambda it: it.submit("player_0", 1), "A reply is a text or an arena.Reply, not int"),
        (lambda it: [it.submit("player_0", "bet") for _ in range(2)], "not been asked|has ended"),
        (lambda it: it.start(), "has begun already"),
        (lambda it: it.next(), "still open"),
        (lambda it: (it.close(), it.submit("player_0", "bet")), "was closed before it ended"),
        (lambda it: (it.close(), it.next()), "was closed before it ended"),
    ],
)
def test_misuse_is_refused_in_a_sentence(misuse: Callable[[SyncStepper], object], sentence: str) -> None:
    stepper = SyncStepper(KUHN, plan(), random_seat())
    stepper.start()
    with pytest.raises(UsageError, match=sentence):
        misuse(stepper)
    stepper.close()


def test_nothing_is_taken_before_the_start_or_after_the_end() -> None:
    stepper = SyncStepper(KUHN, plan(), random_seat())
    with pytest.raises(UsageError, match="call start first"):
        stepper.next()
    with pytest.raises(UsageError, match="not been asked"):
        stepper.submit("player_0", "bet")
    request = stepper.start()
    while request is not None:
        request = stepper.step(legal(request))
    assert stepper.next() is None
    with pytest.raises(UsageError, match="The episode has ended"):
        stepper.submit("player_0", "bet")
    stepper.close()
    assert stepper.next() is None


def test_seats_and_agents_must_fit() -> None:
    with pytest.raises(UsageError, match="no seat 'player_7'"):
        SyncStepper(KUHN, plan(), random_seat(), seats=["player_7"])
    with pytest.raises(UsageError, match="player_1 is yours and has an agent"):
        SyncStepper(KUHN, plan(), random_seat(), seats=PLAYERS)
    with pytest.raises(UsageError, match="none is yours"):
        SyncStepper(KUHN, plan(), {**random_seat(), **random_seat("player_0")})


class Broken(Agent):
    def __init__(self, error: Exception) -> None:
        self.error = error

    async def reply(self, request: Request) -> Reply:
        raise self.error


def test_what_stops_a_run_reaches_the_caller_and_what_fails_an_episode_is_its_outcome() -> None:
    stepper = SyncStepper(KUHN, plan(), {"player_0": Broken(StopRun("the key is refused"))})
    with pytest.raises(StopRun, match="the key is refused"):
        stepper.start()
    with pytest.raises(StopRun, match="the key is refused"):
        stepper.next()
    stepper = SyncStepper(KUHN, plan(), {"player_0": Broken(ValueError("no such card"))})
    assert stepper.start() is None
    assert stepper.played is not None
    assert stepper.played.outcome.ending is Ending.FAILED
    assert "no such card" in stepper.played.outcome.reason


class Shows(Protocol):
    @property
    def seats(self) -> tuple[str, ...]:
        return ("player_0",)

    def shows_pictures(self, seat: str, task: PublicTask) -> bool:
        return True

    async def play(self, episode: Episode) -> Outcome:
        await episode.ask("player_0", Move(("left", "right")), "Where is it?", pictures=[picture()])
        return Outcome.completed({"player_0": 1.0})


def test_a_request_may_have_pictures() -> None:
    request = SyncStepper(Shows(), plan(Shows()), {}).start()
    assert request is not None
    assert len(request.prompt.pictures) == 1


async def test_leaving_the_block_or_forgetting_the_stepper_leaves_no_task() -> None:
    async with Stepper(KUHN, plan(), random_seat()) as left:
        await left.start()
    await left.close()
    forgotten = Stepper(KUHN, plan(), random_seat())
    await forgotten.start()
    del forgotten
    gc.collect()
    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_it_may_be_closed_in_another_thread() -> None:
    stepper = Stepper(KUHN, plan(), random_seat())
    await stepper.start()
    await asyncio.to_thread(lambda: asyncio.run(stepper.close()))
    await asyncio.sleep(0.01)
    assert asyncio.all_tasks() == {asyncio.current_task()}


def through(_: int = 0) -> Mapping[str, float]:
    stepper = SyncStepper(KUHN, plan(), {})
    request = stepper.start()
    while request is not None:
        request = stepper.step(legal(request))
    assert stepper.played is not None
    return stepper.played.outcome.returns


async def test_the_synchronous_face_works_in_threads_and_where_a_loop_is_running() -> None:
    expected = through()
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(through, range(40))) == [expected] * 40
    assert await asyncio.to_thread(through) == expected
    names = [thread.name for thread in threading.enumerate()]
    assert names.count("arena-stepper") == 1


class StepsItself(Agent):
    async def reply(self, request: Request) -> Reply:
        through()
        return Reply("bet")


def test_an_agent_that_steps_synchronously_itself_is_told_that_it_would_wait_for_itself() -> None:
    stepper = SyncStepper(KUHN, plan(), {"player_0": StepsItself()})
    assert stepper.start() is None
    assert stepper.played is not None
    assert "it would wait for itself" in stepper.played.outcome.reason


ABANDONED = """
import asyncio, os, sys
from arena.core.errors import UsageError
from arena.episode.plan import Plan
from arena.registry import make_agent
from arena.tasks.task import Task
from arena.training.environments.stepper import Stepper, SyncStepper
from protocols import Play

kuhn = Play(game="kuhn")
plan = Plan(0, Task(), {seat: seat for seat in kuhn.seats}, 5)
left = SyncStepper(kuhn, plan, {})
left.start()
loop = asyncio.new_event_loop()
never_closed = Stepper(kuhn, plan, {})
loop.run_until_complete(never_closed.start())
other = asyncio.new_event_loop()
closed_loop = Stepper(kuhn, plan, {})
other.run_until_complete(closed_loop.start())
other.close()
if os.fork() == 0:
    try:
        left.step("check")
    except UsageError as refused:
        print(refused)
    anew = SyncStepper(kuhn, plan, {})
    print(anew.start().seat, flush=True)
    os._exit(0)
os.wait()
"""


@pytest.mark.slow
def test_abandoned_episodes_leave_no_word_at_the_end_and_a_fork_is_told() -> None:
    command = [sys.executable, "-X", "dev", "-W", "ignore::ResourceWarning", "-c", ABANDONED]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "This was begun before the process was forked; make it anew in this process.",
        "player_0",
    ]


async def test_an_episode_that_is_closed_or_cancelled_leaves_its_journal_whole(tmp_path: Path) -> None:
    async with recording(
        tmp_path, {"config": {"kind": "scenario"}, "version": "0", "source": None}
    ) as journal:
        context = EpisodeContext(recorder=journal)
        for number, end in enumerate(("close", "forget", "cancel", "play")):
            dealt = replace(plan(HANDS, number), number=number)
            stepper = Stepper(HANDS, dealt, {}, context=context)
            await stepper.start()
            stepper.submit("player_0", "rock")
            if end == "cancel":
                waiting = asyncio.create_task(stepper.next())
                await asyncio.sleep(0.01)
                waiting.cancel()
                await asyncio.wait([waiting])
            elif end == "play":
                request = await stepper.next()
                while request is not None:
                    request = await stepper.step("rock")
            if end in ("close", "cancel"):
                await stepper.close()
            del stepper
            await asyncio.sleep(0.01)
        assert asyncio.all_tasks() == {asyncio.current_task()}
    with StoredRun(tmp_path) as stored:
        damage = stored.leave_out_damaged()
        assert (damage.count, len(damage.episodes), list(stored.structure())) == (4, 0, [])
        assert [one.plan.number for one in stored.finished()] == [3]
