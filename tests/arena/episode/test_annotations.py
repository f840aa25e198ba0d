"""What an ask finds out is filled in from the response, graded, placed and recorded, also when it fails."""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from arena.annotations import (
    COMPARISONS,
    Annotation,
    Answer,
    Belief,
    Label,
    Place,
    Reward,
    Score,
    Verdict,
    annotation_of,
    row_of,
)
from arena.core.errors import UsageError
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.episode.protocol import Protocol
from arena.forms import Choice, Number, Probability, Speech
from arena.forms import Verdict as VerdictForm
from arena.seat.agent import Reply, Request
from arena.tasks.grading import AnswerMatch
from arena.tasks.task import Task
from tests.shared.agents import Scripted, Watched
from tests.shared.recording import Memory


def episode(*replies: str, truth: Any = "4", memory: Memory | None = None) -> tuple[Episode, Memory]:
    recorder = memory or Memory()
    agents = {"solver": Scripted(*replies), "other": Scripted(*replies)}
    return Episode(agents, Task(truth=truth), number=3, context=EpisodeContext(recorder=recorder)), recorder


def found(memory: Memory) -> list[Annotation]:
    return [annotation_of(row) for row in memory.found.get(3, [])]


class TestAsk:
    def test_an_answer_is_filled_in_placed_and_graded(self) -> None:
        one, memory = episode("Answer: 4.0")
        said = asyncio.run(one.ask("solver", Number(), finds=Answer("estimate", turn=1, comparison="number")))
        (answer,) = found(memory)
        assert isinstance(answer, Answer)
        assert (answer.text, answer.correct, answer.turn, answer.status) == ("4", 1.0, 1, "ok")
        assert (answer.about, answer.said, answer.author) == (Place("solver", 0), 0, "solver")
        assert said["solver"].place == answer.about if isinstance(said, dict) else said.place == answer.about

    def test_a_reply_that_failed_is_a_row_too(self) -> None:
        one, memory = episode("no number", "none", "none")
        asyncio.run(one.ask("solver", Number(), finds=Answer("estimate")))
        (answer,) = found(memory)
        assert isinstance(answer, Answer)
        assert (answer.text, answer.correct, answer.key) == (None, None, None)
        assert answer.status == "unparseable"
        assert "not a number" in answer.reason or answer.reason

    def test_equal_answers_share_a_key(self) -> None:
        one, memory = episode("Answer: 4", "Answer: 4.0", "Answer: 5")

        async def thrice() -> None:
            for _ in range(3):
                await one.ask("solver", Number(), finds=Answer("estimate", comparison="number"))

        asyncio.run(thrice())
        first, second, third = (answer.key for answer in found(memory) if isinstance(answer, Answer))
        assert first == second != third

    def test_a_sample_belongs_to_the_turn_of_the_first(self) -> None:
        one, memory = episode("Answer: 1", "Answer: 4")

        async def twice() -> None:
            for sample in range(2):
                await one.ask(
                    "solver", Choice(("1", "4")), finds=Answer("answer"), sample=sample, remember=False
                )

        asyncio.run(twice())
        assert [(one.about.step, one.about.sample, one.said) for one in found(memory)] == [
            (0, 0, 0),
            (0, 1, 1),
        ]
        assert [call.sample for call in memory.calls[3]] == [0, 1]

    def test_forms_find_beliefs_and_verdicts_by_themselves(self) -> None:
        one, memory = episode("Probability: 80", "Verdict: 4\nConfidence: 90")

        async def ask() -> None:
            await one.ask("solver", Probability("it rains"))
            await one.ask("solver", VerdictForm(("3", "4")))
            await one.ask("other", Speech(), finds=())

        asyncio.run(ask())
        belief, verdict = found(memory)
        assert isinstance(belief, Belief)
        assert (belief.name, belief.probability, belief.of, belief.method) == (
            "belief",
            0.8,
            "it rains",
            "verbalised-100",
        )
        assert isinstance(verdict, Verdict)
        assert (verdict.choice, verdict.confidence, verdict.correct) == ("4", 0.9, 1.0)

    def test_options_are_recorded_as_what_they_mean(self) -> None:
        one, memory = episode("Answer: B")
        asyncio.run(
            one.ask("solver", Choice(("A", "B")), finds=Verdict("verdict", means={"A": "3", "B": "4"}))
        )
        (verdict,) = found(memory)
        assert isinstance(verdict, Verdict)
        assert (verdict.choice, verdict.correct) == ("4", 1.0)

    def test_seats_asked_together_are_recorded_in_their_order(self) -> None:
        one, memory = episode("Answer: 4")
        asyncio.run(one.together(("other", "solver"), Number(), finds=Answer("estimate")))
        assert [(answer.author, answer.number) for answer in found(memory)] == [("other", 0), ("solver", 1)]

    def test_a_word_is_no_annotation(self) -> None:
        one, memory = episode("Answer: 4")
        with pytest.raises(UsageError, match="'answer' is no annotation"):
            asyncio.run(one.ask("solver", Number(), finds="answer"))  # type: ignore[arg-type]
        assert found(memory) == []


