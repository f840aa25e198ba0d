"""What debates, MAD and societies find out: kinds, names, turns, and the status of what did not come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from agents.random import Random
from arena.annotations import Annotation, Answer, Belief, Label, Verdict, annotation_of
from arena.episode.protocol import Protocol
from arena.seat.agent import Agent, PolicyAgent, Reply, Request, Stop
from arena.tasks.task import PublicTask
from protocols import AnswerMatch, Beliefs, Debate, Direct, Mad, Society
from protocols.shared.beliefs import Elicitation, Holder, Moment
from protocols.shared.verdicts import Reading
from tests.protocols.asking import RIGHT, TASK, WRONG, Player, first_listed, sure_of
from tests.shared.agents import Watched
from tests.shared.playing import play

SUM = PublicTask(text="How much is 6 times 7?")


async def found(
    protocol: Protocol, agents: Mapping[str, Agent], task: PublicTask = TASK.public, truth: Any = RIGHT
) -> list[Annotation]:
    seated = {seat: agents.get(seat) or Random() for seat in protocol.seats}
    playing = await play(protocol, seated, task=task, truth=truth)
    return [annotation_of(row) for row in playing.memory.found.get(0, [])]


def named(annotations: list[Annotation], name: str) -> list[Any]:
    return [one for one in annotations if one.name == name]


class Sure(PolicyAgent):
    """Says yes, or the first option, three times of four."""

    async def distribution(self, request: Request) -> Mapping[str, float]:
        first, second = request.form.options  # type: ignore[attr-defined]
        return {first: 0.75, second: 0.25}


class TestDebate:
    async def test_sides_verdicts_of_both_orders_and_the_decision(self) -> None:
        debate = Debate(rounds=1, beliefs=Beliefs(holders=()))
        annotations = await found(debate, {"judge": sure_of(RIGHT, 0.8)})
        labels = [one for one in annotations if isinstance(one, Label)]
        assert {(one.about.seat, one.name) for one in labels} == {
            ("debater_a", "defends"),
            ("debater_b", "defends"),
        }
        assert {one.value for one in labels} == {RIGHT, WRONG}
        verdicts = named(annotations, "verdict")
        assert [(one.choice, one.order, one.correct, one.confidence) for one in verdicts] == [
            (RIGHT, 0, 1.0, 0.8),
            (RIGHT, 1, 1.0, 0.8),
        ]
        (decision,) = named(annotations, "decision")
        assert (decision.choice, decision.correct, decision.author) == (RIGHT, 1.0, "protocol")
        assert decision.probabilities[RIGHT] == pytest.approx(0.8)

    async def test_orders_that_disagree_decide_nothing(self) -> None:
        annotations = await found(Direct(), {"judge": first_listed()})
        (decision,) = named(annotations, "decision")
        assert (decision.choice, decision.status, decision.reason) == (
            None,
            "unknown",
            "the orders disagree",
        )

    async def test_a_judge_who_refuses_leaves_rows_that_say_so(self) -> None:
        refusing = Watched(lambda _: Reply("no", stop=Stop.REFUSED))
        annotations = await found(Direct(), {"judge": refusing})
        assert {(one.name, one.status) for one in annotations} == {
            ("verdict", "refused"),
            ("decision", "refused"),
        }

    async def test_beliefs_have_their_moment_and_round(self) -> None:
        beliefs = Beliefs(holders=(Holder.SPEAKERS,))
        annotations = await found(Debate(rounds=2, beliefs=beliefs), {"judge": sure_of(RIGHT)})
        bets = [one for one in annotations if isinstance(one, Belief) and one.author == "debater_a"]
        assert [(one.name, one.moment, one.turn) for one in bets] == [
            ("wins", "before", None),
            ("wins", "round", 1),
            ("wins", "round", 2),
            ("right", "after", None),
        ]

    async def test_votes_are_one_belief(self) -> None:
        beliefs = Beliefs(
            holders=(Holder.JUDGE,), moments=(Moment.BEFORE,), method=Elicitation.VOTE_SHARE, samples=3
        )
        judge = Player({"belief": "yes"})
        belief, *_ = await found(Direct(beliefs=beliefs), {"judge": judge})
        assert isinstance(belief, Belief)
        assert (belief.name, belief.probability, belief.method) == ("right", 1.0, "vote-share")
        assert (belief.about.seat, belief.author) == ("judge", "judge")

    async def test_a_policy_counts_as_probabilities_wherever_it_sits(self) -> None:
        beliefs = Beliefs(
            holders=(Holder.JUDGE,), moments=(Moment.BEFORE,), method=Elicitation.TOKEN_PROBABILITY
        )
        direct = Direct(beliefs=beliefs, reading=Reading.TOKEN_PROBABILITY, swap_verdict=False)
        annotations = await found(direct, {"judge": Sure()})
        belief, verdict = annotations[0], named(annotations, "verdict")[0]
        assert isinstance(belief, Belief)
        assert (belief.probability, belief.method) == (0.75, "policy")
        assert sorted(verdict.probabilities.values()) == [0.25, 0.75]
        assert set(verdict.probabilities) == {RIGHT, WRONG}


class TestAnswers:
    @pytest.mark.parametrize("truth", [42, "42.0", "$42"])
    async def test_mad_knows_whether_free_text_is_right(self, truth: Any) -> None:
        says = {
            side: Player({"answer": f"Answer: {n}"}) for side, n in (("affirmative", 42), ("negative", 41))
        }
        moderator = Player({"break": "affirmative"})
        mad = Mad(comparison=AnswerMatch.NUMBER)
        annotations = await found(mad, {**says, "moderator": moderator}, SUM, truth)
        answers = named(annotations, "answer")
        assert [(one.author, one.turn, one.correct) for one in answers] == [
            ("affirmative", 1, 1.0),
            ("negative", 1, 0.0),
        ]
        (ruling,) = named(annotations, "break")
        assert isinstance(ruling, Verdict)
        assert (ruling.choice, ruling.correct, ruling.turn) == ("affirmative", None, 1)
        (decision,) = named(annotations, "decision")
        assert isinstance(decision, Answer)
        assert (decision.text, decision.correct) == ("42", 1.0)

    async def test_a_society_answers_by_turn_and_decides_by_its_majority(self) -> None:
        members = {
            seat: Player({"answer": f"Answer: {said}"})
            for seat, said in zip(Society().seats, ("Paris", "paris", "Rome"), strict=True)
        }
        task = PublicTask(text="What is the capital?")
        annotations = await found(Society(rounds=2), members, task, "PARIS")
        answers = named(annotations, "answer")
        assert [(one.author, one.turn, one.correct) for one in answers][:3] == [
            ("member_0", 1, 1.0),
            ("member_1", 1, 1.0),
            ("member_2", 1, 0.0),
        ]
        assert len(answers) == 6
        (decision,) = named(annotations, "decision")
        assert (decision.text, decision.correct) == ("Paris", 1.0)

    async def test_a_member_without_an_answer_has_a_row_that_says_why(self) -> None:
        refusing = Watched(lambda _: Reply("no", stop=Stop.REFUSED))
        annotations = await found(Society(rounds=1), {"member_0": refusing}, SUM, 42)
        missing = next(one for one in annotations if one.author == "member_0")
        assert (missing.name, missing.status) == ("answer", "refused")
