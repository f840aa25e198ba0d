"""A run as one works with it in Python."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

import arena
from arena.core.errors import ConfigurationChanged, UnknownName, UsageError
from arena.face import Run
from arena.face._playing import OPTIONS
from arena.journal import StoredRun
from arena.judging import LabelCriterion
from protocols import Play
from tests.shared.agents import Watched

SEATS = {"player_0": "kuhn-nash", "player_1": "random"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def kuhn(episodes: int = 3, **options: Any) -> Run:
    return arena.run(Play(game="kuhn"), agents=SEATS, episodes=episodes, **options)


def transcripts(folder: Path) -> list[Any]:
    with StoredRun(folder) as stored:
        return [episode.steps for episode in stored.episodes()]


class TestRunning:
    def test_a_protocol_is_the_same_as_running_its_scenario(self) -> None:
        scenario = arena.Scenario(protocol=Play(game="kuhn"), seats=SEATS, episodes=3, seed=7)
        one, other = kuhn(seed=7), arena.run(scenario, "runs/scenario")
        assert one.folder == Path("runs/play-1")
        assert transcripts(one.folder) == transcripts(other.folder)
        assert one.ended == other.ended == dict.fromkeys(arena.Ending, 0) | {arena.Ending.COMPLETED: 3}

    def test_takes_caps_as_plain_values(self) -> None:
        with pytest.raises(arena.UsageError, match="dollars"):
            kuhn(caps={"dollars": -1})
        assert kuhn(caps={"calls": 5}).reached is None

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"resume": True}, "arena.resume"),
            ({"retry_failed": True}, "arena.resume"),
            ({"concurency": 3}, "Did you mean concurrency"),
        ],
    )
    def test_says_what_an_option_that_it_does_not_have_is_now(self, options: Any, said: str) -> None:
        with pytest.raises(arena.UsageError, match=said):
            arena.run(Play(), **options)

    def test_of_a_scenario_takes_nothing_that_it_has_of_its_own(self) -> None:
        scenario = arena.Scenario(protocol=Play(game="kuhn"), seats=SEATS)
        with pytest.raises(arena.UsageError, match="A Scenario has its own agents"):
            arena.run(scenario, agents=SEATS)
        with pytest.raises(arena.UsageError, match="not a str"):
            arena.run("kuhn")  # type: ignore[arg-type]

    def test_rehearses_without_leaving_anything_behind(self) -> None:
        rehearsal = arena.rehearse(Play(game="kuhn"), agents=SEATS, episodes=2)
        assert sum(rehearsal.ended.values()) == 2
        assert not Path("runs").exists()
        with pytest.raises(arena.UsageError, match="concurrency, caps, prices, progress"):
            arena.rehearse(Play(game="kuhn"), agents=SEATS, cache="x")


class TestRun:
    def test_says_where_it_is_and_how_it_ended(self, capsys: pytest.CaptureFixture[str]) -> None:
        run = kuhn()
        assert repr(run) == "<Run in 'runs/play-1': 3 completed>"
        run.show()
        assert "Episodes: 3 completed." in capsys.readouterr().out
        assert repr(Run("nowhere")) == "<Run in 'nowhere': cannot be read>"

    def test_is_opened_again_with_what_its_journal_knows(self) -> None:
        run = kuhn()
        for again in (arena.open_run("play-1"), arena.open_run(run.folder)):
            assert (again.ended, again.spent, again.interrupted) == (run.ended, run.spent, False)
        with pytest.raises(arena.UsageError, match="no run"):
            arena.open_run("nowhere")

    def test_reads_what_is_recorded(self) -> None:
        with kuhn().read() as stored:
            assert [episode.number for episode in stored.episodes()] == [0, 1, 2]

    def test_in_a_notebook_shows_tables_in_which_nothing_of_others_is_html(self) -> None:
        name = "<script>alert(1)</script>"
        agents: dict[str, str | arena.Agent] = {
            "player_0": Watched(lambda request: "Move: check", name),
            "player_1": "random",
        }
        found = arena.run(Play(game="kuhn"), agents=agents, episodes=2)._repr_html_()
        assert found is not None
        assert "<table" in found
        assert "scrolls sideways.<" not in found  # only a style sheet can say on which screens it does
        assert "<script" not in found
        assert "&lt;script&gt;" in found
        assert Run("nowhere")._repr_html_() is None

    def test_of_before_is_told_how_to_read_now(self) -> None:
        run = Run("runs/any")
        with pytest.raises(AttributeError, match=r"\.read\(\) as stored: stored\.header"):
            run.header()
        with pytest.raises(AttributeError, match="A Run has no 'nonsense'"):
            run.nonsense()

    def test_is_resumed_under_the_scenario_that_it_remembers(self) -> None:
        run = kuhn(caps={"minutes": 1e-9})
        assert run.interrupted
        assert run.reached is not None
        again = run.resume(caps={"minutes": 60})
        assert again.ended[arena.Ending.COMPLETED] == 3
        assert transcripts(again.folder) == transcripts(kuhn().folder)

    def test_begun_in_python_is_resumed_elsewhere_with_its_scenario(self) -> None:
        folder = kuhn().folder
        with pytest.raises(arena.UsageError, match=r"arena\.resume\(folder, scenario\)"):
            arena.resume(folder)
        other = arena.Scenario(protocol=Play(game="leduc"), seats=SEATS)
        with pytest.raises(ConfigurationChanged):
            arena.resume(folder, other)
        scenario = arena.Scenario(protocol=Play(game="kuhn"), seats=SEATS, episodes=3)
        assert arena.resume(folder, scenario).ended[arena.Ending.COMPLETED] == 3

    def test_is_forked(self) -> None:
        run = kuhn()
        forked = run.fork(1, 0, n=2, override={"player_1": "kuhn-nash"})
        assert forked.ended[arena.Ending.COMPLETED] == 2
        with forked.read() as stored:
            assert stored.parent.folder.resolve() == run.folder.resolve()


class TestReadings:
    def test_write_what_the_command_line_writes(self) -> None:
        run = kuhn()
        assert run.export().file == "episodes.jsonl"
        card = arena.export([run, kuhn(seed=1)], "rows.jsonl", to="trl-sft")
        assert card.lines == len(Path("rows.jsonl").read_text().splitlines()) > 0
        assert len(card.sources) == 2
        lines = Path("rows.jsonl").read_text().splitlines()
        assert all(json.loads(line)["completion"] for line in lines)

    def test_refuse_in_one_sentence_what_does_not_fit(self) -> None:
        run = kuhn()
        with pytest.raises(arena.UsageError, match="rewrad"):
            run.export("rows.jsonl", to="trl-sft", rewrad="terminal")
        with pytest.raises(arena.UsageError, match="whole episodes"):
            run.export(reward="terminal")
        with pytest.raises(UnknownName):
            run.export(to="nonsense")
        assert not Path("rows.jsonl").exists()

    def test_report(self) -> None:
        pytest.importorskip("matplotlib")
        run = kuhn()
        assert run.report() == run.folder / "report.html"
        assert arena.report(["play-1", kuhn(seed=1)], "both.html") == Path("both.html")
        assert "play-2" in Path("both.html").read_text()

    def test_without_any_figure_say_so(self) -> None:
        found = kuhn().figures()
        assert (len(found), list(found), found.record()) == (0, [], [])
        assert str(found) == "There are no figures."


class TestLabels:
    def test_a_run_is_labelled_by_a_pattern_or_by_agents(self) -> None:
        run = kuhn()
        cards = LabelCriterion(label="bets", pattern="bet", sides=("player_0",), view="player_0")
        assert run.label(cards).tallies["bets", "regex"].counts is not None
        found = arena.label(run.folder, "kind=How kind?", judges=["random"], samples=2, view="player_1")
        tally = found.tallies["kind", "random"]
        assert 0 < tally.turns == tally.classified
        assert tally.turns % 2 == 0
        with pytest.raises(UsageError, match="There is no option 'cap'"):
            run.label(cards, cap=3)


class TestVerbs:
    @pytest.mark.parametrize("name", ["run", "rehearse", "judge", "label", "resume", "fork"])
    def test_that_play_have_a_twin_with_the_same_parameters(self, name: str) -> None:
        verb, twin = getattr(arena, name), getattr(arena, f"{name}_async")
        assert verb.__name__ == name
        assert inspect.signature(verb) == inspect.signature(twin)

    def test_take_the_options_that_are_described(self) -> None:
        from arena.face._playing import PlayingOptions

        assert PlayingOptions.__doc__ is not None
        assert all(f"{name}: " in PlayingOptions.__doc__ for name in OPTIONS)

    def test_stand_first_in_what_arena_lists(self) -> None:
        verbs = [name for name in arena.__all__ if name.islower()]
        assert list(arena.__all__[: len(verbs)]) == verbs
        assert all(hasattr(arena, name) for name in arena.__all__)
        assert {"Plan", "Played", "EventKind", "Stop"}.isdisjoint(arena.__all__)
