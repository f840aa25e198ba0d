"""The page of an episode: what its owner reads, and what a seat can see."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from arena.journal import StoredRun
from arena.seat.transcript import Event, EventKind
from arena.web.folding import event_text
from tests.arena.results.report.test_writing import EVIL, evil_debate
from tests.arena.view.browsing import client, page
from tests.arena.view.runs import debates, kuhn


@pytest.fixture
async def browser(tmp_path: Path) -> TestClient:
    return client([await debates(tmp_path / "debate", 2), await kuhn(tmp_path / "kuhn", 2)])


class TestTheOwner:
    def test_reads_the_verdict_the_truth_and_what_was_cited(self, browser: TestClient) -> None:
        text = page(browser, "run/0/episode/0/")
        assert "only scorers and this page know" in text
        assert "judge, asked with" in text
        assert text.count("<mark>My answer follows") > 2
        assert "✓ in source" in text
        assert "✕ not in source" in text

    def test_reads_private_lanes_with_reasoning_and_raw_replies(self, browser: TestClient) -> None:
        text = page(browser, "run/0/episode/0/")
        assert "debater_a believes, heard by nobody" in text
        assert "I must not show doubt." in text
        assert "Probability: " in text

    def test_sees_a_line_of_beliefs(self, browser: TestClient) -> None:
        assert page(browser, "run/0/episode/0/").count("<polyline") == 3

    def test_reads_the_exact_request_and_what_came_back(self, browser: TestClient, tmp_path: Path) -> None:
        text = page(browser, "run/0/episode/0/asked/4/0/")
        with StoredRun(tmp_path / "debate") as run:
            brief = run.episode(0).briefs["debater_a"]
        assert brief.splitlines()[0] in text.replace("&#39;", "'").replace("&#34;", '"')
        assert "Round plan of debater_a" in text
        assert "&lt;quote&gt;" in text

    def test_sees_a_game_drawn_each_card_in_its_own_lane(self, browser: TestClient) -> None:
        text = page(browser, "run/1/episode/0/")
        sources = re.findall(r'src="(/secret/run/1/[^"]*\.svg)"', text)
        assert len(sources) > 2
        answer = browser.get(sources[0])
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.text.startswith("<svg")

    def test_reads_first_how_a_game_ended(self, browser: TestClient) -> None:
        result = page(browser, "run/1/episode/0/").split('id="verdict"')[1].split("</section>")[0]
        assert re.search(r"<p>Completed\. player_\d [^<]*player_\d wins \d chips?\.", result)


class TestASeat:
    def test_is_shown_nothing_that_its_view_lacks(self, browser: TestClient, tmp_path: Path) -> None:
        with StoredRun(tmp_path / "debate") as run:
            episode = run.episode(0)
        source = episode.events[0].text.splitlines()[-1][:60]
        assert source in page(browser, "run/0/episode/0/as/0/")
        text = page(browser, "run/0/episode/0/as/2/")
        for hidden in (
            source,
            "only scorers",
            "I must not show doubt",
            "Round plan",
            "the judge will decide",
            "scripted-careful",
        ):
            assert hidden not in text
        assert "debater_a believes" not in text
        assert "asked apart, not in its view" in text

    def test_is_shown_no_card_of_another(self, browser: TestClient, tmp_path: Path) -> None:
        with StoredRun(tmp_path / "kuhn") as run:
            first, second = (event.text for event in run.episode(0).events[:2])
        assert first in page(browser, "run/1/episode/0/as/0/")
        assert second not in page(browser, "run/1/episode/0/as/0/").split('id="log"')[1].split("Showdown")[0]

    def test_gets_neither_requests_nor_texts_nor_drawings_of_others(self, browser: TestClient) -> None:
        assert browser.get("/secret/run/0/episode/0/as/2/asked/4/0/").status_code == 404
        assert browser.get("/secret/run/0/episode/0/as/2/brief/0/").status_code == 404
        assert "debate" in page(browser, "run/0/episode/0/as/2/brief/2/")
        assert browser.get("/secret/run/0/episode/0/as/2/text/99/").status_code == 404
        assert browser.get("/secret/run/1/episode/0/as/0/drawing/1/1.svg").status_code == 404


class TestWhatIsNotThere:
    @pytest.mark.parametrize(
        "path",
        [
            "run/7/episode/0/",
            "run/0/episode/99/",
            "run/0/episode/0/as/9/",
            "run/0/episode/0/page/5/",
            "nowhere",
        ],
    )
    def test_is_said_in_a_sentence(self, browser: TestClient, path: str) -> None:
        answer = browser.get(f"/secret/{path}")
        assert answer.status_code == 404
        assert "Not here" in answer.text


async def test_hostile_words_are_inert_on_every_page(tmp_path: Path) -> None:
    browser = client([await evil_debate(tmp_path / "evil")])
    for path in ("", "run/0/episode/0/", "run/0/episode/0/as/0/", "run/0/episode/0/asked/3/0/"):
        text = page(browser, path)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert not set("\u202e\x1b\x00") & set(text)
        assert text.count("<script") == 1
    assert EVIL[:8] not in page(browser, "run/0/episode/0/")


async def test_a_long_episode_is_paged(tmp_path: Path) -> None:
    browser = client([await debates(tmp_path / "long", 1, rounds=45)])
    first, last = page(browser, "run/0/episode/0/"), page(browser, "run/0/episode/0/page/3/")
    assert first.count('class="turn"') == 20
    assert 'rel="next" href="/secret/run/0/episode/0/page/2/"' in first
    assert last.count('class="turn"') == 7
    assert 'rel="prev"' in last
    assert len(first) < 200_000


async def test_many_seats_are_small_cards_and_their_lanes_are_folded(tmp_path: Path) -> None:
    browser = client([await debates(tmp_path / "many", 1, rounds=1, debaters=7)])
    text = page(browser, "run/0/episode/0/")
    assert "cols-many" in text
    assert "private entries in lanes" in text
    assert "See as: Everything" in text


async def test_a_word_of_a_megabyte_is_folded_and_whole_on_a_page_of_its_own(tmp_path: Path) -> None:
    browser = client([await debates(tmp_path / "long", 1, rounds=1, words="w" * 1_048_576)])
    text = page(browser, "run/0/episode/0/")
    assert len(text) < 100_000
    (address, *_) = re.findall(r'href="/secret/([^"]*text/\d+/)">all 1,048,576 characters', text)
    assert "w" * 1_048_576 in page(browser, address)


def test_a_reply_in_fields_is_read_field_by_field() -> None:
    payload = '{"act":"offer","amount":73,"message":"<b>Take it</b>"}'
    said = '{"act": "offer", "amount": 73, "message": "<b>Take it</b>"}'
    event = Event(EventKind.SAID, "seller", frozenset(("seller", "buyer")), said, payload)
    assert event_text(event, "").words == "act: offer\namount: 73\nmessage: &lt;b&gt;Take it&lt;/b&gt;"


def test_words_that_only_look_like_fields_stay_as_they_are() -> None:
    event = Event(EventKind.SAID, "seller", frozenset(("seller", "buyer")), '{"act": "offer", "act": "no"}')
    assert event_text(event, "").words == "{&#34;act&#34;: &#34;offer&#34;, &#34;act&#34;: &#34;no&#34;}"
