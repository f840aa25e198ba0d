"""The report: one file that asks nothing of a network, in which nothing that anybody wrote is alive."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from arena.core.errors import Unwritable, UsageError
from arena.designs.scenario import Scenario
from arena.designs.tournament import Tournament
from arena.episode.outcome import Outcome
from arena.judging import judge_run
from arena.results.report import report_record, write_report
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.tasks.task import Task
from protocols import Consultancy, Debate, Play
from tests.arena.results.report.pages import Page
from tests.arena.results.stored import RIGHT, WRONG, Ended, bets, debated, speech, store
from tests.protocols.asking import Act, Player, label_of
from tests.shared.agents import Watched

EVIL = "<script>alert(1)</script></style></svg><img src=x onerror=alert(2)>&lt;b \u202e\x1b[2J\x00 $x^2$ \"'"
SHOWN = (
    "<script>alert(1)</script></style></svg><img src=x onerror=alert(2)>&lt;b \\u202e\\x1b[2J\\x00 $x^2$ \"'"
)


def decide(request: Request) -> Reply:
    return Reply(f"{EVIL}\nVerdict: {label_of(request, EVIL)}\nConfidence: 70")


async def evil_debate(folder: Path) -> Path:
    """Store a debate in which whatever can be written by anybody is hostile."""
    said: dict[str, Act | str] = {"speech": EVIL, "belief": f"{EVIL}\nProbability: 90", "verdict": decide}
    agents: dict[str, Agent] = {seat: Player(said, name=f"{seat} {EVIL}") for seat in Debate().seats}
    task = Task(id=EVIL, text=EVIL, data={"answers": [EVIL, "the cook"], "source": EVIL}, truth=EVIL)
    await run(Scenario(protocol=Debate(rounds=1), seats=agents, tasks=[task], name=EVIL), folder)
    return folder


async def some(folder: Path) -> Path:
    """Store three debates with bets."""
    beliefs = bets((0.5, 0.6), (0.8, 0.9))
    return await store(
        folder,
        [
            debated(RIGHT, 0.8, beliefs=beliefs, task="one"),
            debated(WRONG, 0.6, beliefs=beliefs, task="two"),
            Ended(Outcome.failed("it broke"), "two"),
        ],
    )


def written(*folders: Path, to: Path, episodes: int = 20) -> Page:
    """Write a report, and read it."""
    pytest.importorskip("matplotlib")
    write_report(folders, to / "report.html", samples=5, episodes=episodes)
    return Page((to / "report.html").read_text(encoding="utf-8"))


class TestWhatOthersWrote:
    async def test_is_shown_and_inert(self, tmp_path: Path) -> None:
        page = written(await evil_debate(tmp_path / "run"), to=tmp_path)
        assert page.elements["script"] == page.elements["img"] == page.elements["b"] == 0
        assert page.elements["style"] == 1
        assert not any(name.startswith("on") for name, _ in page.attributes)
        assert page.text.count(SHOWN) > 10
        assert not set("\u202e\x1b\x00") & set(page.source)
        assert page.opened == []

    async def test_is_in_the_pictures_too(self, tmp_path: Path) -> None:
        """The names of conditions and agents are drawn as text."""
        folders = [await store(tmp_path / name, [debated(RIGHT, 0.8)]) for name in ("a<b>", "c")]
        other = await store(tmp_path / "other", [debated(RIGHT, 0.7)], Debate(rounds=("<b>$x$",)))
        page = written(*folders, other, to=tmp_path)
        assert page.elements["svg"] > 0
        assert page.elements["b"] == 0


class TestPage:
    async def test_asks_nothing_of_a_network(self, tmp_path: Path) -> None:
        page = written(await some(tmp_path / "run"), to=tmp_path)
        assert "http://" not in page.source
        assert "https://" not in page.source
        assert "@import" not in page.source
        assert {value[:1] for name, value in page.attributes if name in ("href", "xlink:href", "src")} == {
            "#"
        }
        assert ("http-equiv", "Content-Security-Policy") in page.attributes
        assert "default-src 'none'" in page.source

    @pytest.mark.slow
    async def test_the_same_run_makes_the_same_bytes(self, tmp_path: Path) -> None:
        folder = await some(tmp_path / "run")
        assert written(folder, to=tmp_path).source == written(folder, to=tmp_path).source

    async def test_no_two_elements_share_an_id(self, tmp_path: Path) -> None:
        """Pictures that did would draw each other's marks."""
        page = written(await some(tmp_path / "run"), to=tmp_path)
        ids = [value for name, value in page.attributes if name == "id"]
        assert len(ids) == len(set(ids))
        links = {value[1:] for name, value in page.attributes if name in ("href", "xlink:href")}
        assert links <= set(ids)

    async def test_every_figure_stands_with_its_denominator(self, tmp_path: Path) -> None:
        page = written(await some(tmp_path / "run"), to=tmp_path)
        accuracy = page.text[page.text.index("Share of the verdicts that are right") :]
        assert "0.500" in accuracy
        assert "67%" in accuracy
        assert "10 bins of equal width, [a, b), the last closed" in page.text

    async def test_pictures_take_the_pages_colours(self, tmp_path: Path) -> None:
        page = written(await some(tmp_path / "run"), to=tmp_path)
        assert "#0102" not in page.source
        assert "currentColor" in page.source
        assert "prefers-color-scheme: dark" in page.source

    async def test_several_runs_are_compared_by_condition(self, tmp_path: Path) -> None:
        one = await store(tmp_path / "one", [debated(RIGHT)])
        two = await store(tmp_path / "two", [debated(WRONG, defended={"consultant": WRONG})], Consultancy())
        page = written(one, two, to=tmp_path)
        drawn = page.source.partition('class="drawn"')[2].partition("</table>")[0]
        for condition in ("debate", "consultancy"):
            row = drawn.partition(f"{condition}: decision</th>")[2].partition("</tr>")[0]
            assert row.endswith("<td>1 of 1</td>")

    async def test_a_game_has_standings_returns_and_transcripts(self, tmp_path: Path) -> None:
        game = Tournament(protocol=Play(game="kuhn"), agents=("kuhn-nash", "random"))
        folder = (await run(game, tmp_path / "run")).folder
        page = written(folder, to=tmp_path)
        assert "rating" in page.text
        assert "Mean return" in page.text
        assert "Your card is" in page.text
        assert "private: only player_0" in page.text
        assert "Accuracy" not in page.text

    async def test_a_run_in_which_nothing_ended_has_a_report(self, tmp_path: Path) -> None:
        page = written(await store(tmp_path / "run", []), to=tmp_path)
        assert "none yet" in page.text


