"""Failed episodes are played again while the run goes on, once for each time that somebody asks."""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from arena.core.drain import EPISODE
from arena.core.errors import UsageError
from arena.designs.tournament import Tournament
from arena.episode.outcome import Ending
from arena.journal import StoredRun, recording
from arena.journal import _writer as writing
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.steering import acts
from protocols import Play
from tests.arena.steering.test_steering import asked, done, games, heeded, playing
from tests.arena.view.browsing import HOST, access, client
from tests.properties.test_determinism import exported
from tests.shared.waiting import until


class Broken(Agent):
    """Breaks at the second request of `where` while it `breaks`: by default in every third episode.

    It notes what it is asked.
    """

    name = "broken"

    def __init__(self, where: range = range(0, 60, 3), *, breaks: bool = True) -> None:
        self.breaks = breaks
        self.where = where
        self.broke: Counter[int] = Counter()
        self.asked: list[tuple[int, str, int]] = []

    def has_broken_again(self, times: int) -> bool:
        return self.broke[0] > times

    async def reply(self, request: Request) -> Reply:
        await asyncio.sleep(0.005)
        episode = EPISODE.get()
        assert episode is not None
        self.asked.append((episode, request.seat, request.count))
        if self.breaks and episode in self.where and request.count == 1:
            self.broke[episode] += 1
            raise RuntimeError("it broke")
        return Reply(request.form.sample(request.random()))


async def test_they_are_played_before_those_that_have_not_begun(tmp_path: Path) -> None:
    agent = Broken()
    await run(games(Broken(breaks=False)), tmp_path / "whole")
    async with playing(games(agent), tmp_path / "run") as (task, progress):
        await until(lambda: progress.ended[Ending.FAILED] >= 4)
        agent.breaks = False
        assert await done(tmp_path / "run", "change", retry_failed=True) == ""
        await until(lambda: progress.ended[Ending.FAILED] == 0)
        assert not task.done()
        assert progress.done < 50
        assert (await task).ended == {**dict.fromkeys(Ending, 0), Ending.COMPLETED: 60}
    first_again = max(
        place for place, (episode, _, count) in enumerate(agent.asked) if (episode, count) == (0, 1)
    )
    assert first_again < len(agent.asked) / 2
    assert exported(tmp_path / "run") == exported(tmp_path / "whole")
    assert max(Counter(agent.asked).values()) == 2  # Only the request that broke is made again.


async def test_an_episode_is_played_again_once_for_each_act(tmp_path: Path) -> None:
    agent = Broken()
    async with playing(games(agent), tmp_path / "run") as (task, progress):
        for times in (1, 2):
            await until(lambda: progress.ended[Ending.FAILED] >= 4)
            assert agent.broke[0] == times
            await done(tmp_path / "run", "change", retry_failed=True)
            await until(partial(agent.has_broken_again, times))
        result = await task
    assert agent.broke[0] == 3
    assert result.ended[Ending.FAILED] == 20
    with StoredRun(tmp_path / "run") as stored:
        assert stored.counts()[Ending.FAILED] == 20
        assert not stored.leave_out_damaged().sentences


async def test_those_that_failed_before_the_run_was_resumed_are_played_again(tmp_path: Path) -> None:
    agent = Broken()
    async with playing(games(agent), tmp_path / "run") as (task, progress):
        await until(lambda: progress.ended[Ending.FAILED] >= 4)
        await done(tmp_path / "run", "stop")
        await task
    agent.breaks = False
    async with playing(games(agent), tmp_path / "run", resume=True) as (task, progress):
        assert progress.ended[Ending.FAILED] >= 4
        await done(tmp_path / "run", "change", retry_failed=True)
        await until(lambda: progress.ended[Ending.FAILED] == 0)
        assert progress.done >= progress.found
        assert (await task).ended[Ending.COMPLETED] == 60


