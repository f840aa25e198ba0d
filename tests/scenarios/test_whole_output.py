"""Rewards that look at thoughts: the same for every way in which a model's output may come."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from agents.aggregate import Aggregate
from agents.local import Local
from arena import Agent, Protocol, Reply, Task
from arena.episode.record import Tape
from arena.registry import make_agent
from arena.seat.response import read_drafts_of, read_reply
from scenarios.cold_start import ColdStart
from scenarios.gui_critic import ActionCritic, proposed_actions
from scenarios.llava_critic import PairCritic, SelfCritic
from scenarios.srpo import Reflection
from scenarios.srpo_cold_start import ReflectionColdStart
from scenarios.tagged import WholeOutput
from tests.agents.local import models
from tests.faults.dialects import openai_reply
from tests.faults.loops import run_paced
from tests.faults.server import FaultServer
from tests.shared.agents import Watched
from tests.shared.playing import Playing, play

NUMBER = Task(text="How many?", truth="4")
PAIR = Task(text="Which?", data={"responses": ["It is 4.", "It is 5."]}, truth="1")
ACTION = proposed_actions(1, seed=7)[0].model_copy(update={"pictures": ()})
REFLECTED = (
    "<answer>3</answer><reflection>I forgot one</reflection><think>I see four</think><answer>4</answer>"
)
THOUGHT = "I look closely"

SYSTEMS: Mapping[str, tuple[Protocol, Task, str, str, float]] = {
    "srpo": (Reflection(), NUMBER, REFLECTED, "format", 0.5),
    "llava-critic": (PairCritic(), PAIR, r"\boxed{1}", "critic", 1.0),
    "cold-start": (ColdStart(samples=1), NUMBER, r"\boxed{4}", "format", 1.0),
    "gui-critic": (
        ActionCritic(),
        ACTION,
        "<score>Correct</score><suggestion>Wait.</suggestion>",
        "format",
        1.0,
    ),
}
"""The protocol, the task, what is written after the thought, and what the whole output earns."""


def value(playing: Playing, name: str) -> Any:
    """Return the one value of an annotation."""
    (row,) = [row for row in playing.memory.found[0] if row.name == name]
    return row.value


def from_server(protocol: Protocol, task: Task, message: dict[str, Any]) -> Playing:
    """Play with a model whose server sends this message."""

    async def main() -> Playing:
        async with FaultServer(instead=lambda body: (200, openai_reply(**message))) as server:
            agent = make_agent(f"openai-compatible:m?base_url={server.url}")
            try:
                return await play(protocol, agent, task=task.public, truth=task.truth)
            finally:
                await agent.close()

    return run_paced(main())


@pytest.fixture(params=SYSTEMS)
def system(request: pytest.FixtureRequest) -> tuple[Protocol, Task, str, str, float]:
    return SYSTEMS[request.param]


SENT: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "tags": lambda rest: {"text": f"<think>{THOUGHT}</think>{rest}"},
    "field": lambda rest: {"text": rest, "reasoning_content": THOUGHT},
    "both": lambda rest: {"text": f"<think>{THOUGHT}</think>{rest}", "reasoning_content": THOUGHT},
}


@pytest.mark.parametrize("way", SENT)
def test_a_servers_thoughts_count_however_it_sends_them(
    system: tuple[Protocol, Task, str, str, float], way: str
) -> None:
    protocol, task, rest, name, earned = system
    playing = from_server(protocol, task, SENT[way](rest))
    assert value(playing, name) == pytest.approx(earned, abs=1e-12)
    (call,) = playing.calls
    assert call.reply is not None
    assert call.reply.text == SENT[way](rest)["text"]
    assert call.reply.reasoning.startswith(THOUGHT)
    assert not any(THOUGHT in event.text for step in playing.steps for event in step)


def test_without_a_thought_nothing_is_paid_for_the_form(
    system: tuple[Protocol, Task, str, str, float],
) -> None:
    protocol, task, rest, name, earned = system
    found = value(from_server(protocol, task, {"text": rest}), name)
    assert found == pytest.approx(0.9 if name == "critic" else 0.0, abs=1e-12)
    assert found < earned


async def test_a_scripted_and_a_local_agent_earn_the_same_and_so_does_a_recorded_reply(
    system: tuple[Protocol, Task, str, str, float], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    protocol, task, rest, name, earned = system
    model = models.Scripted(f"<think>{THOUGHT}</think>{rest}")
    monkeypatch.setitem(sys.modules, "xllamacpp", models.bindings())
    monkeypatch.setattr("agents.local.agent.load_model", lambda path, threads, context, projector: model)
    (tmp_path / "own.gguf").write_bytes(b"GGUF")
    local = Local(str(tmp_path / "own.gguf"))
    agents: list[Agent] = [local, Watched(model.text), Watched(lambda _: Reply(rest, reasoning=THOUGHT))]
    for agent in agents:
        played = await play(protocol, agent, task=task.public, truth=task.truth)
        tape = Tape(played.calls)
        again = await play(protocol, Watched("never"), task=task.public, truth=task.truth, tape=tape)
        for playing in (played, again):
            assert value(playing, name) == pytest.approx(earned, abs=1e-12)
        assert played.memory.found == again.memory.found
    await local.close()
    assert model.asked[0].schema is None


async def test_drafts_are_read_with_their_own_thoughts() -> None:
    agent = Aggregate(Watched(lambda _: Reply(r"\boxed{1}", reasoning=THOUGHT)), n=2)
    playing = await play(PairCritic(), agent, task=PAIR.public, truth=PAIR.truth)
    assert value(playing, "critic") == 1.0
    (call,) = playing.calls
    assert call.reply is not None
    read = read_drafts_of(agent, read_reply("critic", WholeOutput(), call.reply), WholeOutput(), call.reply)
    assert [one.value for one in read.drafts] == [f"<think>\n{THOUGHT}\n</think>\n\\boxed{{1}}"] * 2


@pytest.mark.parametrize("protocol", [SelfCritic(samples=2), ReflectionColdStart()])
@pytest.mark.parametrize("way", SENT)
def test_thoughts_that_a_server_sends_reach_no_other_seat(protocol: Protocol, way: str) -> None:
    rest = r"<answer>4</answer> \boxed{4}"
    playing = from_server(protocol, NUMBER, SENT[way](rest))
    shown = [event.text for step in playing.steps for event in step if event.seat in ("critic", "teacher")]
    assert shown
    assert any(rest in text for text in shown)
    assert not any(THOUGHT in text for text in shown)
