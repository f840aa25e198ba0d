"""Forking: siblings share what came before the turn, and nothing of it is asked, or written, again."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import ConfigurationChanged, UsageError
from arena.designs.fork import Fork, pick_turns
from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending
from arena.episode.turns import Turn, turns
from arena.journal import StoredEpisode, StoredRun
from arena.judging import judge_run
from arena.results.study import conditions
from arena.running.forking import fork
from arena.running.running import Progress, run
from arena.seat.agent import Agent, Reply, Request
from arena.spending.limits import Caps, Limits
from arena.training.export import export_jsonl
from arena.training.export.settings import Settings
from protocols import Play
from tests.arena.judging.debating import TASK, Tiny, debater, stored_debate
from tests.shared.agents import Erratic, Paid, Watched
from tests.shared.examples import few
from tests.shared.protocols import Script, Tell, scripts

KUHN = Scenario(
    protocol=Play(game="kuhn", hands=3), seats=dict.fromkeys(("player_0", "player_1"), "random"), episodes=4
)


def watched(scenario: Scenario) -> tuple[Scenario, Watched]:
    """Return the scenario with one agent in all seats, which keeps what it was sent."""
    agent = Watched(lambda request: request.form.sample(request.random()), name="watched")
    return scenario.model_copy(update={"seats": dict.fromkeys(scenario.seats, agent)}), agent


def stored(folder: Path, number: int = 0) -> StoredEpisode:
    with StoredRun(folder) as found:
        return found.episode(number)


def turns_of(folder: Path, number: int = 0) -> list[Turn]:
    episode = stored(folder, number)
    return turns(episode.steps, episode.calls)


def rows(folder: Path, table: str) -> int:
    connection = sqlite3.connect(folder / "journal.sqlite")
    try:
        (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
        return int(count)
    finally:
        connection.close()


class TestSiblings:
    async def test_share_everything_before_the_turn(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        await fork(tmp_path / "run", KUHN, episode=2, turn=3, n=5, folder=tmp_path / "fork")
        parent = stored(tmp_path / "run", 2)
        step = turns_of(tmp_path / "run", 2)[3].step
        with StoredRun(tmp_path / "fork") as found:
            siblings = list(found.episodes())
        assert len(siblings) == 5
        for number, sibling in enumerate(siblings):
            assert sibling.steps[:step] == parent.steps[:step]
            assert sibling.plan.chance == parent.plan.chance
            assert sibling.plan.branch is not None
            assert (sibling.plan.branch.episode, sibling.plan.branch.sibling) == (2, number)
            assert (sibling.plan.match, sibling.plan.match_size) == (0, 5)
        assert len({sibling.events for sibling in siblings}) > 1

    async def test_are_asked_at_the_turn_exactly_what_was_asked_there(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        await fork(tmp_path / "run", KUHN, episode=1, turn=2, n=3, folder=tmp_path / "fork")
        asked = {turns_of(tmp_path / "fork", number)[2].calls[0].digest for number in range(3)}
        assert asked == {turns_of(tmp_path / "run", 1)[2].calls[0].digest}

    async def test_make_no_finished_call_again(self, tmp_path: Path) -> None:
        scenario, agent = watched(KUHN)
        await run(scenario, tmp_path / "run")
        last = turns_of(tmp_path / "run")[-1].number
        agent.sent.clear()
        await fork(tmp_path / "run", scenario, episode=0, turn=last, n=4, folder=tmp_path / "fork")
        new = sum(len(turns_of(tmp_path / "fork", number)) - last for number in range(4))
        assert len(agent.sent) == new
        assert all(len(sent.view) > 0 for sent in agent.sent)

    async def test_take_room_in_the_journal_for_their_new_turns_alone(self, tmp_path: Path) -> None:
        scenario = KUHN.model_copy(update={"protocol": Play(game="kuhn", hands=20)})
        await run(scenario, tmp_path / "run")
        last = turns_of(tmp_path / "run")[-1].number
        await fork(tmp_path / "run", scenario, episode=0, turn=last, n=8, folder=tmp_path / "fork")
        new = sum(len(turns_of(tmp_path / "fork", number)) - last for number in range(8))
        assert rows(tmp_path / "fork", "calls") == new <= 16
        assert rows(tmp_path / "fork", "events") < 8 * 8
        assert rows(tmp_path / "run", "events") > 4 * 60

    async def test_spend_nothing_on_what_they_share(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        await fork(tmp_path / "run", KUHN, episode=0, turn=2, folder=tmp_path / "fork")
        with StoredRun(tmp_path / "fork") as found:
            assert all(took.count is None or took.count > 0 for took in found.took())

    async def test_of_the_same_seed_are_the_same(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        for name in ("one", "other"):
            await fork(tmp_path / "run", KUHN, episode=0, turn=1, folder=tmp_path / name)
            with StoredRun(tmp_path / name) as found:
                export_jsonl(found, tmp_path / f"{name}.jsonl")
        assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "other.jsonl").read_bytes()

    async def test_of_seats_asked_together_only_the_one_whose_turn_it_is_is_asked_anew(
        self, tmp_path: Path
    ) -> None:
        game = Scenario(
            protocol=Play(game="rock-paper-scissors"), seats=dict.fromkeys(("player_0", "player_1"), "random")
        )
        await run(game, tmp_path / "run")
        place = next(turn for turn in turns_of(tmp_path / "run") if turn.seat == "player_0")
        scenario, agent = watched(game)
        taken = Fork(parent=tmp_path / "run", original=game, at={0: place.number}, seats=scenario.seats)
        await run(taken, tmp_path / "fork")
        assert {sent.seat for sent in agent.sent} == {"player_0"}


class TestOverrides:
    async def test_other_agents_take_over_from_the_turn_on(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        agent = Watched(lambda request: request.form.sample(request.random()), name="newcomer")
        await fork(
            tmp_path / "run", KUHN, episode=0, turn=2, override={"player_0": agent}, folder=tmp_path / "fork"
        )
        assert stored(tmp_path / "fork").plan.seats == {"player_0": "newcomer", "player_1": "random"}
        own = [turn for turn in turns_of(tmp_path / "run")[:2] if turn.seat == "player_0"]
        first = next(turn for turn in turns_of(tmp_path / "fork")[2:] if turn.seat == "player_0")
        assert len(agent.sent) > 0
        assert min(sent.count for sent in agent.sent) == first.calls[0].count >= len(own)

    async def test_a_reply_stands_in_for_the_agents(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        legal = ["Answer: pass", "Answer: bet"]
        place = turns_of(tmp_path / "run")[0]
        result = await fork(
            tmp_path / "run", KUHN, episode=0, turn=place.number, override=legal, folder=tmp_path / "fork"
        )
        assert result.ended[Ending.COMPLETED] == 2
        said = [turns_of(tmp_path / "fork", number)[0].calls[0] for number in range(2)]
        assert [call.reply and call.reply.text for call in said] == legal

    async def test_an_unusable_reply_is_asked_for_again(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        await fork(
            tmp_path / "run", KUHN, episode=0, turn=0, override=["nothing of use"], folder=tmp_path / "fork"
        )
        (first, *again) = turns_of(tmp_path / "fork")[0].calls
        assert first.reply is not None
        assert first.reply.text == "nothing of use"
        assert first.status != "ok"
        assert again

    @few
    @given(script=scripts, place=st.integers(0, 30))
    def test_with_the_replies_that_were_given_the_episode_is_played_again(
        self, tmp_path_factory: pytest.TempPathFactory, script: Script, place: int
    ) -> None:
        folder = tmp_path_factory.mktemp("fork")

        async def check() -> None:
            agent = Watched(lambda request: request.form.sample(_own(request)), name="steady")
            scenario = Scenario(protocol=script, seats=dict.fromkeys(script.seats, agent))
            await run(scenario, folder / "run")
            taken = turns_of(folder / "run")
            if not taken:
                return
            turn = taken[place % len(taken)]
            reply = turn.calls[0].reply
            assert reply is not None
            agent.sent.clear()
            await fork(
                folder / "run",
                scenario,
                episode=0,
                turn=turn.number,
                override=[reply.text],
                folder=folder / "fork",
            )
            assert stored(folder / "fork").steps == stored(folder / "run").steps
            assert len(agent.sent) == len([one for one in taken if one.step > turn.step])

        asyncio.run(check())


def _own(request: Request) -> Any:
    """Return randomness that comes of what is asked alone, not of the episode's seed."""
    import random

    return random.Random(f"{request.seat} {request.count} {request.prompt.text}")