async def test_the_last_episodes_are_waited_for(tmp_path: Path) -> None:
    agent = Broken()
    async with playing(games(agent, 4), tmp_path / "run", 1, ended=0) as (task, progress):
        await until(lambda: progress.ended[Ending.FAILED] == 1)
        await done(tmp_path / "run", "pause")
        agent.breaks = False
        await done(tmp_path / "run", "change", retry_failed=True)
        await done(tmp_path / "run", "resume")
        assert (await task).ended[Ending.COMPLETED] == 4


async def test_a_run_that_ends_without_a_word_plays_them_when_it_goes_on(tmp_path: Path) -> None:
    agent = Broken()
    async with playing(games(agent), tmp_path / "run") as (task, progress):
        await until(lambda: progress.ended[Ending.FAILED] >= 4)
        number = await asked(tmp_path / "run", "change", retry_failed=True)
        await heeded(tmp_path / "run", number)
        task.cancel()
    failed = set(agent.broke)
    agent.breaks = False
    await run(games(agent), tmp_path / "run", resume=True)
    with StoredRun(tmp_path / "run") as stored:
        assert [one.act.retry_failed for one in acts(stored) if one.holds] == [True, False]
        assert stored.counts()[Ending.COMPLETED] >= 60 - len(failed)
        assert stored.episode(0).played is not None


async def test_the_page_of_a_run_asks_for_it(tmp_path: Path) -> None:
    agent = Broken()
    async with playing(games(agent), tmp_path / "run") as (task, progress):
        await until(lambda: progress.ended[Ending.FAILED] >= 4)
        agent.breaks = False
        browser, origin = client([tmp_path / "run"]), {"Origin": f"http://{HOST}"}
        fields = {"act": "change", "retry": "yes", "csrf": access().form_field}
        shown = await asyncio.to_thread(
            browser.post, "/secret/run/0/act/", data=fields, headers=origin, follow_redirects=True
        )
        assert "failed episodes again" in shown.text
        assert (await task).ended[Ending.COMPLETED] == 60


async def test_a_reply_of_before_is_charged_once(tmp_path: Path) -> None:
    agent = Broken()
    async with playing(games(agent, 12), tmp_path / "run", 12, ended=12) as (task, _):
        await task
    agent.breaks = False
    await run(games(agent, 12), tmp_path / "run", resume=True, retry_failed=True)
    assert max(Counter(agent.asked).values()) == 2


async def test_what_is_recorded_together_is_durable_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "GROUP_SECONDS", 0.0)
    async with recording(tmp_path / "run", {"config": {}}) as journal:
        for _ in range(50):
            with journal.together():
                journal.state("live", 1, {})
                for _ in range(3):
                    journal.fact("caps", {})
                    journal.state("live", None, {})
                journal.reopen([])
            with StoredRun(tmp_path / "run") as stored:
                assert len(stored.states()) % 4 == 0
            await asyncio.sleep(0)


class TestRounds:
    """Who plays in a later round depends on the results of the earlier ones."""

    @staticmethod
    def swiss(agent: Agent) -> Tournament:
        entrants = ["kuhn-nash", "a=random", "b=random", agent]
        return Tournament(protocol=Play(game="kuhn", hands=3), agents=entrants, format="swiss?rounds=2")

    @pytest.mark.parametrize(("where", "stay"), [(range(4, 8), 0), (range(8), 2)])
    async def test_what_failed_in_an_earlier_round_stays_so(
        self, where: range, stay: int, tmp_path: Path
    ) -> None:
        agent = Broken(where)
        assert (await run(self.swiss(agent), tmp_path / "run")).ended[Ending.FAILED] == stay + 2
        agent.breaks = False
        again = await run(self.swiss(agent), tmp_path / "run", resume=True, retry_failed=True)
        assert again.ended[Ending.FAILED] == stay

    async def test_nothing_is_played_again_if_all_that_failed_is_of_earlier_rounds(
        self, tmp_path: Path
    ) -> None:
        await run(self.swiss(Broken(range(4))), tmp_path / "run")
        with pytest.raises(UsageError, match="are of earlier rounds, and who plays in a later round depends"):
            await run(self.swiss(Broken()), tmp_path / "run", resume=True, retry_failed=True)
