"""The benchmarks measure what they say, at sizes too small to say anything about speed."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from arena import Scenario
from benchmarks import annotations as annotating
from benchmarks import fork, growth, memory, playouts, stepping, textarena, turns
from benchmarks import report as reporting
from benchmarks.engine import cost, kuhn
from benchmarks.figure import Figure, main, table

ROOT = Path(__file__).parents[2]


def sane(figures: list[Figure], runs: int) -> bool:
    return all(
        len(figure.values) == runs and all(math.isfinite(value) and value > 0 for value in figure.values)
        for figure in figures
    )


@pytest.mark.slow
class TestMeasurements:
    def test_turns_give_a_positive_cost_for_every_run(self) -> None:
        assert sane(turns.measure(turns=40, rounds=2), runs=2)

    def test_stepping_gives_a_rate_and_a_ratio(self) -> None:
        assert sane(stepping.measure(episodes=20, rounds=2), runs=2)

    @pytest.mark.slow
    def test_a_report_gives_a_time_a_peak_and_a_ratio(self) -> None:
        figures = reporting.measure(episodes=32, tasks=8, readings=1)
        assert len(figures) == 3
        assert all(value > 0 for figure in figures for value in figure.values)

    def test_annotations_give_a_cost_a_ratio_a_time_and_a_size(self) -> None:
        figures = annotating.measure(turns=40, episodes=4, annotations=4, rounds=2, readings=2)
        assert len(figures) == 4
        assert sane(figures, runs=2)

    def test_playouts_give_a_ratio_for_both_games(self) -> None:
        pytest.importorskip("pyspiel")
        figures = playouts.measure(playouts=50, rounds=3)
        assert len(figures) == 2
        assert sane(figures, runs=3)

    def test_textarena_gives_ratios(self) -> None:
        pytest.importorskip(
            "textarena", reason="The peer textarena is not installed; make bench installs it."
        )
        assert sane(textarena.measure(games=20, rounds=2), runs=2)

    def test_growth_gives_ratios_for_a_match_and_for_a_talk(self) -> None:
        figures = growth.measure(early=2, late=12, window=6, episodes=3, rounds=2)
        assert len(figures) == 2
        assert sane(figures, runs=2)

    def test_a_fork_asks_for_its_new_turns_alone(self) -> None:
        calls, growth_, rate = fork.measure(turns=20, new=3, siblings=4, rounds=1)
        assert calls.value == 1
        assert growth_.value < 1.5
        assert rate.value > 0

    def test_memory_gives_a_ratio_of_two_processes(self) -> None:
        ratio, megabytes = memory.measure(few=5, many=10, rounds=1)
        assert 0.5 < ratio.value < 2
        assert 10 < megabytes.value < 1000

    def test_memory_of_models_too(self) -> None:
        ratio, _ = memory.measure_models(few=5, many=10, at_once=5, rounds=1)
        assert 0.5 < ratio.value < 2

    @pytest.mark.slow
    def test_memory_stays_flat_while_a_large_document_is_imported(self) -> None:
        ratio, _ = memory.measure_import(few=10, many=100, rounds=1)
        assert ratio.met


class TestCost:
    def test_counts_the_turns_of_all_episodes(self) -> None:
        spent = cost(kuhn(episodes=5, hands=10))
        assert 5 * 10 * 2 <= spent.turns <= 5 * 10 * 3

    def test_refuses_a_run_in_which_episodes_failed(self) -> None:
        broken = kuhn(episodes=2, agent="failing:random")
        with pytest.raises(RuntimeError, match="Not all episodes completed"):
            cost(broken)


class TestMetered:
    def test_notes_the_same_turns_of_every_episode(self) -> None:
        agent = growth.Metered("left", marks=(2, 5))
        scenario = Scenario(
            protocol=growth.Talk(rounds=4), seats=dict.fromkeys(growth.SPEAKERS, agent), episodes=3
        )
        cost(scenario, concurrency=1)
        assert [set(times) for times in agent.noted] == [{2, 5}] * 3
        assert all(times[2] < times[5] for times in agent.noted)


class TestFigure:
    def test_is_the_median_of_its_runs(self) -> None:
        assert Figure("x", (3.0, 1.0, 100.0)).value == 3.0

    @pytest.mark.parametrize(
        ("figure", "met"),
        [
            (Figure("x", (1.3,), at_most=1.3), True),
            (Figure("x", (1.31,), at_most=1.3), False),
            (Figure("x", (1.0,), at_least=1.0), True),
            (Figure("x", (0.99,), at_least=1.0), False),
            (Figure("x", (7.0,)), None),
        ],
    )
    def test_knows_whether_its_aim_is_met(self, figure: Figure, met: bool | None) -> None:
        assert figure.met is met

    def test_an_unmet_aim_is_plain_in_the_table(self) -> None:
        text = table([Figure("fine", (1.0,), at_most=2.0), Figure("slow", (3.0,), at_most=2.0)])
        assert [line.split()[-1] for line in text.splitlines()[1:]] == ["met", "MET"]
        assert text.splitlines()[2].endswith("<= 2  NOT MET")


class TestMain:
    def test_says_what_it_skips_and_how_to_get_it(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def missing() -> list[Figure]:
            raise ModuleNotFoundError("No module named 'textarena'", name="textarena")

        monkeypatch.setattr(sys, "argv", ["benchmarks"])
        main({"textarena": missing, "other": lambda: [Figure("other", (1.0,))]})
        printed = capsys.readouterr().out
        assert "textarena: skipped, textarena is missing: pip install '.[bench]'" in printed
        assert "other" in printed

    def test_prints_json_for_machines(
        self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "argv", ["benchmarks", "--json"])
        main({"some": lambda: [Figure("some", (1.0, 2.0, 4.0), at_most=3.0)]})
        found = json.loads(capsys.readouterr().out)
        assert found["machine"]["python"]
        assert found["figures"] == [
            {
                "name": "some",
                "value": 2.0,
                "values": [1.0, 2.0, 4.0],
                "at_most": 3.0,
                "at_least": None,
                "met": True,
            }
        ]

    def test_the_whole_package_starts_quickly_and_explains_itself(self) -> None:
        shown = subprocess.run(
            [sys.executable, "-m", "benchmarks", "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "--json" in shown.stdout
