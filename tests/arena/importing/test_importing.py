"""Other people's transcripts become runs that are read as any other, or nothing at all."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from arena import Ending, Run, Scenario, run
from arena.errors import JournalError, UsageError
from arena.importing import import_transcripts
from arena.journal import StoredEpisode
from arena.judging import judge_run
from arena.summary import summarise
from arena.transcript import NOBODY
from protocols import Debate
from tests.arena.importing.theirs import MAPPING, OURS, THEIRS, changed, write
from tests.protocols.asking import TASK


def imported(folder: Path, *records: Any, mapping: str | None = None) -> list[StoredEpisode]:
    file = write(folder / "theirs.jsonl", records)
    if mapping is not None:
        (folder / "theirs.toml").write_text(mapping, encoding="utf-8")
    come = import_transcripts(
        [file], folder / "run", mapping=None if mapping is None else folder / "theirs.toml"
    )
    assert come.episodes == len(records)
    with Run(folder / "run") as stored:
        return list(stored.episodes())


def details(episode: StoredEpisode) -> dict[str, Any]:
    assert episode.played is not None
    return dict(episode.played.outcome.details)


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
        with Run(tmp_path / "played") as stored:
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

    def test_without_verdicts_nobody_has_won(self, tmp_path: Path) -> None:
        (episode,) = imported(tmp_path, changed(OURS, "verdicts", []))
        assert episode.played is not None
        assert episode.played.outcome.returns == {}
        assert episode.played.outcome.ending is Ending.COMPLETED

    def test_conditions_are_kept(self, tmp_path: Path) -> None:
        imported(tmp_path, *({**OURS, "condition": name} for name in ("one", "two", "two")))
        with Run(tmp_path / "run") as stored:
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

    def test_a_part_that_is_not_there_is_left_out(self, tmp_path: Path) -> None:
        short = {**THEIRS, "con": {"opening": "No."}}
        (episode,) = imported(tmp_path, short, mapping=MAPPING)
        assert sum(event.kind == "said" and "speech" in event.data for event in episode.events) == 3

    @pytest.mark.parametrize(
        ("where", "document"), [("$", [THEIRS] * 2), ("data.all", {"data": {"all": [THEIRS] * 2}})]
    )
    def test_a_file_may_be_one_document(self, tmp_path: Path, where: str, document: Any) -> None:
        (tmp_path / "map.toml").write_text(f'episodes = "{where}"\n{MAPPING}')
        file = write(tmp_path / "all.json", [document])
        assert import_transcripts([file], tmp_path / "run", mapping=tmp_path / "map.toml").episodes == 2


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
            ('"text"', "should be a valid dictionary"),
            (changed(OURS, "task.text", 3), "task.text: Input should be a valid string"),
            (changed(OURS, "task.truth", "nobody"), "the right answer 'nobody' is not among"),
            (changed(OURS, "beliefs.0.probability", 80), "beliefs.0.probability: Input should be less than"),
            (changed(OURS, "beliefs.0.seat", "debater_c"), "there is no seat 'debater_c'"),
            (changed(OURS, "beliefs.0.seat", "judge"), "who defends nothing, does not say what about"),
            (changed(OURS, "verdicts.0.choice", "both"), "there is no answer 'both'"),
            (changed(OURS, "verdicts.0.order", ["the cook"]), "are those of all answers"),
            (changed(OURS, "verdicts.0.wisdom", 1), "verdicts.0.wisdom: Extra inputs"),
            (changed(OURS, "seats", {}), "seats: Dictionary should have at least 1 item"),
            (changed(OURS, "speeches.0.text", "x" * 1_000_001), "at most 1000000 characters"),
            (changed(OURS, "seats.\x1b[2J", 1), r"seats.\x1b[2J: Input should be a valid string"),
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
        with pytest.raises(UsageError, match="line 3: the task 'key' is not the same as"):
            import_transcripts([file], tmp_path / "run")

    def test_a_folder_with_something_in_it_is_left_alone(self, tmp_path: Path) -> None:
        file = write(tmp_path / "theirs.jsonl", [OURS])
        with pytest.raises(UsageError, match="There is something in"):
            import_transcripts([file], tmp_path)

    def test_an_empty_file_is_no_run(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="There are no episodes in"):
            import_transcripts([write(tmp_path / "theirs.jsonl", [])], tmp_path / "run")

    def test_what_breaks_while_it_is_written_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def full(*_: object) -> None:
            raise JournalError("The disk is full.")

        monkeypatch.setattr("arena.importing.importing.record", full)
        file = write(tmp_path / "theirs.jsonl", [OURS])
        with pytest.raises(JournalError):
            import_transcripts([file], tmp_path / "run")
        assert [path.name for path in tmp_path.iterdir()] == ["theirs.jsonl"]
