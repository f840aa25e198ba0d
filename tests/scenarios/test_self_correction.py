"""The worked examples of self-correction through the whole path: play, figures, rewards and rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from arena.results.metrics import confidence_level, critique_score, relative_self_correction
from scenarios.courses import SUMS
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in

COURSE = "agent=scenarios.courses:Recited?of="


def played(arena: Typist, courses: str, tasks: int, *words: str, scenario: str = "self-correction") -> Found:
    """Play courses on so many tasks, and return the figures."""
    said = arena("run", scenario, "--tasks", str(tasks), "--out", "run", "--agents", COURSE + courses, *words)
    assert said.code == 0, said.err
    return Found(sections_in(arena.folder / "run"))


def rows(arena: Typist, *words: str, to: str = "trl-sft") -> Sequence[dict[str, Any]]:
    """Return the rows of the run's export, in the order of episodes and turns."""
    said = arena("export", "run", "--to", to, "--advantage", "none", "--out", "rows.jsonl", *words)
    assert said.code == 0, said.err
    return [json.loads(line) for line in (arena.folder / "rows.jsonl").read_text().splitlines()]


def by_episode(rows: Sequence[dict[str, Any]]) -> list[list[float | None]]:
    """Return the rewards of each episode, by turn."""
    found: dict[int, list[float | None]] = {}
    for row in sorted(rows, key=lambda row: (row["episode"], row["turn"])):
        found.setdefault(row["episode"], []).append(row["reward"])
    return [found[episode] for episode in sorted(found)]


class TestSCoRe:
    def test_rewards_are_those_of_the_second_stage(self, arena: Typist) -> None:
        """WW 0, 0; WR 0, 11; RW 1, -10; RR 1, 1."""
        played(arena, "11,10,01,00", 4)
        found = by_episode(rows(arena, "--reward", "shaped-correction?alpha=10"))
        assert found == [[0, 0], [0, 11], [1, -10], [1, 1]]

    @pytest.mark.slow
    @pytest.mark.parametrize(
        ("courses", "of", "shown"),
        [
            ("00*184,10*23,01*79,11*214", 500, (52.6, 41.4, 4.6, 15.8)),
            ("00*243,10*16,01*21,11*220", 500, (52.8, 51.8, 3.2, 4.2)),
            ("00*257,10*13,01*11,11*219", 500, (53.6, 54.0, 2.6, 2.2)),
            ("00*244,10*27,01*18,11*211", 500, (52.4, 54.2, 5.4, 3.6)),
            ("00*293,10*29,01*7,11*171", 500, (60.0, 64.4, 5.8, 1.4)),
            ("00*80,10*13,01*8,11*63", 164, (53.7, 56.7, 7.9, 4.9)),
            ("00*81,10*25,01*5,11*53", 164, (52.4, 64.6, 15.2, 3.0)),
        ],
        ids=["base", "self-refine", "star", "pair-sft", "score", "humaneval-base", "humaneval-score"],
    )
    def test_the_table_of_the_paper_comes_out(
        self, arena: Typist, courses: str, of: int, shown: Sequence[float]
    ) -> None:
        """In hundredths, as it is printed there: both accuracies, what is mended and what is spoilt."""
        found = played(arena, courses, of)
        names = ("Accuracy after turn 1", "Accuracy after turn 2", "Wrong to correct", "Correct to wrong")
        values = [found.line(name, "revise: agent").figure.value or 0.0 for name in names]
        assert [round(100 * value, 1) for value in values] == list(shown)


class TestUFO:
    COURSES = "110,11111,0,10"

    def test_rewards_are_those_of_the_code(self, arena: Typist) -> None:
        """With its weight 0.5: 0.25 less a sixth, less 0.4, 1 and 0.5; with 1: -0.0833, -0.8, 1, 0.5."""
        found = played(arena, self.COURSES, 4, "--set", "protocol.turns=5", "--set", "protocol.hint=unary")
        group = "revise: agent"
        solved = [found.line(f"Accuracy after turn {turn}", group).figure.value for turn in range(1, 6)]
        assert solved == [0.25, 0.5, 0.75, 0.75, 0.75]
        by_code = [one[-1] for one in by_episode(rows(arena, "--reward", "unary-feedback"))]
        assert by_code == pytest.approx([1 / 12, -0.4, 1.0, 0.5])
        by_one = [one[-1] for one in by_episode(rows(arena, "--reward", "unary-feedback?weight=1"))]
        assert by_one == pytest.approx([-1 / 12, -0.8, 1.0, 0.5])

    def test_success_within_two_turns_is_a_share_of_all(self, arena: Typist) -> None:
        """Succ@2 is 2 of 6, of whom one has no usable second answer."""
        words = ("--set", "protocol.turns=5", "--set", "protocol.hint=unary")
        found = played(arena, "110,11111,0,10,12345,1???0", 6, *words)
        name, group = "Accuracy after turn 2", "revise: agent"
        assert found.shown(name, group) == (0.4, 5, 6)
        assert found.shown(f"{name}, undecided as wrong", group) == (round(2 / 6, 9), 6, 6)

    def test_a_turn_without_an_answer_is_neither_counted_nor_paid(self, arena: Typist) -> None:
        """Wrong, unusable, right: 0.5 for the second answer, and nothing for the turn between."""
        played(arena, "1???0", 1, "--set", "protocol.turns=5", "--set", "protocol.hint=unary")
        assert by_episode(rows(arena, "--reward", "unary-feedback")) == [[0.5, 0.5]]


