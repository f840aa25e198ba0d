"""Probes are asked aside over any protocol, recorded as beliefs and answers, and change nothing else."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import arena
from arena import Agent, Episode, Outcome, Probe, Protocol, Reply, Request, Scenario, Task
from arena.annotations import Answer, Belief, Place, Score, Verdict, annotation_of
from arena.core.errors import UsageError
from arena.core.seeds import derive
from arena.episode.context import EpisodeContext
from arena.episode.plan import Plan
from arena.episode.playing import play_episode
from arena.episode.probes import ProbeKind
from arena.forms import Choice, Number, Probability
from arena.seat.agent import Tokens
from protocols import PROTOCOLS, Direct
from tests.properties.settings import SETTINGS
from tests.shared.agents import Watched
from tests.shared.examples import few
from tests.shared.protocols import OneShot
from tests.shared.recording import Memory

PAIR = ("ann", "bob")


class Pair(Protocol):
    """Ann and Bob answer together, and then Ann again."""

    @property
    def seats(self) -> tuple[str, ...]:
        return PAIR

    async def play(self, episode: Episode) -> Outcome:
        await episode.together(
            PAIR, Number(), "How many?", finds=Answer("answer", turn=1, comparison="number")
        )
        await episode.ask("ann", Number(), "And now?", finds=Answer("answer", turn=2, comparison="number"))
        return Outcome.completed({})


def replies(request: Request) -> str | Reply:
    match request.form:
        case Probability():
            return "Probability: 80"
        case Number():
            return "Answer: 4"
        case Choice():
            if request.prompt.data.get("asks") == "p-true":
                return Reply("Answer: yes", tokens=Tokens(answers={"yes": 0.75, "no": 0.25}))
            return "Answer: I don't know"
    return "I don’t know."


def played(folder: Path, *probes: Probe, data: Mapping[str, Any] | None = None) -> tuple[list[Any], Watched]:
    agent = Watched(replies)
    task = Task(id="one", text="Two and two?", truth="4", data=dict(data or {}))
    agents = {"ann": agent, "bob": Watched(replies, "other")}
    run = arena.run(Pair(), folder, tasks=[task], agents=agents, probes=probes or None)
    with run.read() as stored:
        return [annotation_of(row) for row in stored.episode(0).annotations], agent


def test_without_probes_nothing_is_asked_or_configured(tmp_path: Path) -> None:
    found, agent = played(tmp_path / "none")
    assert [one.name for one in found] == ["answer"] * 3
    assert len(agent.sent) == 2
    with arena.open_run(tmp_path / "none").read() as stored:
        assert "probes" not in stored.header()["config"]


def test_confidence_is_a_belief_about_the_turn_that_it_follows(tmp_path: Path) -> None:
    found, _ = played(tmp_path / "run", Probe(ask="confidence", seats=("ann",), moments=("round", "after")))
    beliefs = [one for one in found if isinstance(one, Belief)]
    assert [(one.author, one.turn, one.moment, one.probability) for one in beliefs] == [
        ("ann", 1, "round", 0.8),
        ("ann", 2, "round", 0.8),
        ("ann", 2, "after", 0.8),
    ]
    assert [one.about.step for one in beliefs] == [0, 2, 2]
    assert {one.method for one in beliefs} == {"verbalised-100"}
    read = arena.open_run(tmp_path / "run").annotations("beliefs")
    assert read.came_true.tolist() == [1.0, 1.0, 1.0]


def test_what_is_asked_aside_is_in_no_view(tmp_path: Path) -> None:
    _, plain = played(tmp_path / "plain")
    _, probed = played(tmp_path / "probed", Probe(ask="confidence", moments=("round",)))
    own = [one for one in probed.sent if not isinstance(one.form, Probability)]
    assert [(one.view, one.prompt, one.brief) for one in own] == [
        (one.view, one.prompt, one.brief) for one in plain.sent
    ]


def test_a_remembered_probe_is_in_its_own_seats_view_alone(tmp_path: Path) -> None:
    _, agent = played(tmp_path / "run", Probe(ask="confidence", moments=("round",), remember=True))
    again = next(one for one in agent.sent if one.prompt.text.startswith("And now"))
    asides = [event for event in again.view if "put to you aside" in event.text]
    assert [event.seat for event in asides] == ["ann"]


def test_p_true_is_the_probability_of_yes(tmp_path: Path) -> None:
    found, _ = played(tmp_path / "run", Probe(ask="p-true", seats=("ann",)))
    (belief,) = (one for one in found if isinstance(one, Belief))
    assert (belief.probability, belief.method, belief.about.step) == (0.75, "p-true", 1)
    assert belief.said == 2


def test_p_ik_is_asked_before_and_comes_true_as_a_share(tmp_path: Path) -> None:
    found, _ = played(tmp_path / "run", Probe(ask="p-ik", seats=("ann",), moments=("before",)))
    (belief,) = (one for one in found if isinstance(one, Belief))
    assert (belief.name, belief.moment, belief.about) == ("knows", "before", Place("ann"))
    assert arena.open_run(tmp_path / "run").annotations("belief").came_true.tolist() == [1.0]


@pytest.mark.parametrize("data", [{}, {"answers": ["4", "5"]}])
def test_not_knowing_is_an_answer_of_its_own(tmp_path: Path, data: Mapping[str, Any]) -> None:
    found, _ = played(tmp_path / "run", Probe(ask="answer", seats=("ann",), moments=("before",)), data=data)
    answer = next(one for one in found if one.name == "hypothetical")
    assert isinstance(answer, Answer)
    assert (answer.status, answer.text, answer.correct, answer.moment) == ("abstained", None, None, "before")


def test_probes_that_cannot_be_asked_are_refused(tmp_path: Path) -> None:
    with pytest.raises((arena.UsageError, ValidationError), match="cannot be asked before"):
        Probe(ask="confidence", moments=("before",))
    with pytest.raises(arena.UsageError, match="carl; the seats are ann, bob"):
        played(tmp_path / "run", Probe(ask="answer", seats=("carl",)))


def test_a_resumed_run_has_the_same_probes(tmp_path: Path) -> None:
    probe = Probe(ask="answer", moments=("round",))
    scenario = arena.Scenario(
        protocol=Pair(), seats=dict.fromkeys(PAIR, Watched(replies)), probes=(probe,), tasks=[Task(id="one")]
    )
    run = arena.run(scenario, tmp_path / "run")
    with pytest.raises(arena.UsageError, match="probes"):
        run.resume(scenario.model_copy(update={"probes": ()}))


def test_the_result_stands_where_the_turns_are_used_up(tmp_path: Path) -> None:
    """The protocol takes three turns, so with three there is none left for the probe."""
    probe = Probe(ask="answer", seats=("ann",), moments=("after",))
    ended = []
    for turns in (3, 4):
        scenario = arena.Scenario(
            protocol=Pair(),
            seats=dict.fromkeys(PAIR, Watched(replies)),
            probes=(probe,),
            limits=arena.Limits(turns=turns),
        )
        with arena.run(scenario, tmp_path / str(turns)).read() as stored:
            episode = stored.episode(0)
        assert episode.played is not None
        ended.append((episode.played.outcome.ending, len(episode.annotations)))
    assert ended == [("completed", 3), ("completed", 4)]


class TestDesigns:
    """Probes are a setting of whatever can be run."""

    def test_a_comparison_probes_a_seat_under_each_condition_that_has_it(self, tmp_path: Path) -> None:
        alone = OneShot(seats_=("ann",), method=_nothing)
        scenario = arena.Comparison(
            conditions={"pair": Pair(), "alone": alone},
            seats=dict.fromkeys(PAIR, Watched(replies)),
            probes=(Probe(ask="p-ik", seats=("bob",), moments=("before",)),),
        )
        beliefs = arena.run(scenario, tmp_path / "run").annotations("beliefs")
        assert [(one.author, one.name) for one in beliefs] == [("bob", "knows")]
        assert list(beliefs.condition) == ["pair"]

    @pytest.mark.parametrize(
        "make",
        [
            lambda **more: arena.Comparison(conditions={"pair": Pair()}, **more),
            lambda **more: arena.Coaching(protocol=Pair(), improving="ann", arms=("alone",), **more),
            lambda seats, **more: arena.Tournament(protocol=Pair(), agents=["random", "o=random"], **more),
        ],
    )
    def test_a_seat_that_there_is_not_is_refused(self, make: Any) -> None:
        probe = Probe(ask="answer", seats=("carl",))
        with pytest.raises(arena.UsageError, match="A probe of answer is for carl; the seats are ann, bob"):
            make(seats=dict.fromkeys(PAIR, "random"), probes=(probe,))


async def _nothing(episode: Episode) -> Outcome:
    return Outcome.completed({})


class Unmoved(Agent):
    """Gives a random answer that depends on its seat and on how often it was asked, probes aside."""

    def __init__(self) -> None:
        self.own: list[Request] = []
        self.aside: list[Request] = []

    async def reply(self, request: Request) -> Reply:
        is_probe = request.prompt.text.startswith("This question is put to you aside.")
        (self.aside if is_probe else self.own).append(request)
        seed = derive(0, request.seat, len(self.own), len(self.aside) if is_probe else "own")
        return Reply(request.form.sample(random.Random(seed)))


EVERY_PROBE = tuple(Probe(ask=ask, moments=("round", "after")) for ask in ProbeKind)


@pytest.mark.parametrize("name", PROTOCOLS)
@few
@given(data=st.data())
def test_no_protocol_is_changed_by_probes(name: str, data: st.DataObject) -> None:
    """Each seat is sent the same bytes, but for the probes, and every probe leaves a row."""
    settings = SETTINGS[name]
    protocol, task = data.draw(settings.protocols), data.draw(st.sampled_from(settings.tasks))
    sent = []
    for probes in ((), EVERY_PROBE):
        agents, memory = {seat: Unmoved() for seat in protocol.seats}, Memory()
        plan = Plan(0, Task(**dict(task), **settings.options), {seat: seat for seat in protocol.seats}, 1)
        context = EpisodeContext(recorder=memory, probes=probes)
        played = asyncio.run(play_episode(protocol, plan, agents, context))
        assert played.outcome.is_result or played.outcome.offenders
        sent.append({seat: [_sent(request) for request in agent.own] for seat, agent in agents.items()})
    assert sent[0] == sent[1]
    found = [row for row in memory.found.get(0, []) if row.name in ("right", "knows", "hypothetical")]
    asked = {(call.seat, call.step) for call in memory.calls.get(0, [])}
    aside = sum(len(agent.aside) for agent in agents.values())
    assert {(row.author, row.said) for row in found if row.said is not None} <= asked
    assert len(found) >= aside


def _sent(request: Request) -> tuple[Any, ...]:
    return request.brief, tuple(request.view), request.prompt


class Asking(Protocol):
    """A judge chooses twice and remembers neither, and then rates the weather."""

    @property
    def seats(self) -> tuple[str, ...]:
        return ("ann",)

    async def play(self, episode: Episode) -> Outcome:
        for truth in ("4", "5"):
            finds = Verdict("verdict", truth=truth)
            await episode.ask("ann", Choice(("4", "5")), "Four or five?", remember=False, finds=finds)
        await episode.ask("ann", Number(0, 9), "The weather?", remember=False, finds=Score("weather"))
        return Outcome.completed({})


def test_a_verdict_that_is_not_remembered_is_quoted_and_comes_true_by_itself(tmp_path: Path) -> None:
    """Of two verdicts for 4, the first is right and the second wrong; a rating can be neither."""
    agent = Watched(lambda request: "Probability: 80" if "aside" in request.prompt.text else "Answer: 4")
    probe = Probe(ask="confidence", moments=("round",))
    run = arena.run(Asking(), tmp_path / "run", agents={"ann": agent}, probes=[probe])
    asides = [one.prompt.text for one in agent.sent if isinstance(one.form, Probability)]
    assert len(asides) == 2
    assert "Your last answer was to this:\n> Four or five?\nYou answered:\n> 4\n" in asides[0]
    assert run.annotations("beliefs").came_true.tolist() == [1.0, 0.0]


def test_a_hypothetical_answer_is_not_the_one_that_was_given(tmp_path: Path) -> None:
    probes = (Probe(ask="confidence", seats=("ann",)), Probe(ask="answer", seats=("ann",), unknown=False))
    played(tmp_path / "run", *probes)
    found = arena.open_run(tmp_path / "run")
    assert found.annotations("answers", name="hypothetical").correct.tolist() == [0.0]
    assert found.annotations("beliefs").came_true.tolist() == [1.0]


def test_the_same_probe_is_put_once() -> None:
    with pytest.raises(UsageError, match="stands there twice"):
        Scenario(protocol=Direct(), seats={"judge": "random"}, probes=["confidence"] * 2)
