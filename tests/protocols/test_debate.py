"""Debate, consultancy and the direct answer: who speaks when, who defends what, and who got what."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from pydantic_core import from_json

from agents.random import Random
from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.registry import find
from arena.running.running import run
from arena.seat.agent import Reply, Stop
from arena.seat.transcript import EventKind
from arena.tasks.task import PublicTask, Task
from protocols import Consultancy, Debate, Direct, Order, Readers, Sides
from protocols.shared.oversight import Oversight
from tests.protocols.asking import (
    CLAIM,
    RIGHT,
    SOURCE,
    TASK,
    THREE,
    WRONG,
    Player,
    as_read,
    asks_for,
    details,
    hold,
    label_of,
    protocols,
    sure_of,
    tasks,
)
from tests.shared.examples import some
from tests.shared.protocols import seeds


def said(playing: Any) -> list[tuple[str | None, str]]:
    """Return who said what in public, in order."""
    heard = playing.episode.everyone
    events = playing.episode.transcript.events
    return [(e.seat, e.text) for e in events if e.kind is EventKind.SAID and e.audience == heard]


def speakers(playing: Any) -> list[str | None]:
    return [seat for seat, _ in said(playing)]


class TestOrder:
    async def test_simultaneous_debaters_do_not_hear_each_other_within_a_round(self) -> None:
        """As B saw what A just said in others' parallel turns."""
        debaters = {seat: Player({"speech": f"I am {seat}."}) for seat in ("debater_a", "debater_b")}
        await hold(Debate(rounds=2), {"judge": sure_of(RIGHT), **debaters})
        for seat, other in (("debater_a", "debater_b"), ("debater_b", "debater_a")):
            first, second = debaters[seat].asked("speech")
            assert f"I am {other}." not in repr(first)
            assert [event.text for event in second.view].count(f"I am {other}.") == 1

    async def test_in_sequence_each_hears_those_before_it(self) -> None:
        debaters = {seat: Player({"speech": f"I am {seat}."}) for seat in ("debater_a", "debater_b")}
        await hold(Debate(rounds=1, order=Order.SEQUENTIAL), {"judge": sure_of(RIGHT), **debaters})
        assert "I am debater_a." in repr(debaters["debater_b"].asked("speech")[0])
        assert "I am debater_b." not in repr(debaters["debater_a"].asked("speech")[0])

    @pytest.mark.parametrize("order", Order)
    async def test_as_many_rounds_as_are_named(self, order: Order) -> None:
        stages = ("opening", "rebuttal", "closing")
        debater = Player()
        playing = await hold(
            Debate(rounds=stages, order=order), {"debater_b": debater, "judge": sure_of(RIGHT)}
        )
        assert speakers(playing) == ["debater_a", "debater_b"] * 3
        asked = debater.asked("speech")
        assert [request.prompt.data["stage"] for request in asked] == list(stages)
        own = ("Make the case for your answer.", "Answer what was said against", "Sum up why")
        assert all(words in one.prompt.text for words, one in zip(own, asked, strict=True))

    async def test_the_judge_asks_after_each_round_but_the_last(self) -> None:
        judge = sure_of(RIGHT)
        playing = await hold(Debate(rounds=3, interactive=True), {"judge": judge})
        pair = ["debater_a", "debater_b"]
        assert speakers(playing) == [*pair, "judge", *pair, "judge", *pair]

    async def test_cross_examination_is_a_question_and_an_answer_of_each_in_each_round(self) -> None:
        debater = Player()
        playing = await hold(
            Debate(rounds=2, cross_examination=True), {"debater_a": debater, "judge": sure_of(RIGHT)}
        )
        assert speakers(playing) == ["debater_a", "debater_b"] * 6
        stages = [request.prompt.data["stage"] for request in debater.asked("speech")]
        assert stages == ["", "question", "answer"] * 2
        assert "debater_a asks debater_b; debater_b asks debater_a" in debater.asked("speech")[1].prompt.text

    async def test_the_consultant_is_questioned_between_rounds(self) -> None:
        playing = await hold(Consultancy(rounds=2), {"judge": sure_of(RIGHT)})
        assert speakers(playing) == ["consultant", "judge", "consultant"]

    async def test_alone_the_judge_hears_nobody(self) -> None:
        playing = await hold(Direct(), {"judge": sure_of(RIGHT)})
        assert said(playing) == []


