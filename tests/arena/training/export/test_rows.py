"""Rows: what a seat saw and said at each of its turns, what came of it, and what nobody is to learn from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from pydantic import BaseModel

from arena.annotations import Answer
from arena.designs.scenario import Scenario
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.plan import Branch
from arena.episode.turns import turns
from arena.forms import Choice, Probability, Speech, Structured, Verdict
from arena.journal import StoredRun
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request, Stop, Tokens
from arena.seat.messages import BEGIN, SYSTEM_FOLDED, Message, messages
from arena.seat.transcript import Event, EventKind
from arena.tasks.task import PublicTask
from arena.training.export._viewpoint import requests
from arena.training.export.rows import MENDED, NOT_REBUILT, SHARED, LengthLimit, Row
from protocols import Play
from tests.arena.training.export.making import Noting, rows, stored
from tests.shared.agents import Erratic, Scripted
from tests.shared.playing import play
from tests.shared.protocols import SEATS, OneShot, Script, scripts, seeds

WON = Outcome.completed({"ann": 1.0, "bob": -1.0})


async def talk(episode: Episode) -> Outcome:
    episode.tell(episode.everyone, "The motion.")
    for _ in range(2):
        await episode.together(("ann", "bob"), Speech(retries=1), "Speak.")
    return WON


class Briefed(OneShot):
    def brief(self, seat: str, task: PublicTask) -> str:
        return f"You are {seat}."


async def talked(ann: Agent, bob: Agent, **options: object) -> list[Row]:
    playing = await play(OneShot(method=talk), {"ann": ann, "bob": bob})
    return rows(stored(playing, **options))  # type: ignore[arg-type]


class TestWhatWasSeen:
    @settings(max_examples=40)
    @given(scripts, seeds)
    async def test_every_row_holds_exactly_what_was_sent(self, script: Script, seed: int) -> None:
        """Whatever a protocol does: simultaneous, private and forgotten turns, and those asked for again."""
        agent = Noting(Erratic())
        playing = await play(script, agent, seed=seed)
        found = rows(stored(playing))
        assert len(found) == len(playing.calls) == sum(call.seat in SEATS for call in playing.calls)
        for row in found:
            assert list(row.prompt) == agent.sent[row.digest]

    @settings(max_examples=40)
    @given(scripts, seeds)
    async def test_roles_are_those_that_every_chat_template_has_and_take_turns(
        self, script: Script, seed: int
    ) -> None:
        """Custom role names dropped silently by chat templates: there are none."""
        playing = await play(script, Erratic(), seed=seed)
        for row in rows(stored(playing)):
            roles = [message.role for message in row.prompt]
            said = roles[1:] if roles[0] == "system" else roles
            assert said == ["user", "assistant"] * (len(said) // 2) + ["user"]

    async def test_messages_that_are_changed_after_the_call_change_no_row(self) -> None:
        """Messages mutated after the call, so the stored prompt is not what was sent."""

        class Meddler(Agent):
            async def reply(self, request: Request) -> Reply:
                sent = messages(request)
                sent[0] = sent[0]._replace(content="Forged.")
                sent.append(sent[0])
                if isinstance(fields := request.prompt.data, dict):
                    fields.clear()
                return Reply("Yes.")

        honest, meddler = Noting(Scripted("Yes.", "Yes.")), Noting(Meddler())
        found = await talked(meddler, honest)
        assert all(list(row.prompt) == (meddler.sent | honest.sent)[row.digest] for row in found)
        assert not any("Forged" in message.content for row in found for message in row.prompt)

    async def test_a_request_that_is_not_the_one_on_record_is_masked(self, tmp_path: Path) -> None:
        """A record that somebody edited does not pass for what an agent was sent."""
        scenario = Scenario(protocol=Play(), seats=dict.fromkeys(("player_0", "player_1"), "random"))
        await run(scenario, tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored_run:
            (episode,) = stored_run.episodes()
            (dealt, *others), *steps = episode.steps
            steps.insert(0, (dealt._replace(text="Your card is the Ace."), *others))
            found = rows(replace(episode, steps=tuple(steps)), config=stored_run.header()["config"])
        assert {row.masked for row in found if row.role == "player_0"} == {NOT_REBUILT}
        assert {row.masked for row in found if row.role == "player_1"} == {""}

    def test_a_conversation_that_an_assistant_begins_is_given_a_user_to_open_it(self) -> None:
        everyone = frozenset({"ann"})
        said = Event(EventKind.SAID, "ann", everyone, "Hello.")
        asked = Event(EventKind.ASKED, "ann", everyone, "Go on.")
        from arena.episode.plan import Plan
        from arena.episode.record import Call
        from arena.forms import Status
        from arena.journal import StoredEpisode
        from arena.seat.transcript import request_digest
        from arena.tasks.task import Task

        call = Call(
            "ann", 0, 1, request_digest("", [said], asked), 1, Status.OK, "", "null", 0.0, Reply("Yes.")
        )
        plan = Plan(0, Task(), {"ann": "ann"}, 0)
        episode = StoredEpisode(0, plan, {"ann": ""}, ((said,), (asked,)), (call,), None)
        sent = requests(episode, episode.steps)[call.digest]
        assert [(message.role, message.content) for message in sent.messages] == [
            ("user", BEGIN),
            ("assistant", "Hello."),
            ("user", "Go on."),
        ]
        assert sent.length == sum(len(message.content) for message in sent.messages)


class TestWhatTheServerMadeOfIt:
    async def test_a_brief_that_was_sent_in_the_first_user_message_is_so_in_the_row(self) -> None:
        ann = Scripted(Reply("Yes.", notes=(SYSTEM_FOLDED,)), "Yes.")
        playing = await play(Briefed(method=talk), {"ann": ann, "bob": Scripted("No.", "No.")})
        folded, plain = (row for row in rows(stored(playing)) if row.role == "ann")
        assert [message.role for message in folded.prompt] == ["user"]
        assert folded.prompt[0].content.startswith("You are ann.\n\nThe motion.\n\nSpeak.")
        assert folded.length == len(folded.prompt[0].content) + len("Yes.")
        assert plain.prompt[0] == Message("system", "You are ann.")

    async def test_a_reply_that_was_repaired_is_masked(self) -> None:
        found = await talked(Scripted("Yes \ud800.", "Yes."), Scripted("No.", "No."))
        assert [row.masked for row in found if row.role == "ann"] == [MENDED, ""]


class TestWhatWasSaid:
    @settings(max_examples=40)
    @given(scripts, seeds)
    async def test_turns_are_numbered_as_a_fork_counts_them(self, script: Script, seed: int) -> None:
        episode = stored(await play(script, Erratic(), seed=seed))
        counted = [
            (turn.number, attempt, call.seat, call.digest)
            for turn in turns(episode.steps, episode.calls)
            for attempt, call in enumerate(turn.calls)
        ]
        assert [(row.turn, row.attempt, row.role, row.digest) for row in rows(episode)] == counted

    async def test_a_row_a_turn_with_the_reply_as_it_came(self) -> None:
        found = await talked(Scripted("Yes. ", "Yes!"), Scripted("No.", "*No*"))
        assert [(row.role, row.turn, row.attempt, row.completion) for row in found] == [
            ("ann", 0, 0, "Yes. "),
            ("bob", 1, 0, "No."),
            ("ann", 2, 0, "Yes!"),
            ("bob", 3, 0, "*No*"),
        ]
        assert {row.masked for row in found} == {""}

    async def test_a_turn_that_was_asked_again_has_its_failures_masked(self) -> None:
        found = await talked(Scripted("", "Yes.", "Again."), Scripted("No.", "No."))
        assert [(row.turn, row.attempt, row.status, row.masked) for row in found if row.role == "ann"] == [
            (0, 0, "unparseable", "the reply is unparseable"),
            (0, 1, "ok", ""),
            (2, 0, "ok", ""),
        ]
        retried = found[1]
        assert [message.role for message in retried.prompt] == ["user", "assistant", "user"]
        assert "could not be used" in retried.prompt[-1].content

    async def test_a_reply_that_never_came_is_a_masked_row(self) -> None:
        found = await talked(Scripted(RuntimeError("broken"), "Yes."), Scripted("No.", "No."))
        assert (found[0].completion, found[0].masked) == ("", "there was no reply")

    async def test_nothing_another_seat_said_is_ever_a_completion_or_an_assistants(self) -> None:
        """Opponent's words trained on because a whole conversation was exported as one row."""
        found = await talked(Scripted("ann says yes", "ann again"), Scripted("bob says no", "bob again"))
        for row in found:
            other = "bob" if row.role == "ann" else "ann"
            assert row.completion.startswith(row.role)
            own = [message.content for message in row.prompt if message.role == "assistant"]
            assert all(words.startswith(row.role) for words in own)
            heard = "".join(message.content for message in row.prompt if message.role == "user")
            assert (f"> {other} says" in heard) == (row.turn > 1)


