"""The examples of confidence through the whole path: probes, calibration, selection and rewards."""

from __future__ import annotations

import json

import pytest

from arena.results.metrics import (
    adaptive_calibration_error,
    area_under_precision_recall,
    area_under_roc,
    conditional_accuracy,
    expected_calibration_error,
)
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

STATED, RIGHT = [0.9, 0.9, 0.8, 0.6, 0.6, 0.3], [1, 0, 1, 1, 0, 0]
KNOWER = "knower=scenarios.knowers:Knower?of=0,1,0,0,1,1&sure=0.9,0.9,0.8,0.6,0.6,0.3"
ONCE = ("run", "self-correction", "--set", "protocol.turns=1", "--tasks", "6", "--out", "run")


class TestMetrics:
    """The example of six, by hand."""

    def test_bins_of_equal_counts_part_ties_the_wrong_ones_first(self) -> None:
        """(.3 wrong, .6 wrong) .45, (.6 right, .8 right) .30, (.9 wrong, .9 right) .40: the mean .3833."""
        assert adaptive_calibration_error(STATED, RIGHT, bins=3).value == pytest.approx(23 / 60)
        root = adaptive_calibration_error(STATED, RIGHT, bins=3, root_mean_square=True).value
        assert root == pytest.approx(((0.45**2 + 0.3**2 + 0.4**2) / 3) ** 0.5)

    def test_bins_of_equal_width_are_weighted(self) -> None:
        assert expected_calibration_error(STATED, RIGHT).value == pytest.approx(0.25)

    def test_right_and_wrong_ones_are_found_by_confidence(self) -> None:
        """Right: (1/2 + 2/3 + 3/5) / 3. Wrong: (1 + 2/3 + 1/2) / 3."""
        assert area_under_roc(STATED, RIGHT).value == pytest.approx(6 / 9)
        assert area_under_precision_recall(STATED, RIGHT).value == pytest.approx(53 / 90)
        wrong = area_under_precision_recall(STATED, RIGHT, of_wrong=True).value
        assert wrong == pytest.approx(13 / 18)

    def test_above_half_more_are_right(self) -> None:
        found = conditional_accuracy(STATED, RIGHT)
        assert (found.value, found.n) == (0.6, 5)

    def test_where_there_is_nothing_there_is_no_value(self) -> None:
        assert adaptive_calibration_error([], []).value is None
        assert area_under_precision_recall([0.5], [0]).value is None
        assert conditional_accuracy([0.4], [1]).value is None


class TestMostlyKnow:
    def test_p_true_has_the_figures_of_the_example(self, arena: Typist) -> None:
        said = arena(*ONCE, "--probe", "p-true", "--probe", "p-ik?moments=before", "--agents", KNOWER)
        assert said.code == 0, said.err
        found = Found(sections_in(arena.folder / "run"))
        for group in ("right, p-true, after", "knows, p-ik, before"):
            group = f"revise: answerer, {group}"
            assert found.shown("Brier score", group) == (0.245, 6, 6)
            assert found.shown("AUROC", group) == (round(2 / 3, 9), 6, 6)
            assert found.shown("Expected calibration error", group) == (0.25, 6, 6)
            assert found.shown("Accuracy above 0.5", group) == (0.6, 5, 5)
            assert found.shown("AUPRC of right", group) == (round(53 / 90, 9), 6, 6)
        assert found.shown("Accuracy", "revise: answerer, answer") == (0.5, 6, 6)

    def test_p_ik_is_measured_by_many_samples(self, arena: Typist) -> None:
        """Of 4 samples each, after the probe, 3 and 1 are right; .9 and .2 were stated."""
        samples = ("--set", "protocol.samples=4", "--tasks", "2", "--probe", "p-ik?moments=before")
        agent = "knower=scenarios.knowers:Knower?of=00001,00111&sure=0.9,0.2"
        said = arena(*ONCE, *samples, "--agents", agent)
        assert said.code == 0, said.err
        found = Found(sections_in(arena.folder / "run"))
        group = "revise: answerer, knows, p-ik, before"
        assert found.shown("Brier score", group) == (round((0.15**2 + 0.05**2) / 2, 9), 2, 2)
        assert found.shown("Accuracy above 0.5", group) == (1.0, 1, 1)

    def test_own_samples_are_listed_with_the_duplicates(self, arena: Typist) -> None:
        inner = "scenarios.knowers%3AKnower%3Fof%3D0,0,1%26samples%3D3%26sure%3D0.8"
        said = arena(
            *(*ONCE, "--tasks", "1", "--agents", f"voting=aggregate:{inner}?n=3"),
            *("--probe", "p-true", "--probe", "p-true?drafts=yes"),
        )
        assert said.code == 0, said.err
        shown = arena("show", "run", "0").out
        assert shown.count("you had these ideas") == 1
        ideas = shown.split("you had these ideas")[1].split("Is the last answer")[0]
        assert ideas.count("Answer:") == 3
        found = Found(sections_in(arena.folder / "run"))
        for method in ("p-true", "p-true-drafts"):
            line = found.shown("Brier score", f"revise: answerer, right, {method}, after")
            assert line == (0.04, 1, 1)

    def test_only_what_is_about_an_answer_has_drafts(self, arena: Typist) -> None:
        said = arena(*ONCE, "--probe", "p-ik?drafts=yes", "--agents", KNOWER)
        assert said.code != 0
        assert "it has no drafts to list" in said.err

    def test_a_right_answer_is_a_reward(self, arena: Typist) -> None:
        arena(*ONCE, "--probe", "p-true", "--agents", KNOWER)
        arena("export", "run", "--to", "trl-sft", "--reward", "correct", "--out", "rows.jsonl")
        rows = [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]
        assert [row["reward"] for row in rows if row["reward"] is not None] == RIGHT