class TestRISE:
    def test_evaluation_is_always_told_wrong_and_shows_the_last_answer_alone(self, arena: Typist) -> None:
        """Of four chains, the majority of two is right, and three have a right answer."""
        settings = ("protocol.turns=5", "protocol.hint=always", "protocol.history=last")
        words = [word for setting in settings for word in ("--set", setting)]
        found = played(arena, "11000,01111,10203,11111", 4, *words)
        assert found.shown("Majority of the turns", "revise: agent") == (0.5, 4, 4)
        assert found.shown("Right in any turn", "revise: agent") == (0.75, 4, 4)
        assert found.shown("Accuracy after turn 1", "revise: agent") == (0.25, 4, 4)
        *_, last = rows(arena)
        users = [message["content"] for message in last["prompt"] if message["role"] == "user"]
        assert len(users) == 1
        assert users[0].count("Your answer so far:") == users[0].count("That is wrong. Try again.") == 1

    def test_rows_of_the_best_chain_have_its_weights(self, arena: Typist) -> None:
        """[0 | 0, 1, 0] keeps the second sample of turn 2; with tau 0.4 the weights are 1 and 12.1825."""
        played(
            arena,
            "111101",
            1,
            *("--set", "protocol.hint=unary", "--set", "protocol.samples=3", "--set", "protocol.keep=right"),
        )
        kept = rows(arena, "--reward", "correct", "--weight", "exp-weight?tau=0.4", "--where", "kept=yes")
        assert [row["weight"] for row in kept] == pytest.approx([1.0, 12.18249396])
        assert [row["sample"] for row in kept] == [0, 1]


class TestConfidenceAndCritique:
    COURSES = "00,01,10,11,00,00,00,01,11,10,11,11&samples=4"

    def test_ten_samples_of_three_questions_come_to_the_figures_of_the_sheet(self, arena: Typist) -> None:
        """P_a 0.5, 1, 0: Acc1 0.5, Acc2 0.5, CL 2/3, CS 1/3, RSS 0.5."""
        found = played(arena, self.COURSES, 3, "--episodes", "4")
        names = ("Accuracy after turn 1", "Accuracy after turn 2", "Confidence level (CL)")
        assert [found.line(name, "revise: agent").figure.value for name in names] == [0.5, 0.5, 2 / 3]
        assert found.line("Critique score (CS)", "revise: agent").figure.value == pytest.approx(1 / 3)
        assert found.line("Relative self-correction (RSS)", "revise: agent").figure.value == 0.5

    @pytest.mark.parametrize(
        ("first", "last", "rss"), [(52.6, 41.4, 0.275), (60.0, 64.4, 0.592), (52.4, 64.6, 0.745)]
    )
    def test_of_scores_table(self, first: float, last: float, rss: float) -> None:
        """The figure is a function of the two accuracies alone."""
        grades = [[n / 1000 for n in (10 * first, 10 * last)]] * 2
        value = relative_self_correction(*zip(*grades, strict=True)).value
        assert value == pytest.approx(rss, abs=0.0005)

    def test_forced_first_answers_are_weighed_by_their_probability(self) -> None:
        """p1 = (.5, .3, .2), truth 0, p2[j][0] = .8, .4, .6: CL 0.8, CS 0.48, Acc2 0.64."""
        first, second = np.array([0.5, 0.3, 0.2]), np.array([0.8, 0.4, 0.6])
        repaired = float(first[1:] @ second[1:] / (1 - first[0]))
        level = confidence_level([first[0]], [second[0]]).value
        score = critique_score([first[0]], [repaired]).value
        assert [level, score] == pytest.approx([0.8, 0.48])


