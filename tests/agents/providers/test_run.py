"""Whole runs of provider agents against the fault server."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import Counter
from pathlib import Path

import pytest

from arena import Tournament
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.results.report import write_report
from arena.results.showing import show_run
from arena.running import run
from arena.training.export import export_jsonl
from protocols import Play
from tests.agents.providers.asked import ANTHROPIC_KEY, OPENAI_KEY, SERVER_KEY, spec
from tests.faults.loops import run_paced
from tests.faults.server import MIXED, FaultServer, Trouble, Troubling, mixed

KEYS = (OPENAI_KEY, ANTHROPIC_KEY, SERVER_KEY)


def played(folder: Path, trouble: Troubling, dialects: tuple[str, str], episodes: int) -> FaultServer:
    """Run a Kuhn tournament of two provider agents; check that nothing is left open."""

    async def main() -> FaultServer:
        async with FaultServer(trouble, latency=0.5) as server:
            agents = [spec(dialect, server, timeout=100, concurrency=20) for dialect in dialects]
            await run(
                Tournament(
                    protocol=Play(game="kuhn"), agents=agents, format=f"round-robin?meetings={episodes // 2}"
                ),
                folder,
                verbose=True,
            )
            for _ in range(1000):
                if not server.connections:
                    break
                await asyncio.sleep(1)
            assert not server.connections
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return server

    return run_paced(main())


def usage_in(folder: Path) -> Counter[str]:
    """Return the total of the journal's usage."""
    total: Counter[str] = Counter()
    with StoredRun(folder) as stored:
        for episode in stored.episodes():
            for call in episode.calls:
                total.update(call.spent.usage)
    return total


@pytest.mark.parametrize("dialects", [("openai", "anthropic"), ("anthropic", "openai-compatible")])
def test_a_run_in_which_every_fifth_call_goes_wrong_ends_and_counts_what_the_server_counted(
    tmp_path: Path, dialects: tuple[str, str]
) -> None:
    slow = (Trouble.HUGE, Trouble.HANG, Trouble.TRICKLE)
    among = tuple(trouble for trouble in MIXED if trouble not in slow)
    server = played(tmp_path / "run", mixed(0.2, among=among), dialects, episodes=300)
    with StoredRun(tmp_path / "run") as stored:
        counts = stored.counts()
    assert sum(counts.values()) == 300
    # Which call is hit is up to the sockets: of some 750, one in 3,000 is hit at all of its five attempts.
    assert counts.get(Ending.FAILED, 0) <= 3
    total = usage_in(tmp_path / "run")
    assert {name: total[name] for name in server.tokens} == server.tokens
    assert total["attempts"] == server.calls
    assert server.busiest <= 40
    assert sum(server.troubles[trouble] for trouble in among) > 0.15 * server.calls


def test_so_does_one_in_which_most_go_wrong_and_many_come_to_nothing_for_good(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The figures that are shown are the server's own, what failed for good included."""
    among = (Trouble.NO_CHOICES, Trouble.NOT_JSON, Trouble.LIMITED, Trouble.WRONG_TOKENS)
    server = played(tmp_path / "run", mixed(0.8, among=among), ("openai", "anthropic"), episodes=60)
    capsys.readouterr()
    show_run(str(tmp_path / "run"), as_json=True)
    shown = json.loads(capsys.readouterr().out)
    assert shown["ended"]["failed"] > 0
    total = shown["usage"]["total"]
    assert {name: total[name] for name in server.tokens} == server.tokens
    assert total["attempts"] == server.calls
    assert total["failed_attempts"] == sum(server.troubles[each] for each in among[:3])
    assert total["told"] <= total["calls"]
    for part in ("agents", "seats", "models"):
        for name in ("calls", "attempts", "failed_attempts", *server.tokens):
            assert sum(usage[name] for usage in shown["usage"][part].values()) == total[name]


@pytest.mark.slow
def test_so_does_one_with_every_trouble_there_is_over_a_thousand_episodes(tmp_path: Path) -> None:
    server = played(tmp_path / "run", mixed(0.2), ("openai", "anthropic"), episodes=1000)
    with StoredRun(tmp_path / "run") as stored:
        assert sum(stored.counts().values()) == 1000
    total = usage_in(tmp_path / "run")
    assert {name: total[name] for name in server.tokens} == server.tokens


def test_the_key_is_in_no_file_no_log_and_no_error_even_if_the_server_sends_it_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("arena").propagate = True
    server = played(tmp_path / "run", mixed(0.5, seed=1), ("openai", "anthropic"), episodes=20)
    assert any(OPENAI_KEY in headers["authorization"] for headers in server.headers)
    with StoredRun(tmp_path / "run") as stored:
        export_jsonl(stored, tmp_path / "run" / "episodes.jsonl")
    write_report([tmp_path / "run"], tmp_path / "run" / "report.html")
    files = [file for file in (tmp_path / "run").iterdir() if file.is_file()]
    named = {file.name for file in files}
    assert {"journal.sqlite", "log.jsonl", "episodes.jsonl", "report.html"} <= named
    shown = [file.read_bytes() for file in files]
    shown += [caplog.text.encode(), *(text.encode() for text in capfd.readouterr())]
    assert sum(map(len, shown)) > 10_000
    assert not any(key.encode() in text for key in KEYS for text in shown)
