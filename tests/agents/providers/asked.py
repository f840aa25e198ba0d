"""Asking a provider agent on loopback, outside a run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from arena.forms import Choice, Form
from arena.registry import make_agent
from arena.seat.agent import Request
from arena.seat.transcript import NOBODY, Audience, Event, EventKind, Transcript
from tests.faults.server import FaultServer

DIALECTS = ("openai", "anthropic", "openai-compatible")
OPENAI_KEY, ANTHROPIC_KEY = "sk-planted-openai-0001", "sk-planted-anthropic-0002"
SERVER_KEY = "planted-server-0003"


def spec(dialect: str, server: FaultServer, **parameters: object) -> str:
    """Return the specification of an agent of that dialect that asks `server`."""
    base_url = server.root if dialect == "anthropic" else server.url
    given: dict[str, object] = {"base_url": base_url, **parameters}
    if dialect == "openai-compatible":
        given.setdefault("key_env", "SERVER_KEY")
    return f"{dialect}:m?" + "&".join(f"{name}={value}" for name, value in given.items())


@asynccontextmanager
async def agent_of(dialect: str, server: FaultServer, **parameters: object) -> AsyncIterator[Any]:
    """Make an agent, and close it in the end."""
    agent = make_agent(spec(dialect, server, **parameters))
    try:
        yield agent
    finally:
        await agent.close()


def a_request(
    form: Form[Any] | None = None, *past: tuple[EventKind, str | None, str], root: int = 7
) -> Request:
    """Return a request to the seat ``ann`` with this past."""
    form = form or Choice(("bet", "check"))
    transcript = Transcript({"ann": "You are Ann.", "bob": "You are Bob."})
    everyone: Audience = frozenset(("ann", "bob"))
    for kind, seat, text in past:
        transcript.tell(Event(kind, seat, everyone, text))
    prompt = Event(EventKind.ASKED, "ann", NOBODY, f"What now? {form.instructions()}")
    return Request("ann", "You are Ann.", transcript.view("ann"), prompt, form, 0, root)
