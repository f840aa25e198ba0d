"""Other people's transcripts become runs that are read as any other, or nothing at all."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from arena import Ending, Scenario
from arena.core.errors import JournalError, Unwritable, UsageError
from arena.importing import import_transcripts
from arena.journal import StoredEpisode, StoredRun
from arena.judging import judge_run
from arena.results._summary import summarise
from arena.results.report import report_record, write_report
from arena.running import run
from arena.seat.transcript import NOBODY
from protocols import Debate
from tests.arena.importing.theirs import MAPPING, OURS, THEIRS, changed, write
from tests.arena.results.figures.lines import Found, sections_in
from tests.protocols.asking import TASK

SHORT = {**THEIRS, "con": {"opening": "No."}}


def speeches(episode: StoredEpisode) -> int:
    return sum(event.kind == "said" and "speech" in event.data for event in episode.events)


def imported(folder: Path, *records: Any, mapping: str | None = None) -> list[StoredEpisode]:
    file = write(folder / "theirs.jsonl", records)
    if mapping is not None:
        (folder / "theirs.toml").write_text(mapping, encoding="utf-8")
    come = import_transcripts(
        [file], folder / "run", mapping=None if mapping is None else folder / "theirs.toml"
    )
    assert come.episodes == len(records)
    with StoredRun(folder / "run") as stored:
        return list(stored.episodes())


def figures_of(folder: Path) -> Found:
    return Found(sections_in(folder / "run"))


def details(episode: StoredEpisode) -> dict[str, Any]:
    assert episode.played is not None
    return dict(episode.played.outcome.details)


def found(folder: Path) -> list[tuple[Any, ...]]:
    """Return kind, name, author, text, value, confidence, correct and status of a run's annotations."""
    columns = ("kind", "name", "author", "text", "value", "confidence", "correct", "status")
    with StoredRun(folder) as stored:
        return list(stored.annotation_columns(columns))


class TestAnnotations:
    def test_they_are_those_of_a_debate(self, tmp_path: Path) -> None:
        imported(tmp_path, OURS)
        assert found(tmp_path / "run") == [
            ("label", "defends", "protocol", "the cook", None, None, None, "ok"),
            ("label", "defends", "protocol", "the gardener", None, None, None, "ok"),
            ("belief", "wins", "debater_a", "the cook", 0.8, None, None, "ok"),
            ("verdict", "verdict", "judge", "the cook", None, 0.7, 1.0, "ok"),
            ("verdict", "verdict", "judge", "the cook", None, 0.9, 1.0, "ok"),
            ("verdict", "decision", "protocol", "the cook", None, pytest.approx(0.8), 1.0, "ok"),
        ]

    def test_orders_and_repetitions_are_numbered_by_judge(self, tmp_path: Path) -> None:
        one, other = OURS["verdicts"][0]["order"], OURS["verdicts"][1]["order"]
        verdicts = [{"choice": "the cook", "order": order} for order in (one, other, one)]
        imported(tmp_path, {**OURS, "verdicts": verdicts})
        with StoredRun(tmp_path / "run") as stored:
            rows = list(stored.annotation_columns(("ordering", "repeat", "said"), "verdict", "verdict"))
        assert rows == [(0, 0, 4), (1, 0, 5), (0, 1, 6)]

    def test_what_is_missing_says_why(self, tmp_path: Path) -> None:
        beliefs = [{"seat": "debater_a", "probability": None, "reason": "it was cut off"}]
        verdicts = [{"choice": None, "reason": "it named nobody"}]
        imported(tmp_path, {**OURS, "beliefs": beliefs, "verdicts": verdicts})
        with StoredRun(tmp_path / "run") as stored:
            rows = list(stored.annotation_columns(("name", "status", "reason")))
        assert [row for row in rows if row[1] != "ok"] == [
            ("wins", "unparseable", "it was cut off"),
            ("verdict", "unparseable", "it named nobody"),
            ("decision", "unparseable", "it named nobody"),
        ]

    def test_a_tie_is_a_result(self, tmp_path: Path) -> None:
        imported(tmp_path, {**OURS, "verdicts": [{"tie": True}]})
        tied = [row for row in found(tmp_path / "run") if row[0] == "verdict"]
        assert [(row[1], row[3], row[6], row[7]) for row in tied] == [
            ("verdict", "tie", None, "ok"),
            ("decision", "tie", None, "ok"),
        ]


