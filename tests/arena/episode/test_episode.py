"""What a protocol may do in an episode, and what is refused."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import EpisodeLimit, UsageError
from arena.episode.context import EpisodeContext
from arena.episode.episode import BySeat, Episode
from arena.forms import Choice, Form, Probability, Speech
from arena.seat.agent import Reply, Request
from arena.seat.transcript import NOBODY, EventKind
from arena.spending.limits import Limits
from tests.shared.agents import Watched
from tests.shared.examples import some
from tests.shared.recording import Memory
from tests.shared.waiting import HANG

YES_NO = Choice(("yes", "no"))


def seated(
    *seats: str, answer: Any = "yes", chance: int = 0, number: int = 0, **options: Any
) -> tuple[Episode, Memory]:
    memory = Memory()
    agents = dict.fromkeys(seats or ("ann", "bob"), Watched(answer))
    context = EpisodeContext(recorder=memory, **options)
    return Episode(agents, chance=chance, number=number, context=context), memory


class TestTelling:
    async def test_only_the_audience_hears(self) -> None:
        episode, memory = seated("player_1", "player_10")
        episode.tell(["player_10"], "psst", card=3)
        assert [event.data for event in episode.view("player_10")] == [{"card": 3}]
        assert list(episode.view("player_1")) == []
        assert len(memory.steps[0]) == 1

    async def test_one_seat_may_be_named_as_text(self) -> None:
        """And is that seat, not the set of its letters."""
        episode, _ = seated("player_1", "player_10")
        episode.tell("player_1", "psst")
        assert episode.transcript.events[0].audience == {"player_1"}

    async def test_nobody_hears_what_is_only_for_the_record(self) -> None:
        episode, memory = seated()
        episode.tell(NOBODY, "for the record")
        assert memory.steps[0][0][0].text == "for the record"
        assert not [*episode.view("ann"), *episode.view("bob")]

    @pytest.mark.parametrize("audience", ["an", "ann ", ["ann", "eve"], {"ANN"}, ""])
    async def test_unknown_seats_are_refused_in_one_sentence(self, audience: Any) -> None:
        episode, _ = seated()
        with pytest.raises(UsageError, match=r"^No seat is called .*; the seats are ann, bob\.$"):
            episode.tell(audience, "hello")
        assert episode.transcript.events == []


class TestAsking:
    async def test_unknown_seats_are_refused_in_one_sentence(self) -> None:
        episode, _ = seated()
        sentence = r"^No seat is called eve; the seats are ann, bob\.$"
        with pytest.raises(UsageError, match=sentence):
            await episode.ask("eve", YES_NO)
        with pytest.raises(UsageError, match=sentence):
            await episode.together(("ann", "eve"), YES_NO)
        with pytest.raises(UsageError, match=sentence):
            await episode.ask("ann", YES_NO, audience=["eve"])
        with pytest.raises(UsageError, match=sentence):
            await episode.together(("ann", "bob"), YES_NO, audience=["eve"])

    async def test_a_refused_question_was_not_asked(self) -> None:
        episode, memory = seated()
        with pytest.raises(UsageError):
            await episode.ask("ann", YES_NO, audience=["eve"])
        assert memory.calls == {}
        assert episode.turns == 0
        assert (await episode.ask("ann", YES_NO)).ok

    async def test_a_seat_cannot_be_asked_twice_at_once(self) -> None:
        episode, _ = seated()
        with pytest.raises(UsageError, match="ann"):
            await episode.together(("ann", "ann"), YES_NO)

    async def test_asking_while_asking_is_refused(self) -> None:
        async def slowly(_: Request) -> str:
            await asyncio.sleep(0.01)
            return "yes"

        episode, _ = seated(answer=slowly)
        asking = asyncio.create_task(episode.ask("ann", YES_NO))
        await asyncio.sleep(0)
        with pytest.raises(UsageError, match="together"):
            await episode.ask("bob", YES_NO)
        assert (await asking).ok
        assert (await episode.ask("bob", YES_NO)).ok

    @pytest.mark.parametrize("before", [0, 1, 62, 63, 64])
    async def test_asking_while_asking_is_refused_at_any_turn(self, before: int) -> None:
        """At those too before which others are let run."""

        async def slowly(_: Request) -> str:
            await asyncio.sleep(0.001)
            return "yes"

        episode, _ = seated(answer=slowly)
        for _ in range(before):
            await episode.ask("ann", YES_NO, audience=NOBODY)
        both = await asyncio.gather(
            episode.ask("ann", YES_NO), episode.ask("bob", YES_NO), return_exceptions=True
        )
        assert sum(isinstance(one, UsageError) for one in both) == 1

    async def test_telling_while_asking_is_refused(self) -> None:
        """It would stand in the middle of an exchange in one seat's view, and after it in the record."""

        async def slowly(_: Request) -> str:
            await asyncio.sleep(0.01)
            return "yes"

        episode, _ = seated(answer=slowly)
        asking = asyncio.create_task(episode.ask("ann", YES_NO))
        await asyncio.sleep(0)
        with pytest.raises(UsageError):
            episode.tell(["ann"], "by the way")
        await asking

    async def test_after_a_failed_question_the_episode_can_go_on(self) -> None:
        class Broken(Speech):
            def instructions(self) -> str:
                raise RuntimeError("bug")

        episode, _ = seated()
        with pytest.raises((RuntimeError, ExceptionGroup)):
            await episode.together(("ann", "bob"), Broken())
        assert (await episode.ask("ann", YES_NO)).ok


