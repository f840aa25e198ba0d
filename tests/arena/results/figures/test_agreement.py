"""Whether judges agree, and whether one prefers itself, of runs made by hand and judged afterwards."""

from __future__ import annotations

from pathlib import Path

from arena.judging import Asks, Criterion, JudgingOptions, judge_run
from arena.results.report import report_record
from arena.seat.agent import Request
from tests.arena.judging.debating import read_by
from tests.arena.results.figures.lines import Found, sections_in
from tests.arena.results.stored import RIGHT, debated, speech, store
from tests.shared.agents import Watched

CHOICE, SCORE = Criterion(), Criterion(asks=Asks.SCORE)
ASKED = "How well did the speaker do?"


async def judged(folder: Path, judges: list[Watched], criterion: Criterion | None = None) -> Found:
    """Return three debates between ann and bob that these judged afterwards."""
    said = [speech("debater_a", 1), speech("debater_b", 1)]
    await store(folder, [debated(RIGHT)._replace(said=said)] * 3)
    await judge_run(folder, judges, criterion, JudgingOptions(swap=False))
    return Found(sections_in(folder))


def scores(name: str, ann: str, bob: str) -> Watched:
    """Return a judge that gives ann and bob these scores."""

    def score(request: Request) -> str:
        return ann if "Score Speaker 1" in read_by(request) else bob

    return Watched(score, name)


class TestAlpha:
    async def judged(self, folder: Path, *replies: str) -> Found:
        return await judged(
            folder, [Watched(reply, f"judge {number}") for number, reply in enumerate(replies)]
        )

    async def test_is_of_what_can_be_paired(self, tmp_path: Path) -> None:
        """Of two judges who never agree: 1 - 1 / (9 / 15), and one more who says nothing."""
        found = await self.judged(tmp_path, "Verdict: 1", "Verdict: 2", "well")
        group = f"debate: {CHOICE.asked}, two-game"
        assert found.shown("Krippendorff's alpha", group) == (round(1 - 15 / 9, 9), 6, 9)

    async def test_one_judge_agrees_with_nobody(self, tmp_path: Path) -> None:
        found = await self.judged(tmp_path, "Verdict: 1")
        assert "Krippendorff's alpha" not in found.names

    async def test_of_scores_knows_how_far_they_are_apart(self, tmp_path: Path) -> None:
        """3 and 4 for one side of each debate, 9 and 9 for the other."""
        found = await judged(tmp_path, [scores("one", "3", "9"), scores("two", "4", "9")], SCORE)
        observed = (6 * 1**2 + 6 * 0) / 12
        given = [3, 3, 3, 4, 4, 4, *[9] * 6]
        expected = sum((one - other) ** 2 for one in given for other in given) / (12 * 11)
        alpha = found.shown("Krippendorff's alpha of scores", f"debate: {ASKED}")
        assert alpha == (round(1 - observed / expected, 9), 12, 12)


class TestSelfPreference:
    async def test_is_own_score_less_the_mean_of_those_who_sat_nowhere(self, tmp_path: Path) -> None:
        """Bob, who sat there too, is not of the panel that ann is held against."""
        judges = [scores("ann", "9", "2"), scores("bob", "1", "8")]
        judges += [scores("cora", "6", "7"), scores("dan", "7", "10")]
        found = await judged(tmp_path, judges, SCORE)
        assert found.shown("Self-preference", f"debate: ann, {ASKED}") == (2.5, 3, 3)
        assert found.shown("Self-preference", f"debate: bob, {ASKED}") == (-0.5, 3, 3)
        assert not any("cora" in line.group for line in found.lines if line.name == "Self-preference")

    async def test_a_score_that_never_came_is_no_score_of_zero(self, tmp_path: Path) -> None:
        """Neither the judge's own nor the panel's, of whom more than half must have given one."""
        judges = [scores("ann", "9", "2"), scores("bob", "1", "well")]
        judges += [scores("cora", "6", "7"), scores("dan", "I refuse", "10")]
        found = await judged(tmp_path, judges, SCORE)
        for name in ("ann", "bob"):
            assert found.shown("Self-preference", f"debate: {name}, {ASKED}") == (None, 0, 3)
        assert "more than half" in found.line("Self-preference", f"debate: ann, {ASKED}").convention

    async def test_nobody_prefers_himself_who_judged_others_alone(self, tmp_path: Path) -> None:
        found = await judged(tmp_path, [scores("cora", "9", "2"), scores("dan", "1", "8")], SCORE)
        assert "Self-preference" not in found.names

    async def test_is_in_the_report(self, tmp_path: Path) -> None:
        await judged(tmp_path / "run", [scores("ann", "9", "2"), scores("cora", "6", "7")], SCORE)
        (found,) = [
            figure
            for section in report_record([tmp_path / "run"], samples=20)["sections"]
            for figure in section["figures"]
            if figure["name"] == "Self-preference"
        ]
        assert (found["value"], found["n"], found["of"], found["unit"]) == (3.0, 3, 3, "sides")