class TestOurOwnForm:
    def test_everything_is_there(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, OURS)
        assert episode.plan.seats == OURS["seats"]
        assert episode.plan.task.text == "Who kept the key?"
        assert episode.plan.task.truth == "the cook"
        assert episode.played is not None
        assert episode.played.outcome.ending is Ending.COMPLETED
        assert episode.played.outcome.returns == {"debater_a": 1.0, "debater_b": 0.0}
        assert details(episode)["defended"] == OURS["defends"]
        assert details(episode)["verdict"] == {
            "choice": "the cook",
            "confidence": pytest.approx(0.8),
            "probabilities": {"the cook": pytest.approx(0.8), "the gardener": pytest.approx(0.2)},
            "shares": {"the cook": 1.0, "the gardener": 0.0},
            "agreed": True,
            "combination": "two-game",
        }

    async def test_the_details_have_the_fields_that_a_debate_has(self, tmp_path: Path) -> None:
        seats = dict.fromkeys(Debate().seats, "random")
        await run(Scenario(protocol=Debate(rounds=1), seats=seats, tasks=[TASK]), tmp_path / "played")
        with StoredRun(tmp_path / "played") as stored:
            played = details(stored.episode(0))
        (episode,) = await asyncio.to_thread(imported, tmp_path, OURS)
        theirs = details(episode)
        assert set(theirs) == set(played)
        assert set(theirs["verdict"]) == set(played["verdict"])
        assert set(theirs["beliefs"][0]) == set(played["beliefs"][0])
        assert set(theirs["verdicts"][0]) == set(played["verdicts"][0]) | {"judge"}

    def test_speeches_are_public_and_beliefs_are_not(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, OURS)
        heard = {event.text: event.audience for event in episode.events if event.kind == "said"}
        assert heard["The cook did."] == set(OURS["seats"])
        assert heard["80%"] == NOBODY

    def test_a_source_is_read_by_those_who_speak(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, changed(OURS, "task.source", "The cook had it."))
        told = episode.events[0]
        assert told.audience == {"debater_a", "debater_b"}
        assert "The cook had it." in told.text

    def test_a_verdict_that_came_to_nothing_is_a_failure_and_no_loss(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, changed(OURS, "verdicts.1", {"choice": None, "reason": "it refused"}))
        assert episode.played is not None
        outcome = episode.played.outcome
        assert (outcome.ending, outcome.offenders, outcome.returns) == (Ending.FAILED, ("judge",), {})
        assert "it refused" in outcome.reason
        assert details(episode)["verdict"] is None

    def test_contradicting_orders_decide_nothing(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, changed(OURS, "verdicts.1.choice", "the gardener"))
        assert details(episode)["verdict"]["choice"] is None
        assert episode.played is not None
        assert episode.played.outcome.returns == {"debater_a": 0.0, "debater_b": 0.0}

    @pytest.mark.parametrize("said", [{"choice": "tie"}, {"tie": True}, {"choice": None, "tie": True}])
    def test_a_judges_tie_is_a_verdict_and_half_a_win_each(self, tmp_path: Path, said: Any) -> None:
        (episode,) = imported(tmp_path, changed(OURS, "verdicts", [{**said, "confidence": 0.6}]))
        assert episode.played is not None
        outcome = episode.played.outcome
        assert (outcome.ending, outcome.returns) == (Ending.COMPLETED, {"debater_a": 0.5, "debater_b": 0.5})
        verdict = details(episode)["verdict"]
        assert (verdict["choice"], verdict["confidence"], verdict["agreed"]) == (None, None, True)
        assert verdict["shares"] == {"the cook": 0.5, "the gardener": 0.5}
        assert [event.text for event in episode.events if event.seat == "judge"] == ["Verdict: a tie"]
        rates = figures_of(tmp_path)
        sides = [rates.shown("Win rate by seat", f"imported: {seat}") for seat in OURS["defends"]]
        assert sides == [(0.5, 1, 1)] * 2

    @pytest.mark.parametrize("judges", [["judge"], ["judge", "debater_a", "debater_b"]])
    def test_an_answer_called_tie_is_an_answer(self, tmp_path: Path, judges: list[str]) -> None:
        verdicts = [
            {"choice": "tie", "judge": judge, "confidence": 0.75, "order": order}
            for judge in judges
            for order in (["tie", "win"], ["win", "tie"])
        ]
        record = {
            "task": {"text": "How did it end?", "answers": ["win", "tie"], "truth": "tie"},
            "seats": OURS["seats"],
            "defends": {"debater_a": "tie", "debater_b": "win"},
            "verdicts": verdicts,
        }
        (episode,) = imported(tmp_path, record)
        assert details(episode)["verdict"]["choice"] == "tie"
        assert details(episode)["verdict"]["shares"] == {"win": 0, "tie": 1}
        assert episode.played is not None
        assert episode.played.outcome.returns == {"debater_a": 1, "debater_b": 0}
        figures = figures_of(tmp_path)
        assert figures.shown("First position", "imported: judge, verdict") == (0.5, 2, 2)
        assert figures.shown("Accuracy", "imported: judge, verdict") == (1.0, 2, 2)
        assert ("Accuracy of each judge" in figures.names) is (len(judges) > 1)

    def test_the_judges_tie_is_told_from_an_answer_of_that_name(self, tmp_path: Path) -> None:
        record = {
            "task": {"text": "How did it end?", "answers": ["win", "tie"]},
            "seats": OURS["seats"],
            "verdicts": [{"choice": "tie", "tie": True}],
        }
        (episode,) = imported(tmp_path, record)
        assert details(episode)["verdict"]["shares"] == {"win": 0.5, "tie": 0.5}

    def test_of_a_panel_half_of_which_calls_a_tie_nobody_has_won(self, tmp_path: Path) -> None:
        verdicts = [{"choice": "the cook"}, {"choice": "tie", "judge": "debater_a"}]
        (episode,) = imported(tmp_path, changed(OURS, "verdicts", verdicts))
        assert details(episode)["verdict"]["shares"] == {"the cook": 0.5, "the gardener": 0.5}
        figures = figures_of(tmp_path)
        assert figures.shown("Accuracy of each judge", "imported: judge, verdict") == (1.0, 1, 1)
        assert figures.shown("Accuracy of each judge", "imported: debater_a, verdict") == (None, 0, 1)

    @pytest.mark.parametrize("order", [None, ["the gardener", "the cook"]])
    def test_a_judge_who_is_asked_again_votes_by_majority(self, tmp_path: Path, order: Any) -> None:
        """Several verdicts in one order are samples; only other orders of the answers are other orders."""
        choices = ["the cook", "the cook", "the gardener"]
        verdicts = [{"choice": choice, "order": order} for choice in choices]
        (episode,) = imported(tmp_path, changed(OURS, "verdicts", verdicts))
        assert details(episode)["verdict"]["choice"] == "the cook"
        assert details(episode)["verdict"]["combination"] == "majority"
        with StoredRun(tmp_path / "run") as stored:
            rows = list(stored.annotation_columns(("ordering", "repeat"), "verdict", "verdict"))
        assert rows == [(0, 0), (0, 1), (0, 2)]

    def test_samples_that_are_even_are_a_tie_and_no_contradiction(self, tmp_path: Path) -> None:
        verdicts = [{"choice": "the cook"}, {"choice": "the gardener"}]
        (episode,) = imported(tmp_path, changed(OURS, "verdicts", verdicts))
        assert details(episode)["verdict"]["shares"] == {"the cook": 0.5, "the gardener": 0.5}

    def test_an_order_that_nobody_gave_is_not_known(self, tmp_path: Path) -> None:
        """No place was first, so nothing is said of whether the judge prefers it."""
        unordered = changed(OURS, "verdicts", [{"choice": "the cook"}])
        (first, *_) = imported(tmp_path, *[unordered] * 4)
        assert details(first)["verdicts"][0]["order"] is None
        said = report_record([tmp_path / "run"], samples=10)
        assert "First position" not in str(said)
        assert "imported: judge, verdict" in str(said)
        write_report([tmp_path / "run"], tmp_path / "report.html", samples=10)

    def test_without_verdicts_nobody_has_won(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, changed(OURS, "verdicts", []))
        assert episode.played is not None
        assert episode.played.outcome.returns == {}
        assert episode.played.outcome.ending is Ending.COMPLETED

    def test_conditions_are_kept(self, tmp_path: Path) -> None:
        imported(tmp_path, *({**OURS, "condition": name} for name in ("one", "two", "two")))
        with StoredRun(tmp_path / "run") as stored:
            assert summarise(stored).conditions == {
                "one": {Ending.COMPLETED: 1},
                "two": {Ending.COMPLETED: 2},
            }