class TestTogether:
    async def test_answers_come_in_the_order_of_the_seats(self) -> None:
        async def answer(request: Request) -> str:
            await asyncio.sleep(0.01 if request.seat == "ann" else 0)
            return "yes"

        episode, _ = seated(answer=answer)
        answers = await episode.together(("ann", "bob"), YES_NO)
        assert list(answers) == ["ann", "bob"]
        said = [event.seat for event in episode.transcript.events if event.kind is EventKind.SAID]
        assert said == ["ann", "bob"]

    async def test_they_are_really_asked_at_once(self) -> None:
        waiting = asyncio.Barrier(2)

        async def answer(_: Request) -> str:
            await waiting.wait()
            return "yes"

        episode, _ = seated(answer=answer)
        async with asyncio.timeout(HANG):
            answers = await episode.together(("ann", "bob"), YES_NO)
        assert [answer.value for answer in answers.values()] == ["yes", "yes"]

    async def test_each_seat_may_be_asked_for_something_else(self) -> None:
        def answer(request: Request) -> str:
            return request.form.sample(request.random())

        episode, _ = seated(answer=answer)
        forms = BySeat[Form[Any]](ann=YES_NO, bob=Probability("ann says yes"))
        questions = BySeat(ann="Well?", bob="What will she say?")
        fields: BySeat[Any] = BySeat(ann={"n": 1}, bob={"n": 2})
        answers = await episode.together(("ann", "bob"), forms, questions, fields=fields)
        assert answers["ann"].value in ("yes", "no")
        assert isinstance(answers["bob"].value, float)
        asked = [event for event in episode.transcript.events if event.kind is EventKind.ASKED]
        assert [event.text.split("\n")[0] for event in asked] == ["Well?", "What will she say?"]
        assert [event.data for event in asked] == [{"n": 1}, {"n": 2}]

    async def test_each_seat_may_have_an_audience_of_its_own(self) -> None:
        episode, _ = seated("ann", "bob", "cy")
        audience: BySeat[Any] = BySeat(ann=("bob",), bob=NOBODY)
        await episode.together(("ann", "bob"), YES_NO, audience=audience)
        said = {e.seat: e.audience for e in episode.transcript.events if e.kind is EventKind.SAID}
        assert said == {"ann": {"ann", "bob"}, "bob": {"bob"}}
        with pytest.raises(UsageError, match="No seat is called dan"):
            await episode.together(("ann",), YES_NO, audience=BySeat(ann=("dan",)))

    async def test_nobody_asked_is_nothing_done(self) -> None:
        episode, _ = seated()
        assert await episode.together((), YES_NO) == {}
        assert episode.turns == 0

    async def test_a_belief_for_nobody_is_seen_by_nobody_else(self) -> None:
        episode, memory = seated(answer="30")
        await episode.together(("ann", "bob"), Probability("ann wins"), audience=NOBODY)
        assert {event.seat for event in episode.view("ann")} == {"ann"}
        assert sum(event.kind is EventKind.SAID for event in memory.steps[0][0]) == 2

    async def test_what_is_not_remembered_is_not_in_the_seats_own_view(self) -> None:
        """Whoever else heard it."""
        episode, _ = seated(answer="30")
        await episode.ask("ann", Probability("ann wins"), remember=False)
        assert list(episode.view("ann")) == []
        assert [event.text for event in episode.view("bob")] == ["0.3"] or len(episode.view("bob")) == 1


