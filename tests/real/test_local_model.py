"""A real model on this machine, by llama.cpp: run with ``pytest -m model`` after ``arena model pull``."""

from __future__ import annotations

import asyncio
import importlib.util
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agents.local import Local, llama
from agents.local.llama import _settings
from arena.core.errors import StopRun
from arena.forms import Choice, Form, Move, Number, Probability, Speech, Status, Structured
from arena.models import DEFAULT, MODELS, Store
from arena.models.store import is_official
from arena.seat.agent import Reply, Request, Stop
from arena.seat.messages import SYSTEM_FOLDED
from arena.seat.response import Response, consult
from arena.seat.transcript import Event, EventKind, View
from tests.agents.asking import requests_in, reseeded
from tests.agents.local.models import still

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        importlib.util.find_spec("xllamacpp") is None, reason="the extra 'local' is not installed"
    ),
    pytest.mark.skipif(
        not Store().has(MODELS[DEFAULT]), reason=f"no model is here (arena model pull {DEFAULT})"
    ),
]


class Author(BaseModel):
    name: str
    born: int


class Book(BaseModel):
    """A form with a model inside another, which its schema refers to."""

    title: str
    authors: list[Author]
    good: bool


FORMS: list[Form[object]] = [
    Choice(("yes", "no", "can't say")),  # type: ignore[list-item]
    Move(("check", "bet")),  # type: ignore[list-item]
    Number(0, 10, whole=True),  # type: ignore[list-item]
    Number(),  # type: ignore[list-item]
    Probability("it rains"),  # type: ignore[list-item]
    Speech(words=20),  # type: ignore[list-item]
    Structured(Book),  # type: ignore[list-item]
]

WITHOUT_SYSTEM = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] }}"
    "{{ '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


@pytest.fixture(scope="module")
def local() -> Iterator[Local]:
    """An agent that keeps the model loaded for all tests of this file."""
    agent = Local(max_tokens=200)
    yield agent
    asyncio.run(agent.close())


@pytest.fixture
async def request_() -> Request:
    """What a player of Kuhn poker with a King is asked first."""
    return (await requests_in("kuhn"))[0, "K"]


def asked(request: Request, form: Form[object], text: str, seed: int = 0) -> Request:
    """Return a request for another form."""
    seat = frozenset((request.seat,))
    prompt = Event(EventKind.ASKED, request.seat, seat, f"{text}\n{form.instructions()}", "null")
    return reseeded(request, seed)._replace(
        brief="You are brief.", view=request.view, prompt=prompt, form=form
    )


async def answer(agent: Local, request: Request) -> tuple[Response[object], Reply]:
    found, reply, _ = await consult(agent, request)
    assert reply is not None, found.reason
    return found, reply


class TestConstrained:
    @pytest.mark.parametrize("form", FORMS, ids=lambda form: type(form).__name__)
    async def test_every_form_gets_what_it_asks_for(
        self, local: Local, request_: Request, form: Form[object]
    ) -> None:
        for seed in range(2):
            found, reply = await answer(local, asked(request_, form, "Answer as you like.", seed))
            if reply.stop is Stop.COMPLETE:
                assert found.ok, (found, reply)
            assert reply.structured

    async def test_moves_are_always_legal(self, local: Local) -> None:
        for request in (await requests_in("kuhn")).values():
            found, _ = await answer(local, request)
            assert found.ok

    async def test_a_schema_that_llama_cpp_does_not_know_is_an_error_and_not_free_text(
        self, local: Local, request_: Request
    ) -> None:
        class Strange(Choice):
            def schema(self) -> dict[str, object]:
                return {"type": "strange"}

        strange: Form[object] = Strange(("yes", "no"))  # type: ignore[assignment]
        found, *_ = await consult(local, asked(request_, strange, "Does it rain?"))
        assert found.status is Status.ERROR
        assert "constrained=false" in found.reason


class TestTokens:
    async def test_they_are_all_there_and_spell_the_reply(self, local: Local, request_: Request) -> None:
        telling = Local(max_tokens=200, logprobs=2)
        plain = await local.reply(request_)
        reply = await telling.reply(request_)
        await telling.close()
        assert reply.text == plain.text
        assert reply.tokens is not None
        assert "".join(reply.tokens.texts) == reply.text
        assert len(reply.tokens.ids) == reply.usage["completion_tokens"] - 1
        for logprob, likely in zip(reply.tokens.logprobs, reply.tokens.likely, strict=True):
            assert len(likely) == 2
            assert logprob <= max(likely.values()) + 1e-6

    async def test_characters_of_several_tokens_leave_them_out_rather_than_wrong(
        self, request_: Request
    ) -> None:
        form: Form[object] = Speech(words=15)  # type: ignore[assignment]
        telling = Local(max_tokens=30, logprobs=0, constrained=False)
        reply = await telling.reply(asked(request_, form, "Write exactly these: 🐉🦄🐉🦄"))
        await telling.close()
        if reply.text.isascii():
            pytest.skip("the model wrote none")
        assert reply.tokens is None