class TestTranscripts:
    async def test_mark_what_is_private(self, tmp_path: Path) -> None:
        agents = {
            seat: Player({"speech": "Hear me.", "belief": "Hm.\nProbability: 90"}, name=seat)
            for seat in Debate().seats
        }
        task = Task(text="Who?", data={"answers": [WRONG, RIGHT], "source": "It was."}, truth=RIGHT)
        await run(Scenario(protocol=Debate(rounds=1), seats=agents, tasks=[task]), tmp_path / "run")
        source = written(tmp_path / "run", to=tmp_path).source
        private = source.split('<div class="event')
        bets = [event for event in private if ">90%<" in event]
        assert bets
        assert all("private: nobody hears it" in bet for bet in bets)
        speeches = [event for event in private if ">Hear me.<" in event]
        assert speeches
        assert not any("private" in speech.split("</div></div>")[0] for speech in speeches)

    async def test_are_as_many_as_was_said(self, tmp_path: Path) -> None:
        folder = await some(tmp_path / "run")
        few = written(folder, to=tmp_path, episodes=1)
        assert "1 of 3 episodes" in few.text
        assert "Episode 0 " in few.text
        assert "Episode 1 " not in few.text
        assert "Transcripts" not in written(folder, to=tmp_path, episodes=0).text

    async def test_hold_what_was_said_of_them_later(self, tmp_path: Path) -> None:
        said = [speech("debater_a", 1), speech("debater_b", 1)]
        await store(tmp_path / "run", [debated(RIGHT)._replace(said=said)])
        await judge_run(tmp_path / "run", [Watched("I was there.\nVerdict: 1\nConfidence: 80", "late")])
        page = written(tmp_path / "run", to=tmp_path)
        assert "Judged afterwards" in page.text
        assert "I was there." in page.text


class TestRecord:
    async def test_holds_every_figure(self, tmp_path: Path) -> None:
        record = report_record([await some(tmp_path / "run")], samples=5)
        json.dumps(record, allow_nan=False)
        figures = record["sections"][0]["figures"]
        (accuracy,) = [
            one for one in figures if (one["name"], one["group"]) == ("Accuracy", "debate: decision")
        ]
        assert (accuracy["value"], accuracy["n"], accuracy["of"], accuracy["unit"]) == (0.5, 2, 3, "verdicts")
        assert record["runs"][0]["ended"] == {"completed": 2, "failed": 1}

    async def test_needs_no_matplotlib(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "matplotlib", None)
        assert report_record([await some(tmp_path / "run")], samples=5)["sections"]


class TestRefusals:
    async def test_a_run_given_twice(self, tmp_path: Path) -> None:
        folder = await some(tmp_path / "run")
        with pytest.raises(UsageError, match="given twice"):
            report_record([folder, tmp_path / "run" / ".." / "run"])

    async def test_no_matplotlib(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder = await some(tmp_path / "run")
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        with pytest.raises(UsageError, match=r"run: pip install '\.\[report\]'"):
            write_report([folder], tmp_path / "report.html")
        assert not (tmp_path / "report.html").exists()

    async def test_no_folder_for_the_file(self, tmp_path: Path) -> None:
        pytest.importorskip("matplotlib")
        with pytest.raises(UsageError, match="no folder"):
            write_report([await some(tmp_path / "run")], tmp_path / "nowhere" / "report.html")

    async def test_a_report_that_could_not_be_written_leaves_the_old_one(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        folder = await some(tmp_path / "run")
        old = written(folder, to=tmp_path).source

        def broken(*_: object) -> str:
            raise OSError("full")

        monkeypatch.setattr("arena.results.report._episodes.transcript", broken)
        with pytest.raises(Unwritable, match="full"):
            write_report([folder], tmp_path / "report.html", samples=5)
        assert (tmp_path / "report.html").read_text() == old
        assert [name for name in os.listdir(tmp_path) if "partial" in name] == []  # noqa: PTH208
