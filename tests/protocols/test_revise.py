"""Answering again: who is told what, which answer is kept, when it ends, and what is recorded of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.transcript import Event, EventKind
from arena.tasks import sums
from protocols import AnswerMatch, Revise
from protocols.revise import ANSWERER, CRITIC
from tests.properties.test_determinism import export
from tests.shared.agents import Erratic, Watched
from tests.shared.examples import few
from tests.shared.playing import Playing, play
from tests.shared.protocols import seeds

AGAIN = "There may be a mistake in your answer. Check it, and answer again: the same, or another."
MISSING = "That was no usable answer. Give one."
WRONG = "That is wrong. Try again."

TRUTH = "42"
REFUSED = Reply("Answer: 42", stop=Stop.REFUSED)
ACCEPTS, OBJECTS = "Verdict: accept", "It adds wrongly.\nVerdict: revise"


FEEDBACK = {
    "none": ["none", "self", "critic"],
    "unary": ["none", "self"],
    "critic": ["critic"],
    "always": ["none"],
}
STOPS = {"none": ["unchanged"], "self": ["unchanged", "done"], "critic": ["unchanged", "accepted"]}


@st.composite
def revising(draw: st.DrawFn, hints: Sequence[str] = tuple(FEEDBACK)) -> Revise:
    """Draw settings that fit together."""
    hint = draw(st.sampled_from(hints))
    feedback = draw(st.sampled_from(FEEDBACK[hint]))
    keeps = ["first", "majority", *(["right"] if hint in ("unary", "critic") else [])]
    stops = STOPS[feedback if hint == "none" else "none"]
    settings = {
        "hint": hint,
        "feedback": feedback,
        "turns": draw(st.integers(1, 4)),
        "samples": draw(st.integers(1, 3)),
        "keep": draw(st.sampled_from(keeps)),
        "unit": draw(st.sampled_from(["solution", "step"] if feedback != "none" else ["solution"])),
        "stop": draw(st.lists(st.sampled_from(stops), unique=True)),
        "history": draw(st.sampled_from(["all", "last"])),
        "review_last": draw(st.booleans()),
    }
    return Revise.model_validate(settings)


class Said(Watched):
    """Gives the answers, and the feedback, in the order in which it is asked for them."""

    def __init__(self, answers: Sequence[str | Reply], feedback: Sequence[str | Reply] = ()) -> None:
        super().__init__(self._next, "said")
        self.left = {"answer": list(answers), "feedback": list(feedback)}
        self.last: str | Reply = ""

    def _next(self, request: Request) -> str | Reply:
        left = self.left[request.prompt.data["asks"]]
        if "could not be used" not in request.prompt.text:
            self.last = left.pop(0) if len(left) > 1 else left[0]
        said = self.last
        return f"I think so.\nAnswer: {said}" if isinstance(said, str) and said.isdecimal() else said


async def hold(
    protocol: Revise, answers: Sequence[str | Reply], feedback: Sequence[str | Reply] = ()
) -> tuple[Playing, dict[str, Said]]:
    """Play it with agents who say these things, in order."""
    agents = {seat: Said(answers, feedback) for seat in protocol.seats}
    seated: Mapping[str, Agent] = agents
    return await play(protocol, seated, task=sums(1)[0].public, truth=TRUTH), agents


def revised(playing: Playing) -> dict[str, Any]:
    return dict(playing.outcome.details["revision"])


def answers_of(playing: Playing) -> list[tuple[str | None, bool | None]]:
    return [(turn["answer"], turn["correct"]) for turn in revised(playing)["turns"]]


def asked(agent: Said) -> list[str]:
    return [sent.prompt.text.splitlines()[0] for sent in agent.sent]


class TestWithoutHint:
    async def test_two_attempts_whatever_they_are_worth(self) -> None:
        """SCoRe: the second attempt is asked for in the same words after a right answer and a wrong one."""
        for first, second in (("42", "7"), ("7", "42"), ("42", "42"), ("7", "7")):
            playing, agents = await hold(Revise(), [first, second])
            assert answers_of(playing) == [(first, first == TRUTH), (second, second == TRUTH)]
            assert asked(agents[ANSWERER])[1] == AGAIN
            assert revised(playing)["stopped"] == "turns"
            assert playing.outcome.returns == {ANSWERER: float(second == TRUTH)}

    @few
    @given(st.integers(1, 6), st.lists(st.sampled_from(["42", "7"]), min_size=6, max_size=6))
    async def test_there_are_just_so_many_turns(self, turns: int, answers: list[str]) -> None:
        playing, agents = await hold(Revise(turns=turns), answers)
        assert [answer for answer, _ in answers_of(playing)] == answers[:turns]
        assert len(agents[ANSWERER].sent) == turns

    async def test_without_a_truth_nothing_is_known_and_nobody_is_paid(self) -> None:
        playing = await play(Revise(), Said(["42"]), task=sums(1)[0].public)
        assert answers_of(playing) == [("42", None), ("42", None)]
        assert playing.outcome.returns == {}
        assert playing.outcome.ending is Ending.COMPLETED

    def test_with_one_turn_nobody_says_that_there_may_be_another(self) -> None:
        task = sums(1)[0].public
        assert "again" in Revise().brief(ANSWERER, task)
        assert "again" not in Revise(turns=1).brief(ANSWERER, task)


class TestUnaryFeedback:
    async def test_ends_at_the_first_right_answer_of_which_nobody_is_told(self) -> None:
        playing, agents = await hold(Revise(turns=5, hint="unary"), ["7", "8", "42", "9"])
        assert answers_of(playing) == [("7", False), ("8", False), ("42", True)]
        assert revised(playing)["stopped"] == "right"
        assert asked(agents[ANSWERER])[1:] == [WRONG, WRONG]
        assert playing.outcome.returns == {ANSWERER: 1.0}

    async def test_goes_on_to_the_last_turn(self) -> None:
        playing, _ = await hold(Revise(turns=3, hint="unary"), ["7"])
        assert len(revised(playing)["turns"]) == 3
        assert revised(playing)["stopped"] == "turns"
        assert playing.outcome.returns == {ANSWERER: 0.0}

    async def test_says_nothing_of_an_answer_that_is_none(self) -> None:
        """It is neither right nor wrong, and stays in the record as what it was."""
        playing, agents = await hold(Revise(turns=3, hint="unary"), [REFUSED, "7", "8"])
        first, *_ = revised(playing)["turns"]
        assert (first["answer"], first["correct"], first["status"], first["kept"]) == (
            None,
            None,
            "refused",
            None,
        )
        after = [text for text in asked(agents[ANSWERER]) if not text.startswith("Your reply could not")]
        assert after[-2:] == [MISSING, WRONG]

    async def test_needs_a_truth_to_tell_by(self) -> None:
        task = sums(1)[0].model_copy(update={"truth": None})
        plan = Plan(0, task, {ANSWERER: "said"}, 0)
        played = await play_episode(Revise(hint="unary"), plan, {"said": Said(["42"])})
        assert played.outcome.ending is Ending.FAILED
        assert "The hint 'unary' needs to know which answers to task" in played.outcome.reason


class TestSamples:
    async def test_the_right_one_is_kept(self) -> None:
        playing, _ = await hold(Revise(hint="unary", samples=3, keep="right"), ["7", "42", "8"])
        (turn,) = revised(playing)["turns"]
        assert (turn["kept"], turn["answer"], turn["correct"]) == (1, "42", True)
        assert [sample["answer"] for sample in turn["samples"]] == ["7", "42", "8"]

    async def test_each_is_graded_at_its_own_place(self) -> None:
        """RISE: the samples 1, 1, 4 with the truth 4 once had the same place and the same reward."""
        playing, _ = await hold(Revise(turns=1, hint="unary", samples=3, keep="right"), ["7", "7", TRUTH])
        rows = playing.memory.found[0]
        graded = [(row.sample, row.turn, row.correct) for row in rows if row.name == "answer"]
        assert graded == [(0, 1, 0.0), (1, 1, 0.0), (2, 1, 1.0)]
        assert len({row.step for row in rows}) == 1
        assert [(row.sample, row.text) for row in rows if row.name == "kept"] == [
            (0, "no"),
            (1, "no"),
            (2, "yes"),
        ]

    async def test_the_most_frequent_one_is_kept_and_a_refusal_never_counts(self) -> None:
        protocol = Revise(turns=1, samples=4, keep="majority")
        playing, _ = await hold(protocol, ["7", REFUSED, "8", "8"])
        (turn,) = revised(playing)["turns"]
        assert [sample["status"] for sample in turn["samples"]][1] == "refused"
        assert turn["answer"] == "8"

    async def test_of_a_tie_the_first_is_kept(self) -> None:
        playing, _ = await hold(Revise(turns=1, samples=4, keep="majority"), ["7", "8", "8", "7"])
        assert revised(playing)["turns"][0]["kept"] == 0

    async def test_samples_are_made_from_the_same_view_and_only_the_kept_one_is_shown(self) -> None:
        protocol = Revise(turns=2, samples=3, keep="majority")
        playing, agents = await hold(protocol, ["111", "222", "222", "333"])
        sent = agents[ANSWERER].sent
        assert [list(one.view) for one in sent[:3]] == [list(sent[0].view)] * 3
        assert len({one.seed for one in sent}) == 6
        seen = "\n".join(event.text for event in sent[3].view)
        assert "> Answer: 222" in seen
        assert "111" not in seen
        assert [turn["answer"] for turn in revised(playing)["turns"]] == ["222", "333"]


class TestFeedback:
    async def test_a_critic_reads_wrong_answers_alone_and_is_heard(self) -> None:
        protocol = Revise(turns=3, feedback="critic", hint="critic")
        playing, agents = await hold(protocol, ["7", "42"], ["Seven is too small."])
        assert answers_of(playing) == [("7", False), ("42", True)]
        (sent,) = agents[CRITIC].sent
        assert "> Answer: 7" in sent.prompt.text
        assert any("too small" in event.text for event in agents[ANSWERER].sent[-1].view)
        first, last = revised(playing)["turns"]
        assert first["feedback"]["text"] == "Seven is too small."
        assert last["feedback"] is None

    async def test_a_right_answer_at_once_is_not_shown_to_the_critic(self) -> None:
        playing, agents = await hold(Revise(feedback="critic", hint="critic"), ["42"], ["Well."])
        assert agents[CRITIC].sent == []
        assert revised(playing)["stopped"] == "right"

    async def test_a_critic_without_hint_reads_every_answer_and_may_accept(self) -> None:
        protocol = Revise(turns=4, feedback="critic", stop=["accepted"])
        playing, agents = await hold(protocol, ["42", "7"], [OBJECTS, ACCEPTS])
        assert answers_of(playing) == [("42", True), ("7", False)]
        assert revised(playing)["stopped"] == "accepted"
        assert len(agents[CRITIC].sent) == 2

    async def test_the_answerer_may_be_its_own_critic_and_say_that_it_is_done(self) -> None:
        protocol = Revise(turns=4, feedback="self", stop=["done"])
        playing, agents = await hold(protocol, ["7", "42"], [OBJECTS, ACCEPTS])
        assert protocol.seats == (ANSWERER,)
        assert revised(playing)["stopped"] == "done"
        assert answers_of(playing) == [("7", False), ("42", True)]
        assert any("It adds wrongly." in event.text for event in agents[ANSWERER].sent[2].view)

    async def test_feedback_that_is_none_neither_accepts_nor_objects(self) -> None:
        protocol = Revise(turns=2, feedback="critic", stop=["accepted"])
        playing, agents = await hold(protocol, ["7", "42"], [Reply(ACCEPTS, stop=Stop.TRUNCATED)])
        remark = revised(playing)["turns"][0]["feedback"]
        assert (remark["text"], remark["accepts"], remark["status"]) == (None, None, "truncated")
        assert revised(playing)["stopped"] == "turns"
        assert asked(agents[ANSWERER])[1] == AGAIN

    async def test_nobody_is_asked_about_an_answer_that_is_none(self) -> None:
        _, agents = await hold(Revise(turns=2, feedback="critic"), [REFUSED], ["Well."])
        assert agents[CRITIC].sent == []

    async def test_after_the_last_turn_there_is_no_feedback(self) -> None:
        _, agents = await hold(Revise(turns=2, feedback="critic"), ["7", "8"], ["Well."])
        assert len(agents[CRITIC].sent) == 1


class TestSteps:
    WRITTEN = "2 + 2 = 4\n4 * 4 = 15\nso 15\nAnswer: 15"

    async def test_what_stands_before_the_wrong_step_is_kept(self) -> None:
        protocol = Revise(feedback="critic", unit="step")
        again = "4 * 4 = 16\nAnswer: 16"
        playing, agents = await hold(protocol, [self.WRITTEN, again], ["Verdict: 2"])
        first, second = revised(playing)["turns"]
        assert first["steps"] == ["2 + 2 = 4", "4 * 4 = 15", "so 15", "Answer: 15"]
        assert first["feedback"]["step"] == 2
        assert second["steps"] == ["2 + 2 = 4", "4 * 4 = 16", "Answer: 16"]
        assert "> Step 2: 4 * 4 = 15" in agents[CRITIC].sent[0].prompt.text
        assert "Write step 2" in asked(agents[ANSWERER])[1]

    async def test_no_step_may_be_wrong_but_if_the_answer_is(self) -> None:
        free = Revise(feedback="critic", unit="step", stop=["accepted"], turns=3)
        playing, agents = await hold(free, [self.WRITTEN], ["Verdict: none"])
        assert revised(playing)["stopped"] == "accepted"
        hinted = Revise(feedback="critic", unit="step", hint="critic")
        _, agents = await hold(hinted, [self.WRITTEN], ["Verdict: none"])
        assert agents[CRITIC].sent[0].form.options == ("1", "2", "3", "4")  # type: ignore[attr-defined]


class TestStopping:
    async def test_when_the_answer_is_the_same(self) -> None:
        """However it is written."""
        playing, _ = await hold(Revise(turns=5, stop=["unchanged"]), ["7", "8", "Answer: $8.00", "9"])
        assert [turn["answer"] for turn in revised(playing)["turns"]] == ["7", "8", "$8.00"]
        assert revised(playing)["stopped"] == "unchanged"

    async def test_two_refusals_are_not_the_same_answer(self) -> None:
        playing, _ = await hold(Revise(turns=2, stop=["unchanged"]), [REFUSED])
        assert revised(playing)["stopped"] == "turns"

    async def test_without_any_usable_answer_the_episode_has_failed(self) -> None:
        playing, _ = await hold(Revise(), [REFUSED])
        assert playing.outcome.ending is Ending.FAILED
        assert playing.outcome.offenders == (ANSWERER,)
        assert [status["status"] for status in revised(playing)["turns"]] == ["refused"] * 2

    async def test_a_last_answer_that_is_none_pays_nobody(self) -> None:
        playing, _ = await hold(Revise(), ["42", REFUSED])
        assert playing.outcome.ending is Ending.COMPLETED
        assert playing.outcome.returns == {}
        assert answers_of(playing) == [("42", True), (None, None)]


class TestAlwaysToldWrong:
    async def test_a_right_answer_is_called_wrong_too_and_ends_nothing(self) -> None:
        playing, agents = await hold(Revise(turns=3, hint="always"), ["42", "41", "42"])
        assert answers_of(playing) == [("42", True), ("41", False), ("42", True)]
        assert revised(playing)["stopped"] == "turns"
        assert asked(agents[ANSWERER])[1:] == [WRONG, WRONG]

    async def test_of_its_history_it_may_see_the_last_answer_alone(self) -> None:
        settings = {"turns": 3, "hint": "always", "history": "last"}
        _, agents = await hold(Revise.model_validate(settings), ["41", "43", "42"])
        last = agents[ANSWERER].sent[-1]
        read = last.prompt.text + repr(last)
        assert "Answer: 43" in read
        assert "Answer: 41" not in read


class TestSettings:
    @pytest.mark.parametrize(
        ("settings", "says"),
        [
            ({"hint": "critic"}, "set feedback to 'critic'"),
            ({"hint": "unary", "feedback": "critic"}, "set hint to 'critic'"),
            ({"keep": "right", "samples": 2}, "needs a hint"),
            ({"stop": ["right"]}, "needs a hint"),
            ({"keep": "right", "samples": 2, "hint": "always"}, "needs a hint"),
            ({"hint": "always", "feedback": "self"}, "set feedback to 'none'"),
            ({"unit": "step"}, "somebody has to find the wrong step"),
            ({"stop": ["done"]}, "stopping when done needs feedback 'self'"),
            ({"stop": ["accepted"], "feedback": "critic", "hint": "critic"}, "and no hint"),
            ({"turns": 0}, "it must be at least 1"),
        ],
    )
    def test_what_does_not_fit_together_is_refused(self, settings: dict[str, Any], says: str) -> None:
        with pytest.raises(UsageError, match=says):
            Revise(**settings)

    async def test_listed_answers_are_chosen_from(self) -> None:
        task = sums(1)[0].public.model_copy(update={"data": {"answers": ["the cook", "the maid"]}})
        agent = Watched("Answer: The Cook")
        playing = await play(Revise(), agent, task=task, truth="the cook")
        assert answers_of(playing) == [("the cook", True)] * 2

    async def test_a_comparison_decides_what_is_right(self) -> None:
        agent = Watched("Answer: $42.0")
        for comparison, right in ((AnswerMatch.NUMBER, True), (AnswerMatch.CASEFOLD, False)):
            task = sums(1)[0].public
            playing = await play(Revise(comparison=comparison), agent, task=task, truth=TRUTH)
            assert answers_of(playing)[0] == ("$42.0", right)


class TestAnyRevision:
    @few
    @given(revising(), seeds)
    async def test_comes_to_an_end_whatever_is_replied(self, protocol: Revise, seed: int) -> None:
        playing = await play(protocol, Erratic(), task=sums(1)[0].public, seed=seed, truth="3")
        revision = revised(playing)
        turns = revision["turns"]
        assert 1 <= len(turns) <= protocol.turns
        assert (revision["stopped"] == "turns") <= (len(turns) == protocol.turns)
        for turn in turns:
            assert len(turn["samples"]) == protocol.samples
            assert (turn["answer"] is None) is (turn["kept"] is None) is (turn["status"] != "ok")
            assert turn["correct"] in ((None,) if turn["kept"] is None else (True, False))
        if protocol.hint.is_true:
            assert all(turn["correct"] is not True for turn in turns[:-1])
            assert (revision["stopped"] == "right") is (turns[-1]["correct"] is True)

    @few
    @given(revising(), seeds)
    async def test_views_only_grow(self, protocol: Revise, seed: int) -> None:
        agents = {seat: Watched(lambda r: r.form.sample(r.random()), seat) for seat in protocol.seats}
        seated: Mapping[str, Agent] = agents
        playing = await play(protocol, seated, task=sums(1)[0].public, seed=seed, truth="3")
        for seat, agent in agents.items():
            seen: Sequence[Event] = ()
            for sent in agent.sent:
                assert list(sent.view[: len(seen)]) == list(seen)
                assert all(seat in event.audience for event in sent.view)
                seen = sent.view
        kinds = [event.kind for step in playing.steps for event in step]
        assert kinds.count(EventKind.SAID) <= kinds.count(EventKind.ASKED)

    async def test_same_seed_same_bytes_at_any_concurrency(self, tmp_path: Path) -> None:
        def scenario(seed: int) -> Scenario:
            protocol = Revise(turns=3, feedback="critic", stop=["accepted"], samples=2, keep="majority")
            seats = dict.fromkeys(protocol.seats, Erratic())
            return Scenario(protocol=protocol, seats=seats, tasks=sums(6), seed=seed)

        one, two = [await export(scenario(1), tmp_path / str(n), n) for n in (1, 5)]
        other = await export(scenario(2), tmp_path / "other", 5)
        assert one == two != other