class TestSides:
    async def test_assigned_by_a_fair_draw_and_told_to_everyone(self) -> None:
        counts: Counter[str] = Counter()
        for seed in range(200):
            playing = await hold(Debate(rounds=1, beliefs={"holders": ()}), seed=seed)
            defended = details(playing)["defended"]
            assert set(defended.values()) == {RIGHT, WRONG}
            counts[defended["debater_a"]] += 1
        assert 70 < counts[RIGHT] < 130
        for seat in playing.episode.seats:
            told = [event.text for event in playing.episode.view(seat)]
            assert any(f"debater_a defends the answer: {defended['debater_a']}" in text for text in told)

    async def test_by_the_same_coin_whichever_way_the_answers_are_written(self) -> None:
        """The coin does not know which is right; over seeds, the consultant gets each half of the time."""
        counts: Counter[str] = Counter()
        for seed in range(200):
            playing = await hold(Consultancy(rounds=1, beliefs={"holders": ()}), seed=seed)
            counts[details(playing)["defended"]["consultant"]] += 1
        assert 70 < counts[RIGHT] < 130

    async def test_swapped_agents_get_the_same_deal(self) -> None:
        one = await hold(
            Debate(rounds=1), {"judge": sure_of(RIGHT), "debater_a": Player({"speech": "Hm."})}, seed=4
        )
        two = await hold(
            Debate(rounds=1), {"judge": sure_of(RIGHT), "debater_b": Player({"speech": "Hm."})}, seed=4
        )
        assert details(one)["defended"] == details(two)["defended"]

    async def test_chosen_ones_are_chosen_before_it_is_known_what_others_chose(self) -> None:
        def choose(request: Any) -> str:
            return label_of(request, RIGHT)

        debaters = {seat: Player({"side": choose}) for seat in ("debater_a", "debater_b")}
        playing = await hold(Debate(rounds=1, sides=Sides.CHOSEN), {"judge": sure_of(RIGHT), **debaters})
        assert set(details(playing)["defended"].values()) == {RIGHT}
        assert playing.outcome.returns == {"debater_a": 1.0, "debater_b": 1.0}
        view = [event for event in debaters["debater_b"].asked("side")[0].view if event.seat]
        assert view == []

    async def test_in_open_debate_the_first_chooses_and_the_other_gets_the_rest(self) -> None:
        def choose(request: Any) -> str:
            return label_of(request, WRONG)

        for seed in range(5):
            debater = Player({"side": choose})
            playing = await hold(
                Debate(rounds=1, sides=Sides.FIRST_CHOOSES),
                {"debater_a": debater, "judge": sure_of(RIGHT)},
                seed=seed,
            )
            assert details(playing)["defended"] == {"debater_a": WRONG, "debater_b": RIGHT}

    async def test_a_claim_is_defended_and_attacked(self) -> None:
        playing = await hold(Debate(rounds=1), {"judge": sure_of("true")}, task=CLAIM)
        assert set(details(playing)["defended"].values()) == {"true", "false"}
        assert "This is a claim" in playing.briefs["judge"]

    async def test_more_debaters_than_answers_share_them(self) -> None:
        playing = await hold(Debate(rounds=1, debaters=5), {"judge": sure_of(RIGHT)})
        counts = Counter(details(playing)["defended"].values())
        assert sorted(counts.values()) == [2, 3]
        assert sum(playing.outcome.returns.values()) == counts[RIGHT]

    async def test_more_answers_than_debaters_leave_some_undefended(self) -> None:
        playing = await hold(Debate(rounds=1), {"judge": sure_of("bob")}, task=THREE)
        defended = details(playing)["defended"]
        assert len(set(defended.values())) == 2
        assert playing.outcome.returns == {seat: float(a == "bob") for seat, a in defended.items()}

    async def test_listed_answers_are_defended_in_the_order_in_which_they_are_shown(self) -> None:
        for seed in range(4):
            judge = sure_of(RIGHT)
            playing = await hold(Debate(rounds=1, sides=Sides.LISTED), {"judge": judge}, seed=seed)
            shown = list(judge.asked("verdict")[0].prompt.data["answers"].values())
            assert list(details(playing)["defended"].values()) == shown

    async def test_asking_which_answer_is_right_changes_nothing_else(self) -> None:
        """Only the first speaker is asked. No later request holds it, and the same sides are assigned."""
        debater = Player({"choice": lambda request: f"Answer: {label_of(request, RIGHT)}"})
        seats = {"debater_a": debater, "judge": sure_of(RIGHT)}
        playing = await hold(Debate(rounds=2, ask_choice=True), seats)
        (asked,) = debater.asked("choice")
        assert not asked.view or all("defends" not in event.text for event in asked.view)
        (found,) = [row for row in playing.memory.found[0] if row.name == "choice"]
        assert (found.author, found.text, found.moment) == ("debater_a", RIGHT, "before")
        plain = Player()
        other = await hold(Debate(rounds=2), {"debater_a": plain, "judge": sure_of(RIGHT)})
        assert details(playing)["defended"] == details(other)["defended"]
        speeches = [as_read(request) for request in debater.asked("speech")]
        assert "which answer is right" not in "".join(speeches)
        assert speeches[0] == as_read(plain.asked("speech")[0])

    async def test_a_choice_that_cannot_be_used_ends_nothing(self) -> None:
        silent = Player({"choice": lambda _: Reply("I say nothing.", stop=Stop.REFUSED)})
        seats = {"debater_a": silent, "judge": sure_of(RIGHT)}
        playing = await hold(Debate(rounds=1, ask_choice=True), seats)
        assert playing.outcome.ending is Ending.COMPLETED