class TestSELF:
    SETTINGS = (
        *("--set", "protocol.feedback=self", "--set", 'protocol.stop=["done"]'),
        *("--set", "protocol.review_last=true"),
    )

    def test_the_filter_keeps_what_the_agent_accepts(self, arena: Typist) -> None:
        """R R W W R W, kept K K K - - -: precision 2/3, recall 2/3, kept 0.5."""
        found = played(arena, "1n0y,1n0y,1n2y,1n2n,1n0n,1n2n", 6, *self.SETTINGS)
        group = "revise: agent"
        assert found.shown("Accuracy after turn 1", group)[0] == 0.0
        assert found.shown("Accuracy after turn 2", group)[0] == 0.5
        assert found.line("Accepted answers that are right", group).figure.value == pytest.approx(2 / 3)
        assert found.line("Right answers accepted", group).figure.value == pytest.approx(2 / 3)
        assert found.shown("Answers accepted", group) == (0.25, 12, 12)
        assert found.shown("Answers accepted, by turn", f"{group}, turn 1") == (0.0, 6, 6)
        assert found.shown("Answers accepted, by turn", f"{group}, turn 2") == (0.5, 6, 6)

    def test_checks_of_first_answers_are_told_apart_from_those_of_refined_ones(self, arena: Typist) -> None:
        """The first answers are all right and all refused, which is not what the filter does."""
        found = played(arena, "0n0y,0n0y,0n2y,0n2n,0n0n,0n2n", 6, *self.SETTINGS)
        group = "revise: agent"
        assert found.shown("Right answers accepted", group) == (round(2 / 9, 9), 9, 9)
        assert found.shown("Right answers accepted, by turn", f"{group}, turn 2") == (round(2 / 3, 9), 3, 3)
        name = "Accepted answers that are right, by turn"
        assert found.shown(name, f"{group}, turn 2") == (round(2 / 3, 9), 3, 3)

    def test_spoc_pays_each_solution_and_each_verification(self, arena: Typist) -> None:
        """Wrong, No, right, Yes: 0, 1, 1, 1; right, No, wrong, Yes: 1, 0, 0, 0."""
        found = played(arena, "1n0y,0n1y", 2, *self.SETTINGS)
        assert by_episode(rows(arena, "--reward", "correct")) == [[0, 1], [1, 0]]
        assert by_episode(rows(arena, "--reward", "judge:feedback")) == [[1, 1], [0, 0]]
        assert found.shown("Wrong answers found wrong", "revise: agent") == (0.5, 2, 2)


class TestSelfPRM:
    def test_precision_and_recall_of_what_the_model_accepts_of_its_own(self, arena: Typist) -> None:
        """Of 8 samples 1 is right; it accepts 5, the right one among them: precision 0.2, recall 1."""
        courses = "0y,1y,1y,1y,1y,1n,1n,1n&samples=8"
        found = played(arena, courses, 1, "--episodes", "8", "--set", "protocol.turns=1", *TestSELF.SETTINGS)
        assert found.shown("Accepted answers that are right", "revise: agent") == (0.2, 5, 5)
        assert found.shown("Right answers accepted", "revise: agent") == (1.0, 1, 1)


class TestAutoMathCritique:
    def test_a_critique_is_paid_if_the_refined_answer_is_right(self, arena: Typist) -> None:
        """Of 5 wrong answers refined to R, W, R, W, R three critiques are kept; a right one is not read."""
        critic = "critic=scenarios.courses:Recited?of=f"
        found = played(arena, "10,12,10,12,10,0", 6, "--agents", critic, scenario="critique")
        assert found.shown("Critique score (CS)", "revise: agent") == (0.6, 5, 5)
        paid = rows(arena, "--reward", "revision-gain", "--seat", "critic")
        assert [row["reward"] for row in paid] == [1, 0, 1, 0, 1]
        kept = rows(arena, "--reward", "revision-gain", "--seat", "critic", to="trl-kto")
        assert sum(row["label"] for row in kept) == 3

    def test_a_refinement_that_cannot_be_used_may_be_wrong(self, arena: Typist) -> None:
        """Both first answers are wrong; one refinement is right, and the other cannot be used."""
        played(arena, "10,1???", 2, "--agents", "critic=scenarios.courses:Recited?of=f", scenario="critique")
        paid = rows(arena, "--reward", "revision-gain?missing=wrong", "--seat", "critic")
        assert [row["reward"] for row in paid] == [1, 0]
        assert [row["reward"] for row in rows(arena, "--reward", "revision-gain", "--seat", "critic")] == [1]


class TestSCL:
    def test_pairs_of_the_first_and_the_last_answer_stand_under_the_first_prompt(self, arena: Typist) -> None:
        """RR, WR, RW, WW, WR: three pairs, accuracies 0.4 and 0.6."""
        found = played(arena, "00,10,01,12,10", 5)
        assert found.shown("Accuracy after turn 1", "revise: agent") == (0.4, 5, 5)
        assert found.shown("Accuracy after turn 2", "revise: agent") == (0.6, 5, 5)
        words = ("--reward", "correct", "--pairs", "first-refined", "--prompt", "first")
        pairs = rows(arena, *words, to="trl-dpo")
        assert len(pairs) == 3
        assert {len(pair["prompt"]) for pair in pairs} == {2}
        for place, pair in zip((1, 2, 4), pairs, strict=True):
            truth = int(str(SUMS[place].truth))
            said = [pair[side][0]["content"].rpartition(" ")[2] for side in ("chosen", "rejected")]
            assert said == [str(truth), str(truth + 1)]


class TestMinD:
    def test_accuracy_if_halted_after_each_turn(self, arena: Typist) -> None:
        """W, R, R: 0, 1, 1."""
        found = played(arena, "100", 1, "--set", "protocol.turns=3")
        shown = [found.shown(f"Accuracy after turn {turn}", "revise: agent")[0] for turn in (1, 2, 3)]
        assert shown == [0, 1, 1]
