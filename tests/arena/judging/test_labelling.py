"""Judges label the turns of a stored run: by an agent, a pattern or a program, one after another."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from arena import Label, Place, Reply, Score, open_run
from arena.annotations import AnnotationStatus, AuthorKind
from arena.core.errors import UnknownName, UsageError
from arena.journal import StoredRun
from arena.journal.schema import JOURNAL_FILE
from arena.judging import (
    REASONING,
    REPLY,
    Asks,
    Criterion,
    Judge,
    JudgedCase,
    JudgedTurn,
    JudgingOptions,
    LabelCriterion,
    judge_run,
    label_run,
)
from arena.results.figures import all_figures
from arena.results.study import later_rows
from arena.running import fork
from arena.seat.agent import Stop
from arena.spending.limits import Caps
from arena.training.export.exporting import ExportOptions, export_rows
from tests.arena.judging.debating import prefers
from tests.arena.judging.labelling import asked_about, labels_of, solving, stored_solving
from tests.arena.judging.test_spending import PRICES, paid
from tests.arena.results.figures.lines import Found
from tests.shared.agents import Watched

COUNTS = {"I check it twice.": "2", "I say it.": "0", "Hmm.": "no idea", "Thrice.": "Answer: 3"}
"""What a solver says, and what the judge of it answers: counts of 2, 0, none and 3."""
APPEND = JudgingOptions(append=True)


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    return await stored_solving(tmp_path / "run", list(COUNTS))


def counting(name: str = "a counter") -> Watched:
    return Watched(lambda request: COUNTS[asked_about(request)], name)


def figures(folder: Path) -> Found:
    with StoredRun(folder) as stored:
        return Found(all_figures([("run", stored)], samples=20))


class Waits(Judge):
    """Counts a word without asking anybody, and scores the last turn."""

    async def judge(self, case: JudgedCase) -> AsyncIterator[Label | Score]:
        for turn in case.turns:
            yield Label("its", count=turn.text.count("it"), about=turn.place)
        yield Score("length", len(case.turns), about=Place("solver"))


class TestCounts:
    async def test_what_is_not_classified_is_not_zero(self, folder: Path) -> None:
        """The mean of 2, 0, none and 3 is 5 / 3 of three turns, and 5 / 4 if none is taken as 0."""
        labelled = await label_run(folder, ["verification"], [counting()])
        tally = labelled.tallies["verification", "a counter"]
        assert (tally.turns, tally.classified, tally.counts) == (4, 3, 5)
        assert tally.mean == pytest.approx(5 / 3)
        assert tally.values == {"yes": 2, "no": 1}
        found = labels_of(folder, "verification")
        assert [label.count for label in found] == [2, 0, None, 3]
        assert [label.value for label in found] == ["yes", "no", None, "yes"]
        assert [label.status for label in found] == ["ok", "ok", AnnotationStatus.UNPARSEABLE, "ok"]
        assert found[2].reason

    async def test_each_turn_is_its_own_line_and_all_are_one_mean_by_agent(self, tmp_path: Path) -> None:
        """Four episodes of one turn, whose counts are 2, 0, none and 3."""
        answers = iter(COUNTS.values())
        folder = await stored_solving(tmp_path / "one", ["I say it."], episodes=4)
        judge = Watched("", "m")
        judge.answer = lambda request: next(answers) if request.count == 0 else "no idea"
        await label_run(folder, ["verification"], [judge], JudgingOptions(concurrency=1))
        group = "solving: m, afterwards, verification, turn 1"
        found = figures(folder)
        assert found.shown("Mean count", group) == (round(5 / 3, 9), 3, 4)
        assert found.shown("Mean count, unusable as 0", group) == (1.25, 4, 4)
        assert found.shown("Share with any", group) == (round(2 / 3, 9), 3, 4)

    async def test_a_label_says_whose_turn_and_who_found_it(self, folder: Path) -> None:
        await label_run(folder, ["verification"], [counting()])
        first, second, *_ = labels_of(folder, "verification")
        assert (first.author, first.by, first.turn, second.turn) == ("a counter", AuthorKind.JUDGE, 1, 2)
        with StoredRun(folder) as stored:
            said = [step for step, events in enumerate(stored.episode(0).steps) if events[-1].text in COUNTS]
        assert [first.about, second.about] == [Place("solver", said[0]), Place("solver", said[1])]
        assert first.judgement == second.judgement > 0

    async def test_a_judge_reads_one_turn_and_the_task_and_no_truth(self, folder: Path) -> None:
        judge = counting()
        await label_run(folder, ["verification"], [judge])
        first = judge.sent[0]
        assert first.view == ()
        assert "Make 24 of 3, 5 and 9." in first.prompt.text
        assert "How often does the speaker check" in first.prompt.text
        assert [line for line in first.prompt.text.splitlines() if line.startswith("> ")] == [
            "> I check it twice."
        ]
        assert "42" not in "".join(sent.prompt.text for sent in judge.sent)

    async def test_rewards_and_rows_read_them(self, folder: Path, tmp_path: Path) -> None:
        await label_run(folder, ["verification"], [counting()])
        await label_run(folder, [LabelCriterion(label="say", pattern="say")])
        for reward, wanted in (
            ("judge:verification", [2, 0, 3]),
            ("judge:verification?is=yes", [1, 0, 1]),
            ("judge:say?is=yes&judge=regex", [0, 1, 0, 0]),
        ):
            options = ExportOptions(to="trl-sft", reward=reward, advantage="none")
            export_rows([folder], tmp_path / "rows.jsonl", options)
            lines = (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()
            assert [json.loads(line)["reward"] for line in lines] == wanted
        with pytest.raises(UnknownName, match=r"There are: judge:lucky, judge:say, judge:verification\."):
            export_rows(
                [folder], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", reward="judge:nothing")
            )


class TestClasses:
    async def test_a_judge_chooses_one_and_a_refusal_is_a_row_too(self, folder: Path) -> None:
        judge = Watched(
            lambda request: (
                Reply("", stop=Stop.REFUSED) if "Hmm" in asked_about(request) else "It is.\nAnswer: odd"
            ),
            "m",
        )
        kind = LabelCriterion(label="kind", question="Is it odd?", values=("odd", "even"), retries=0)
        labelled = await label_run(folder, [kind], [judge])
        assert labelled.tallies["kind", "m"].values == {"odd": 3}
        found = labels_of(folder, "kind")
        assert [(label.value, label.count) for label in found] == [("odd", None)] * 2 + [(None, None)] + [
            ("odd", None)
        ]
        assert found[2].status is AnnotationStatus.REFUSED
        assert figures(folder).shown("Share of a class", "solving: m, afterwards, kind is odd") == (1.0, 3, 4)

    @pytest.mark.parametrize(
        ("settings", "says"),
        [
            ({"label": "kind"}, "needs a question or a pattern"),
            ({"label": "kind", "question": "What?", "values": ("a",)}, "two or more different classes"),
            ({"label": "kind", "question": "What?", "pattern": "a"}, "either a question"),
            ({"label": "kind", "pattern": "(a"}, "no regular expression"),
            ({"label": "kind", "pattern": "a" * 1001}, "from 1 to 1,000 characters"),
        ],
    )
    def test_a_label_that_cannot_be_given_is_refused(self, settings: dict[str, object], says: str) -> None:
        with pytest.raises(UsageError, match=says):
            LabelCriterion(**settings)


class TestPrograms:
    async def test_a_program_labels_without_a_judge(self, folder: Path) -> None:
        await label_run(folder, [Waits()])
        found = labels_of(folder, "its")
        assert [label.count for label in found] == [1, 1, 0, 0]
        assert (found[0].author, found[0].by) == ("test_labelling.py:Waits", AuthorKind.GRADER)
        group = "solving: test_labelling.py:Waits, afterwards, length, of solver"
        assert figures(folder).shown("Mean score", group) == (4.0, 1, 1)

    async def test_one_that_asks_without_a_judge_is_told_how(self, folder: Path) -> None:
        class Asks(Judge):
            async def judge(self, case: JudgedCase) -> AsyncIterator[Label]:
                yield await case.count("How often?", Label("often", about=case.turns[0].place))

        with pytest.raises(UsageError, match="--judge"):
            await label_run(folder, [Asks()])
        await label_run(folder, [Asks()], [counting()])
        assert [label.count for label in labels_of(folder, "often")] == [2]

    async def test_an_error_in_it_says_where(self, folder: Path) -> None:
        class Breaks(Judge):
            async def judge(self, case: JudgedCase) -> AsyncIterator[Label]:
                yield Label("x", count=1 / 0)

        with pytest.raises(UsageError, match=r"Breaks failed on episode 0: ZeroDivisionError"):
            await label_run(folder, [Breaks()])

    async def test_it_may_label_only_what_it_may_read(self, folder: Path) -> None:
        class Elsewhere(Judge):
            async def judge(self, case: JudgedCase) -> AsyncIterator[Label]:
                yield Label("x", "yes", about=Place("coach", 2))

        with pytest.raises(UsageError, match="no turn that it may read"):
            await label_run(folder, [Elsewhere()])


class TestViews:
    async def test_reasoning_is_read_on_request_alone(self, tmp_path: Path) -> None:
        folder = await stored_solving(tmp_path / "run", ["I say it.", "Hmm."], thoughts=["Wait, wait.", ""])
        pattern = LabelCriterion(label="said", pattern="(?i)wait")
        await label_run(folder, [pattern])
        assert [label.count for label in labels_of(folder, "said")] == [0, 0]
        await label_run(folder, [LabelCriterion(label="thought", pattern="(?i)wait", view=REASONING)])
        first, second = labels_of(folder, "thought")
        assert (first.count, first.about.part, first.about.start, first.about.end) == (2, REASONING, 0, 4)
        assert (second.count, second.status) == (None, AnnotationStatus.NOT_ASKED)
        judge = Watched("1", "m")
        await label_run(folder, ["backtracking"], [judge], settings={"view": REASONING})
        (sent,) = judge.sent
        assert "> Wait, wait." in sent.prompt.text
        assert "thought before it spoke" in sent.prompt.text
        assert "I say it." not in sent.prompt.text

    async def test_reasoning_and_what_was_said_are_read_together(self, tmp_path: Path) -> None:
        folder = await stored_solving(tmp_path / "run", ["I say it."], thoughts=["Wait."])
        judge = Watched("1", "m")
        await label_run(folder, ["backtracking"], [judge], settings={"view": REPLY})
        (sent,) = judge.sent
        shown = "Thought before it spoke:\n> Wait.\n\nSaid:\n> I say it.\n\nHow often"
        assert shown in sent.prompt.text
        (label,) = labels_of(folder, "backtracking")
        assert label.about.part == ""

    async def test_no_view_but_these_shows_reasoning(self, tmp_path: Path) -> None:
        folder = await stored_solving(tmp_path / "run", ["I say it."], thoughts=["XYZZY"])
        judge = Watched("1", "m")
        await label_run(folder, ["backtracking"], [judge])
        await label_run(folder, ["verification"], [judge], settings={"view": "coach"})
        assert not any("XYZZY" in sent.prompt.text for sent in judge.sent)
        seen: list[JudgedTurn] = []

        class Looks(Judge):
            async def judge(self, case: JudgedCase) -> AsyncIterator[Label]:
                seen.extend(case.turns)
                yield Label("seen", "yes", about=case.turns[0].place)

        await label_run(folder, [Looks()])
        assert [turn.reasoning for turn in seen] == [None]

    async def test_a_run_without_reasoning_has_nothing_to_label(self, folder: Path) -> None:
        with pytest.raises(UsageError, match="without reasoning"):
            await label_run(folder, ["backtracking"], [counting()], settings={"view": REASONING})

    async def test_what_not_everybody_heard_is_read_as_a_seats_view(self, folder: Path) -> None:
        wait = LabelCriterion(label="wait", pattern="wait", sides=("coach",))
        with pytest.raises(UsageError, match="without a turn"):
            await label_run(folder, [wait])
        await label_run(folder, [wait], settings={"view": "coach"})
        assert [label.count for label in labels_of(folder, "wait")] == [1] * 4

    async def test_an_unknown_seat_is_refused(self, folder: Path) -> None:
        with pytest.raises(UsageError, match="No seat is called nobody"):
            await label_run(folder, ["backtracking"], [counting()], settings={"sides": ("nobody",)})


class TestForks:
    async def test_a_branch_leaves_what_it_shares_to_the_run_it_is_from(
        self, folder: Path, tmp_path: Path
    ) -> None:
        """Turn 6 is the solver's third speech."""
        siblings = (await fork(folder, solving(list(COUNTS)), 0, 6, 2, folder=tmp_path / "fork")).folder
        await label_run(siblings, [LabelCriterion(label="n", pattern="I|H|T")])
        assert [(label.turn, label.count) for label in labels_of(siblings, "n")] == [(3, 1), (4, 1)] * 2