class TestSource:
    @pytest.mark.parametrize("protocol", [Debate(rounds=1, onlookers=1), Consultancy(rounds=1, onlookers=1)])
    @pytest.mark.parametrize("readers", Readers)
    async def test_who_reads_it(self, protocol: Oversight, readers: Readers) -> None:
        protocol = protocol.model_copy(update={"source": readers})
        agents = {seat: Player() for seat in protocol.seats}
        agents["judge"] = sure_of(RIGHT)
        playing = await hold(protocol, agents)
        for seat, agent in agents.items():
            may_read = readers is Readers.EVERYONE or (
                readers is Readers.SPEAKERS and seat in protocol.speakers
            )
            assert all((SOURCE in repr(request)) is may_read for request in agent.requests)
            assert SOURCE not in playing.briefs[seat]

    @pytest.mark.parametrize("readers", Readers)
    async def test_the_judge_by_itself_without_and_with_it(self, readers: Readers) -> None:
        judge = sure_of(RIGHT)
        await hold(Direct(source=readers), {"judge": judge})
        assert all((SOURCE in repr(one)) is (readers is Readers.EVERYONE) for one in judge.requests)

    @pytest.mark.parametrize("readers", [Readers.SPEAKERS, Readers.EVERYONE])
    async def test_quotes_of_it_are_marked_for_all_to_see(self, readers: Readers) -> None:
        debater = Player({"speech": "<quote>by the garden gate</quote> <quote>by a garden gate</quote>"})
        judge = sure_of(RIGHT)
        debate = Debate(rounds=1, quotes=True, source=readers)
        playing = await hold(debate, {"debater_a": debater, "judge": judge})
        text = as_read(judge.asked("verdict")[0])
        marked = "<verified>by the garden gate</verified> <unverified>by a garden gate</unverified>"
        assert f"> {marked}" in text
        assert "<verified>" in playing.briefs["judge"]

    @pytest.mark.parametrize("task", [CLAIM, TASK])
    async def test_without_it_nothing_is_said_of_quotes(self, task: Task) -> None:
        debate = Debate(rounds=1, quotes=True, source=Readers.NOBODY)
        playing = await hold(debate, {"judge": Player()}, task=task)
        assert "quote" not in repr(playing.briefs)
        assert "quote" not in repr(playing.episode.transcript.events)


