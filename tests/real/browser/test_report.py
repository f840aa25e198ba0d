"""Reports and leaderboards in Chromium: anybody can read them, and nothing is lost on paper."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from arena.results.report import write_leaderboard, write_report
from tests.arena.results.report.test_leaderboard import ranking
from tests.arena.results.report.test_writing import evil_debate
from tests.arena.view.runs import LONG_NAME, debates, kuhn
from tests.real.browser.chromium import NARROW, SCHEMES, WIDE, hindrances, opened, overflow, served

pytestmark = pytest.mark.browser

NAMES = ("report", "compared", "hostile", "leaderboard")
PAPER = 703
"""How many pixels wide a sheet of A4 is within its margins."""
LOST = """() => {
    const found = [];
    for (const one of document.querySelectorAll("body *")) {
        const box = one.getBoundingClientRect();
        const shown = one.checkVisibility({ visibilityProperty: true });
        if (!shown || !box.width || !box.height || one.closest("svg, .matrix")) continue;
        const look = getComputedStyle(one);
        const cut = look.overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1
            || look.overflowY !== "visible" && one.scrollHeight > one.clientHeight + 1;
        if (cut || box.right > document.documentElement.clientWidth + 1) {
            found.push(`${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 60)}`);
        }
    }
    return found;
}"""
FOLDED = """() => [...document.querySelectorAll("details:not([open], .more)")]
    .filter((one) => one.checkVisibility())
    .map((one) => getComputedStyle(one.querySelector("summary"), "::after").content)"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The addresses of a report, one that compares runs, a hostile one and a leaderboard."""
    pytest.importorskip("matplotlib")
    root = tmp_path_factory.mktemp("written")

    async def made() -> tuple[Path, Path, Path]:
        short, long = await debates(root / "short", 2), await debates(root / "long", 2, rounds=2)
        return short, long, await evil_debate(root / "evil")

    with ThreadPoolExecutor(1) as other:  # Playwright's loop is that of this thread.
        short, long, evil = other.submit(lambda: asyncio.run(made())).result()
    write_report([short], root / "report.html", samples=20)
    write_report([short, long], root / "compared.html", samples=20)
    write_report([evil], root / "hostile.html", samples=20)
    write_leaderboard(ranking("random", LONG_NAME, "an-agent-with-a-name"), root / "leaderboard.html")
    return {name: (root / f"{name}.html").as_uri() for name in NAMES}


@contextmanager
def shown(browser: Any, address: str, width: int, scheme: str = "light") -> Iterator[Any]:
    """Show a file, whose policy forbids every script, so that the tests may run theirs."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(address)
    try:
        yield page
    finally:
        context.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("name", NAMES)
def test_anybody_can_read_it(browser: Any, files: dict[str, str], name: str, width: int, scheme: str) -> None:
    with shown(browser, files[name], width, scheme) as page:
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert hindrances(page) == []
        assert overflow(page) <= 0


class TestOnPaper:
    @pytest.mark.parametrize("opened", [False, True])
    @pytest.mark.parametrize("name", NAMES)
    def test_nothing_is_cut(self, browser: Any, files: dict[str, str], name: str, opened: bool) -> None:
        with shown(browser, files[name], PAPER, "dark") as page:
            page.emulate_media(media="print")
            if opened:
                page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert page.evaluate(LOST) == []
            assert page.pdf(format="A4").startswith(b"%PDF")

    def test_folded_tables_are_open_and_folded_transcripts_are_named_as_left_out(
        self, browser: Any, files: dict[str, str]
    ) -> None:
        with shown(browser, files["compared"], PAPER) as page:
            page.emulate_media(media="print")
            told = page.evaluate(FOLDED)
            assert len(told) >= 4
            assert all("folded, so it is not printed" in one for one in told)
            tables = page.locator("details.more table")
            assert all(tables.nth(at).bounding_box()["height"] > 20 for at in range(tables.count()))
            page.click("summary:has-text('Episode 0')")
            assert len(page.evaluate(FOLDED)) > len(told) - 1
            assert page.is_visible("text=My answer follows from the last movement >> nth=0")

    def test_names_are_whole_and_nothing_speaks_of_scrolling(
        self, browser: Any, files: dict[str, str]
    ) -> None:
        with shown(browser, files["leaderboard"], PAPER) as page:
            page.emulate_media(media="print")
            name = page.locator(f".scrolling .name[title='{LONG_NAME}']").first
            assert LONG_NAME in name.evaluate("one => getComputedStyle(one, '::after').content")
            assert not page.is_visible(".hint >> nth=0")

    def test_the_pages_of_a_run_are_whole_and_light(self, browser: Any, tmp_path: Path) -> None:
        async def made() -> list[Path]:
            return [await debates(tmp_path / "debate", 1), await kuhn(tmp_path / "kuhn", 2)]

        with ThreadPoolExecutor(1) as other:
            folders = other.submit(lambda: asyncio.run(made())).result()
        with served(folders) as address:
            for path in ("", "run/0/", "run/0/episode/0/", "run/0/episode/0/as/1/", "run/1/episode/0/"):
                page = opened(browser, address + path, width=PAPER, scheme="dark")
                page.emulate_media(media="print")
                assert page.evaluate(LOST) == []
                assert all("not printed" in one for one in page.evaluate(FOLDED))
                assert page.evaluate("getComputedStyle(document.body).color") == "rgb(22, 32, 43)"
                page.close()