class TestChains:
    async def test_only_what_another_judge_labelled_so_is_read_and_the_label_rests_on_it(
        self, folder: Path
    ) -> None:
        await label_run(folder, [LabelCriterion(label="it", pattern="it")])
        judge = counting("z")
        labelled = await label_run(folder, ["verification"], [judge], settings={"reads": {"it": "yes"}})
        assert [asked_about(sent) for sent in judge.sent] == ["I check it twice.", "I say it."]
        assert labelled.tallies["verification", "z"].turns == 2
        with StoredRun(folder) as stored:
            found = list(later_rows(stored, lambda _: {}))
        rows = {(row.judgement, row.number): row for row in found}
        resting = [row for row in found if row.name == "verification"]
        assert [row.revises for row in resting] == [0, 1]
        for row in resting:
            assert row.revises is not None
            mark = rows[json.loads(row.more)["judgement"], row.revises]
            assert (mark.name, mark.text, mark.step) == ("it", "yes", row.step)
        table = open_run(folder).to_pandas("labels").set_index(["judgement", "number"])
        chained = table[table["name"] == "verification"]
        at = list(zip(chained["revises_judgement"], chained["revises"], strict=True))
        assert list(table.loc[at, "name"]) == ["it", "it"]

    async def test_what_a_protocol_labelled_counts_too(self, tmp_path: Path) -> None:
        folder = await stored_solving(tmp_path / "run", ["Take 7.", "Hmm."])
        await label_run(folder, [LabelCriterion(label="n", pattern=".", reads={"lucky": "yes"})])
        (found,) = labels_of(folder, "n")
        assert (found.count, found.turn) == (7, 1)
        with StoredRun(folder) as stored:
            row = next(row for row in stored.episode(0).annotations if row.name == "lucky")
        assert found.revises == row.number

    async def test_of_several_judges_more_than_half_must_agree(self, folder: Path) -> None:
        await label_run(folder, ["verification"], [Watched("1", "yes"), Watched("0", "no")])
        check = LabelCriterion(label="n", pattern="I", reads={"verification": "yes"})
        with pytest.raises(UsageError, match="without a turn that is to be read"):
            await label_run(folder, [check])
        await label_run(folder, ["verification"], [Watched("1", "yes too")])
        await label_run(folder, [check])
        assert len(labels_of(folder, "n")) == 4

    async def test_a_label_that_nobody_gave_is_named(self, folder: Path) -> None:
        with pytest.raises(UsageError, match="no turn has the label misaligned"):
            await label_run(folder, ["verification"], [counting()], settings={"reads": {"misaligned": "yes"}})