class TestWhatCameOfIt:
    async def test_each_seat_gets_its_own_return_and_advantage(self) -> None:
        playing = await play(OneShot(method=talk), Scripted("Yes.", "Yes."))
        one, two = stored(playing), stored(playing, number=1)
        found = rows(one, two)
        assert {(row.role, row.amount, row.reward) for row in found} == {("ann", 1, 1), ("bob", -1, -1)}
        assert [row.advantage for row in found if row.episode == 0 and row.role == "ann"] == [1.0, 1.0]
        second = [row.advantage for row in found if row.episode == 1 and row.role == "ann"]
        assert second == pytest.approx([0.95, 0.95])

    async def test_rewards_and_advantages_are_shaped_alike(self) -> None:
        playing = await play(OneShot(method=talk), Scripted("Yes.", "Yes."))
        found = rows(stored(playing), stored(playing, number=1), reward="last")
        ann = [(row.reward, row.advantage) for row in found if row.episode == 1 and row.role == "ann"]
        assert ann == [(0.0, 0.0), (1.0, pytest.approx(0.95))]

    @pytest.mark.parametrize(
        ("outcome", "why"),
        [
            (Outcome.failed("it broke"), "the episode failed"),
            (Outcome.truncated("too long"), "the episode was cut off"),
            (Outcome(Ending.FAILED, {"ann": 5.0, "bob": 5.0}), "the episode failed"),
        ],
    )
    async def test_an_episode_that_broke_is_masked_and_moves_no_baseline(
        self, outcome: Outcome, why: str
    ) -> None:
        playing = await play(OneShot(method=talk), Scripted("Yes.", "Yes."))
        broken, whole = stored(playing, outcome=outcome), stored(playing, number=1)
        found = rows(broken, whole)
        assert {(row.masked, row.amount, row.reward) for row in found[:4]} == {(why, None, None)}
        assert [row.advantage for row in found[4:]] == [1.0, -1.0, 1.0, -1.0]

    async def test_an_episode_that_has_not_ended_is_masked(self) -> None:
        found = await talked(Scripted("Yes.", "Yes."), Scripted("No.", "No."), ended=False)
        assert {row.masked for row in found} == {"the episode has not ended"}

    async def test_a_forfeit_is_a_result(self) -> None:
        lost = Outcome.forfeited("bob", "illegal", {"ann": 1.0, "bob": -1.0})
        found = await talked(Scripted("Yes.", "Yes."), Scripted("No.", "No."), outcome=lost)
        assert {(row.role, row.amount, row.masked) for row in found} == {("ann", 1.0, ""), ("bob", -1.0, "")}

    async def test_a_seat_without_a_return_has_no_reward_rather_than_none_worth(self) -> None:
        found = await talked(
            Scripted("Yes.", "Yes."), Scripted("No.", "No."), outcome=Outcome.completed({"ann": 0.0})
        )
        assert {(row.role, row.amount, row.reward, row.advantage) for row in found} == {
            ("ann", 0.0, 0.0, 0.0),
            ("bob", None, None, None),
        }

    async def test_a_penalty_unmasks_the_reply_whose_form_was_at_fault(self) -> None:
        playing = await play(
            OneShot(method=talk), {"ann": Scripted("", "Yes.", "Yes."), "bob": Scripted("No.", "No.")}
        )
        first, second, *_ = rows(stored(playing), reward="format-penalty?penalty=0.25")
        assert (first.reward, first.advantage, first.masked) == (-0.25, -0.25, "")
        assert (second.reward, second.masked) == (1.0, "")

    async def test_what_a_branch_shares_is_told_by_the_episode_it_branches_off(self) -> None:
        branch = Branch(episode=7, turn=3, step=2, seat="bob")
        found = await talked(Scripted("Yes.", "Yes."), Scripted("No.", "No."), branch=branch)
        assert [row.masked for row in found] == [SHARED, SHARED, SHARED, ""]
        assert found[3].role == "bob"