class Slow(Agent):
    """Answers at random, and waits from its third request on until it is let go."""

    def __init__(self) -> None:
        self.name = "slow"
        self.waits = asyncio.Event()
        self.go = asyncio.Event()

    async def reply(self, request: Request) -> Reply:
        if request.count >= 2:
            self.waits.set()
            await self.go.wait()
        return Reply(request.form.sample(request.random()))


def failing(request: Request) -> str:
    raise RuntimeError("it broke")


class TestRuns:
    async def test_that_are_running_can_be_forked(self, tmp_path: Path) -> None:
        slow = Slow()
        scenario = KUHN.model_copy(update={"seats": {"player_0": slow, "player_1": slow}, "episodes": 1})
        async with asyncio.TaskGroup() as group:
            progress = Progress()
            group.create_task(run(scenario, tmp_path / "run", progress=progress))
            await slow.waits.wait()
            await asyncio.sleep(0.5)  # for the journal's thread to have written what was answered
            result = await fork(
                tmp_path / "run",
                scenario,
                episode=0,
                turn=0,
                override={"player_0": "random", "player_1": "random"},
                folder=tmp_path / "fork",
            )
            assert result.ended[Ending.COMPLETED] == 2
            assert progress.done == 0
            slow.go.set()

    async def test_that_are_forks_can_be_forked(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        first = Fork(parent=tmp_path / "run", original=KUHN, at={0: 1})
        await run(first, tmp_path / "fork")
        await fork(tmp_path / "fork", first, episode=1, turn=2, folder=tmp_path / "again")
        step = turns_of(tmp_path / "fork", 1)[2].step
        assert stored(tmp_path / "again").steps[:step] == stored(tmp_path / "fork", 1).steps[:step]

    async def test_are_resumed_without_asking_again(self, tmp_path: Path) -> None:
        scenario, agent = watched(KUHN)
        await run(scenario, tmp_path / "run")
        whole = Fork(parent=tmp_path / "run", original=scenario, at={0: 1, 1: 2, 2: 1}, siblings=3)
        await run(whole, tmp_path / "whole")
        progress = Progress()
        progress.drain()
        await run(whole, tmp_path / "cut", progress=progress)
        with sqlite3.connect(tmp_path / "whole" / "journal.sqlite") as connection:
            connection.execute("DELETE FROM outcomes WHERE episode >= 4")
            connection.execute("DELETE FROM calls WHERE episode >= 6")
        connection.close()
        expected = [stored(tmp_path / "whole", number).steps for number in range(4)]
        agent.sent.clear()
        await run(whole, tmp_path / "whole", resume=True)
        assert [stored(tmp_path / "whole", number).steps for number in range(4)] == expected
        assert {sent.count for sent in agent.sent}
        result = await run(whole, tmp_path / "cut", resume=True)
        assert result.ended[Ending.COMPLETED] == 9
        assert [stored(tmp_path / "whole", n).steps for n in range(9)] == [
            stored(tmp_path / "cut", n).steps for n in range(9)
        ]

    async def test_may_be_moved_together_with_the_run_they_come_from(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "runs" / "run")
        await fork(tmp_path / "runs" / "run", KUHN, episode=0, turn=1, folder=tmp_path / "runs" / "fork")
        before = stored(tmp_path / "runs" / "fork")
        (tmp_path / "runs").rename(tmp_path / "elsewhere")
        assert stored(tmp_path / "elsewhere" / "fork") == before

    async def test_that_failed_are_played_again_from_where_they_failed(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        broken = Watched(failing, name="newcomer")
        both = dict.fromkeys(KUHN.seats, broken)
        taken = Fork(parent=tmp_path / "run", original=KUHN, at={0: 1, 1: 2}, seats=both)
        result = await run(taken, tmp_path / "fork")
        assert result.ended[Ending.FAILED] == 4
        prefix = stored(tmp_path / "run").steps[: turns_of(tmp_path / "run")[1].step]
        broken.answer = lambda request: request.form.sample(request.random())
        broken.sent.clear()
        result = await run(taken, tmp_path / "fork", resume=True, retry_failed=True)
        assert result.ended[Ending.COMPLETED] == 4
        assert stored(tmp_path / "fork").steps[: len(prefix)] == prefix
        assert len(broken.sent) == rows(tmp_path / "fork", "calls")

    @pytest.mark.slow
    @few
    @given(script=scripts, place=st.integers(0, 30), done=st.integers(0, 40))
    def test_come_to_the_same_wherever_they_were_killed(
        self, tmp_path_factory: pytest.TempPathFactory, script: Script, place: int, done: int
    ) -> None:
        folder = tmp_path_factory.mktemp("fork")

        async def check() -> None:
            agent = Watched(lambda request: request.form.sample(request.random()), name="steady")
            scenario = Scenario(protocol=script, seats=dict.fromkeys(script.seats, agent))
            await run(scenario, folder / "run")
            if not (taken := turns_of(folder / "run")):
                return
            turn = taken[place % len(taken)].number
            whole = Fork(parent=folder / "run", original=scenario, at={0: turn}, replies=["x", "Answer: a"])
            await run(whole, folder / "fork")
            before = [stored(folder / "fork", number) for number in range(2)]
            with sqlite3.connect(folder / "fork" / "journal.sqlite") as connection:
                (all_,) = connection.execute("SELECT count(*) FROM calls").fetchone()
                connection.execute("DELETE FROM outcomes")
                connection.execute(
                    "DELETE FROM calls WHERE (episode, step, count, seat) NOT IN ("
                    "SELECT episode, step, count, seat FROM calls ORDER BY step, seat, count LIMIT ?)",
                    (done,),
                )
            connection.close()
            agent.sent.clear()
            await run(whole, folder / "fork", resume=True)
            after = [stored(folder / "fork", number) for number in range(2)]
            assert [one.steps for one in after] == [one.steps for one in before]
            assert [[call[:8] for call in one.calls] for one in after] == [
                [call[:8] for call in one.calls] for one in before
            ]
            assert len(agent.sent) <= max(0, all_ - done)

        asyncio.run(check())

    async def test_cannot_be_read_while_the_episode_they_branch_off_is_cut_short(
        self, tmp_path: Path
    ) -> None:
        await run(KUHN, tmp_path / "run")
        await fork(tmp_path / "run", KUHN, episode=0, turn=2, folder=tmp_path / "fork")
        before = stored(tmp_path / "fork")
        with sqlite3.connect(tmp_path / "run" / "journal.sqlite") as connection:
            connection.execute("DELETE FROM outcomes WHERE episode = 0")
        connection.close()
        progress = Progress()
        progress.drain()
        await run(KUHN, tmp_path / "run", resume=True, progress=progress)
        with pytest.raises(UsageError, match=r"Episode 0 .* is not, or not yet again, what it was"):
            stored(tmp_path / "fork")
        await run(KUHN, tmp_path / "run", resume=True)
        assert stored(tmp_path / "fork") == before

    async def test_cannot_be_read_once_what_they_share_was_played_otherwise(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        await fork(tmp_path / "run", KUHN, episode=0, turn=0, folder=tmp_path / "f")
        assert stored(tmp_path / "f").played
        with sqlite3.connect(tmp_path / "run" / "journal.sqlite") as connection:
            connection.execute("INSERT INTO unchecked SELECT number FROM episodes")
            connection.execute("UPDATE calls SET digest = 'another', checksum = NULL")
            connection.execute("UPDATE outcomes SET checksum = NULL")
        connection.close()
        with pytest.raises(UsageError, match="not yet again, what it was"):
            stored(tmp_path / "f")

    async def test_are_in_reports_and_exports_like_any_other(self, tmp_path: Path) -> None:
        """Forks of forks too: what is played is what was played by the first run."""
        await run(KUHN, tmp_path / "run")
        first = Fork(parent=tmp_path / "run", original=KUHN, at={0: 1, 1: 2})
        await run(first, tmp_path / "fork")
        await fork(tmp_path / "fork", first, episode=1, turn=3, folder=tmp_path / "again")
        for name in ("fork", "again"):
            with StoredRun(tmp_path / name) as found:
                assert Settings(found.header()["config"]).of("").game == "kuhn"
        configs = []
        for name in ("run", "fork", "again"):
            with StoredRun(tmp_path / name) as found:
                configs.append((name, found.header()["config"]))
        assert len(set(conditions(configs))) == 3

    async def test_are_judged_by_all_that_was_said(self, tmp_path: Path) -> None:
        folder = await stored_debate(tmp_path / "run")
        seats = {"pro": debater("pro", "They swim."), "con": debater("con", "They suckle.")}
        judge = Watched("Verdict: con", name="the live judge")
        original = Scenario(protocol=Tiny(), tasks=[TASK], seats={**seats, "judge": judge}, seed=3)
        last = turns_of(folder)[-1]
        assert last.seat == "judge"
        await fork(folder, original, episode=0, turn=last.number, folder=tmp_path / "fork")
        reader = Watched("Verdict: 1\nConfidence: 90", name="reader")
        await judge_run(tmp_path / "fork", judges=[reader])
        read = [" ".join(event.text for event in (*sent.view, sent.prompt)) for sent in reader.sent]
        assert len(read) == 4
        assert all("They swim." in text and "They suckle." in text for text in read)


class TestLimits:
    async def test_of_turns_count_those_that_are_shared(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        limited = Fork(parent=tmp_path / "run", original=KUHN, at={0: 3}, limits=Limits(turns=5))
        result = await run(limited, tmp_path / "fork")
        assert result.ended[Ending.TRUNCATED] == 2
        assert [len(turns_of(tmp_path / "fork", number)) for number in range(2)] == [5, 5]

    @pytest.mark.parametrize("killed_after", [1, 2])
    async def test_of_calls_are_reached_where_they_would_have_been(
        self, tmp_path: Path, killed_after: int
    ) -> None:
        """A reply that was given is no call, also when it is read back."""
        paid = Paid(most=2)
        scenario = KUHN.model_copy(
            update={"seats": dict.fromkeys(KUHN.seats, paid), "limits": Limits(calls=5), "episodes": 1}
        )
        await run(scenario, tmp_path / "run")
        taken = Fork(parent=tmp_path / "run", original=scenario, at={0: 0}, replies=["Answer: pass"])
        await run(taken, tmp_path / "fork")
        whole = stored(tmp_path / "fork")
        assert whole.played
        assert whole.played.outcome.ending is Ending.TRUNCATED
        with sqlite3.connect(tmp_path / "fork" / "journal.sqlite") as connection:
            connection.execute("DELETE FROM outcomes")
            step = turns_of(tmp_path / "fork")[killed_after].step
            connection.execute("DELETE FROM calls WHERE step >= ?", (step,))
        connection.close()
        await run(taken, tmp_path / "fork", resume=True)
        again = stored(tmp_path / "fork")
        assert again.played
        assert (again.played.outcome, again.steps) == (whole.played.outcome, whole.steps)

    async def test_caps_are_of_what_the_fork_itself_takes(self, tmp_path: Path) -> None:
        paid = Paid()
        scenario = KUHN.model_copy(update={"seats": dict.fromkeys(KUHN.seats, paid)})
        whole = await run(scenario, tmp_path / "run")
        last = turns_of(tmp_path / "run")[-1].number
        result = await fork(
            tmp_path / "run",
            scenario,
            episode=0,
            turn=last,
            folder=tmp_path / "fork",
            caps=Caps(calls=whole.spent.calls),
        )
        assert result.reached is None
        assert 0 < result.spent.calls < whole.spent.calls


class TestRefusals:
    async def test_a_turn_that_is_still_being_taken(self, tmp_path: Path) -> None:
        slow = Slow()
        game = Scenario(
            protocol=Play(game="rock-paper-scissors", hands=3),
            seats={"player_0": "random", "player_1": slow},
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(run(game, tmp_path / "run"))
            await slow.waits.wait()
            await asyncio.sleep(0.5)  # for the journal's thread to have written what was answered
            with StoredRun(tmp_path / "run") as found:
                begun = turns(found.steps(0), found.calls(0))
                assert begun[-1].seat == "player_0"
                assert all(pick_turns(found, [0], seed=seed)[0] < begun[-1].number for seed in range(20))
            with pytest.raises(UsageError, match=f"cannot be branched at turn {begun[-1].number}"):
                await fork(tmp_path / "run", game, 0, begun[-1].number, folder=tmp_path / "fork")
            slow.go.set()

    async def test_to_resume_a_fork_of_another_run(self, tmp_path: Path) -> None:
        for name in ("run", "other"):
            await run(KUHN, tmp_path / name)
        await run(Fork(parent=tmp_path / "run", original=KUHN, at={0: 1}), tmp_path / "fork")
        other = Fork(parent=tmp_path / "other", original=KUHN, at={0: 1})
        with pytest.raises(UsageError, match=r"was forked from the one in .*run, not .*other"):
            await run(other, tmp_path / "fork", resume=True)

    async def test_a_turn_that_there_is_not(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        with pytest.raises(
            UsageError, match=r"Episode 0 has turns 0 to \d+, so it cannot be branched at turn 99\."
        ):
            await fork(tmp_path / "run", KUHN, episode=0, turn=99, folder=tmp_path / "fork")
        assert not (tmp_path / "fork").exists()

    async def test_an_episode_that_there_is_not(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        with pytest.raises(UsageError, match="has no episode 7"):
            await fork(tmp_path / "run", KUHN, episode=7, turn=0, folder=tmp_path / "fork")

    async def test_a_seat_that_there_is_not(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        with pytest.raises(UsageError, match="Episode 0 has no seat judge, so no agent can take it over"):
            await fork(tmp_path / "run", KUHN, 0, 0, override={"judge": "random"}, folder=tmp_path / "fork")

    async def test_another_scenario_than_the_run_was_begun_under(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        other = KUHN.model_copy(update={"seed": 5})
        with pytest.raises(ConfigurationChanged, match="seed was 0 and is now 5"):
            await fork(tmp_path / "run", other, episode=0, turn=0, folder=tmp_path / "fork")

    async def test_as_many_replies_as_siblings(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="2 replies for 3 siblings"):
            Fork(parent=tmp_path, original=KUHN, at={0: 0}, siblings=3, replies=["a", "b"])

    async def test_reading_a_fork_whose_run_is_gone(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        await fork(tmp_path / "run", KUHN, episode=0, turn=1, folder=tmp_path / "fork")
        shutil.rmtree(tmp_path / "run")
        with pytest.raises(UsageError, match="which is no longer there"):
            stored(tmp_path / "fork")

    async def test_reading_a_fork_in_whose_runs_place_there_is_another(self, tmp_path: Path) -> None:
        await run(KUHN, tmp_path / "run")
        await fork(tmp_path / "run", KUHN, episode=0, turn=1, folder=tmp_path / "fork")
        shutil.rmtree(tmp_path / "run")
        await run(KUHN.model_copy(update={"seed": 5}), tmp_path / "run")
        with pytest.raises(UsageError, match="is not the one from which"):
            stored(tmp_path / "fork")


class TestPickedTurns:
    async def test_are_the_seats_own_and_by_the_seed(self, tmp_path: Path) -> None:
        await run(KUHN.model_copy(update={"episodes": 20}), tmp_path / "run")
        with StoredRun(tmp_path / "run") as found:
            picked = pick_turns(found, seat="player_1", seed=3)
            assert picked == pick_turns(found, seat="player_1", seed=3)
            assert picked != pick_turns(found, seat="player_1", seed=4)
        assert set(picked) == set(range(20))
        assert all(
            turns_of(tmp_path / "run", number)[turn].seat == "player_1" for number, turn in picked.items()
        )

    async def test_are_of_those_that_have_some(self, tmp_path: Path) -> None:
        silent = Scenario(
            protocol=Script(steps=(Tell(audience=frozenset(), text="nothing"),)),
            seats=dict.fromkeys(Script(steps=()).seats, Erratic()),
        )
        await run(silent, tmp_path / "run")
        with StoredRun(tmp_path / "run") as found:
            assert pick_turns(found) == {}
