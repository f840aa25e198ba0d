"""A site of plain files: whole, without a server's addresses, and without what people wrote."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

import arena
from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.forms import Speech
from arena.journal import StoredRun
from arena.journal.blanking import BLANK
from arena.running.running import run
from arena.view import bundle
from arena.view._left_out import LEFT_OUT, without_people
from arena.view._runs import ShownRuns
from protocols import Debate
from tests.arena.journal.test_forgetting import SECRET, TASKS, answer, quoting
from tests.arena.view.runs import debates, kuhn
from tests.shared.agents import Watched
from tests.shared.protocols import OneShot

LINK = re.compile(r'(?:href|src)="([^"#]+)')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site, beside the two runs that it shows. It is only read."""
    folder = tmp_path_factory.mktemp("bundled")
    made = [asyncio.run(debates(folder / "debate", 3, rounds=1)), asyncio.run(kuhn(folder / "kuhn", 1))]
    bundle(made, folder / "site", episodes=2)
    return folder / "site"


class TestASite:
    def test_lacks_nothing_that_it_links_to(self, site: Path) -> None:
        for page in site.glob("*.html"):
            for link in LINK.findall(page.read_text(encoding="utf-8")):
                assert (site / link).is_file(), (page.name, link)

    def test_asks_nothing_of_a_network_and_names_no_folder(self, site: Path) -> None:
        for file in site.iterdir():
            text = file.read_text(encoding="utf-8")
            assert "http://" not in text.replace("http://www.w3.org", "")
            assert str(site.parent) not in text
            assert "data-live" not in text or file.name == "page.js"
            assert '<form method="post"' not in text

    def test_has_so_many_episodes_of_each_run(self, site: Path) -> None:
        assert {file.name for file in site.glob("run-0-episode-?.html")} == {
            "run-0-episode-0.html",
            "run-0-episode-1.html",
        }
        assert "2 shown of 3 begun" in (site / "run-0.html").read_text(encoding="utf-8")

    def test_has_the_views_of_seats_the_exact_requests_and_the_drawings(self, site: Path) -> None:
        assert (site / "run-0-episode-0-as-2.html").is_file()
        assert (site / "run-0-episode-0-asked-4-0.html").is_file()
        assert list(site.glob("run-1-episode-0-drawing-*.svg"))

    def test_is_the_same_whenever_it_is_written(self, site: Path, tmp_path: Path) -> None:
        bundle([site.parent / "debate", site.parent / "kuhn"], tmp_path / "again", episodes=2)
        for file in site.iterdir():
            assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()

    def test_overwrites_nothing(self, site: Path, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="holds something already"):
            bundle([tmp_path / "kuhn"], site)


class TestPeople:
    async def test_are_left_out_by_name_and_by_word(self, tmp_path: Path) -> None:
        await debates(tmp_path / "debate", 1, rounds=1)
        with StoredRun(tmp_path / "debate") as stored:
            episode = stored.episode(0)
        shared = without_people(episode, ["scripted-careful"])
        assert shared.plan.seats["debater_a"] == "a person"
        assert shared.plan.seats["judge"] == "scripted-judge"
        own = [event.text for event in shared.events if event.seat == "debater_a" and event.kind == "said"]
        assert own
        assert set(own) == {LEFT_OUT}
        assert all(
            call.reply is not None and call.reply.text == LEFT_OUT and not call.reply.reasoning
            for call in shared.calls
            if call.seat == "debater_a"
        )

    async def test_leave_alone_what_others_said_by_themselves(self, tmp_path: Path) -> None:
        await kuhn(tmp_path / "kuhn", 1)
        with StoredRun(tmp_path / "kuhn") as stored:
            episode = stored.episode(0)
        shared = without_people(episode, ["random"])
        own = [event.text for event in shared.events if event.seat == "player_0" and event.kind == "said"]
        assert set(own) == {LEFT_OUT}
        others = [event for event in shared.events if event.seat == "player_1"]
        assert others
        assert others == [event for event in episode.events if event.seat == "player_1"]

    @pytest.mark.parametrize("with_people", [False, True])
    def test_are_quoted_nowhere_and_judge_nowhere(self, tmp_path: Path, with_people: bool) -> None:
        heron, judge = Watched(answer, "heron"), Watched(answer, "plover")
        heron.desk = judge.desk = "terminal"
        agents = {"debater_a": heron, "debater_b": Watched(quoting, "bob"), "judge": Watched(quoting, "judy")}
        options = arena.judging.JudgingOptions(quiet=True)
        criterion = arena.judging.Criterion(asks="speaker")
        folder = arena.run(Debate(rounds=2), tmp_path / "run", tasks=TASKS, agents=agents, quiet=True).folder
        judges = [Watched(quoting, "later"), judge]
        asyncio.run(arena.judging.judge_run(folder, judges, criterion, options))
        bundle([folder], tmp_path / "site", with_people=with_people)
        pages = (tmp_path / "site").glob("run-0-episode-*.html")
        text = "".join(file.read_text(encoding="utf-8") for file in pages)
        assert ("You say: " in text, "Judged afterwards" in text) == (True, True)
        for words in (SECRET, SECRET.upper(), "Xyzzyville is lovely", "heron", "plover"):
            assert (words in text) == with_people, words

    async def test_are_quoted_in_no_reason_of_a_failure_and_in_no_decision(self, tmp_path: Path) -> None:
        async def fail(episode: Episode) -> Outcome:
            said = (await episode.ask("ann", Speech(), "Speak.", audience=("ann", "bob"))).value
            raise ValueError(f"nobody can read {said!r}")

        person = Watched(SECRET, "heron")
        person.desk = "terminal"
        scenario = Scenario(protocol=OneShot(method=fail), seats={"ann": person, "bob": "random"}, episodes=2)
        await run(scenario, tmp_path / "run")
        whole, shared = (
            ShownRuns([tmp_path / "run"], with_people=with_people) for with_people in (True, False)
        )
        with whole.open(0) as stored:
            ((ending, reason, count),) = whole.failures(stored)
            assert (ending, SECRET in reason, count) == ("failed", True, 2)
            assert shared.failures(stored) == [(ending, reason.replace(SECRET, BLANK), count)]
            assert shared.text(stored, 0, f"decided for {SECRET}") == f"decided for {BLANK}"
        bundle([tmp_path / "run"], tmp_path / "site")
        text = (tmp_path / "site" / "run-0.html").read_text(encoding="utf-8")
        assert "nobody can read" in text
        assert SECRET not in text