class TestForeignForm:
    def test_is_mapped(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, THEIRS, mapping=MAPPING)
        assert episode.plan.seats["debater_b"] == "acme-2"
        found = details(episode)
        bets = [(one["seat"], one["round"], one["probability"], one["about"]) for one in found["beliefs"]]
        assert bets == [
            ("debater_a", 1, 0.75, "for"),
            ("debater_b", 1, 0.8, "against"),
            ("debater_a", 2, 0.9, "for"),
            ("debater_b", 2, None, "against"),
        ]
        assert found["verdict"]["choice"] == "against"
        assert found["verdict"]["combination"] == "majority"
        assert found["verdict"]["probabilities"]["against"] == pytest.approx((0.8 + 0.6 + 0.45) / 3)

    def test_speeches_of_a_round_were_made_at_once(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, THEIRS, mapping=MAPPING)
        said = [[event.text for event in step if event.audience] for step in episode.steps]
        assert ["They work hard.", "They cannot read a calendar."] in said

    def test_a_part_that_is_not_there_is_left_out_and_told(self, tmp_path: Path) -> None:
        (tmp_path / "map.toml").write_text(MAPPING)
        file = write(tmp_path / "theirs.jsonl", [THEIRS, SHORT, SHORT])
        come = import_transcripts([file], tmp_path / "run", mapping=tmp_path / "map.toml")
        assert come.warnings == (
            "Nothing was at the path 'con.closing', for speeches.3.text, 2 of 3 times; the field is "
            "left out there.",
        )
        with StoredRun(tmp_path / "run") as stored:
            said = [speeches(episode) for episode in stored.episodes()]
        assert said == [4, 3, 3]

    def test_a_path_that_is_found_nowhere_is_a_mistake(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"at the path 'con.closing', for speeches.3.text"):
            imported(tmp_path, SHORT, SHORT, mapping=MAPPING)
        assert not (tmp_path / "run").exists()

    def test_unless_it_is_optional(self, tmp_path: Path) -> None:
        optional = MAPPING.replace('"con.closing"', '{ path = "con.closing", optional = true }')
        (episode,) = imported(tmp_path, SHORT, mapping=optional)
        assert speeches(episode) == 3

    @pytest.mark.parametrize("each", ['"nowhere"', '{ path = "nowhere" }'])
    def test_a_list_that_is_found_nowhere_is_a_mistake_too(self, tmp_path: Path, each: str) -> None:
        wrong = MAPPING.replace('each = "jury"', f"each = {each}")
        with pytest.raises(UsageError, match=r"at the path 'nowhere', for verdicts.0.each"):
            imported(tmp_path, THEIRS, mapping=wrong)

    def test_an_empty_list_is_there(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, {**THEIRS, "jury": []}, mapping=MAPPING)
        assert details(episode)["verdicts"] == []

    def test_a_foreign_tie_is_the_judges(self, tmp_path: Path) -> None:
        mapping = MAPPING.replace('pro = "for", con', 'draw = "tie", pro = "for", con')
        theirs = changed(
            THEIRS, "jury", [{"name": "judge_1", "winner": "draw", "confidence": 50, "logic": ""}]
        )
        (episode,) = imported(tmp_path, theirs, mapping=mapping)
        assert details(episode)["verdict"]["shares"] == {"for": 0.5, "against": 0.5}

    @pytest.mark.parametrize(
        ("where", "document"), [("$", [THEIRS] * 2), ("data.all", {"data": {"all": [THEIRS] * 2}})]
    )
    def test_a_file_may_be_one_document(self, tmp_path: Path, where: str, document: Any) -> None:
        (tmp_path / "map.toml").write_text(f'episodes = "{where}"\n{MAPPING}')
        file = write(tmp_path / "all.json", [document])
        assert import_transcripts([file], tmp_path / "run", mapping=tmp_path / "map.toml").episodes == 2

    def test_a_path_may_begin_at_the_document(self, tmp_path: Path) -> None:
        mapping = MAPPING.replace('judge_1 = { is = "acme-3" }', 'judge_1 = "$$.judge.name"')
        (tmp_path / "map.toml").write_text(f'episodes = "data.all"\n{mapping}')
        file = write(tmp_path / "all.json", [{"data": {"all": [THEIRS] * 2}, "judge": {"name": "solomon"}}])
        import_transcripts([file], tmp_path / "run", mapping=tmp_path / "map.toml")
        with StoredRun(tmp_path / "run") as stored:
            assert [episode.plan.seats["judge_1"] for episode in stored.episodes()] == ["solomon"] * 2


