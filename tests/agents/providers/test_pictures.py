"""Pictures as both providers and servers like OpenAI's are sent them."""

from __future__ import annotations

import asyncio
import base64
import threading
import time
from struct import pack
from typing import Any

import pytest

from agents.providers.model import _Asking
from agents.shared.pictures import address_of, base64_of, encoded
from arena.cache.cache import agent_digest, shaping_digest
from arena.core.errors import StopRun
from arena.forms import Choice
from arena.pictures import MOST_BYTES, Picture
from arena.registry import make_agent
from arena.seat.agent import Request
from arena.seat.messages import expected_usage, to_be_sent
from arena.seat.transcript import NOBODY, Event, EventKind, Transcript
from tests.agents.providers.asked import DIALECTS, a_request, agent_of
from tests.arena.pictures.made import chunk, jpeg, picture, png
from tests.faults.errors import llama, openai, vllm
from tests.faults.server import FaultServer

FAR = Picture.at("https://example.org/a.png")
CHOICE = Choice(("bet", "check"))


def looking(*pictures: Picture, text: str = "Picture 1:") -> Request:
    """Return a request to a seat that was shown pictures."""
    transcript = Transcript({"ann": "You are Ann."})
    transcript.tell(Event(EventKind.TOLD, None, frozenset(("ann",)), text, pictures=pictures))
    prompt = Event(EventKind.ASKED, "ann", NOBODY, "What now?")
    return Request("ann", "You are Ann.", transcript.view("ann"), prompt, CHOICE, 0, 7)


def sent(dialect: str, request: Request, **parameters: object) -> Any:
    """Return the messages of a request's body."""
    given = "&".join(f"{name}={value}" for name, value in parameters.items())
    agent: Any = make_agent(f"{dialect}:m?base_url=http://127.0.0.1:1&{given}")
    return agent.body(request, to_be_sent(request), None)["messages"]


@pytest.mark.parametrize("dialect", ["openai", "openai-compatible"])
def test_openai_is_sent_texts_and_addresses_with_the_data(dialect: str) -> None:
    encoded = base64.b64encode(jpeg()).decode()
    assert sent(dialect, looking(Picture.of(jpeg()), FAR)) == [
        {"role": "system", "content": "You are Ann."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Picture 1:"},
                {"type": "image_url", "image_url": {"url": f"data:image/jpeg;base64,{encoded}"}},
                {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
                {"type": "text", "text": "\n\nWhat now?"},
            ],
        },
    ]


def test_openai_is_told_in_how_much_detail_to_look() -> None:
    _, message = sent("openai", looking(picture(1)), detail="low")
    assert message["content"][1]["image_url"]["detail"] == "low"


def test_anthropic_is_sent_sources_and_the_breakpoint_is_on_the_last_block() -> None:
    encoded = base64.b64encode(png()).decode()
    assert sent("anthropic", looking(Picture.of(png()), FAR)) == [
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Picture 1:"},
                {
                    "type": "image",
                    "source": {"type": "base64", "media_type": "image/png", "data": encoded},
                },
                {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
                {"type": "text", "text": "\n\nWhat now?", "cache_control": {"type": "ephemeral"}},
            ],
        }
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_no_text_without_a_word_is_sent(dialect: str) -> None:
    (*_, message) = sent(dialect, looking(picture(1), picture(2), text=""))
    texts = [block["text"] for block in message["content"] if block["type"] == "text"]
    assert texts == ["\n\nWhat now?"]
    assert len(message["content"]) == 3


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_the_server_reads_what_the_file_holds(dialect: str) -> None:
    async with FaultServer() as server, agent_of(dialect, server) as agent:
        await agent.reply(looking(picture(1)))
    assert base64_of(picture(1)) in str(server.bodies[0]["messages"])


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_large_pictures_do_not_hold_the_loop(dialect: str) -> None:
    """Ten megabytes are encoded and written while others run."""
    header = chunk(b"IHDR", pack(">IIBBBBB", 4000, 4000, 8, 0, 0, 0, 0))
    noise = chunk(b"IDAT", bytes(range(256)) * (MOST_BYTES // 256 - 4))
    large = Picture.of(b"\x89PNG\r\n\x1a\n" + header + noise + chunk(b"IEND", b""))
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - before)

    async def drain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    request = looking(large)
    async with await asyncio.start_server(drain, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        agent: Any = make_agent(f"{dialect}:m?base_url=http://127.0.0.1:{port}&timeout=5")
        connection = agent._connected()
        said = to_be_sent(request)
        watching = asyncio.create_task(watch())
        await asyncio.sleep(0.05)
        longest = 0.0
        characters = await encoded(said)
        body, _ = agent._written(_Asking(request, said, None, characters, None), ())
        _, fault = await connection.post(body, characters, 5.0)
        watching.cancel()
        await agent.close()
    assert fault is not None
    assert characters > MOST_BYTES
    assert longest < 0.3


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_a_body_with_pictures_is_written_in_a_thread(
    dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was encoded may be forgotten by then, so that it is encoded again."""
    threads = []
    async with FaultServer() as server, agent_of(dialect, server) as agent:
        write = type(agent).body

        def body(*given: Any) -> Any:
            threads.append(threading.current_thread() is threading.main_thread())
            return write(*given)

        monkeypatch.setattr(type(agent), "body", body)
        await agent.reply(looking())
        await agent.reply(looking(picture(1)))
    assert threads == [True, False]


def test_what_is_encoded_is_kept_by_its_digest_up_to_a_bound() -> None:
    assert base64_of(picture(1)) is base64_of(picture(1))
    assert address_of(FAR) == "https://example.org/a.png"


def test_the_estimate_counts_pictures() -> None:
    more = expected_usage(looking(Picture.of(png(1024, 1024))))["prompt_tokens"]
    assert more == expected_usage(looking())["prompt_tokens"] + 765


def test_the_cache_tells_pictures_and_details_apart() -> None:
    assert shaping_digest(looking(picture(1))) != shaping_digest(looking(picture(2)))
    assert shaping_digest(looking(picture(1))) != shaping_digest(looking(picture(1), picture(1)))
    plain, low = make_agent("openai:m"), make_agent("openai:m?detail=low")
    assert agent_digest(plain) != agent_digest(low)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_request_without_pictures_is_what_it_was(dialect: str) -> None:
    found = sent(dialect, a_request())
    kinds = {type(message["content"]) for message in found}
    assert kinds == ({list} if dialect == "anthropic" else {str})


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, llama("image input is not supported - hint: you may need to provide the mmproj")),
        (400, vllm("Qwen/Qwen3-4B is not a multimodal model None")),
        (400, openai("Invalid content type. image_url is only supported by certain models.")),
    ],
)
async def test_a_server_whose_model_sees_none_is_asked_once(status: int, body: dict[str, Any]) -> None:
    async with (
        FaultServer(instead=lambda _: (status, body)) as server,
        agent_of("openai-compatible", server) as agent,
    ):
        with pytest.raises(StopRun, match="no call can be answered"):
            await agent.reply(looking(picture(1)))
    assert server.calls == 1
