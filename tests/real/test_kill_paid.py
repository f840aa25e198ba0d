"""Killed at twenty moments, a run of paid calls repeats none that had finished, by the server's own count."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from arena.journal import StoredRun
from arena.training.export import export_jsonl
from tests.faults.dialects import Body, answer_to
from tests.faults.server import FaultServer, Trouble, mixed
from tests.real.paid import ROUNDS, TASKS

ROOT = Path(__file__).parents[2]
KILLS = 20
CALLS = TASKS * 2 * (ROUNDS + 1)
LATENCY = 0.1
DURABLE_SECONDS = 0.5
"""After so long an answer is in the journal, which takes it 20 ms and a commit on an idle machine."""


class Counting:
    """What the server answered: each request's answer, how often, and when last."""

    def __init__(self) -> None:
        self.answered: dict[str, float] = {}
        self.times: Counter[str] = Counter()

    def __call__(self, body: Body) -> str:
        request = json.dumps([body.get("system"), body["messages"]], sort_keys=True)
        digest = blake2b(request.encode(), digest_size=8).hexdigest()
        self.answered[digest] = time.monotonic()
        self.times[digest] += 1
        is_choice = "response_format" in body or "output_config" in body
        return answer_to(body) if is_choice else f"I say {digest}."

    def finished(self, killed: float) -> dict[str, int]:
        """Return the requests whose answer was in the journal when its process was killed, and their times.

        What was answered later than that, or to nobody, counts when it is answered again.
        """
        time.sleep(2 * LATENCY)
        durable = killed - DURABLE_SECONDS
        self.answered = {digest: when for digest, when in self.answered.items() if when < durable}
        return {digest: self.times[digest] for digest in self.answered}


@contextmanager
def serving(counting: Counting) -> Iterator[FaultServer]:
    """Run the fault server in a thread; it turns away some calls."""
    server = FaultServer(mixed(0.05, among=(Trouble.LIMITED, Trouble.BROKEN)), counting, latency=LATENCY)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def start(folder: Path, server: FaultServer) -> subprocess.Popen[bytes]:
    keys = {"OPENAI_API_KEY": "sk-a", "ANTHROPIC_API_KEY": "sk-b"}
    return subprocess.Popen(
        [sys.executable, "-m", "tests.real.paid", folder, server.root], cwd=ROOT, env={**os.environ, **keys}
    )


def told(folder: Path) -> list[dict[str, Any]]:
    """Return the run's episodes, without what its calls took."""
    with StoredRun(folder) as stored:
        assert export_jsonl(stored, folder / "export.jsonl") == TASKS
    episodes = [json.loads(line) for line in (folder / "export.jsonl").read_text().splitlines()]
    for episode in episodes:
        for call in episode["calls"]:
            del call["spent"]
    return episodes


def wait_until_it_asks(process: subprocess.Popen[bytes], server: FaultServer) -> None:
    before = server.calls
    deadline = time.monotonic() + 60
    while server.calls == before and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.slow
def test_no_call_that_had_finished_is_paid_for_again(tmp_path: Path) -> None:
    rng = random.Random(5)
    counting = Counting()
    finished: dict[str, int] = {}
    with serving(counting) as server:
        for _ in range(KILLS):
            process = start(tmp_path / "parts", server)
            wait_until_it_asks(process, server)
            time.sleep(rng.uniform(0, 0.8))
            moment = time.monotonic()
            process.send_signal(signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL, "it was done, or broke, before it was killed"
            assert all(counting.times[digest] == times for digest, times in finished.items())
            finished = counting.finished(moment)
        assert 0 < len(finished) < CALLS
        assert start(tmp_path / "parts", server).wait(120) == 0
        assert all(counting.times[digest] == times for digest, times in finished.items())
        assert len(counting.times) == CALLS
        assert counting.times.total() > CALLS, "no kill came between an answer and the journal"
        calls = counting.times.total()
        assert start(tmp_path / "whole", server).wait(120) == 0
        assert counting.times.total() == calls + CALLS
    assert told(tmp_path / "parts") == told(tmp_path / "whole")