class TestReproducible:
    async def test_the_same_requests_get_the_same_replies_in_any_order_and_number_at_once(
        self, local: Local, request_: Request
    ) -> None:
        requests = [
            asked(request_, Speech(words=15), f"Say something about {what}.", n)  # type: ignore[arg-type]
            for n, what in enumerate(("rain", "chess", "bread"))
        ]
        at_once = await asyncio.gather(*(local.reply(request) for request in requests))
        one_by_one = [await local.reply(request) for request in reversed(requests)]
        assert [still(reply) for reply in at_once] == [still(reply) for reply in one_by_one[::-1]]

    async def test_another_seed_gives_another_reply(self, local: Local, request_: Request) -> None:
        form: Form[object] = Speech(words=15)  # type: ignore[assignment]
        texts = [
            (await local.reply(asked(request_, form, "Invent a name for a cat.", seed))).text
            for seed in range(4)
        ]
        assert len(set(texts)) > 1


class TestManners:
    async def test_the_loop_goes_on_meanwhile(self, local: Local, request_: Request) -> None:
        await local.reply(request_)
        began = time.monotonic()
        working = asyncio.create_task(local.reply(request_))
        longest, last = 0.0, began
        while not working.done():
            await asyncio.sleep(0.005)
            longest, last = max(longest, time.monotonic() - last), time.monotonic()
        assert longest < (last - began) / 2

    async def test_a_cancelled_reply_frees_the_model_at_once(self, local: Local, request_: Request) -> None:
        form: Form[object] = Speech()  # type: ignore[assignment]
        endless = Local(constrained=False, max_tokens=4000)
        counting = asked(request_, form, "Count from 1 to 2000, in words, one number a line.")
        # Without the game before it, which the model would rather write about in a line.
        counting = counting._replace(brief="You write long texts.", view=View([], 0))
        telling = asyncio.create_task(endless.reply(counting))
        await asyncio.sleep(2)
        assert not telling.done()
        telling.cancel()
        started = time.process_time()
        await local.reply(request_)
        freed = time.process_time() - started
        await endless.close()
        started = time.process_time()
        await local.reply(request_)
        alone = time.process_time() - started
        assert freed < 20 * alone

    @pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="needs Linux's /proc")
    async def test_nothing_listens_on_the_network(self, local: Local, request_: Request) -> None:
        await local.reply(request_)
        assert listening() == []

    async def test_a_reply_at_the_limit_of_tokens_is_cut_off(self, request_: Request) -> None:
        short = Local(max_tokens=2)
        found, _ = await answer(short, request_)
        await short.close()
        assert found.status is Status.TRUNCATED

    async def test_a_request_that_is_too_long_says_what_to_do(self, local: Local, request_: Request) -> None:
        found, *_ = await consult(local, request_._replace(brief="word " * 9000))
        assert found.status is Status.TOO_LONG
        assert "give it more with context=" in found.reason

    async def test_a_damaged_file_stops_the_run(self, request_: Request, tmp_path: Path) -> None:
        (tmp_path / "damaged.gguf").write_bytes(b"GGUF" + bytes(1000))
        damaged = Local(str(tmp_path / "damaged.gguf"))
        with pytest.raises(StopRun, match="cannot load"):
            await consult(damaged, request_)
        await damaged.close()


async def test_the_certainty_is_that_of_the_whole_distribution(request_: Request) -> None:
    """Of 151,936 tokens, so it is at most a few times ln V = 11.9, and it is told for every token."""
    certain = Local(certainty=True, logprobs=1, max_tokens=12)
    reply = await certain.reply(request_)
    await certain.close()
    assert reply.tokens is not None
    assert len(reply.tokens.certainties) == len(reply.tokens.texts) > 0
    assert all(0 < certainty < 40 for certainty in reply.tokens.certainties)


class TestFile:
    def test_it_is_what_its_makers_published(self) -> None:
        assert is_official(MODELS[DEFAULT], Store().path(MODELS[DEFAULT]))


def listening() -> list[str]:
    """Return the TCP sockets on which this process listens."""
    own = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            own.add(str(descriptor.readlink()))
        except OSError:  # the folder's own
            continue
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/self/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in own:
                found.append(fields[1])
    return found


async def test_a_template_without_a_role_for_the_system_is_sent_the_brief_in_the_first_user_message(
    request_: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The template is like Gemma's: it takes a system message for an error."""

    def without_system(*given: Any) -> Any:
        made = _settings(*given)
        made.chat_template = WITHOUT_SYSTEM
        return made

    monkeypatch.setattr(llama, "_settings", without_system)
    agent = Local(max_tokens=20, context=1024)
    try:
        answer, reply, spent = await consult(agent, request_)
    finally:
        await agent.close()
    assert answer.ok
    assert reply is not None
    assert reply.notes == spent.notes == (SYSTEM_FOLDED,)
