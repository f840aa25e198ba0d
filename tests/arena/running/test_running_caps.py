"""A run keeps its caps through everything, and says when one ends it; what was spent once stays spent."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arena.core.errors import AgentFailed, UsageError
from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.journal.schema import JOURNAL_FILE, connect
from arena.running.running import Progress, run
from arena.seat.agent import Reply, Request
from arena.spending.limits import Caps, Limits, TotalUsage
from arena.spending.prices import Prices
from protocols import Play
from tests.shared.agents import Paid

PRICES = Prices({"test:paid": {"prompt": 1000, "completion": 1000}})


def kuhn(agent: Paid, episodes: int = 20, **changes: object) -> Scenario:
    seats = {"player_0": agent, "player_1": "random"}
    return Scenario(**{"protocol": Play(hands=2), "seats": seats, "episodes": episodes, **changes})


class Silent(Paid):
    """A model whose server does not tell what a request took."""

    async def reply(self, request: Request) -> Reply:
        return (await super().reply(request))._replace(usage={"attempts": 1})


def header(folder: Path) -> dict[str, object]:
    with StoredRun(folder) as stored:
        return stored.header()


class TestCap:
    async def test_ends_the_run_cleanly(self, tmp_path: Path) -> None:
        agent, progress = Paid(latency=0.002), Progress()
        result = await run(
            kuhn(agent), tmp_path / "run", caps=Caps(calls=10), concurrency=4, progress=progress
        )
        assert result.interrupted
        assert result.reached is not None
        assert result.reached is progress.reached
        assert str(result.reached).startswith("The cap of 10 calls is reached: ")
        assert result.spent is progress.spent
        assert result.ended[Ending.FAILED] == result.ended[Ending.TRUNCATED] == 0
        assert sum(result.ended.values()) < 20
        with StoredRun(tmp_path / "run") as stored:
            assert len(stored.numbers(finished=False)) <= 4
            made = sum(len(episode.calls) for episode in stored.episodes())
            assert made >= agent.asked.total()
        log = (tmp_path / "run" / "log.jsonl").read_text()
        assert log.count('"cap reached"') == 1

    async def test_holds_when_the_run_is_resumed(self, tmp_path: Path) -> None:
        agent = Paid()
        first = await run(kuhn(agent), tmp_path / "run", caps=Caps(tokens=4000, calls=1000))
        asked = agent.asked.total()
        again = await run(kuhn(agent), tmp_path / "run", resume=True)
        assert agent.asked.total() == asked
        assert again.reached is not None
        assert again.spent == first.spent
        assert header(tmp_path / "run")["caps"] == {"tokens": 4000, "calls": 1000}

    @pytest.mark.parametrize("caps", [Caps(tokens=3000), Caps(dollars=3.0)])
    async def test_holds_over_many_resumes_when_the_server_does_not_tell_what_was_taken(
        self, tmp_path: Path, caps: Caps
    ) -> None:
        agent = Silent()
        first = await run(kuhn(agent), tmp_path / "run", caps=caps, prices=PRICES, concurrency=3)
        assert first.reached is not None
        assert 0 < agent.asked.total() <= 15  # each is thought to take 200 tokens, which cost 0.2 dollars
        asked = agent.asked.total()
        for _ in range(3):
            again = await run(kuhn(agent), tmp_path / "run", resume=True)
            assert agent.asked.total() == asked
            assert again.spent == first.spent
            assert "estimated where the server reports none" in str(again.reached)

    async def test_gives_way_to_one_that_is_given_anew(self, tmp_path: Path) -> None:
        agent = Paid()
        await run(kuhn(agent), tmp_path / "run", caps=Caps(tokens=4000, calls=1000))
        result = await run(kuhn(agent), tmp_path / "run", resume=True, caps=Caps(tokens=None))
        assert result.reached is None
        assert result.ended[Ending.COMPLETED] == 20
        assert header(tmp_path / "run")["caps"] == {"calls": 1000}
        assert set(agent.asked.values()) == {1}

    async def test_of_minutes_counts_from_the_beginning_of_each_part(self, tmp_path: Path) -> None:
        agent = Paid(latency=0.02)
        first = await run(kuhn(agent, 40), tmp_path / "run", caps=Caps(minutes=0.001), concurrency=2)
        assert first.reached is not None
        assert first.reached.quantity == "minutes"
        assert first.ended[Ending.COMPLETED] < 40
        parts = 0
        while (await run(kuhn(agent, 40), tmp_path / "run", resume=True, concurrency=20)).reached:
            parts += 1
            assert parts < 30
        assert set(agent.asked.values()) == {1}

    async def test_that_is_met_exactly_by_the_whole_run_stops_nothing(self, tmp_path: Path) -> None:
        whole = await run(kuhn(Paid()), tmp_path / "whole")
        caps = Caps(calls=whole.spent.calls)
        # One at a time, as a call that takes two attempts was thought to take one.
        result = await run(kuhn(Paid()), tmp_path / "run", caps=caps, concurrency=1)
        assert result.spent == whole.spent


class TestPrices:
    @pytest.mark.parametrize("bound", ["run", "episode"])
    async def test_unknown_ones_are_refused_before_anything_is_opened_or_written(
        self, tmp_path: Path, bound: str
    ) -> None:
        opened = []

        class Opening(Paid):
            async def open(self) -> None:
                opened.append(self)

        caps = Caps(dollars=1) if bound == "run" else None
        limits = Limits() if bound == "run" else Limits(dollars=1)
        with pytest.raises(UsageError, match="the price of test:paid is not known"):
            await run(kuhn(Opening(), limits=limits), tmp_path / "run", caps=caps)
        assert not opened
        assert not (tmp_path / "run").exists()

    async def test_are_kept_with_the_run(self, tmp_path: Path) -> None:
        agent = Paid()
        await run(kuhn(agent), tmp_path / "run", caps=Caps(dollars=2), prices=PRICES)
        kept = header(tmp_path / "run")
        assert kept["prices"] == PRICES.described()
        result = await run(kuhn(agent), tmp_path / "run", caps=Caps(dollars=1000), resume=True)
        assert result.reached is None
        assert result.spent.unpriced == 0
        assert result.spent.dollars == pytest.approx(result.spent.tokens / 1000)

    async def test_unknown_ones_are_counted_as_such(self, tmp_path: Path) -> None:
        result = await run(kuhn(Paid()), tmp_path / "run")
        assert result.spent.dollars == 0
        assert result.spent.unpriced == result.spent.calls > 0
        with StoredRun(tmp_path / "run") as stored:
            assert stored.total() == result.spent  # no dollars that rounding could tell apart
            costs = {call.spent.cost for episode in stored.episodes() for call in episode.calls}
        assert costs == {None}

    async def test_of_a_local_model_is_nothing(self, tmp_path: Path) -> None:
        result = await run(kuhn(Paid(priced_as="local:any")), tmp_path / "run", caps=Caps(dollars=0.01))
        assert (result.spent.dollars, result.spent.unpriced, result.reached) == (0, 0, None)


class TestResuming:
    async def test_counts_what_is_on_the_tape_no_more(self, tmp_path: Path) -> None:
        """What calls took that failed, and were made again, was spent all the same."""
        failing = True
        usage = {"prompt_tokens": 70, "completion_tokens": 30, "attempts": 4}

        class Sometimes(Paid):
            async def reply(self, request: Request) -> Reply:
                if failing and request.count == 1:
                    raise AgentFailed("No.", usage=usage, model=self.priced_as, faults=["HTTP 500"])
                return await super().reply(request)

        agent = Sometimes()
        broken = await run(kuhn(agent, 5), tmp_path / "run", prices=PRICES)
        failed = broken.ended[Ending.FAILED]
        assert failed > 0
        failing = False
        result = await run(kuhn(agent, 5), tmp_path / "run", resume=True, retry_failed=True)
        assert result.ended[Ending.COMPLETED] == 5
        assert set(agent.asked.values()) == {1}
        with StoredRun(tmp_path / "run") as stored:
            spent = [call.spent for episode in stored.episodes() for call in episode.calls]
            forgotten = list(stored._rows("SELECT usage, model, cost FROM forgotten"))
            total = stored.total()
        assert [json.loads(row[0]) for row in forgotten] == [usage] * failed
        assert [row[1:] for row in forgotten] == [("test:paid", pytest.approx(0.1))] * failed
        assert (total.calls, total.tokens) == (result.spent.calls, result.spent.tokens)
        assert total.calls == 4 * failed + sum(one.usage.get("attempts", 0) for one in spent)
        assert total.dollars == pytest.approx(0.1 * failed + sum(one.cost or 0 for one in spent))

    async def test_of_a_run_from_before_there_were_caps(self, tmp_path: Path) -> None:
        agent = Paid()
        await run(kuhn(agent, limits=Limits(turns=50)), tmp_path / "run")
        connection = connect(tmp_path / "run" / JOURNAL_FILE, write=True)
        connection.execute("DELETE FROM header WHERE name IN ('caps', 'prices')")
        # There were no checksums then, either.
        connection.execute("UPDATE header SET checksum = NULL")
        connection.execute(
            "UPDATE written SET number = (SELECT count(*) FROM header) WHERE name IN ('header', 'unchecked')"
        )
        config = header(tmp_path / "run")["config"]
        assert isinstance(config, dict)
        config["limits"] = {"seconds": None, "turns": 50}
        connection.execute("UPDATE header SET value = ? WHERE name = 'config'", [json.dumps(config)])
        connection.close()
        result = await run(kuhn(agent, limits=Limits(turns=50)), tmp_path / "run", resume=True)
        assert result.ended[Ending.COMPLETED] == 20
        assert result.spent != TotalUsage()
