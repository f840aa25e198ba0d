"""The page of a person in a browser: who may open it, what stands in it, and what its forms do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from arena.forms import Choice, Form, Move, Speech, Verdict
from arena.people import Desk
from arena.people._desk_page import SHOWN
from arena.people._desk_routes import application
from arena.seat.agent import Reply, Request
from arena.seat.transcript import Event, EventKind
from arena.web.access import Access
from tests.arena.people.test_desk import asked, told

HOST = "127.0.0.1:8123"
ACCESS = Access(frozenset((HOST,)), "secret", is_sent_around=True)
HOSTILE = "<script>alert(1)</script>\x1b[2J‮<img src=x onerror=alert(1)>"


@asynccontextmanager
async def page_of(desk: Desk) -> AsyncIterator[httpx2.AsyncClient]:
    """Yield a browser of a desk. Addresses begin with ``/secret/``."""
    transport = httpx2.ASGITransport(application(desk, ACCESS))
    headers = {"Origin": f"http://{HOST}"}
    async with httpx2.AsyncClient(
        transport=transport, base_url=f"http://{HOST}", headers=headers, follow_redirects=True
    ) as browser:
        yield browser


@asynccontextmanager
async def asking(
    desk: Desk, request: Request, seconds: float | None = None
) -> AsyncIterator[asyncio.Task[Reply]]:
    """Ask the person while the block runs."""
    task = asyncio.create_task(desk.ask(request, seconds))
    await asyncio.sleep(0.01)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


async def source_of(form: Form[Any], *events: Event, path: str = "", seconds: float | None = None) -> str:
    desk = Desk("heron")
    async with asking(desk, asked(form, *events), seconds), page_of(desk) as browser:
        answer = await browser.get(f"/secret/{path}")
        assert answer.status_code == 200, answer.text
        return answer.text


class TestWho:
    @pytest.mark.parametrize("path", ["/", "/wrong/", "/secrets/", "/secret/nothing/"])
    async def test_without_the_link_there_is_nothing(self, path: str) -> None:
        async with page_of(Desk("heron")) as browser:
            answer = await browser.get(path)
        assert answer.status_code == 404
        assert "heron" not in answer.text

    async def test_a_link_in_a_message_may_be_opened_and_nothing_else_from_elsewhere(self) -> None:
        elsewhere = {
            "Sec-Fetch-Site": "cross-site",
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
        }
        async with page_of(Desk("heron")) as browser:
            del browser.headers["Origin"]
            assert (await browser.get("/secret/", headers=elsewhere)).status_code == 200
            for changed in ({"Sec-Fetch-Mode": "no-cors"}, {"Sec-Fetch-Dest": "iframe"}):
                assert (await browser.get("/secret/", headers=elsewhere | changed)).status_code == 403
            assert (await browser.post("/secret/answer/", headers=elsewhere)).status_code == 403

    async def test_a_form_of_another_page_is_refused(self) -> None:
        desk = Desk("heron")
        async with asking(desk, asked(Choice(("yes", "no")))) as reply, page_of(desk) as browser:
            for csrf in ("", "wrong"):
                sent = {"csrf": csrf, "question": "1", "field-0": "0"}
                assert (await browser.post("/secret/answer/", data=sent)).status_code == 403
            assert not reply.done()


class TestSource:
    async def test_holds_the_brief_the_view_and_the_question(self) -> None:
        source = await source_of(Choice(("yes", "no")), told("Your card is the Queen."))
        assert "Be brief." in source
        assert "only you" in source
        assert "Your card is the Queen." in source
        assert 'data-choose="2" data-letter="n"' in source

    async def test_hostile_text_is_inert(self) -> None:
        for events in ([told(HOSTILE)], [Event(EventKind.SAID, "bob", frozenset({"ann", "bob"}), HOSTILE)]):
            source = await source_of(Choice((HOSTILE, "no")), *events)
            assert source.count("<script") == 1
            assert "<img src=x" not in source
            assert "\x1b" not in source
            assert "‮" not in source
            assert '<span class="ctl">RLO</span>' in source

    async def test_a_long_text_is_folded_and_its_page_is_whole(self) -> None:
        events = told("w" * 100_000), told("v" * 10)
        assert len(await source_of(Speech(), *events)) < 40_000
        assert "w" * 100_000 in await source_of(Speech(), *events, path="text/0/")

    async def test_a_long_view_shows_its_end_and_has_a_page_of_all(self) -> None:
        events = [told(f"number {number}.") for number in range(SHOWN + 5)]
        source = await source_of(Speech(), *events)
        assert "number 4." not in source
        assert "number 5." in source
        assert "number 0." in await source_of(Speech(), *events, path="all/")

    async def test_nothing_is_in_it_before_consent(self) -> None:
        desk = Desk("heron", "May we keep your words?")
        async with asking(desk, asked(Speech(), told("Secret."))), page_of(desk) as browser:
            source = (await browser.get("/secret/")).text
            assert "May we keep your words?" in source
            assert 'id="seen" hidden' in source
            assert "Nothing is shown to you before you agree." in source
            for path in ("", "all/", "text/0/", "text/brief/", "text/asked/", "drawing/0.svg"):
                text = (await browser.get(f"/secret/{path}")).text
                assert "Secret." not in text
                assert "Be brief." not in text
            sent = {"csrf": ACCESS.form_field, "agrees": "yes"}
            assert "Secret." in (await browser.post("/secret/agree/", data=sent)).text

    async def test_many_options_are_a_list_and_few_are_buttons(self) -> None:
        many = tuple(f"move {number}" for number in range(100))
        assert "<select" in await source_of(Move(many))
        assert "<select" not in await source_of(Move(many[:60]))

    async def test_time_left_is_shown_where_it_is_bounded(self) -> None:
        assert 'data-left="90"' in await source_of(Speech(), seconds=90)
        assert "data-left" not in await source_of(Speech())

    async def test_a_field_of_every_kind_has_its_label(self) -> None:
        source = await source_of(Verdict(("pro", "con")))
        assert '<label for="field-0">Reasons' in source
        assert 'type="radio" name="field-1" value="0" data-choose="1"' in source
        assert '<label for="field-2">Confidence <span class="soft">(a whole number from 0 to 100)' in source


class TestForms:
    async def test_an_answer_is_the_reply_and_the_page_is_shown_again(self) -> None:
        desk = Desk("heron")
        async with asking(desk, asked(Choice(("yes", "no")))) as reply, page_of(desk) as browser:
            sent = {"csrf": ACCESS.form_field, "question": "1", "field-0": "1"}
            answer = await browser.post("/secret/answer/", data=sent)
            assert (answer.status_code, answer.url.path) == (200, "/secret/")
            assert "Nothing is asked of you now" in answer.text
            assert (await reply).text == "no"

    async def test_a_second_press_of_an_old_page_is_told_so(self) -> None:
        desk = Desk("heron")
        async with asking(desk, asked(Choice(("yes", "no")))), page_of(desk) as browser:
            sent = {"csrf": ACCESS.form_field, "question": "1", "field-0": "1"}
            await browser.post("/secret/answer/", data=sent)
            again = await browser.post("/secret/answer/", data=sent)
        assert again.status_code == 409
        assert "not open any more" in again.text

    async def test_what_does_not_fit_keeps_what_was_written(self) -> None:
        desk = Desk("heron")
        async with asking(desk, asked(Verdict(("pro", "con")))), page_of(desk) as browser:
            sent = {"csrf": ACCESS.form_field, "question": "1", "field-0": "Because <b>.", "field-1": "1"}
            source = (await browser.post("/secret/answer/", data=sent | {"field-2": "800"})).text
        assert "confidence: it must be a whole number from 0 to 100" in source
        assert "Because &lt;b&gt;.</textarea>" in source
        assert 'value="1" checked' in source
        assert 'value="800"' in source

    async def test_events_hold_what_changed_and_count_this_page_alone(self) -> None:
        desk = Desk("heron")
        request = asked(Choice(("yes", "no")))
        async with page_of(desk) as browser:
            asking_it = asyncio.create_task(desk.ask(request))
            await asyncio.sleep(0.01)
            desk.answer(1, {"field-0": ["0"]})
            await asking_it
            desk.close()
            stream = (await browser.get("/secret/events/0/")).text
        assert "id: 3\nevent: section" in stream
        assert "event: ended" in stream
