"""What a run took, read from its journal: nothing left out, nothing counted twice, unknown is not nothing."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena import Scenario
from arena.core.errors import AgentFailed
from arena.episode.plan import Plan
from arena.episode.record import Call
from arena.forms import Status
from arena.journal import StoredRun, recording
from arena.results.usage import Usage, UsageBreakdown, spending
from arena.running import run
from arena.seat.agent import Reply, Request, RequestUsage
from arena.seat.messages import messages
from arena.seat.transcript import NOBODY, Audience, Event, EventKind
from arena.tasks.task import Task
from protocols import Play
from tests.shared.agents import Watched
from tests.shared.examples import few
from tests.shared.protocols import SEATS, Ask, Script, scripts, seeds

Asking = tuple[str, RequestUsage, bool]
"""A seat, what its request took, and whether it remembers the prompt."""


def took(*episodes: tuple[dict[str, str], Sequence[Asking]], seconds: float = 1.0) -> UsageBreakdown:
    """Return what a run took whose episodes have these seats and calls."""

    async def record(folder: Path) -> None:
        async with recording(folder, {"config": {}}) as journal:
            for number, (seats, calls) in enumerate(episodes):
                journal.begin(Plan(number, Task(), seats, chance=0), {})
                counts = dict.fromkeys(seats, 0)
                for step, (seat, spent, remembers) in enumerate(calls):
                    reply = None if spent.faults else Reply("x", usage=spent.usage, model=spent.model)
                    made = seat, counts[seat], step, "", 0, Status.OK, "", None, seconds, reply, spent
                    journal.call(number, Call(*made))
                    heard: Audience = frozenset((seat,)) if remembers else NOBODY
                    journal.events(number, step, step, [Event(EventKind.ASKED, seat, heard, "What now?")])
                    counts[seat] += 1

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(record(Path(folder) / "run"))
        with StoredRun(Path(folder) / "run") as stored:
            return spending(stored)


def spent(prompt: int = 100, completion: int = 10, cost: float | None = 0.5, **more: int) -> RequestUsage:
    return RequestUsage({"prompt_tokens": prompt, "completion_tokens": completion, **more}, "m", (), cost)


def ann(*calls: RequestUsage, remembers: bool = True) -> tuple[dict[str, str], list[Asking]]:
    """Return an episode in which ann alone is asked."""
    return {"ann": "model", "bob": "script"}, [("ann", call, remembers) for call in calls]


class TestSums:
    def test_all_that_was_told_is_added_up(self) -> None:
        more = {"cached_tokens": 40, "cache_write_tokens": 5, "reasoning_tokens": 3, "attempts": 2}
        total = took(ann(spent(**more)), ann(spent(), spent())).total
        assert (total.calls, total.told, total.attempts) == (3, 3, 4)
        assert (total.prompt_tokens, total.completion_tokens) == (300, 30)
        assert (total.cached_tokens, total.cache_write_tokens, total.reasoning_tokens) == (40, 5, 3)
        assert total.cost == 1.5

    def test_failed_attempts_are_counted(self) -> None:
        lost = RequestUsage({"attempts": 3}, "m", ("HTTP 500",) * 3, 0.0)
        total = took(ann(lost, spent())).total
        assert (total.calls, total.told, total.attempts, total.failed_attempts) == (2, 1, 4, 3)

    def test_a_cost_that_is_unknown_of_one_call_is_unknown_of_all(self) -> None:
        total = took(ann(spent(), spent(cost=None))).total
        assert total.cost is None
        assert (total.dollars, total.unpriced) == (0.5, 1)

    def test_what_is_free_costs_nothing_and_is_known(self) -> None:
        assert took(ann(spent(cost=0.0))).total.cost == 0

    def test_scripts_take_nothing_and_are_not_there(self) -> None:
        found = took(({"ann": "script"}, [("ann", RequestUsage(), True)] * 3))
        assert found.parts == {}
        assert found.total == Usage()

    def test_a_models_calls_that_told_nothing_are_in_the_denominator(self) -> None:
        found = took(
            (
                {"ann": "model", "bob": "script"},
                [("ann", RequestUsage(), True), ("bob", RequestUsage(), True)],
            ),
            ann(spent()),
        )
        assert found.agents.keys() == {"model"}
        assert (found.total.calls, found.total.told, found.total.unpriced) == (2, 1, 1)
        assert found.models.keys() == {"", "m"}

    def test_a_reply_from_the_response_cache_took_nothing(self) -> None:
        total = took(ann(spent(), RequestUsage({"cache_hits": 1}, "m"))).total
        assert (total.calls, total.told, total.attempts, total.cache_hits) == (2, 2, 1, 1)
        assert total.cost == 0.5

    def test_one_episodes_are_its_own(self, tmp_path: Path) -> None:
        result = asyncio.run(run(kuhn(Told()), tmp_path / "run"))
        with StoredRun(result.folder) as stored:
            whole, parts = spending(stored), [spending(stored, number) for number in range(5)]
        assert whole.total.calls == sum(part.total.calls for part in parts) > parts[0].total.calls > 0
        assert parts[0].seats.keys() == {"player_0"}


class TestPrefixShare:
    def test_the_first_request_extends_nothing_and_the_next_ones_the_one_before(self) -> None:
        total = took(ann(spent(100), spent(150), spent(250))).total
        assert total.extending_tokens == 100 + 150
        assert total.prefix_share == 250 / 500

    def test_each_episode_and_each_seat_begins_anew(self) -> None:
        seats = {"ann": "model", "bob": "model"}
        calls = [("ann", spent(100), True), ("bob", spent(100), True), ("ann", spent(150), True)]
        assert took((seats, calls), (seats, calls)).total.extending_tokens == 200

    def test_a_prompt_that_is_not_remembered_is_in_no_later_request(self) -> None:
        seats = {"ann": "model"}
        calls = [("ann", spent(100), True), ("ann", spent(130), False), ("ann", spent(150), True)]
        assert took((seats, calls)).total.extending_tokens == 100 + 100
        assert took(ann(spent(), spent(), remembers=False)).total.prefix_share == 0

    def test_no_request_extends_more_than_its_own(self) -> None:
        assert took(ann(spent(300), spent(150))).total.extending_tokens == 150

    def test_a_request_whose_tokens_are_unknown_is_passed_over(self) -> None:
        unknown = RequestUsage({"attempts": 1}, "m")
        assert took(ann(spent(100), unknown, spent(150))).total.extending_tokens == 100

    def test_without_prompts_there_is_none(self) -> None:
        assert Usage().prefix_share is None


class TestOtherFigures:
    def test_the_cached_share_is_over_calls_that_told_of_it(self) -> None:
        total = took(ann(spent(100, cached_tokens=25), spent(900), spent(100, cached_tokens=0))).total
        assert total.cached_share == 25 / 200
        assert took(ann(spent())).total.cached_share is None

    def test_speed_leaves_out_waiting_and_calls_that_did_not_tell(self) -> None:
        silent = RequestUsage({"prompt_tokens": 5}, "m")
        total = took(ann(spent(completion=30, waited_ms=1500), spent(completion=10), silent), seconds=2).total
        assert total.tokens_per_second == pytest.approx(40 / 2.5)

    def test_a_call_never_took_less_than_no_time(self) -> None:
        total = took(ann(spent(waited_ms=5000), spent()), seconds=1).total
        assert total.seconds == 1
        assert took(ann(spent(waited_ms=5000)), seconds=1).total.tokens_per_second is None


names = st.sampled_from(["one", "two", "three"])
counts = st.integers(0, 10**6)
usages = st.dictionaries(
    st.sampled_from(["prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens", "waited_ms"]),
    counts,
)
spents = st.builds(
    RequestUsage,
    usages,
    names,
    st.lists(names, max_size=3),
    st.none() | st.floats(0, 10),
    st.integers(0, 1000),
    st.none() | st.floats(0, 10),
)
askings = st.lists(st.tuples(st.sampled_from(["ann", "bob"]), spents, st.booleans()), max_size=6)
episodes = st.lists(st.tuples(st.fixed_dictionaries({"ann": names, "bob": names}), askings), max_size=4)


@few
@given(episodes=episodes)
def test_every_break_down_adds_up_to_the_total_and_that_to_all_that_was_told(
    episodes: list[tuple[dict[str, str], list[Asking]]],
) -> None:
    found = took(*episodes)
    for part in (found.agents, found.seats, found.models):
        added = Usage(*map(sum, zip(Usage(), *part.values(), strict=True)))
        assert added == pytest.approx(found.total)
    told = [spent for _, calls in episodes for _, spent, _ in calls if spent.usage]
    for name in ("prompt_tokens", "completion_tokens", "cached_tokens", "reasoning_tokens"):
        assert getattr(found.total, name) == sum(spent.usage.get(name, 0) for spent in told)
    assert found.total.failed_attempts == sum(len(spent.faults) for spent in told)
    assert found.total.told <= found.total.calls
    assert found.total.extending_tokens <= found.total.prompt_tokens


class Told(Watched):
    """Says how many characters it read, as tokens; `answered` has the messages that it answered."""

    def __init__(self, answer: Callable[[Request], str] | None = None) -> None:
        super().__init__(self._tell, name="told")
        self._text = answer or (lambda request: request.form.sample(request.random()))
        self.answered: list[list[str]] = []
        self.seats: dict[tuple[int, str], list[list[str]]] = {}

    def _tell(self, request: Request) -> Reply:
        text = self._text(request)
        said = [f"{message.role}: {message.content}" for message in messages(request)]
        self.answered.append(said)
        self.seats.setdefault((request.root, request.seat), []).append(said)
        return Reply(text, usage={"prompt_tokens": sum(map(len, said)), "completion_tokens": 5})


def kuhn(agent: Watched) -> Scenario:
    return Scenario(protocol=Play(game="kuhn"), seats={"player_0": agent, "player_1": "random"}, episodes=5)


def common(one: Iterable[str], other: Iterable[str]) -> int:
    """Return how many characters of two requests' messages are the same from the beginning."""
    same = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        same += len(first)
    return same


