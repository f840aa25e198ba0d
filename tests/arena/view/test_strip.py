"""The film strip of a game: a small table a step, which links to it and shows what the page may show."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from arena.designs.scenario import Scenario
from arena.running.running import run
from protocols import Play
from tests.arena.view.browsing import client, page
from tests.arena.view.runs import debates, kuhn

BOARD = {"player_0": "random", "player_1": "random"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    root = tmp_path_factory.mktemp("games")

    async def made() -> list[Path]:
        await run(Scenario(protocol=Play(game="tictactoe"), seats=BOARD, episodes=1), root / "board")
        return [await kuhn(root / "kuhn", 1), root / "board", await debates(root / "debate", 1)]

    return client(asyncio.run(made()))


def frames(text: str) -> list[tuple[int, list[str], str]]:
    """Return the frames of a page's strip: the step, the ends of the drawings' addresses, and the caption."""
    strip = re.findall(r'<nav class="strip".*?</nav>', text, re.DOTALL)[0]
    found = re.findall(r'<a href="#t(\d+)">(.*?)<bdi>(.*?)</bdi>', strip, re.DOTALL)
    return [
        (int(step), re.findall(r'src="/secret/run/\d+/episode/0/([^"]+)"', inner), caption)
        for step, inner, caption in found
    ]


def test_has_a_frame_for_each_step_of_the_game_with_what_each_player_saw(browser: TestClient) -> None:
    found = frames(page(browser, "run/0/episode/0/"))
    captions = [caption for _, _, caption in found]
    assert captions[0] == "Before it begins"
    assert captions[1].startswith("player_0 ")
    assert all([source[-5] for source in sources] == ["0", "1"] for _, sources, _ in found)


def test_leads_to_steps_that_are_on_the_page(browser: TestClient) -> None:
    text = page(browser, "run/0/episode/0/")
    for step, sources, _ in frames(text):
        assert f'id="t{step}"' in text
        for source in sources:
            assert browser.get(f"/secret/run/0/episode/0/{source}").status_code == 200


def test_shows_a_board_that_all_see_once(browser: TestClient) -> None:
    found = frames(page(browser, "run/1/episode/0/"))
    assert all(len(sources) == 1 for _, sources, _ in found)
    assert [caption.split(" plays ")[0] for _, _, caption in found[1:3]] == ["player_0", "player_1"]


def test_of_a_seat_has_its_own_tables_alone(browser: TestClient) -> None:
    for seat in (0, 1):
        found = frames(page(browser, f"run/0/episode/0/as/{seat}/"))
        sources = [source for _, own, _ in found for source in own]
        assert sources
        assert all(re.fullmatch(rf"as/{seat}/drawing/\d+/{seat}\.svg", source) for source in sources)
        other = re.sub(r"/(\d)\.svg$", f"/{1 - seat}.svg", sources[0])
        assert browser.get(f"/secret/run/0/episode/0/{other}").status_code == 404


def test_of_a_player_begins_with_the_card_that_it_was_dealt(browser: TestClient) -> None:
    for seat in (0, 1):
        assert frames(page(browser, f"run/0/episode/0/as/{seat}/"))[0][2] == "Before it begins"


def test_is_not_there_where_nothing_is_drawn(browser: TestClient) -> None:
    text = page(browser, "run/2/episode/0/")
    assert frames(text) == []
    assert 'aria-label="The game, step by step" hidden' in text


def test_a_board_in_words_has_its_lines_below_each_other(browser: TestClient) -> None:
    assert page(browser, "run/1/episode/0/").count('class="words aligned"') > 3
    assert 'class="words aligned"' not in page(browser, "run/2/episode/0/")