class TestReaders:
    async def test_it_can_be_judged(self, tmp_path: Path) -> None:
        await asyncio.to_thread(imported, tmp_path, OURS)
        judged = await judge_run(tmp_path / "run", ["random"])
        assert judged.episodes == 1

    async def test_it_cannot_be_resumed(self, tmp_path: Path) -> None:
        await asyncio.to_thread(imported, tmp_path, OURS)
        made = Scenario(protocol=Debate(), seats=dict.fromkeys(Debate().seats, "random"), tasks=[TASK])
        with pytest.raises(UsageError, match="was imported, so there is nothing in it to continue"):
            await run(made, tmp_path / "run", resume=True)


class TestBadFiles:
    @pytest.mark.parametrize(
        ("record", "said"),
        [
            ("{", "it is no JSON"),
            ('"text"', "it must be a table of names and values"),
            (changed(OURS, "task.text", 3), "task.text: it must be text, not 3"),
            (changed(OURS, "task.truth", "nobody"), "the right answer 'nobody' is not among"),
            (changed(OURS, "beliefs.0.probability", 80), "beliefs.0.probability: it must be at most 1"),
            (changed(OURS, "beliefs.0.seat", "debater_c"), "there is no seat 'debater_c'"),
            (changed(OURS, "beliefs.0.seat", "judge"), "who defends no answer, needs the field about"),
            (changed(OURS, "verdicts.0.choice", "both"), "there is no answer 'both'"),
            (changed(OURS, "verdicts.0.order", ["the cook"]), "must name all answers"),
            (changed(OURS, "verdicts.0.wisdom", 1), "verdicts.0.wisdom: there is no such setting"),
            (changed(OURS, "verdicts.0.tie", True), "a verdict is both a tie and for 'the cook'"),
            (changed(OURS, "seats.tie", "model-x"), "a seat is called 'tie'"),
            (changed(OURS, "seats", {}), "seats: it must be a table of at least 1"),
            (changed(OURS, "speeches.0.text", "x" * 1_000_001), "at most 1,000,000 characters"),
            (changed(OURS, "seats.\x1b[2J", 1), r"seats.\x1b[2J: it must be text"),
        ],
    )
    def test_are_told_by_line_and_leave_nothing_behind(self, tmp_path: Path, record: Any, said: str) -> None:
        file = write(tmp_path / "theirs.jsonl", [OURS, record])
        with pytest.raises(UsageError) as raised:
            import_transcripts([file], tmp_path / "runs" / "one")
        message = str(raised.value)
        assert message.startswith(f"{file}, line 2: ")
        assert said in message
        assert "\n" not in message
        assert "\x1b" not in message
        assert [path.name for path in tmp_path.iterdir()] == ["theirs.jsonl"]

    def test_tasks_of_one_id_must_be_the_same(self, tmp_path: Path) -> None:
        first = changed(OURS, "task.id", "key")
        file = write(tmp_path / "theirs.jsonl", [first, first, changed(first, "task.text", "Who lost it?")])
        with pytest.raises(UsageError, match="line 3: the task 'key' differs from"):
            import_transcripts([file], tmp_path / "run")

    def test_a_folder_with_something_in_it_is_left_alone(self, tmp_path: Path) -> None:
        file = write(tmp_path / "theirs.jsonl", [OURS])
        with pytest.raises(UsageError, match="is not empty"):
            import_transcripts([file], tmp_path)

    def test_an_empty_file_is_no_run(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="There are no episodes in"):
            import_transcripts([write(tmp_path / "theirs.jsonl", [])], tmp_path / "run")

    def test_what_breaks_while_it_is_written_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise JournalError("The disk is full.")

        monkeypatch.setattr("arena.importing._importing.record", full)
        file = write(tmp_path / "theirs.jsonl", [OURS])
        with pytest.raises(Unwritable, match=r"The disk is full\. Nothing of the import is kept\."):
            import_transcripts([file], tmp_path / "run")
        assert [path.name for path in tmp_path.iterdir()] == ["theirs.jsonl"]


