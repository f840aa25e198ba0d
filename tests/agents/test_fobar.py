"""FOBAR: numbers are masked one at a time, answers are verified backwards, and all of it is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.fobar import Fobar, masked
from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.forms import Number
from arena.registry import make_agent
from arena.seat.agent import Reply, Request, Stop
from arena.seat.transcript import Event, EventKind, View
from arena.votes import forward_backward
from protocols.shared.answers import AnswerMatch, ArguedAnswer
from tests.shared.agents import Paid, Watched

PAST = [Event(EventKind.TOLD, None, frozenset({"ann"}), "Round 1.")]
REFUSED = Reply("Answer: 7", stop=Stop.REFUSED)


def request_for(brief: str = "Ann has 3 pears and 4 plums. How many?\n\nAnswer this.") -> Request:
    prompt = Event(EventKind.ASKED, "ann", frozenset({"ann"}), "Give your answer.")
    form = ArguedAnswer(comparison=AnswerMatch.NUMBER)
    return Request("ann", brief, View(PAST, 1), prompt, form, 0, derive(0, "ann"))


async def verified(
    samples: list[str | Reply], numbers: dict[tuple[str, str], str], brief: str = "", **settings: Any
) -> tuple[Reply, dict[str, Any], Watched]:
    """Sample these answers, and say of an answer and a masked number of the question what x is."""
    left = list(samples)

    def say(request: Request) -> str | Reply:
        if not isinstance(request.form, Number):
            said = left.pop(0)
            return f"Answer: {said}" if isinstance(said, str) else said
        (answer,) = [line[2:] for line in request.prompt.text.splitlines() if line.startswith("> ")]
        number = "3" if "has x" in request.brief else "4"
        return f"Answer: {numbers.get((answer, number), '0')}"

    agent = Watched(say, "sampled")
    request = request_for(brief) if brief else request_for()
    reply = await Fobar(agent, n=len(samples), **settings).reply(request)
    return reply, json.loads(reply.reasoning), agent


class TestMasking:
    @pytest.mark.parametrize(
        ("question", "numbers"),
        [
            ("Ann has 3 of 10.5 pears.", [3, 10.5]),
            ("What is -4 + 2?", [-4, 2]),
            ("Room 4b has v2.1.", []),
            ("Seven pears.", []),
            ("It is 1999.", [1999]),
        ],
    )
    def test_numbers_in_digits_are_called_x_one_at_a_time(self, question: str, numbers: list[float]) -> None:
        found = list(masked(question))
        assert [one.number for one in found] == numbers
        assert all(one.question.count("x") == question.count("x") + 1 for one in found)


class TestVerifying:
    async def test_the_answer_from_which_the_numbers_are_found_wins(self) -> None:
        found = {("7", "3"): "3", ("7", "4"): "4"}
        reply, record, agent = await verified(["8", "8", "7"], found, m=2)
        assert reply.text == "Answer: 7"
        assert record["recovered"] == {"8": 0, "7": 4}
        assert record["forward"] == {"8": pytest.approx(2 / 3), "7": pytest.approx(1 / 3)}
        assert (record["picked"], record["chains"]) == (3, 4)
        assert len(agent.sent) == 3 + 2 * 4

    async def test_only_the_question_is_sent_with_the_number_and_the_answer(self) -> None:
        _, _, agent = await verified(["8", "7"], {}, m=1)
        asked = [one for one in agent.sent if isinstance(one.form, Number)]
        assert {one.brief.split("\n\n")[0] for one in asked} == {
            "Ann has x pears and 4 plums. How many?",
            "Ann has 3 pears and x plums. How many?",
        }
        assert all(len(one.view) == 0 for one in asked)
        assert len({one.seed for one in asked}) == len(asked)

    async def test_where_all_agree_nothing_is_verified(self) -> None:
        reply, record, agent = await verified(["7", "7"], {})
        assert (reply.text, len(agent.sent), record["chains"]) == ("Answer: 7", 2, 0)

    async def test_without_a_number_the_vote_decides(self) -> None:
        reply, record, agent = await verified(["8", "7", "7"], {}, "How many are seven?\n\nAnswer this.")
        assert (reply.text, len(agent.sent)) == ("Answer: 7", 3)
        assert record["combined"]["7"] > record["combined"]["8"]

    async def test_what_has_no_answer_counts_among_the_samples_alone(self) -> None:
        _, record, _ = await verified([REFUSED, "8", "7"], {})
        assert record["forward"] == {"8": pytest.approx(1 / 3), "7": pytest.approx(1 / 3)}

    async def test_if_none_is_usable_the_first_failure_stands(self) -> None:
        reply, record, _ = await verified([REFUSED, REFUSED], {})
        assert reply.stop is Stop.REFUSED
        assert record["picked"] is None

    async def test_all_of_it_is_paid_for(self) -> None:
        paid = Paid()
        reply = await Fobar(paid, n=2, m=1).reply(request_for())
        assert reply.usage["attempts"] >= sum(paid.asked.values()) >= 2


class TestCombining:
    def test_the_example_by_hand(self) -> None:
        """P_f .5, .4, .1 and P_b .1667, .75, .0833: .3112, .5904, .0984, so the vote is overruled."""
        votes, found = {"18": 5, "20": 4, "7": 1}, {"18": 2, "20": 9, "7": 1}
        shares = forward_backward(votes, found, members=10)
        assert [round(one, 4) for one in shares.values()] == [0.3112, 0.5904, 0.0984]
        alone = forward_backward(votes, found, members=10, alpha=1)
        assert [round(one, 9) for one in alone.values()] == [0.5, 0.4, 0.1]
        backward = forward_backward(votes, found, members=10, alpha=0)
        assert [round(one, 4) for one in backward.values()] == [0.1667, 0.75, 0.0833]


@pytest.mark.parametrize("wrong", ["n=0", "m=0", "alpha=2"])
def test_what_it_cannot_be_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError):
        make_agent(f"fobar:random?{wrong}")