class TestGroups:
    @pytest.mark.parametrize(("over", "first"), [("group-mean", 0.5), ("leave-one-out", 1.0)])
    async def test_a_match_is_the_group_whatever_stands_between_its_episodes(
        self, over: str, first: float
    ) -> None:
        playing = await play(OneShot(method=talk), Scripted("Yes.", "Yes."))
        lost = Outcome.completed({"ann": 0.0, "bob": 0.0})
        found = rows(
            stored(playing, number=0, match=(5, 2)),
            stored(playing, number=1, match=(6, 1)),
            stored(playing, number=2, match=(5, 2), outcome=lost),
            over=over,
        )
        ann = {row.episode: row.advantage for row in found if row.role == "ann"}
        assert ann == {0: first, 1: None, 2: -first}

    async def test_who_failed_is_in_no_group(self) -> None:
        playing = await play(OneShot(method=talk), Scripted("Yes.", "Yes."))
        found = rows(
            stored(playing, match=(0, 3)),
            stored(playing, number=1, match=(0, 3), outcome=Outcome.failed("it broke")),
            stored(playing, number=2, match=(0, 3)),
            over="group-mean",
        )
        assert {row.advantage for row in found if row.role == "ann"} == {0.0, None}


class TestLength:
    async def test_what_is_over_long_is_masked_and_not_dropped(self) -> None:
        playing = await play(
            OneShot(method=talk), {"ann": Scripted("Yes.", "Yes."), "bob": Scripted("No." * 99, "No.")}
        )
        found = rows(stored(playing), most=LengthLimit(characters=200))
        assert [row.masked for row in found] == [
            "",
            "longer than 200 characters",
            "longer than 200 characters",
            "longer than 200 characters",
        ]
        assert found[0].length == sum(len(m.content) for m in found[0].prompt) + len("Yes.")

    async def test_a_limit_in_tokens_goes_by_what_the_backend_counted(self) -> None:
        told = Reply("Yes.", usage={"prompt_tokens": 10, "completion_tokens": 2})
        ids = Reply("Yes.", tokens=Tokens(ids=(1, 2, 3), ids_read=tuple(range(20))))
        playing = await play(
            OneShot(method=talk), {"ann": Scripted(told, ids), "bob": Scripted("No.", "No.")}
        )
        found = rows(stored(playing), most=LengthLimit(tokens=20))
        unknown = "of unknown length in tokens"
        assert [row.masked for row in found] == ["", unknown, "longer than 20 tokens", unknown]


