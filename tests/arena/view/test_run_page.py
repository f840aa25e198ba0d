"""The page of a run: how far it is, what it cost, who leads, what went wrong, and its episodes."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from arena import Comparison
from arena.designs.scenario import Scenario
from arena.journal import EpisodeTally
from arena.spending.limits import Caps, TotalUsage
from arena.steering import RunAct
from arena.tasks.task import Task
from arena.view._episodes_found import EpisodeSearch
from arena.view._figures_page import Figuring
from arena.view._numbers import RunNumbers, planned
from arena.view._run_page import _meters
from arena.view._runs import ShownRuns
from arena.view._steering import act_of
from arena.web.links import Links
from benchmarks.finding import store
from protocols import Play
from tests.arena.view.browsing import HOST, access, client, page, page_with
from tests.arena.view.runs import debates, kuhn

OWN = {"Origin": f"http://{HOST}"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    folder = tmp_path_factory.mktemp("runs")
    made = [asyncio.run(debates(folder / "debate", 2)), asyncio.run(kuhn(folder / "kuhn", 3))]
    return client([*made, asyncio.run(store(folder / "many", 200))])


class TestTheListOfRuns:
    def test_names_each_with_its_state(self, browser: TestClient) -> None:
        text = page(browser, "")
        for name in ("debate", "kuhn", "many"):
            assert f"<bdi>{name}</bdi>" in text
        assert text.count('<span class="state done">ended</span>') == 3


class TestARun:
    def test_tells_its_progress_and_its_cost(self, browser: TestClient) -> None:
        text = page_with(browser, "run/2/", "$0.60")
        assert "199 completed" in text
        assert "1 failed" in text

    def test_tells_accuracy_with_its_denominator(self, browser: TestClient) -> None:
        page_with(browser, "run/2/", "Accuracy 199/200 where it decided. Coverage 200 of 200.")

    def test_tells_what_went_wrong_by_cause(self, browser: TestClient) -> None:
        text = page_with(browser, "run/2/", "What went wrong, by cause")
        assert "it broke" in text
        assert '<a href="/secret/run/2/?again=refused">refused</a>' in text
        assert '<a href="/secret/run/2/?state=failed">failed</a>' in text

    def test_lists_the_returns_of_a_game(self, browser: TestClient) -> None:
        returns = re.findall(r'data-l="verdict or returns"><bdi>([^<]+)', page(browser, "run/1/"))
        assert len(returns) == 3
        for one in returns:
            assert re.fullmatch(r"player_([01]) \+[12], player_(?!\1)[01] -[12]", one), one

    def test_lists_who_leads_with_intervals(self, browser: TestClient) -> None:
        page_with(browser, "run/1/", 'class="interval"')

    def test_pages_its_episodes_forwards_and_back(self, browser: TestClient) -> None:
        first = page(browser, "run/2/")
        assert episodes(first) == list(range(199, 179, -1))
        (following,) = re.findall(r'data-page="next" href="/secret/([^"]+)"', first)
        second = page(browser, following)
        assert episodes(second) == list(range(179, 159, -1))
        (before,) = re.findall(r'data-page="before" href="/secret/([^"]+)"', second)
        assert episodes(page(browser, before)) == list(range(199, 179, -1))

    def test_finds_episodes_by_a_filter(self, browser: TestClient) -> None:
        assert episodes(page(browser, "run/2/?state=failed")) == [9]
        assert episodes(page(browser, "run/2/?again=refused&order=oldest")) == [7]
        assert episodes(page(browser, "run/2/?q=chrysanthemum")) == [3]
        assert episodes(page(browser, "run/2/?why=it+broke")) == [9]
        assert len(episodes(page(browser, "run/2/?agent=ann"))) == 20
        assert episodes(page(browser, "run/2/?agent=zed")) == []

    def test_says_what_a_search_looks_through(self, browser: TestClient) -> None:
        assert "Reasoning and raw replies are not searched." in page(browser, "run/2/")

    def test_says_that_none_fits_and_how_to_see_all(self, browser: TestClient) -> None:
        text = page(browser, "run/2/?q=nowhere")
        assert "No episode fits what is searched for." in text
        assert 'href="/secret/run/2/">Show all episodes' in text

    def test_says_that_its_figures_are_computed_or_shows_them(self, browser: TestClient) -> None:
        for path in ("run/0/figures/", "compare/"):
            text = page(browser, path)
            assert "being computed" in text or "Accuracy" in text


async def test_figures_have_their_n_and_are_compared_with_other_runs(tmp_path: Path) -> None:
    made = [await debates(tmp_path / str(rounds), 2, rounds=rounds) for rounds in (1, 2)]
    figuring = Figuring(ShownRuns(made))
    own = figuring.page(0, Links(), patience=None)
    assert "<strong>Accuracy</strong>" in own
    assert 'data-l="n">2 of 2<' in own
    assert 'data-l="coverage">100%<' in own
    compared = figuring.page(None, Links(), patience=None)
    assert "<bdi>debate (rounds=1): judge" in compared
    assert "<bdi>debate (rounds=2): judge" in compared


def episodes(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'/episode/(\d+)/">\1</a>', text)]


class TestASearch:
    def test_survives_its_address(self) -> None:
        search = EpisodeSearch(
            words="a&b=c",
            agent="ann",
            condition="long",
            why="it broke",
            fork_of=0,
            state="failed",
            verdict="wrong",
            asked_again="refused",
            oldest_first=True,
            start=7,
        )
        fields = dict(pair.split("=", 1) for pair in search.query()[1:].split("&"))
        assert fields["q"] == "a%26b%3Dc"
        assert EpisodeSearch.of({**fields, "q": "a&b=c", "why": "it broke"}) == search

    @pytest.mark.parametrize(
        "given", [{"state": "'; DROP"}, {"start": "-1"}, {"start": "9" * 30}, {"order": "x"}, {"start": "²"}]
    )
    def test_takes_what_it_does_not_know_for_empty(self, given: dict[str, str]) -> None:
        assert EpisodeSearch.of(given) == EpisodeSearch()


class TestTheProjection:
    def numbers(self, caps: Caps, **spent: float) -> RunNumbers:
        return RunNumbers(1, TotalUsage(**spent), caps, None, {}, [], [])  # type: ignore[arg-type]

    def test_says_where_a_cap_ends_the_run(self) -> None:
        found = _meters(
            self.numbers(Caps(dollars=0.4), dollars=0.25), (), EpisodeTally({"completed": 25}, 0), 60
        )
        assert [(one.name, one.value, one.of) for one in found] == [
            ("Dollars", "$0.25", "of $0.40 (62.5%)"),
            ("If it goes on like this, dollars", "$0.60", "for all 60: the cap ends it near episode 40"),
        ]

    def test_counts_an_episode_in_play_for_half_of_one(self) -> None:
        found = _meters(self.numbers(Caps(), dollars=0.3), (), EpisodeTally({"completed": 2}, 2), 10)
        assert found[1].value == "$1.00"

    def test_is_left_out_where_nobody_knows_how_many_there_will_be(self) -> None:
        assert (
            len(_meters(self.numbers(Caps(), dollars=0.3), (), EpisodeTally({"completed": 2}, 0), None)) == 1
        )


class TestWhatIsPlanned:
    def test_is_what_a_scenario_plays(self) -> None:
        seats = {"player_0": "random", "player_1": "kuhn-nash"}
        plain = Scenario(protocol=Play(game="kuhn"), seats=seats, episodes=5, swap=True)
        assert planned(plain.config()) == len(list(plain.round(0, ()).plans)) == 10  # type: ignore[union-attr]
        tasks = [Task(id="a"), Task(id="b")]
        both = {"a": Play(game="kuhn"), "b": Play(game="kuhn")}
        compared = Comparison(conditions=both, seats=seats, episodes=3, swap=True, tasks=tasks)
        assert planned(compared.config()) == len(list(compared.round(0, ()).plans)) == 24  # type: ignore[union-attr]

    def test_is_unknown_of_a_tournament(self) -> None:
        assert planned({"kind": "tournament", "tasks": {"count": 1}, "episodes": 3}) is None


class TestSteering:
    def test_a_form_says_what_is_asked(self) -> None:
        act = act_of(
            {"act": "change", "dollars": "1,000.5", "tokens": "none", "calls": "", "concurrency": "8"}
            | {"replace": "old = new:x", "retry": "yes"}
        )
        assert act == RunAct.model_validate(
            {
                "kind": "change",
                "caps": {"dollars": 1000.5, "tokens": None},
                "concurrency": 8,
                "replace": {"old": "new:x"},
                "retry_failed": True,
            }
        )

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"act": "change"}, "Nothing is to be changed"),
            ({"act": "change", "dollars": "much"}, "dollars is a number or none, not much"),
            ({"act": "change", "replace": "old"}, "written OLD=NEW"),
            ({"act": "explode"}, "kind"),
        ],
    )
    def test_what_cannot_be_asked_is_said(
        self, browser: TestClient, fields: dict[str, str], said: str
    ) -> None:
        answer = browser.post("/secret/run/0/act/", data={**fields, "csrf": access().form_field}, headers=OWN)
        assert answer.status_code == 400
        assert said in answer.text
        assert 'href="/secret/run/0/">Back to <bdi>debate</bdi>' in answer.text

    def test_a_run_that_has_ended_cannot_be_paused(self, browser: TestClient) -> None:
        answer = browser.post(
            "/secret/run/0/act/", data={"act": "pause", "csrf": access().form_field}, headers=OWN
        )
        assert "has ended, so there is nothing to pause" in answer.text

    @pytest.mark.parametrize("csrf", ["", "wrong", "secret"])
    def test_a_form_of_another_page_is_refused(self, browser: TestClient, csrf: str) -> None:
        answer = browser.post("/secret/run/0/act/", data={"act": "pause", "csrf": csrf}, headers=OWN)
        assert "This form is not of this page" in answer.text

    def test_a_form_of_another_site_is_refused(self, browser: TestClient) -> None:
        fields = {"act": "pause", "csrf": access().form_field}
        assert browser.post("/secret/run/0/act/", data=fields).status_code == 403
        other = {"Origin": "http://evil.example"}
        assert browser.post("/secret/run/0/act/", data=fields, headers=other).status_code == 403

    def test_a_run_that_ended_has_no_buttons(self, browser: TestClient) -> None:
        assert "Pause" not in page(browser, "run/0/")
