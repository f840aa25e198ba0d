"""How verdicts are read: kept with the run, changed without asking anybody, and used in every figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.core.errors import UsageError
from arena.journal import PanelRule, StoredRun, judging
from arena.judging import Asks, Criterion, Judged, JudgingOptions, RulingStatus, judge_run
from arena.results.study import PANEL, Annotations, Study
from tests.arena.judging.debating import always, prefers, stored_debate
from tests.arena.results.figures.lines import Found, sections_in


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    return await stored_debate(tmp_path / "run")


def how(judged: Judged) -> RulingStatus:
    return judged.tally.judges["a judge"].rulings[0].how


def rules(folder: Path) -> dict[str, PanelRule]:
    with StoredRun(folder) as stored:
        return stored.rules()


def rulings(folder: Path) -> Annotations:
    with StoredRun(folder) as stored:
        return Study([("run", stored)]).rulings


class TestCombine:
    async def test_it_is_kept_with_the_run_and_holds_until_another_is_named(self, folder: Path) -> None:
        judge = always("Verdict: 1")
        first = await judge_run(folder, [judge], options=JudgingOptions(combine="tie-on-disagreement"))
        assert rules(folder) == {first.criterion: PanelRule("tie-on-disagreement")}
        again = await judge_run(folder, [judge], options=JudgingOptions(append=True))
        assert again.tally.rule == PanelRule("tie-on-disagreement")
        assert how(first) == how(again) == RulingStatus.TIED
        assert not again.warnings

    async def test_another_is_another_reading_of_the_same_verdicts_and_is_told(self, folder: Path) -> None:
        judge = always("Verdict: 1")
        await judge_run(folder, [judge])
        judge.sent.clear()
        judged = await judge_run(
            folder, [judge], options=JudgingOptions(append=True, combine="tie-on-disagreement")
        )
        assert not judge.sent
        assert how(judged) == RulingStatus.TIED
        (warning,) = judged.warnings
        assert warning.startswith("Orders were combined by two-game so far; from now on all verdicts by ")
        with StoredRun(folder) as stored:
            assert [verdict.found.choice for verdict in stored.verdicts()] == ["pro", "con"]

    async def test_each_criterion_has_its_own(self, folder: Path) -> None:
        judge = always("Verdict: 1")
        one = await judge_run(folder, [judge], options=JudgingOptions(combine="mean-probability"))
        other = await judge_run(folder, [judge], Criterion(ties=True))
        assert rules(folder) == {one.criterion: PanelRule("mean-probability"), other.criterion: PanelRule()}

    @pytest.mark.parametrize(
        ("combine", "side"), [("two-game", None), ("tie-on-disagreement", "tie"), (None, None)]
    )
    async def test_rows_are_made_by_it_and_say_so(
        self, folder: Path, combine: str | None, side: str | None
    ) -> None:
        judged = await judge_run(
            folder, [always("Verdict: 1"), always("Verdict: 1", "b")], options=JudgingOptions(combine=combine)
        )
        found = rulings(folder)
        shown = [(judge, text or None) for judge, text in zip(found.author, found.text, strict=True)]
        assert shown == [("a judge", side), ("b", side), (PANEL, side)]
        assert set(found.name) == {f"{Criterion().asked}, {combine or 'two-game'}"}
        assert judged.criterion not in str(list(found.name)), "a question is printed, no hash"

    async def test_figures_name_it(self, folder: Path) -> None:
        judges = [prefers("suckle", "one"), always("Verdict: 1", "two")]
        await judge_run(folder, judges, options=JudgingOptions(combine="tie-on-disagreement"))
        told = Found(sections_in(folder)).lines
        (alpha,) = [line for line in told if line.name == "Krippendorff's alpha"]
        assert alpha.group.endswith(f"{Criterion().asked}, tie-on-disagreement")

    async def test_scores_have_none(self, folder: Path) -> None:
        judge = always("7")
        with pytest.raises(UsageError, match="Scores are averaged"):
            await judge_run(folder, [judge], Criterion(asks=Asks.SCORE), JudgingOptions(combine="two-game"))
        assert not judge.sent


class TestQuorum:
    async def test_a_panel_without_it_comes_to_no_ruling(self, folder: Path) -> None:
        judges = [prefers("suckle", "one"), prefers("suckle", "two"), always("Well.", "three")]
        judged = await judge_run(folder, judges)
        assert judged.tally.panel[0].choice == "con"
        stricter = await judge_run(folder, judges, options=JudgingOptions(append=True, quorum=3))
        assert stricter.tally.panel[0].how is RulingStatus.MISSING
        assert "The quorum was more than half of the judges so far" in stricter.warnings[0]
        found = rulings(folder)
        assert (found.author[-1], found.text[-1]) == (PANEL, "")
        assert found.name[-1].endswith(", two-game, quorum 3")

    async def test_of_more_judges_than_there_are_is_refused(self, folder: Path) -> None:
        one, two = prefers("suckle", "one"), prefers("suckle", "two")
        with pytest.raises(UsageError, match="A quorum of 2 is not possible with 1 judges"):
            await judge_run(folder, [one], options=JudgingOptions(quorum=2))
        await judge_run(folder, [one])
        await judge_run(folder, [two], options=JudgingOptions(quorum=2))
        assert rules(folder)[Criterion().key] == PanelRule("two-game", 2)


class TestPanel:
    async def test_is_of_all_who_judged_by_the_criterion_whenever(self, folder: Path) -> None:
        """So that it is the one in the report."""
        await judge_run(folder, [prefers("suckle", "one")])
        judged = await judge_run(folder, [prefers("swim", "two"), prefers("suckle", "three")])
        assert list(judged.tally.judges) == ["one", "three", "two"]
        assert (judged.tally.panel[0].choice, judged.tally.panel[0].size) == ("con", 3)


class TestSides:
    async def test_others_are_another_criterion(self, folder: Path) -> None:
        """Else verdicts between two would pass for verdicts between two others."""
        judge = always("Verdict: 1")
        both = await judge_run(folder, [judge])
        with_judge = await judge_run(folder, [judge], Criterion(sides=("pro", "judge")))
        assert both.criterion != with_judge.criterion
        assert with_judge.tally.sides == ("pro", "judge")
        with StoredRun(folder) as stored:
            assert {verdict.speakers for verdict in stored.verdicts()} == {
                ("pro", "con"),
                ("con", "pro"),
                ("pro", "judge"),
                ("judge", "pro"),
            }


async def test_verdicts_of_an_older_version_are_read_and_continued(folder: Path) -> None:
    settings = {name: one for name, one in Criterion().settings.items() if name != "asks"}
    older = {"method": "choice", **settings}
    async with judging(folder, ["umpire"], "choice-c68e41d2", older, PanelRule(), overwrite=False):
        pass
    judged = await judge_run(
        folder, [always("Verdict: 1", "umpire")], Criterion(), JudgingOptions(append=True)
    )
    assert judged.criterion == "choice-c68e41d2"
    again = await judge_run(
        folder, [always("Verdict: 1", "umpire")], Criterion(), JudgingOptions(append=True)
    )
    assert again.criterion == "choice-c68e41d2"
    with StoredRun(folder) as stored:
        assert list(stored.criteria()) == ["choice-c68e41d2"]