class TestFacts:
    async def test_confidence_is_the_last_belief_told_or_the_replys_own(self) -> None:
        async def method(episode: Episode) -> Outcome:
            await episode.ask("ann", Speech())
            await episode.ask("ann", Probability("it rains"), audience=())
            await episode.ask("ann", Speech())
            await episode.ask("bob", Verdict(("ann", "nobody")))
            await episode.ask("bob", Choice(("yes", "no")))
            return WON

        ann = Scripted("Hello.", "Probability: 70", 'My "probability" is 0.1.')
        bob = Scripted("Verdict: ann\nConfidence: 90", "yes")
        found = rows(stored(await play(OneShot(method=method), {"ann": ann, "bob": bob})))
        assert [row.confidence for row in found] == [None, 0.7, 0.7, 0.9, None]

    async def test_a_confidence_of_another_scale_is_not_taken_for_a_probability(self) -> None:
        class Told(BaseModel):
            confidence: float

        async def method(episode: Episode) -> Outcome:
            for _ in range(3):
                await episode.ask("ann", Structured(Told), finds=Answer("confidence"))
            return WON

        told = [f'{{"confidence": {number}}}' for number in (80, 0.8, -1)]
        found = rows(stored(await play(OneShot(method=method), Scripted(*told))))
        assert [row.confidence for row in found] == [None, 0.8, None]

    async def test_versions_come_from_the_models_name_or_the_agents(self) -> None:
        model = Reply("Yes.", usage={"prompt_tokens": 1}, model="local:critic@7")
        playing = await play(
            OneShot(method=talk), {"ann": Scripted(model, "Yes."), "bob": Scripted("No.", "No.")}
        )
        agents = {"ann": "local:critic@6?temperature=1", "bob": "random"}
        found = rows(stored(playing, agents=agents))
        assert [(row.role, row.model, row.policy_version) for row in found] == [
            ("ann", "local:critic@7", "7"),
            ("bob", "", None),
            ("ann", "", "6"),
            ("bob", "", None),
        ]

    async def test_a_row_says_where_it_is_from(self) -> None:
        config = {"protocol": {"class": "protocols.play:Play", "game": "kuhn"}}
        playing = await play(OneShot(method=talk), Scripted("Yes.", "Yes."))
        row, *_ = rows(stored(playing, number=3, truth={"answer": 42}), config=config)
        assert row.facts() == {
            "run": "a run",
            "episode": 3,
            "turn": 0,
            "attempt": 0,
            "sample": None,
            "agent": "agent of ann",
            "role": "ann",
            "protocol": "play",
            "game": "kuhn",
            "condition": "",
            "task": "task",
            "status": "ok",
            "return": 1.0,
            "reward": 1.0,
            "advantage": 1.0,
            "confidence": None,
            "model": "",
            "policy_version": None,
        }
        assert row.truth == '{"answer":42}'

    async def test_a_condition_has_its_own_game(self) -> None:
        conditions = {"poker": {"protocol": {"class": "protocols.play:Play", "game": "kuhn"}}}
        config = {"protocol": {"class": "arena.designs.comparison:Comparison", "conditions": conditions}}
        episode = stored(await play(OneShot(method=talk), Scripted("Yes.", "Yes.")))
        row, *_ = rows(replace(episode, plan=replace(episode.plan, condition="poker")), config=config)
        assert (row.protocol, row.game, row.condition) == ("play", "kuhn", "poker")


async def test_a_refusal_and_a_reply_cut_short_are_masked_for_what_they_are() -> None:
    refused, cut = Reply("I cannot.", stop=Stop.REFUSED), Reply("Ye", stop=Stop.TRUNCATED)
    found = await talked(Scripted(refused, cut, "Yes."), Scripted("No.", "No."))
    assert [row.masked for row in found if row.role == "ann"] == [
        "the reply is refused",
        "the reply is truncated",
        "",
    ]