class TestAgain:
    async def test_nothing_is_asked_twice_by_accident(self, folder: Path) -> None:
        await label_run(folder, ["verification"], [counting()])
        with pytest.raises(UsageError, match="say append"):
            await label_run(folder, ["verification"], [counting()])
        judge = counting()
        await label_run(folder, ["verification"], [judge], APPEND)
        assert not judge.sent
        await label_run(folder, ["verification"], [judge], JudgingOptions(overwrite=True))
        assert len(judge.sent) == 6
        assert len(labels_of(folder, "verification")) == 4

    async def test_a_label_with_another_question_is_no_second_count(self, folder: Path) -> None:
        await label_run(folder, ["verification=How often?"], [Watched("5", "m")])
        with pytest.raises(UsageError, match="another name"):
            await label_run(folder, ["verification"], [Watched("1", "m")], APPEND)
        await label_run(folder, ["verification"], [Watched("1", "m")], JudgingOptions(overwrite=True))
        assert [label.count for label in labels_of(folder, "verification")] == [1] * 4

    async def test_a_judge_that_breaks_is_asked_again_where_it_broke(self, folder: Path) -> None:
        broken = Watched(lambda request: COUNTS[asked_about(request)], "m")
        broken.answer = lambda request: _breaks() if "Hmm" in asked_about(request) else "1"
        await label_run(folder, ["verification"], [broken])
        found = labels_of(folder, "verification")
        assert [label.status for label in found] == ["ok", "ok", "error", "error"]
        assert len(broken.sent) == 3
        mended = Watched("1", "m")
        await label_run(folder, ["verification"], [mended], APPEND)
        assert [asked_about(sent) for sent in mended.sent] == ["Hmm.", "Thrice."]
        assert [label.count for label in labels_of(folder, "verification")] == [1] * 4

    async def test_at_a_cap_it_stops_and_goes_on_without_asking_again(self, folder: Path) -> None:
        with StoredRun(folder) as stored:
            calls = stored.total().calls
        first = paid(lambda request: COUNTS[asked_about(request)])
        caps = JudgingOptions(caps=Caps(calls=calls + 2), prices=PRICES)
        labelled = await label_run(folder, ["verification"], [first], caps)
        assert labelled.reached is not None
        assert labels_of(folder, "verification") == []
        second = paid(lambda request: COUNTS[asked_about(request)])
        await label_run(folder, ["verification"], [second], JudgingOptions(append=True, prices=PRICES))
        assert len(first.sent) + len(second.sent) == 6
        assert [label.count for label in labels_of(folder, "verification")] == [2, 0, None, 3]

    async def test_verdicts_and_labels_stand_beside_each_other(self, folder: Path) -> None:
        await label_run(folder, [LabelCriterion(label="it", pattern="it")])
        score = Criterion(asks=Asks.SCORE, sides=("solver",))
        judged = await judge_run(folder, [Watched("7", "m")], score)
        assert judged.tally.judges["m"].scores["solver"].mean == 7
        assert len(labels_of(folder, "it")) == 4

    async def test_a_label_that_was_changed_in_the_journal_is_found(self, folder: Path) -> None:
        await label_run(folder, [LabelCriterion(label="it", pattern="it")])
        with closing(sqlite3.connect(folder / JOURNAL_FILE)) as journal, journal:
            journal.execute("UPDATE verdicts SET found = replace(found, '1.0', '2.0')")
        with StoredRun(folder) as stored:
            assert set(stored.leave_out_damaged().episodes) == {0}

    async def test_a_regular_expression_asks_nobody(self, folder: Path) -> None:
        with pytest.raises(UsageError, match="asks nobody"):
            await label_run(folder, [LabelCriterion(label="it", pattern="it")], [prefers("it")])
        with pytest.raises(UsageError, match="Somebody must give the label verification"):
            await label_run(folder, ["verification"])


def _breaks() -> str:
    raise RuntimeError("it broke")
