"""Forks of an episode are tabs beside it, from the step at which they differ."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from arena.running.forking import fork
from tests.arena.view.browsing import client
from tests.arena.view.runs import debates, debating


@pytest.fixture
async def browser(tmp_path: Path) -> TestClient:
    original = await debates(tmp_path / "debate", 2)
    await fork(original, debating(2), 1, 5, 2, folder=tmp_path / "fork", quiet=True)
    return client([original, tmp_path / "fork"])


def page(browser: TestClient, path: str) -> str:
    answer = browser.get(f"/secret/{path}")
    assert answer.status_code == 200, answer.text
    return answer.text


def test_an_episode_names_its_forks_at_the_step(browser: TestClient) -> None:
    text = page(browser, "run/0/episode/1/")
    assert "forked 2 times" in text
    assert re.search(r"Forked at step \d+", text)
    assert text.count('href="/secret/run/1/episode/') >= 4


def test_turns_that_a_fork_took_over_stand_where_they_do_in_the_original(browser: TestClient) -> None:
    for path in ("run/0/episode/1/", "run/1/episode/0/"):
        text = page(browser, path)
        titles = re.findall(r'<h3 id="m\d+-title"><a [^>]*>([^<]+)', text)
        assert titles == ["Before it begins", "Round 1", "Round 2", "Round 3", "Verdict"]
        assert text.count("judge believes, heard by nobody") == 5


def test_an_episode_without_forks_has_no_tabs(browser: TestClient) -> None:
    assert "Forked at step" not in page(browser, "run/0/episode/0/")
    assert 'aria-label="Forks"' not in page(browser, "run/0/episode/0/")


def test_a_fork_leads_back_and_to_its_siblings(browser: TestClient) -> None:
    text = page(browser, "run/1/episode/0/")
    tabs = text.split('aria-label="Forks"')[1].split("</nav>")[0]
    assert 'href="/secret/run/0/episode/1/"' in tabs
    assert 'href="/secret/run/1/episode/1/"' in tabs
    assert 'href="/secret/run/1/episode/0/" aria-current="true"' in tabs


def test_a_forks_episodes_are_found_by_their_original(browser: TestClient) -> None:
    found = '/secret/run/1/episode/0/">0</a>'
    assert found in page(browser, "run/1/?fork=1")
    assert found not in page(browser, "run/1/?fork=0")
    assert "Fork of episode" in page(browser, "run/1/")
    assert "Fork of episode" not in page(browser, "run/0/")


def test_the_page_of_a_seat_tells_nothing_of_forks(browser: TestClient) -> None:
    assert "ork" not in page(browser, "run/0/episode/1/as/2/").split("<main")[1].split("<dialog")[0]