class TestInterrupted:
    def test_a_wrong_annotation_hides_no_cancellation(self) -> None:
        """What a seat answered before is settled, and the task ends as cancelled."""
        one, memory = episode("Answer: 4")
        waiting = asyncio.Event()

        async def forever(request: Request) -> Reply:
            waiting.set()
            await asyncio.Event().wait()
            return Reply("")

        one._sessions["other"].agent = Watched(forever)

        async def ask() -> None:
            wrong = Answer("estimate", about=Place("nobody"))
            task = asyncio.create_task(one.together(("solver", "other"), Number(), finds=wrong))
            await waiting.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(ask())
        assert found(memory) == []
        assert [call.seat for call in memory.calls[3]] == ["solver"]


class TestAnnotate:
    def test_a_protocol_records_what_it_finds_itself(self) -> None:
        one, memory = episode()
        one.annotate(
            Score("price", 15.5, unit="dollars"),
            Label("steps", count=0),
            Reward("utterance", -1, about=Place("solver", 2), anchor=Place("solver", 0)),
            Answer("final", "4"),
        )
        price, steps, reward, final = found(memory)
        assert price == Score("price", 15.5, unit="dollars", author="protocol", by="protocol", episode=3)  # type: ignore[arg-type]
        assert isinstance(steps, Label)
        assert (steps.value, steps.count) == (None, 0.0)
        assert isinstance(reward, Reward)
        assert (reward.about, reward.anchor) == (Place("solver", 2), Place("solver", 0))
        assert isinstance(final, Answer)
        assert final.correct == 1.0

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            (Belief("right", 1.5), "a probability of 1.5, which is not between 0 and 1"),
            (Score("price", float("inf")), "a value of inf, which is not a finite number"),
            (Label("steps", count=-1), "a count of -1, which is below 0"),
            (Reward("game", 1, about=Place("nobody")), "is about 'nobody'; the seats are other, solver"),
        ],
    )
    def test_what_cannot_be_is_refused_in_a_sentence(self, wrong: Annotation, said: str) -> None:
        one, memory = episode()
        with pytest.raises(UsageError, match=said):
            one.annotate(wrong)
        assert found(memory) == []


class TestRefused:
    def test_a_comparison_that_there_is_not_when_the_answer_is_made(self) -> None:
        with pytest.raises(UsageError, match="compared by 'numeric'; there are: exact, casefold, number"):
            Answer("final", comparison="numeric")

    def test_there_is_one_for_each_that_is_named(self) -> None:
        assert list(COMPARISONS) == list(AnswerMatch)

    def test_one_of_an_older_run_is_left_out(self) -> None:
        row = row_of(Answer("final", "4", comparison="exact"))._replace(method="soundex")
        assert annotation_of(row) == Answer("final", "4")

    @pytest.mark.parametrize(
        "finds", [Score("mood"), Belief("right"), Reward("game"), (Label("x"), Score("y"))]
    )
    @pytest.mark.parametrize("form", [Speech(), Choice(("a", "b"))])
    def test_a_number_of_a_form_that_holds_none_before_anybody_is_asked(self, finds: Any, form: Any) -> None:
        one, memory = episode("a")
        with pytest.raises(UsageError, match=r"needs a number, and a (Speech|Choice) holds none\. Ask with"):
            asyncio.run(one.ask("solver", form, finds=finds))
        assert (found(memory), memory.calls) == ([], {})

    def test_a_number_of_a_verdict_when_it_is_given(self) -> None:
        one, memory = episode("Verdict: a")
        form = VerdictForm(("a", "b"), confidence=False)
        with pytest.raises(UsageError, match="The score 'mood' needs a number"):
            asyncio.run(one.ask("solver", form, finds=Score("mood")))
        assert found(memory) == []

    def test_but_one_that_the_protocol_says_itself_is_recorded(self) -> None:
        one, memory = episode("a word")
        asyncio.run(one.ask("solver", Speech(), finds=Score("cost", 2.5)))
        (score,) = found(memory)
        assert isinstance(score, Score)
        assert score.value == 2.5


class TestTies:
    """The answer of a task may be called tie."""

    def graded(self, found_out: Annotation, truth: str, answers: Any) -> float | None:
        memory = Memory()
        task = Task(truth=truth, data={"answers": answers} if answers else {})
        one = Episode({"solver": Scripted()}, task, number=3, context=EpisodeContext(recorder=memory))
        one.annotate(found_out)
        (row,) = memory.found[3]
        return row.correct

    @pytest.mark.parametrize(("truth", "correct"), [("tie", 1.0), ("win", 0.0)])
    def test_is_graded_where_the_task_lists_it(self, truth: str, correct: float) -> None:
        listed = ["win", "tie"]
        assert self.graded(Verdict("decision", "tie"), truth, listed) == correct
        assert self.graded(Answer("answer", "tie"), truth, listed) == correct

    def test_is_an_answer_in_free_text(self) -> None:
        assert self.graded(Answer("answer", "tie"), "win", None) == 0.0

    def test_is_else_no_answer_of_a_verdict(self) -> None:
        assert self.graded(Verdict("decision", "tie"), "win", ["win", "loss"]) is None


