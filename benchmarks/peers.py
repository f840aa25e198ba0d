"""The same model calls by others: each the shortest program its documentation leads to, with calls in flight.

    python -m benchmarks.peers NAME URL CALLS CONCURRENCY

It prints what the calls cost as JSON; imports, and a few calls to warm up, are not counted. Where others hold
a conversation, it is of `TURNS` calls, as long as our episodes are.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from benchmarks.engine import Cost

TURNS = 6
MODEL = "m"
KEY = "none"
PROMPT = (
    "You are player_0 in Kuhn poker and hold the Queen. Nobody has bet. Legal moves: check, bet. "
    "End with a line 'Move: ' and your move."
)

Once = Callable[[], Awaitable[object]]


def aiohttp(url: str, calls: int, concurrency: int) -> Cost:
    """Bare requests by aiohttp, which is as fast as this can be."""
    from aiohttp import ClientSession, TCPConnector

    async def main() -> None:
        body = {"model": MODEL, "messages": [{"role": "user", "content": PROMPT}]}
        async with ClientSession(connector=TCPConnector(limit=0)) as session:

            async def once() -> None:
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    await response.json()

            await _in_flight(lambda: once, calls, concurrency)

    return _cost(calls, lambda: asyncio.run(main()))


def openai(url: str, calls: int, concurrency: int) -> Cost:
    """The official client as it comes."""
    from openai import AsyncOpenAI

    async def main() -> None:
        async with AsyncOpenAI(base_url=url, api_key=KEY) as client:

            async def once() -> None:
                await client.chat.completions.create(
                    model=MODEL, messages=[{"role": "user", "content": PROMPT}]
                )

            await _in_flight(lambda: once, calls, concurrency)

    return _cost(calls, lambda: asyncio.run(main()))


def inspect_ai(url: str, calls: int, concurrency: int) -> Cost:
    """An evaluation by inspect-ai, its log on disk: samples of `TURNS` generations, as many as in flight."""
    import inspect_ai as inspect
    from inspect_ai.dataset import Sample
    from inspect_ai.model import get_model
    from inspect_ai.solver import generate

    samples = max(1, calls // TURNS)
    model = get_model(f"openai-api/loopback/{MODEL}", base_url=url, api_key=KEY)
    task = inspect.Task(dataset=[Sample(PROMPT) for _ in range(samples)], solver=[generate()] * TURNS)

    def evaluate() -> None:
        with TemporaryDirectory() as folder:
            (log,) = inspect.eval(
                task,
                model=model,
                max_connections=concurrency,
                max_samples=concurrency,
                log_dir=folder,
                display="none",
            )
        if log.status != "success":
            raise RuntimeError(f"The evaluation ended with: {log.error}")

    return _cost(samples * TURNS, evaluate)


def autogen(url: str, calls: int, concurrency: int) -> Cost:
    """AutoGen's agents on one client: each is run `TURNS` times, then a new one takes its place."""
    from autogen_agentchat.agents import AssistantAgent
    from autogen_core.models import ModelFamily, ModelInfo
    from autogen_ext.models.openai import OpenAIChatCompletionClient

    info = ModelInfo(
        vision=False,
        function_calling=True,
        json_output=True,
        structured_output=True,
        family=ModelFamily.UNKNOWN,
    )

    async def main() -> None:
        client = OpenAIChatCompletionClient(model=MODEL, base_url=url, api_key=KEY, model_info=info)

        def conversation() -> Once:
            agent = AssistantAgent("player_0", model_client=client)
            return lambda: agent.run(task=PROMPT)

        await _in_flight(conversation, calls, concurrency)
        await client.close()

    return _cost(calls, lambda: asyncio.run(main()))


PEERS = {"aiohttp": aiohttp, "openai": openai, "inspect_ai": inspect_ai, "autogen": autogen}


def _cost(calls: int, run: Callable[[], None]) -> Cost:
    clock, cpu = perf_counter(), process_time()
    run()
    return Cost(calls, process_time() - cpu, perf_counter() - clock)


async def _in_flight(conversation: Callable[[], Once], calls: int, concurrency: int) -> None:
    """Make `calls` calls, `concurrency` at a time, in conversations of `TURNS` calls."""
    left = iter(range(calls))

    async def worker() -> None:
        for turn, _ in enumerate(left):
            if turn % TURNS == 0:
                once = conversation()
            await once()

    await asyncio.gather(*(worker() for _ in range(concurrency)))


if __name__ == "__main__":
    name, url, calls, concurrency = sys.argv[1:]
    PEERS[name](url, TURNS, 1)
    print(json.dumps(asdict(PEERS[name](url, int(calls), int(concurrency)))))
