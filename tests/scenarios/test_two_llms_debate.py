"""When Two LLMs Debate as its code plays it: who is told what, who sees which bet, and what the jury says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from arena.designs.building import Source, build
from arena.designs.overriding import override
from arena.journal import StoredEpisode, StoredRun
from arena.judging import JudgingOptions, judge_run
from arena.results.report import report_record
from arena.running import run
from arena.seat.agent import Request
from arena.seat.messages import messages
from scenarios.two_llms_debate import COPY, EVEN
from tests.shared.agents import Watched

BOTH_CASES = "In your private reasons give the best case that you win, and the best case, "

BETS = {"ann": (61, 72, 83), "bob": (67, 74, 78)}
"""What each bets after the opening, the rebuttal and the closing."""

TORN = "Remote work"
"""A motion over which the jury is torn."""


def bettor(name: str) -> Watched:
    def reply(request: Request) -> str:
        stage = sum(event.kind == "said" and event.seat == request.seat for event in request.view)
        return f"I speak.\nPrivate reasons: {name} sees stage {stage}.\nBet: {BETS[name][stage]}"

    return Watched(reply, name)


async def played(folder: Path) -> tuple[list[StoredEpisode], dict[str, Watched]]:
    agents = {"debater_a": bettor("ann"), "debater_b": bettor("bob")}
    scenario = override(build(Source(name="two-llms-debate", settings={"episodes": 1})), ["seats"], agents)
    await run(scenario, folder)
    with StoredRun(folder) as stored:
        return list(stored.episodes()), agents


async def test_each_condition_tells_and_shows_what_the_code_does(tmp_path: Path) -> None:
    episodes, _ = await played(tmp_path / "run")
    assert len(episodes) == 6 * 5
    for episode in episodes:
        condition, brief = episode.plan.condition, episode.briefs["debater_a"]
        assert (COPY in brief) == (condition != "cross-model")
        assert (EVEN in brief) == (condition == "informed")
        asked = [event.text for event in episode.events if event.kind == "asked"]
        assert {BOTH_CASES in text for text in asked} == {condition == "red-team"}
        told = [(event.audience, event.text) for event in episode.events if "bet after this" in event.text]
        assert bool(told) == (condition in ("cross-model", "self-debate", "public-bets"))
        assert all(len(audience) == 1 and "Your reasons: " in text for audience, text in told)
        public = [event for event in episode.events if event.text.startswith("The bets after")]
        assert len(public) == (3 if condition == "public-bets" else 0)
        assert all(event.audience == {"debater_a", "debater_b"} for event in public)


async def test_a_stage_is_blind_and_no_speech_holds_a_bet(tmp_path: Path) -> None:
    episodes, _ = await played(tmp_path / "run")
    for episode in episodes:
        said = [event for event in episode.events if event.kind == "said"]
        assert [event.text for event in said] == ["I speak."] * 6
        assert not any(re.search(r"\d\d|reasons", event.payload) for event in said)
        asked = [place for place, event in enumerate(episode.events) if event.kind == "asked"]
        heard = [
            sum(event.kind == "said" and event.seat == "debater_a" for event in episode.events[:place])
            for place in asked
            if episode.events[place].seat == "debater_b"
        ]
        assert len(heard) == 3


async def test_its_figures_come_out_with_the_jurys_ties_apart(tmp_path: Path) -> None:
    """Two judges vote twice each. They agree on five motions, and on one their votes are 2 to 2."""
    folder = tmp_path / "run"
    episodes, _ = await played(folder)

    def voter(name: str, torn: str) -> Watched:
        """Return a judge that sides with "for it", except over one motion."""

        def reply(request: Request) -> str:
            text = "\n".join(message.content for message in messages(request))
            found = re.findall(r"Speaker (\d) defends the answer: (for it|against it)", text)
            labels = {answer: label for label, answer in found}
            return f"Verdict: {labels['against it' if torn and torn in text else 'for it']}"

        return Watched(reply, name)

    judges = [voter("cy", ""), voter("dee", TORN)]
    await judge_run(folder, judges, options=JudgingOptions(samples=2, swap=False))
    record = report_record([folder], samples=10)
    (found,) = [section["figures"] for section in record["sections"] if section["title"] == "Beliefs"]
    figures = {(one["name"], one["group"]): one for one in found}
    cross = "cross-model"
    assert figures["Confidence after round 1", cross]["value"] == pytest.approx(0.64)
    assert figures["Confidence after round 3", cross]["value"] == pytest.approx(0.805)
    assert figures["Escalation of confidence", cross]["value"] == pytest.approx(0.165)
    assert figures["Both at least 0.75", cross]["value"] == 1
    assert figures["Both at least 0.75", "informed"]["value"] == 1
    assert figures["Sum above 1", cross]["value"] == 1
    assert figures["Debates that the jury tied", cross]["value"] == pytest.approx(1 / 6)
    first, last = (figures[f"Brier score of {which} bets", cross] for which in ("first", "last"))
    assert (first["n"], first["of"], last["n"]) == (10, 12, 10)
    sides = {"for it": 1.0, "against it": 0.0}
    expected = [
        (BETS[episode.plan.seats[seat]][0] / 100 - sides[answer]) ** 2
        for episode in episodes
        if episode.played
        and episode.plan.condition == cross
        and "Remote work" not in episode.briefs["debater_a"]
        for seat, answer in episode.played.outcome.details["defended"].items()
    ]
    assert first["value"] == pytest.approx(sum(expected) / 10)
    assert figures["Last bets both above 75 %", cross]["value"] == 1
