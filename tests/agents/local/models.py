"""Models that stand for real ones: a backend that does as it is told, and bindings that do."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.machinery import ModuleSpec
from types import ModuleType, SimpleNamespace
from typing import Any

from agents.local.backend import Ask, Chat, Generation, NextTokens, WordsTold
from arena.seat.agent import Reply, Tokens

USAGE = {"prompt_tokens": 20, "completion_tokens": 3, "cached_tokens": 0}


def still(reply: Reply) -> Reply:
    """Return the reply without the time that it waited, which is never twice the same."""
    return reply._replace(usage={name: n for name, n in reply.usage.items() if name != "waited_ms"})


@dataclass
class Scripted:
    """A backend that says `text`, after it was let go if it was held, and keeps what it was asked."""

    text: str = '{"move":"bet"}'
    reasoning: str = ""
    finished: bool = True
    made: Tokens | None = None
    notes: tuple[str, ...] = ()
    asked: list[Ask] = field(default_factory=list)
    threads: set[str] = field(default_factory=set)
    began: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)
    given_up: threading.Event = field(default_factory=threading.Event)
    tokens: Mapping[bytes, Mapping[bytes, float]] = field(default_factory=dict)
    begun: list[tuple[Chat, bytes]] = field(default_factory=list)
    closed: int = 0

    def __post_init__(self) -> None:
        self.go_on.set()

    def complete(self, ask: Ask, stopped: Callable[[], bool], told: WordsTold | None = None) -> Generation:
        self.asked.append(ask)
        self.threads.add(threading.current_thread().name)
        for word in self.text.split(" ") if told else ():
            assert told is not None
            told(f"{word} ", False)
        self.began.set()
        while not self.go_on.wait(0.01):
            if stopped():
                self.given_up.set()
                raise RuntimeError("stopped")
        return Generation(self.text, self.reasoning, self.finished, USAGE, self.made, self.notes)

    def next_tokens(self, chat: Chat, beginning: bytes, reuse: bool) -> NextTokens:
        self.begun.append((chat, beginning))
        likely = {token: math.log(likely) for token, likely in self.tokens.get(beginning, {}).items()}
        return NextTokens(likely, USAGE, self.notes)

    def close(self) -> None:
        self.closed += 1


def chunk(text: str | None = None, ended: str | None = None, **delta: str) -> dict[str, Any]:
    """A piece of a streamed completion, as llama.cpp sends it."""
    made = delta if text is None else {"content": text, **delta}
    return {"choices": [{"finish_reason": ended, "index": 0, "delta": made}]}


def bindings(chunks: Sequence[Mapping[str, Any]] = (), *, loads: bool = True) -> ModuleType:
    """A module like xllamacpp whose models answer with `chunks`; `module.asked` has what they were asked."""
    module: Any = ModuleType("xllamacpp")
    module.__spec__ = ModuleSpec("xllamacpp", None)
    module.asked, module.settings = [], []

    class Server:
        listening_address = "http://127.0.0.1:1"

        def __init__(self, settings: Any) -> None:
            module.settings.append(settings)
            if not loads:
                raise RuntimeError("Failed to init server, please check the input params.")

        def handle_chat_completions(self, body: Any, take: Callable[[Any], bool]) -> None:
            module.asked.append(body)
            for piece in chunks:
                if take(piece):
                    return

    module.Server = Server
    module.CommonParams = lambda: SimpleNamespace(
        model=SimpleNamespace(),
        mmproj=SimpleNamespace(),
        cpuparams=SimpleNamespace(),
        cpuparams_batch=SimpleNamespace(),
    )
    result: ModuleType = module
    return result
