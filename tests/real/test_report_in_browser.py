"""A report in a real browser: it is whole, it draws, and hostile text in it does nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from arena.results.report import write_report
from tests.arena.results.report.pages import Page
from tests.arena.results.report.test_writing import SHOWN, evil_debate

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
HEADLESS = ("--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=5000")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> str:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("There is no Chromium on this machine to open the report in.")
    return found


@pytest.fixture
async def report(tmp_path: Path) -> Path:
    pytest.importorskip("matplotlib")
    file = tmp_path / "report.html"
    write_report([await evil_debate(tmp_path / "run")], file, samples=5)
    return file


def asked(browser: str, *words: str) -> str:
    command = [browser, *HEADLESS, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def test_hostile_text_is_text_to_a_browser(browser: str, report: Path) -> None:
    built = asked(browser, "--dump-dom", report.as_uri())
    page = Page(built)
    assert page.elements["script"] == page.elements["img"] == page.elements["b"] == 0
    assert page.elements["svg"] > 2
    assert SHOWN in page.text


def test_it_is_drawn(browser: str, report: Path) -> None:
    picture = report.with_suffix(".png")
    asked(browser, f"--screenshot={picture}", "--window-size=1100,3000", report.as_uri())
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    assert picture.stat().st_size > 50_000
