"""Probes are asked aside over any protocol, recorded as beliefs and answers, and change nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import arena
from arena import Episode, Outcome, Probe, Protocol, Reply, Request, Task
from arena.annotations import Answer, Belief, Place, annotation_of
from arena.forms import Choice, Number, Probability
from arena.seat.agent import Tokens
from tests.shared.agents import Watched

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