class TestPerturbedTwins:
    """The example of "Assessing judging bias in large reasoning models", from verdicts of other programs."""

    def episodes(self) -> list[dict[str, Any]]:
        cells = [("ab", "ab", 50), ("ab", "b", 4), ("b", "ab", 3), ("b", "b", 43)]
        pairs = [(one[:1], other[:1]) for one, other, number in cells for _ in range(number)]
        found = []
        for number, choices in enumerate(pairs):
            for perturbed, choice in zip(("", "authority"), choices, strict=True):
                task: dict[str, Any] = {
                    "id": f"q{number} {perturbed}".strip(),
                    "text": f"Question {number}?",
                    "answers": ["a", "b"],
                    "truth": "a",
                }
                if perturbed:
                    task |= {"variant_of": f"q{number}", "perturbed": perturbed}
                verdict = {"choice": choice, "judge": "judge"}
                found.append({"task": task, "seats": {"judge": "gpt"}, "verdicts": [verdict]})
        return found

    def test_have_the_figures_of_flips(self, tmp_path: Path) -> None:
        imported(tmp_path, *self.episodes())
        found = figures_of(tmp_path)
        (group,) = {
            line.group
            for line in found.lines
            if line.name == "Robustness rate" and "judge, verdict, undecided as wrong" in line.group
        }
        assert found.shown("Robustness rate", group) == (0.93, 100, 100)
        assert found.shown("Right to wrong (harmful)", group) == (0.04, 100, 100)
        assert found.shown("Wrong to right (helpful)", group) == (0.03, 100, 100)
        assert found.shown("Accuracy, plain", group) == (0.54, 100, 100)
        assert found.shown("Accuracy, perturbed", group) == (0.53, 100, 100)

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"variant_of": "q"}, "needs both fields variant_of and perturbed"),
            ({"stands_for": [0, 0]}, "each place among the answers once"),
        ],
    )
    def test_that_are_half_said_are_refused(self, tmp_path: Path, fields: dict[str, Any], said: str) -> None:
        episode = self.episodes()[0]
        with pytest.raises(UsageError, match=said):
            imported(tmp_path, {**episode, "task": {**episode["task"], **fields}})
