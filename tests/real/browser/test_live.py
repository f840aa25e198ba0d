"""A run that is watched while it goes on: its pages grow, and nothing that a reader does is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from arena.journal import StoredRun
from tests.arena.view.runs import debates
from tests.real.browser.chromium import opened, served

pytestmark = pytest.mark.browser

PATIENCE = 20_000
"""How many milliseconds a page has to show what has come."""


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Path]:
    """The folder of a debate that is being played, slowly, and is over when the test is."""
    folder = tmp_path / "live"
    playing = threading.Thread(target=lambda: asyncio.run(debates(folder, 1, rounds=6, pause=0.15)))
    playing.start()
    while not has_begun(folder):
        threading.Event().wait(0.05)
    yield folder
    playing.join(60)


def has_begun(folder: Path) -> bool:
    """Return whether a run has recorded its first event."""
    if not (folder / "journal.sqlite").exists():
        return False
    try:
        with StoredRun(folder) as run:
            return run.rows_of(0).events > 0
    except Exception:
        return False


def test_a_debate_grows_to_its_verdict(browser: Any, live: Path) -> None:
    with served([live]) as address:
        page = opened(browser, f"{address}run/0/episode/0/")
        assert "in play" in page.inner_text(".states")
        before = page.locator(".turn").count()
        page.wait_for_selector("text=Round 2", timeout=PATIENCE)
        assert page.locator(".turn").count() > before
        points = page.get_attribute(".belief polyline", "points") or ""
        page.wait_for_selector("text=Round 4", timeout=PATIENCE)
        assert len(page.get_attribute(".belief polyline", "points") or "") > len(points)
        page.wait_for_selector(".states >> text=completed", timeout=PATIENCE)
        grown = _sections(page)
        page.reload()
        assert _sections(page) == grown
        assert page.troubles == []
        page.close()


def _sections(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all("#log > section", "all => all.map(one => one.outerHTML)")
    return found


def test_what_is_open_stays_open_and_news_are_told(browser: Any, live: Path) -> None:
    with served([live]) as address:
        page = opened(browser, f"{address}run/0/episode/0/")
        page.wait_for_selector("#m1 details", timeout=PATIENCE)
        page.click("#m1 details summary")
        page.focus("#m1 details summary")
        page.wait_for_selector("#new a", timeout=PATIENCE)
        assert page.inner_text("#new").startswith("New: ")
        assert page.evaluate("document.querySelector('#m1 details').open")
        assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
        page.keyboard.press("f")
        assert page.is_checked("#follow")
        page.wait_for_selector(".states >> text=completed", timeout=PATIENCE)
        at_end = "scrollY + innerHeight >= document.documentElement.scrollHeight - 400"
        assert page.evaluate(at_end)
        page.close()


def test_words_are_shown_while_they_are_written_and_are_gone_when_they_are_finished(
    browser: Any, live: Path
) -> None:
    with served([live]) as address:
        page = opened(browser, f"{address}run/0/episode/0/")
        page.wait_for_selector("#writing >> text=Scratch pad", timeout=PATIENCE)
        assert "words as they come, unparsed" in page.inner_text("#writing")
        page.wait_for_selector(".states >> text=completed", timeout=3 * PATIENCE)
        page.wait_for_selector("#writing:empty", state="attached", timeout=PATIENCE)
        assert "Scratch pad" not in page.content()
        page.close()


def test_a_seat_is_sent_nothing_that_it_cannot_see(browser: Any, live: Path) -> None:
    with served([live]) as address:
        page = browser.new_page()
        traffic: list[str] = []
        page.on("response", lambda answer: traffic.append(answer.url))
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        told: list[str] = []
        session.on("Network.eventSourceMessageReceived", lambda event: told.append(event["data"]))
        page.goto(f"{address}run/0/episode/0/as/2/")
        page.wait_for_selector("text=ended", timeout=3 * PATIENCE)
        everything = page.content() + "".join(told)
        assert told
        for hidden in (
            "The source:",
            "I must not show doubt",
            "Round plan",
            "debater_a believes",
            "Scratch pad",
        ):
            assert hidden not in everything
        page.close()


def test_a_lost_connection_is_told_and_taken_up_again(browser: Any, live: Path) -> None:
    with served([live]) as address:
        port = int(address.split(":")[2].split("/")[0])
        page = opened(browser, f"{address}run/0/episode/0/")
        page.wait_for_selector("text=Round 1", timeout=PATIENCE)
    page.wait_for_selector("#lost:not([hidden])", timeout=PATIENCE)
    with served([live], port):
        page.wait_for_selector(".states >> text=completed", timeout=2 * PATIENCE)
        assert not page.is_visible("#lost")
        titles = page.eval_on_selector_all(".turn h3", "all => all.map(one => one.textContent)")
        assert titles == ["Before it begins", *(f"Round {n}" for n in range(1, 7)), "Verdict"]
    page.close()


def test_a_run_is_paused_and_goes_on_from_its_page(browser: Any, live: Path) -> None:
    with served([live]) as address:
        page = opened(browser, f"{address}run/0/")
        page.wait_for_selector("text=in play", timeout=PATIENCE)
        with page.expect_navigation():
            page.keyboard.press("p")
        page.wait_for_selector(".states >> text=paused", timeout=PATIENCE)
        with page.expect_navigation():
            page.keyboard.press("p")
        page.wait_for_selector(".states >> text=ended", timeout=3 * PATIENCE)
        assert page.troubles == []
        page.close()


def test_an_error_is_told_on_the_page_and_gone_when_it_is_over(browser: Any, live: Path) -> None:
    with served([live]) as address:
        page = browser.new_page()
        answers = ["retry: 50\n\nevent: trouble\ndata: The journal is damaged.\n\n"]

        def answer(route: Any) -> None:
            if answers:
                route.fulfill(content_type="text/event-stream", body=answers.pop())
            else:
                route.continue_()

        page.route("**/events/**", answer)
        page.goto(f"{address}run/0/episode/0/")
        page.wait_for_selector("#trouble >> text=The journal is damaged.", timeout=PATIENCE)
        page.wait_for_selector(".states >> text=completed", timeout=3 * PATIENCE)
        assert not page.is_visible("#trouble")
        page.close()
