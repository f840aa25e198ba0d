"""Long texts hold up neither the loop nor the memory: what counts is bytes, not rows or messages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json, to_json

from agents.providers import wire
from arena.designs.scenario import Scenario
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Speech
from arena.journal import _writer as writer
from arena.journal._writer import Writer
from arena.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.seat.messages import Message, add, conversation, fenced
from tests.agents.providers.asked import OPENAI_KEY, spec
from tests.faults.server import FaultServer
from tests.shared.examples import few

MEGABYTE = 1_000_000


class Long(Agent):
    """Says something of so many characters, another each time."""

    def __init__(self, characters: int) -> None:
        self.name = f"long-{characters}"
        self.characters = characters

    async def reply(self, request: Request) -> Reply:
        return Reply(f"{request.seed} " + "word x\n" * (self.characters // 7))


class Talk(Protocol):
    """Has one seat speak `times`, and then the other twice, who has heard it all."""

    times: int = 1

    @property
    def seats(self) -> tuple[str, ...]:
        return ("ann", "bob")

    async def play(self, episode: Episode) -> Outcome:
        for _ in range(self.times):
            await episode.ask("ann", Speech(), "Speak.")
        for _ in range(2):
            await episode.ask("bob", Speech(), "And you?")
        return Outcome.completed({"ann": 1.0})


class Watch:
    """How long the loop was held at most, in seconds of its thread, as the machine may have other work."""

    longest = 0.0

    async def look(self) -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(0.001)
            self.longest = max(self.longest, time.thread_time() - before)


@contextmanager
def watched() -> Iterator[Watch]:
    watch = Watch()
    task = asyncio.create_task(watch.look())
    yield watch
    task.cancel()


def unit() -> float:
    """Return how many seconds it takes here to go through five megabytes: a tenth of all messages at once."""
    text = "word x\n" * (5 * MEGABYTE // 7)
    taken = []
    for _ in range(5):
        before = time.thread_time()
        text.encode().decode().splitlines()
        to_json(text)
        taken.append(time.thread_time() - before)
    return sorted(taken)[2]


class TestQueuedRows:
    @pytest.mark.slow
    async def test_of_many_long_replies_are_bounded_by_bytes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        most = 0
        add = Writer.add

        def counted(self: Writer, *arguments: object) -> None:
            nonlocal most
            add(self, *arguments)  # type: ignore[arg-type]
            most = max(most, self._bytes + self._bytes_committing)

        monkeypatch.setattr(Writer, "add", counted)
        monkeypatch.setattr(writer, "BYTES_IN_FLIGHT", 8 * MEGABYTE)
        scenario = Scenario(
            protocol=Talk(times=3), seats={"ann": Long(MEGABYTE), "bob": Long(9)}, episodes=16
        )
        await run(scenario, tmp_path / "run", concurrency=16)
        # At most what is allowed, and one turn: a reply, what was read of it, and its event.
        assert 4 * MEGABYTE < most < 8 * MEGABYTE + 5 * MEGABYTE


class TestTheLoop:
    @pytest.mark.slow
    async def test_is_not_held_by_many_long_messages(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("OPENAI_API_KEY", OPENAI_KEY)
        sink = Sink()
        async with sink as server:
            bob = spec("openai", server, structured=False)
            scenario = Scenario(protocol=Talk(times=1), seats={"ann": Long(9), "bob": bob})
            await run(scenario, tmp_path / "first")  # which imports what there is to import
            scenario = Scenario(protocol=Talk(times=18), seats={"ann": Long(5 * MEGABYTE), "bob": bob})
            measure = unit()
            with watched() as watch:
                await run(scenario, tmp_path / "run")
            assert sink.received > 2 * 18 * 5 * MEGABYTE
            assert watch.longest < 2 * measure


class Sink(FaultServer):
    """Takes what it is sent without looking at it, in pieces, and answers."""

    received = 0

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        left = int(head.lower().partition("content-length:")[2].partition("\r")[0] or 0)
        while left:
            piece = await reader.read(min(left, 2**16))
            left -= len(piece)
            self.received += len(piece)
            await asyncio.sleep(0)
        return await self._respond(writer, False, {}, {}, None)


@pytest.mark.parametrize(
    "line_break", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028"]
)
def test_every_line_break_is_fenced_as_splitting_at_it_would(line_break: str) -> None:
    for text in (line_break, f"a{line_break}b", f"a{line_break}", f"{line_break}{line_break}a{line_break}\n"):
        assert fenced(text) == ("\n".join(f"> {line}" for line in text.splitlines()) or "> ")


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=3), inner),
)


@few
@given(st.dictionaries(st.text(max_size=3), json))
def test_a_body_that_is_written_in_parts_is_what_it_is_at_once(body: dict[str, object]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wire, "LONG", 2)
        assert from_json(wire._in_parts(body).read()) == body


@given(st.lists(st.builds(Message, st.sampled_from(("system", "user", "assistant")), st.text(max_size=3))))
def test_messages_joined_at_once_are_those_joined_one_by_one(said: list[Message]) -> None:
    one_by_one: list[Message] = []
    for message in said:
        add(one_by_one, message)
    assert conversation(said) == one_by_one
