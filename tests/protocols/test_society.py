"""A society: who hears whom, when it stops, and what counts as agreement."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.random import Random
from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request, Stop
from arena.seat.transcript import EventKind
from arena.tasks.task import PublicTask, Task
from protocols import AnswerMatch, Society
from tests.arena.results.figures.lines import Found, sections_in
from tests.properties import test_views
from tests.properties.test_determinism import export
from tests.shared.agents import Erratic, Sent, Watched
from tests.shared.examples import few, some
from tests.shared.playing import Playing, play
from tests.shared.protocols import seeds

TASK = PublicTask(text="How much is 6 times 7?")
CHOICES = PublicTask(text="Who took the key?", data={"answers": ["the cook", "the gardener", "the butler"]})
REFUSED = Reply("Answer: 42", stop=Stop.REFUSED)

societies = st.builds(
    lambda members, graph, **settings: Society(members=members, graph=graph(members), **settings),
    members=st.integers(2, 6),
    graph=st.sampled_from(
        [
            lambda n: "complete",
            lambda n: "ring",
            lambda n: "star",
            lambda n: "empty_graph",
            lambda n: "0-1",
            lambda n: "gnp_random_graph?p=0.5&seed=3",
        ]
    ),
    rounds=st.integers(1, 4),
    comparison=st.sampled_from(AnswerMatch),
    words=st.none() | st.integers(1, 9),
)
tasks = st.sampled_from([TASK, CHOICES])


async def hold(
    says: Sequence[Sequence[str | Reply]], task: PublicTask = TASK, **settings: Any
) -> tuple[Playing, dict[str, Watched]]:
    """Play a society whose members say these things, one in each round, also when asked again."""
    society = Society(members=len(says), rounds=len(says[0]), **settings)
    agents = {seat: Watched(_by_round(said), seat) for seat, said in zip(society.seats, says, strict=True)}
    return await play(society, agents, task=task), agents


def _by_round(said: Sequence[str | Reply]) -> Callable[[Request], str | Reply]:
    def answer(request: Request) -> str | Reply:
        # What is asked again has no fields of its own; they are those of the question.
        reply = said[request.prompt.data["round"] - 1]
        return f"Answer: {reply}" if isinstance(reply, str) and reply else reply

    return answer


class TestAgreement:
    async def test_all_the_same_is_a_consensus_and_ends_it(self) -> None:
        playing, agents = await hold([["41", "42", "0"], ["42", "42", "0"], ["42", "42.", "0"]])
        details = playing.outcome.details
        assert playing.outcome.ending is Ending.COMPLETED
        assert details["consensus_round"] == 2
        assert details["majority"] == "42"
        assert [list(heard.values()) for heard in details["rounds"]] == [
            ["41", "42", "42"],
            ["42", "42", "42."],
        ]
        assert len(agents["member_0"].sent) == 2

    async def test_three_refusals_are_no_consensus(self) -> None:
        """As three refusals were scored as a correct consensus elsewhere."""
        playing, _ = await hold([[REFUSED, REFUSED]] * 3)
        outcome = playing.outcome
        assert outcome.ending is Ending.FAILED
        assert not outcome.is_result
        assert outcome.details["consensus_round"] is None
        assert outcome.details["majority"] is None
        assert outcome.details["leading"] == []
        assert outcome.details["agreement"] == {
            "agreeing": 0,
            "answered": 0,
            "members": 3,
            "share": 0.0,
            "share_of_answered": None,
        }
        assert outcome.details["statuses"] == [dict.fromkeys(playing.episode.seats, "refused")] * 2

    @pytest.mark.parametrize("apology", ["I cannot help with that.", "I'm sorry.", "", "Answer: "])
    async def test_nor_are_three_apologies_in_words(self, apology: str) -> None:
        society = Society(members=3, rounds=2)
        playing = await play(society, Watched(apology), task=TASK)
        assert playing.outcome.ending is Ending.FAILED
        assert playing.outcome.details["consensus_round"] is None

    async def test_who_refuses_is_in_the_size_of_the_society(self) -> None:
        """Two of three and a refusal are a majority and no consensus; one of three is neither."""
        two, _ = await hold([["42", "42"], ["42", "42"], [REFUSED, REFUSED]])
        assert two.outcome.details["consensus_round"] is None
        assert two.outcome.details["majority"] == "42"
        assert two.outcome.details["agreement"]["share"] == pytest.approx(2 / 3)
        assert two.outcome.details["agreement"]["share_of_answered"] == 1.0
        one, _ = await hold([["42"], [REFUSED], [REFUSED]])
        assert one.outcome.ending is Ending.COMPLETED
        assert one.outcome.details["majority"] is None
        assert one.outcome.details["leading"] == ["42"]

    async def test_a_tie_is_a_tie(self) -> None:
        playing, _ = await hold([["1"], ["2"], ["1"], ["2"]])
        assert playing.outcome.details["majority"] is None
        assert playing.outcome.details["leading"] == ["1", "2"]

    async def test_the_last_round_counts(self) -> None:
        playing, _ = await hold([["1", "2"], ["1", "2"], ["2", "3"]])
        assert playing.outcome.details["majority"] == "2"

    async def test_numbers_are_compared_as_numbers_if_that_is_asked_for(self) -> None:
        says = [["42"], ["$42.00"]]
        playing, _ = await hold(says, comparison=AnswerMatch.NUMBER)
        assert playing.outcome.details["consensus_round"] == 1
        playing, _ = await hold(says, comparison=AnswerMatch.EXACT)
        assert playing.outcome.details["consensus_round"] is None

    async def test_of_answers_to_choose_from_nothing_else_counts(self) -> None:
        playing, _ = await hold([["The Cook"], ["the cook"], ["the maid"]], task=CHOICES)
        assert playing.outcome.details["rounds"] == [
            {"member_0": "the cook", "member_1": "the cook", "member_2": None}
        ]


class TestHearing:
    async def test_nobody_hears_what_is_said_at_the_same_time(self) -> None:
        _, agents = await hold([["red", "1"], ["blue", "2"]])
        first, second = agents["member_1"].sent
        assert "red" not in repr(first)
        assert [event.text for event in second.view].count("Answer: red") == 1

    async def test_a_star_is_heard_by_its_centre(self) -> None:
        _, agents = await hold([["zero", "1"], ["one", "2"], ["two", "3"]], graph="star")
        assert all(word in repr(agents["member_0"].sent[1]) for word in ("one", "two"))
        assert "two" not in repr(agents["member_1"].sent[1].view)
        assert "zero" in repr(agents["member_1"].sent[1].view)

    @some
    @given(societies, tasks, seeds)
    def test_an_answer_is_heard_by_the_neighbours_and_nobody_else(
        self, society: Society, task: PublicTask, seed: int
    ) -> None:
        """By sets of seats: what is for member_10 is not for member_1."""
        playing, agents = told_apart(society, task, seed)
        for event in playing.episode.transcript.events:
            if event.kind is EventKind.SAID:
                assert event.seat is not None
                assert event.audience == {event.seat, *society.heard_by(event.seat)}
        for seat, agent in agents.items():
            strangers = set(society.seats) - {seat, *society.heard_by(seat)}
            for sent in agent.sent:
                assert not any(f"secret of {stranger}." in repr(sent) for stranger in strangers)
        heard = [len(agents[seat].sent) > 1 for seat in society.seats]
        for seat, again in zip(society.seats, heard, strict=True):
            for neighbour in society.heard_by(seat) if again else ():
                assert f"secret of {neighbour}." in repr(agents[seat].sent[-1].view)

    @few
    @given(societies, tasks, seeds)
    def test_what_a_stranger_says_changes_nothing_in_the_next_round(
        self, society: Society, task: PublicTask, seed: int
    ) -> None:
        """Byte by byte; what has gone through others in between may, so two rounds are compared."""
        society = society.model_copy(update={"rounds": 2})
        for teller in society.seats:
            one = sent_in(society, task, seed, {})
            two = sent_in(society, task, seed, {teller: "another secret."})
            for seat in society.seats:
                if seat not in {teller, *society.heard_by(teller)}:
                    assert one[seat] == two[seat]

    @few
    @given(societies, tasks, seeds)
    def test_views_only_grow(self, society: Society, task: PublicTask, seed: int) -> None:
        agents = {seat: Watched(Erratic().reply, seat) for seat in society.seats}
        asyncio.run(play(society, agents, task=task, seed=seed))
        for seat, agent in agents.items():
            for before, after in zip(agent.sent, agent.sent[1:], strict=False):
                test_views.TestViewsOnlyGrow.assert_grown(seat, before, after)

    async def test_everyone_reads_the_source(self) -> None:
        society = Society(graph="empty_graph", rounds=1)
        agent = Watched("Answer: 42")
        await play(society, agent, task=PublicTask(text="How much?", data={"source": "It is 42."}))
        assert all("It is 42." in repr(sent.view) for sent in agent.sent)


def told_apart(society: Society, task: PublicTask, seed: int) -> tuple[Playing, dict[str, Watched]]:
    """Play it with members whose arguments name them."""

    def argued(request: Request) -> str:
        return f"secret of {request.seat}.\n{request.form.sample(request.random())}"

    society = society.model_copy(update={"words": None})
    agents = {seat: Watched(argued, seat) for seat in society.seats}
    return asyncio.run(play(society, agents, task=task, seed=seed)), agents


def sent_in(society: Society, task: PublicTask, seed: int, says: Mapping[str, str]) -> dict[str, list[Sent]]:
    """Return what each seat is sent in two rounds in which nobody agrees with everybody."""

    def argued(request: Request) -> str:
        rng = request.random()
        return f"{says.get(request.seat, 'secret.')}\n{request.form.sample(rng)}"

    agents = {seat: Watched(argued, seat) for seat in society.seats}
    asyncio.run(play(society, agents, task=task, seed=seed))
    return {seat: agent.sent for seat, agent in agents.items()}


class TestPlaying:
    @some
    @given(societies, tasks, seeds)
    def test_random_agents_can_play_every_setting(
        self, society: Society, task: PublicTask, seed: int
    ) -> None:
        playing = asyncio.run(play(society, Random(), task=task, seed=seed))
        details = playing.outcome.details
        assert playing.outcome.ending is Ending.COMPLETED
        assert details["agreement"]["answered"] == society.members
        assert len(details["rounds"]) == (details["consensus_round"] or society.rounds)

    @some
    @given(societies, tasks, seeds)
    def test_whatever_agents_do_it_is_recorded(self, society: Society, task: PublicTask, seed: int) -> None:
        playing = asyncio.run(play(society, Erratic(), task=task, seed=seed))
        details = playing.outcome.details
        for said, statuses in zip(details["rounds"], details["statuses"], strict=True):
            assert all((said[seat] is None) is (statuses[seat] != "ok") for seat in society.seats)
        assert playing.outcome.is_result is bool(details["agreement"]["answered"])

    async def test_concurrency_changes_nothing(self, tmp_path: Path) -> None:
        def scenario() -> Scenario:
            society = Society(members=4, graph="ring")
            agent: Agent = Erratic(latency=0.001, trouble=0.2)
            tasks = [Task(id=f"task {n}", text="6 times 7?", truth="42") for n in range(10)]
            return Scenario(protocol=society, seats=dict.fromkeys(society.seats, agent), tasks=tasks, seed=5)

        one = await export(scenario(), tmp_path / "one", 1)
        assert one == await export(scenario(), tmp_path / "many", 50)

    @pytest.mark.parametrize("answers", [["one"], ["one", "one"], "one or two", [1, 2]])
    async def test_what_are_no_answers_to_choose_from(self, answers: Any) -> None:
        with pytest.raises(UsageError, match="answers of task"):
            await play(Society(), Random(), task=PublicTask(data={"answers": answers}))


class TestRoles:
    ROLES = ("a nurse", "a clerk", "an usher")

    async def test_each_member_answers_as_its_own_and_only_its_own(self) -> None:
        playing, _ = await hold([["Answer: 1"], ["Answer: 2"], ["Answer: 3"]], roles=self.ROLES)
        for brief, role in zip(playing.briefs.values(), self.ROLES, strict=True):
            assert f"You answer as {role}:" in brief
            assert sum(one in brief for one in self.ROLES) == 1

    @pytest.mark.parametrize(
        ("said", "different", "entropy"),
        [
            (["C", "C", "B"], 2, 0.579380164),
            (["A", "B", "C"], 3, 1.0),
            (["A", "a", ""], 1, 0.0),
            (["A", "", ""], 1, 0.0),
        ],
    )
    async def test_how_much_their_answers_differ_is_recorded(
        self, said: list[str], different: float, entropy: float, tmp_path: Path
    ) -> None:
        """Two of one and one of another: (2/3 ln 3/2 + 1/3 ln 3) / ln 3."""
        seats = {f"member_{place}": _saying(place, one) for place, one in enumerate(said)}
        society = Society(rounds=1, roles=self.ROLES)
        await run(Scenario(protocol=society, tasks=[Task(text="Which?")], seats=seats), tmp_path / "run")
        found = Found(sections_in(tmp_path / "run"))
        assert found.shown("Mean score", "society: different answers") == (different, 1, 1)
        assert found.shown("Mean score", "society: entropy of answers") == (entropy, 1, 1)

    async def test_without_roles_there_are_none_of_these(self) -> None:
        assert set(Society().finds) == {"answer", "decision"}
        assert set(Society(roles=self.ROLES).finds) > {"different answers", "entropy of answers"}

    def test_there_is_one_for_each_member(self) -> None:
        with pytest.raises(UsageError, match="there are 3 members, and 2 roles; name one for each"):
            Society(roles=("a nurse", "a clerk"))


def _saying(place: int, answer: str) -> Agent:
    return Watched(f"Answer: {answer}" if answer else "", f"member {place}")