class TestSpeeches:
    async def test_what_is_over_the_limit_is_asked_not_to_be_then_cut_and_recorded(self) -> None:
        debater = Player({"speech": "one two three four five six"})
        playing = await hold(Debate(rounds=1, words=4), {"debater_a": debater, "judge": sure_of(RIGHT)})
        assert "at most 4 words" in debater.asked("speech")[0].prompt.text
        (event,) = [e for e in playing.episode.transcript.events if e.text == "one two three four"]
        assert event.data == {"speech": "one two three four"}
        (call,) = [call for call in playing.calls if call.parsed and "one two" in call.parsed]
        assert from_json(call.parsed or "") == {"speech": "one two three four", "cut_words": 2}

    @pytest.mark.parametrize("seat", ["debater_a", "debater_b"])
    @pytest.mark.parametrize("stop", [Stop.REFUSED, Stop.TRUNCATED])
    async def test_a_speech_that_never_came_fails_the_episode(self, seat: str, stop: Stop) -> None:
        """Nobody wins by another's refusal; what was found out till then is kept."""
        silent = Player({"speech": lambda _: Reply("You win.", stop=stop)})
        playing = await hold(Debate(rounds=2), {"judge": sure_of(RIGHT), **{seat: silent}})
        assert playing.outcome.ending is Ending.FAILED
        assert playing.outcome.offenders == (seat,)
        assert playing.outcome.returns == {}
        assert details(playing)["defended"]
        assert details(playing)["beliefs"]
        assert details(playing)["verdicts"] == []

    async def test_a_debater_is_told_its_chances_if_it_is_to_be_informed(self) -> None:
        task = TASK.public
        assert "your chance of winning is exactly 50%" in Debate(informed=True).brief("debater_a", task)
        assert "your chance of winning is exactly 1 in 3" in Debate(informed=True, debaters=3).brief(
            "debater_c", task
        )
        assert "chance" not in Debate(informed=True).brief("judge", task)
        assert "chance" not in Debate().brief("debater_a", task)


