"""What the design shows in ten lines runs: in a script, under a running loop, and in a notebook."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import arena
from protocols import Debate, Play
from tests.agents.providers.asked import OPENAI_KEY, spec
from tests.faults.server import FaultServer

LINES = """
import arena
from protocols import Debate

run = arena.run(
    Debate(rounds=2),
    tasks=arena.tasks.read("questions.jsonl"),
    agents={"debater_a": "scripted", "debater_b": "scripted", "judge": "scripted"},
    caps={"calls": 500},
)
run.judge("again=scripted", asks="answer")
print(run.figures())
run.report("report.html")
run.export("rows.jsonl", to="trl-sft", reward="score")
print(sorted(set(run.to_pandas("verdicts").author)))
"""
SEATS = ("debater_a", "debater_b", "judge")
QUESTION = '{"id": "whales", "question": "Are whales fish?", "answers": ["yes", "no"], "answer": "no"}\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "questions.jsonl").write_text(QUESTION)
    return tmp_path


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A loopback server that answers on a loop in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        serving = FaultServer()
        asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result()
        yield serving
        asyncio.run_coroutine_threadsafe(serving.__aexit__(None, None, None), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.mark.slow
def test_in_a_script(here: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LINES], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Accuracy\n")
    assert "1 of 1 beliefs (100%)" in done.stdout
    assert done.stdout.endswith("['again', 'judge', 'protocol']\n")
    assert (here / "rows.jsonl").read_text()
    assert "Accuracy" in (here / "report.html").read_text()


def test_with_models_behind_a_server(
    here: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", OPENAI_KEY)
    agents = {"player_0": spec("openai", server), "player_1": "random"}
    run = arena.run(Play(game="kuhn"), agents=agents, episodes=5)
    assert run.ended[arena.Ending.COMPLETED] == 5
    assert run.spent.calls == server.calls > 0


class TestUnderARunningLoop:
    async def test_what_plays_is_awaited(self, here: Path) -> None:
        tasks = arena.tasks.read("questions.jsonl")
        run = await arena.run_async(Debate(), tasks=tasks, agents=dict.fromkeys(SEATS, "scripted"))
        judged = await run.judge_async("scripted")
        assert judged.episodes == 1
        again = await arena.judge_async(run, "scripted", samples=2, append=True)
        assert sum(judge.verdicts for judge in again.tally.judges.values()) == 4
        with pytest.raises(arena.UsageError, match="Did you mean samples"):
            await run.judge_async("scripted", sample=2)

    def test_what_is_not_names_its_twin_and_begins_nothing(self, here: Path) -> None:
        async def main() -> None:
            arena.run(Debate(), agents=dict.fromkeys(SEATS, "scripted"))

        with pytest.raises(arena.UsageError, match=r"await run_async\(\.\.\.\)"):
            asyncio.run(main())
        assert list(here.iterdir()) == [here / "questions.jsonl"]


@pytest.mark.slow
def test_in_a_notebook(here: Path) -> None:
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in (LINES, "run")])
    nbclient.NotebookClient(book, timeout=120, resources={"metadata": {"path": str(here)}}).execute()
    first, second = (cell.outputs for cell in book.cells)
    shown = [output["data"]["text/plain"] for output in first if output.output_type == "display_data"]
    assert any("1 of 1 episodes done" in text for text in shown)
    assert any("2 of 2 verdicts" in text for text in shown)
    printed = "".join(output["text"] for output in first if output.output_type == "stream")
    assert "Accuracy\n" in printed
    (told,) = second
    assert told["data"]["text/plain"] == "<Run in 'runs/debate-1': 1 completed>"
    assert "<table" in told["data"]["text/html"]