class TestFreshCopies:
    async def test_an_agent_that_changes_what_it_was_sent_changes_nothing(self) -> None:
        def vandal(request: Request) -> str:
            for event in (*request.view, request.prompt):
                if event.data:
                    event.data.clear()
            request.view[:].clear()
            return "yes"

        episode, _ = seated(answer=vandal)
        episode.tell(episode.everyone, "Begin.", card=3)
        fields = {"moves": {"bet": 1}}
        await episode.together(("ann", "bob"), YES_NO, fields=fields)
        assert [event.data for event in episode.view("ann")][:2] == [{"card": 3}, {"moves": {"bet": 1}}]
        assert len(episode.view("bob")) == 4

    async def test_fields_that_change_after_the_call_were_stored_as_they_were_sent(self) -> None:
        episode, _ = seated()
        moves = {"bet": 1}
        episode.tell(episode.everyone, "Begin.", moves=moves)
        moves["bet"] = 2
        assert episode.transcript.events[0].data == {"moves": {"bet": 1}}

    async def test_a_reply_that_changes_after_the_call_was_recorded_as_it_came(self) -> None:
        usage = {"tokens": 1}
        episode, memory = seated(answer=lambda _: Reply("yes", usage=usage))
        await episode.ask("ann", YES_NO)
        reply = memory.calls[0][0].reply
        assert reply is not None
        with pytest.raises(AttributeError):
            reply.text = "no"  # type: ignore[misc]


class TestChance:
    @some
    @given(st.integers(0, 2**62))
    def test_the_same_chance_deals_the_same_whatever_the_agents_seed(self, chance: int) -> None:
        outcomes = [(card, 1 / 6) for card in range(6)]
        one, _ = seated(chance=chance, seed=1)
        two, _ = seated(chance=chance, seed=2, number=9)
        assert [one.draw(outcomes) for _ in range(20)] == [two.draw(outcomes) for _ in range(20)]
        assert one.random.random() == two.random.random()

    def test_draws_follow_the_probabilities(self) -> None:
        episode, _ = seated(chance=3)
        counts = Counter(episode.draw([("a", 0.2), ("b", 0.0), ("c", 0.8)]) for _ in range(5000))
        assert counts["b"] == 0
        assert counts["a"] / 5000 == pytest.approx(0.2, abs=0.03)

    def test_rounding_never_draws_the_impossible(self) -> None:
        """Probabilities that add up to a little less than 1 leave a last sliver."""
        episode, _ = seated()
        assert {episode.draw([("a", 0.0), ("b", 1 - 1e-12), ("never", 0.0)]) for _ in range(100)} == {"b"}

        class Last:
            def random(self) -> float:
                return 1 - 1e-16

        episode.random = Last()  # type: ignore[assignment]
        assert episode.draw([("b", 1 - 1e-12), ("never", 0.0)]) == "b"


class TestTurnLimit:
    async def test_ten_turns_are_not_eleven(self) -> None:
        episode, memory = seated(limits=Limits(turns=10))
        for _ in range(10):
            await episode.ask("ann", YES_NO)
        with pytest.raises(EpisodeLimit, match="10 turns"):
            await episode.ask("ann", YES_NO)
        assert len(memory.calls[0]) == 10

    async def test_what_was_not_asked_is_not_counted(self) -> None:
        episode, _ = seated(limits=Limits(turns=3))
        await episode.together(("ann", "bob"), YES_NO)
        with pytest.raises(EpisodeLimit):
            await episode.together(("ann", "bob"), YES_NO)
        assert episode.turns == 2

    async def test_asking_again_is_no_further_turn(self) -> None:
        episode, memory = seated(answer="maybe", limits=Limits(turns=1))
        await episode.ask("ann", YES_NO)
        assert episode.turns == 1
        assert len(memory.calls[0]) == 3