class TestOddValues:
    """A protocol may record a value of any type. It is stored rightly, or the protocol is told."""

    @pytest.mark.parametrize(
        ("given", "turn", "value"),
        [
            (Score("x", np.float64(1.5), turn=np.int64(2)), 2, 1.5),  # type: ignore[arg-type]
            (Score("x", np.float32(1.5), turn=True), 1, 1.5),  # type: ignore[arg-type]
            (Score("x", True), None, 1.0),
        ],
    )
    def test_numbers_are_stored_as_plain_ones(self, given: Score, turn: int | None, value: float) -> None:
        one, memory = episode()
        one.annotate(given)
        (row,) = memory.found[3]
        assert (row.turn, type(row.turn)) == (turn, type(turn))
        assert (row.value, type(row.value)) == (value, float)

    def test_halves_of_surrogate_pairs_are_replaced(self) -> None:
        one, memory = episode()
        one.annotate(Answer("\ud83d", "\ud83d", reason="\udc00"))
        (row,) = memory.found[3]
        assert (row.name, row.text, row.reason) == ("\ufffd", "\ufffd", "\ufffd")

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            (Label("x", 5), "has 5 as its text, which is not a text"),  # type: ignore[arg-type]
            (Label("x", ["a"]), "has \\['a'\\] as its text"),  # type: ignore[arg-type]
            (Label("x", b"a"), "as its text"),  # type: ignore[arg-type]
            (Answer("x", "4", truth=4), "has 4 as its truth"),  # type: ignore[arg-type]
            (Score(None, 1), "has None as its name"),  # type: ignore[arg-type]
            (Score("x", 1, group=None), "has None as its group"),  # type: ignore[arg-type]
            (Score("x", 1, turn="one"), "has 'one' as its turn, which is not a whole number"),  # type: ignore[arg-type]
            (Score("x", 1, turn=1.0), "has 1.0 as its turn"),  # type: ignore[arg-type]
            (Score("x", 1, turn=2**70), "not a number of at most 64 bits"),
            (Score("x", 1, status="bogus"), "has 'bogus' as its status"),  # type: ignore[arg-type]
            (Score("x", 1, author="q", by="bogus"), "has 'bogus' as its by"),  # type: ignore[arg-type]
            (Score("x", 1, about=("solver", 0)), "as its about, which is not a Place"),  # type: ignore[arg-type]
            (Verdict("x", "0", among=("a", "b")), "has 'a' as its among"),  # type: ignore[arg-type]
            (Verdict("x", "0", among=(Place("solver"),)), "as its among"),  # type: ignore[arg-type]
            (Verdict("x", "4", probabilities={"4": float("nan")}), "as its probabilities"),
            (Reward("x", 1, anchor="solver"), "as its anchor"),  # type: ignore[arg-type]
            ("hello", "'hello' is no annotation"),
        ],
    )
    def test_another_type_is_refused_before_it_reaches_the_journal(self, given: Any, said: str) -> None:
        one, memory = episode()
        with pytest.raises(UsageError, match=said):
            one.annotate(given)
        assert 3 not in memory.found


class TestAfterTheEnd:
    def test_an_ended_episode_takes_no_more(self) -> None:
        one, memory = episode("Answer: 4")
        one.annotate(Score("before", 1))
        one.end()
        with pytest.raises(UsageError, match="Episode 3 has ended"):
            one.annotate(Score("late", 1))
        with pytest.raises(UsageError, match="Episode 3 has ended"):
            one.tell(("solver",), "late")
        with pytest.raises(UsageError, match="Episode 3 has ended"):
            asyncio.run(one.ask("solver", Number()))
        assert [row.name for row in memory.found[3]] == ["before"]

    def test_the_engine_ends_it_when_the_protocol_returns(self) -> None:
        kept: list[Episode] = []

        class Keeping(Protocol):
            @property
            def seats(self) -> tuple[str, ...]:
                return ("solver",)

            async def play(self, episode: Episode) -> Outcome:
                kept.append(episode)
                return Outcome.completed({})

        plan = Plan(number=3, task=Task(), seats={"solver": "one"}, chance=0)
        asyncio.run(play_episode(Keeping(), plan, {"one": Scripted()}))
        with pytest.raises(UsageError, match="Episode 3 has ended"):
            kept[0].annotate(Score("late", 1))
