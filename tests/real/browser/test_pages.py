"""The pages in Chromium: anybody can read them, by keys alone too, and hostile words are inert."""

from __future__ import annotations

from typing import Any

import pytest

from arena.journal import StoredRun
from tests.real.browser.chromium import NARROW, SCHEMES, WIDE, followed, hindrances, opened, overflow

pytestmark = pytest.mark.browser

PAGES = {
    "runs": "",
    "run": "run/0/",
    "run of a game": "run/1/",
    "run of hundreds": "run/6/?state=failed",
    "nothing found": "run/6/?q=nowhere",
    "debate": "run/0/episode/0/",
    "seat": "run/0/episode/0/as/1/",
    "game": "run/1/episode/0/",
    "seat of a game": "run/1/episode/0/as/0/",
    "hostile": "run/2/episode/0/",
    "hostile run": "run/2/",
    "26 debaters": "run/3/episode/0/",
    "long": "run/4/episode/0/page/2/",
    "megabyte": "run/5/episode/0/",
    "request": "run/0/episode/0/asked/4/0/",
    "brief": "run/0/episode/0/brief/0/",
    "figures": "run/0/figures/",
    "not here": "run/99/",
}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", PAGES)
def test_anybody_can_read_it(browser: Any, address: str, name: str, width: int, scheme: str) -> None:
    page = opened(browser, address + PAGES[name], width=width, scheme=scheme)
    try:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert hindrances(page) == []
        assert overflow(page) <= 0
        missing = [said for said in page.troubles if "404" not in said]
        assert missing == []
    finally:
        page.close()


def test_hostile_words_are_inert(browser: Any, address: str) -> None:
    for path in ("run/2/", "run/2/episode/0/", "run/2/episode/0/as/0/", "run/2/episode/0/asked/4/0/"):
        page = opened(browser, address + path)
        page.wait_for_timeout(100)
        assert page.troubles == []
        assert page.evaluate("document.scripts.length") == 1
        assert page.evaluate("document.querySelectorAll('img[onerror], b').length") == 0
        assert "alert(1)" in page.inner_text("body")
        page.close()


def test_a_word_of_a_megabyte_is_folded_and_its_page_is_whole(browser: Any, address: str) -> None:
    page = opened(browser, f"{address}run/5/episode/0/")
    followed(page, "text=all 1,048,576 characters >> nth=0")
    assert len(page.inner_text(".words")) == 1_048_576
    assert overflow(page) <= 0
    page.close()


class TestKeys:
    def test_go_from_step_to_step_and_to_other_pages(self, browser: Any, address: str) -> None:
        page = opened(browser, f"{address}run/4/episode/0/")
        page.keyboard.press("ArrowRight")
        first = page.evaluate("location.hash")
        page.keyboard.press("ArrowRight")
        assert page.evaluate("location.hash") != first
        page.keyboard.press("Shift+G")
        page.wait_for_url("**/page/4/#t*")
        page.keyboard.press("g")
        page.wait_for_url("**/page/1/#t0")
        page.close()

    def test_show_what_a_seat_sees_and_everything_again(self, browser: Any, address: str) -> None:
        page = opened(browser, f"{address}run/0/episode/0/")
        page.keyboard.press("3")
        page.wait_for_url("**/as/2/")
        assert "judge sees this much" in page.inner_text("main")
        page.keyboard.press("0")
        page.wait_for_url("**/episode/0/")
        page.close()

    def test_are_listed_and_off_in_fields(self, browser: Any, address: str) -> None:
        page = opened(browser, f"{address}run/6/")
        page.keyboard.press("?")
        assert page.is_visible("dialog")
        page.keyboard.press("Escape")
        assert not page.is_visible("dialog")
        page.keyboard.press("/")
        page.keyboard.type("nn?")
        assert page.input_value("#q") == "nn?"
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        page.wait_for_url("**start=279")
        page.keyboard.press("Shift+N")
        page.wait_for_url("**/run/6/")
        page.close()

    def test_reach_every_part_with_the_tabulator(self, browser: Any, address: str) -> None:
        page = opened(browser, f"{address}run/0/episode/0/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        seen = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement.tagName"))
        assert {"A", "SUMMARY", "INPUT", "DIV"} <= seen
        page.close()


def test_a_film_strip_leads_to_steps_and_scrolls_in_itself(browser: Any, address: str) -> None:
    page = opened(browser, f"{address}run/1/episode/0/", width=NARROW)
    assert page.evaluate("document.querySelector('#strip').scrollWidth > innerWidth")
    assert overflow(page) <= 0
    last = page.locator("#strip a").last
    step = last.get_attribute("href")
    last.click()
    page.wait_for_url(f"**/{step}")
    assert last.get_attribute("aria-current") == "step"
    page.keyboard.press("g")
    assert last.get_attribute("aria-current") is None
    assert page.evaluate("document.querySelector('#strip').scrollLeft") == 0
    page.close()


def test_all_works_without_the_script(browser: Any, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}run/6/")
    page.fill("#q", "chrysanthemum")
    followed(page, "text=Filter")
    followed(page, "th >> text=3")
    followed(page, ".tabs >> text=Everything")
    assert "Episode 3" in page.inner_text("main")
    context.close()


def test_a_search_goes_on_by_itself_until_it_is_through(
    browser: Any, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no time for a page, each looks at 50 episodes. The word stands in the fourth oldest of 300."""
    monkeypatch.setattr(StoredRun.find_episodes, "__defaults__", (None, 20, 0.0))
    page = opened(browser, f"{address}run/6/?q=chrysanthemum")
    page.wait_for_selector("tbody >> text=Who came to room 3?")
    assert page.locator("#episodes tbody tr").count() == 1
    page.wait_for_selector("[data-more]", state="detached")
    page.goto(f"{address}run/6/?q=lamp&start=250")
    assert page.locator("#episodes tbody tr").count() == 20
    assert page.troubles == []
    page.close()


def test_hundreds_of_episodes_are_paged(browser: Any, address: str) -> None:
    page = opened(browser, f"{address}run/6/")
    seen: list[int] = []
    while True:
        seen += [
            int(number)
            for number in page.eval_on_selector_all(
                "#episodes tbody th a", "all => all.map(a => a.textContent)"
            )
        ]
        if not page.is_visible("a[data-page=next]"):
            break
        followed(page, "a[data-page=next]")
    assert seen == list(reversed(range(300)))
    page.close()