@few
@given(script=scripts, seed=seeds)
def test_what_extends_the_last_request_is_really_in_it(script: Script, seed: int) -> None:
    """Whatever the protocol: of two requests in a row, that much at least is the same from the beginning."""
    agent = Told()
    with tempfile.TemporaryDirectory() as folder:
        scenario = Scenario(protocol=script, seats=dict.fromkeys(SEATS, agent), seed=seed)
        result = asyncio.run(run(scenario, Path(folder) / "run"))
        with StoredRun(result.folder) as stored:
            total = spending(stored).total
    pairs = [pair for answered in agent.seats.values() for pair in pairwise(answered)]
    assert total.extending_tokens <= sum(common(*pair) for pair in pairs)
    if all(step.remember for step in script.steps if isinstance(step, Ask)):
        assert total.extending_tokens == sum(sum(map(len, before)) for before, _ in pairs)


class TestPlayedAgain:
    def test_what_the_failed_attempt_took_still_counts(self, tmp_path: Path) -> None:
        """An episode that failed and is played again costs twice, and so it says."""
        lost: list[Any] = []

        def answer(request: Request) -> str:
            if request.count == 1 and len(lost) < 2:
                lost.append(request)
                raise AgentFailed("down", usage={"prompt_tokens": 7, "attempts": 3}, faults=("a", "b", "c"))
            return str(request.form.sample(request.random()))

        agent = Told(answer)
        seats = {"player_0": agent, "player_1": "random"}
        scenario = Scenario(protocol=Play(game="repeated:kuhn?n=3"), seats=seats, episodes=2)
        asyncio.run(run(scenario, tmp_path / "run"))
        with StoredRun(tmp_path / "run") as stored:
            before = spending(stored).total
        asyncio.run(run(scenario, tmp_path / "run", resume=True, retry_failed=True))
        with StoredRun(tmp_path / "run") as stored:
            after = spending(stored).total
        assert len(lost) == 2
        assert before.failed_attempts == after.failed_attempts == 6
        assert after.calls == len(agent.sent)
        assert after.attempts == len(agent.sent) + 4
        assert after.prompt_tokens == 14 + sum(len(text) for said in agent.answered for text in said)