class TestOutcome:
    async def test_who_defends_the_answer_that_is_chosen_wins(self) -> None:
        for seed in range(6):
            playing = await hold(Debate(rounds=1), {"judge": sure_of(RIGHT)}, seed=seed)
            defended = details(playing)["defended"]
            assert playing.outcome.returns == {seat: float(a == RIGHT) for seat, a in defended.items()}

    async def test_everyone_is_told(self) -> None:
        playing = await hold(Debate(rounds=1, beliefs={"holders": ()}), {"judge": sure_of(RIGHT)})
        for seat in playing.episode.seats:
            assert playing.episode.view(seat)[-1].text == f"The judge decides for the answer: {RIGHT}"

    async def test_without_a_judge_there_is_no_verdict_and_no_return(self) -> None:
        debate = Debate(rounds=1, judged=False)
        assert debate.seats == ("debater_a", "debater_b")
        playing = await hold(debate)
        assert playing.outcome.ending is Ending.COMPLETED
        assert playing.outcome.returns == {}
        assert details(playing)["verdict"] is None

    async def test_those_who_argue_are_the_players(self) -> None:
        assert Debate(debaters=3, onlookers=1).players == ("debater_a", "debater_b", "debater_c")
        assert Consultancy().players == ("consultant",)
        assert Direct().players == ("judge",)

    async def test_details_are_what_the_module_says(self) -> None:
        playing = await hold(Debate(rounds=1), {"judge": sure_of(RIGHT)})
        found = details(playing)
        assert set(found) == {"answers", "defended", "verdict", "verdicts", "beliefs"}
        assert found["answers"] == [WRONG, RIGHT]
        assert set(found["verdict"]) == {
            "choice",
            "confidence",
            "probabilities",
            "shares",
            "agreed",
            "combination",
        }
        assert found["verdicts"][0]["reasons"] == "It is plain."
        assert set(found["beliefs"][0]) == {
            *("seat", "moment", "round", "method", "kind", "about"),
            *("probability", "reasons", "status", "reason", "votes"),
        }

    async def test_and_the_journal_gives_them_back(self, tmp_path: Path) -> None:
        scenario = Scenario(
            protocol=Debate(rounds=1),
            tasks=[TASK, CLAIM],
            seats=dict.fromkeys(Debate().seats, Random()),
            swap=True,
        )
        await run(scenario, tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored:
            played = list(stored.finished())
        assert len(played) == 2
        for one in played:
            assert one.outcome.ending is Ending.COMPLETED
            assert one.outcome.details["verdict"]["combination"] == "two-game"
            assert len(one.outcome.details["verdicts"]) == 2


class TestAnySettings:
    @some
    @given(protocols, tasks, seeds)
    def test_random_agents_can_play_them_all(self, protocol: Oversight, task: Task, seed: int) -> None:
        playing = asyncio.run(hold(protocol, task=task, seed=seed))
        if playing.outcome.ending is Ending.FAILED:
            assert protocol.reading == "token-probability"  # which random agents do not tell
            assert playing.outcome.offenders == ("judge",)
        else:
            assert playing.outcome.ending is Ending.COMPLETED

    @some
    @given(protocols)
    def test_settings_are_read_back_as_they_were_written(self, protocol: Oversight) -> None:
        assert type(protocol).model_validate_json(protocol.model_dump_json()) == protocol

    @pytest.mark.parametrize(
        "settings",
        [
            {"debaters": 1},
            {"rounds": 0},
            {"rounds": ()},
            {"words": 0},
            {"interactive": True, "judged": False},
            {"order": "parallel"},
            {"round": 3},
        ],
    )
    def test_impossible_ones_are_refused(self, settings: dict[str, object]) -> None:
        with pytest.raises(UsageError):
            Debate(**settings)

    @pytest.mark.parametrize("name", ["debate", "consultancy", "direct"])
    def test_they_are_found_by_name(self, name: str) -> None:
        assert issubclass(find("protocols", name), Oversight)


class TestTasks:
    @pytest.mark.parametrize(
        "data",
        [
            {"answers": ["one"]},
            {"answers": ["one", "one"]},
            {"answers": ["one", ""]},
            {"answers": ["one", 2]},
            {"answers": "yes"},
            {"answers": 2},
            {"source": 3},
        ],
    )
    async def test_answers_and_source_of_another_shape_are_refused(self, data: dict[str, object]) -> None:
        with pytest.raises(UsageError, match=r"The (answers|source) of task 't'"):
            Debate().brief("judge", PublicTask(id="t", data=data))

    async def test_the_seats_own_brief_is_in_its_brief_alone(self) -> None:
        task = Task(text="Who took the key?", briefs={"judge": "You distrust cooks."})
        playing = await hold(Debate(rounds=1), {"judge": Player()}, task=task)
        assert "You distrust cooks." in playing.briefs["judge"]
        assert "distrust" not in playing.briefs["debater_a"]


async def test_programs_are_told_what_is_asked_for() -> None:
    agents = {seat: Player() for seat in Debate().seats}
    await hold(Debate(rounds=2, interactive=True, sides=Sides.CHOSEN), agents)
    kinds = {asks_for(request) for agent in agents.values() for request in agent.requests}
    assert kinds == {"side", "speech", "question", "verdict", "belief"}
