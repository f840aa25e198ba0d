"""The examples of answers made of several samples through the whole path: play, figures, rewards and rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import arena
from agents.aggregate import Aggregate, By
from arena import Answer, Reply, Request, Scenario, Task
from arena.journal import StoredRun
from protocols import Revise
from protocols.shared.answers import AnswerMatch
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched

GROUP = "revise: answerer, answer"


def played(typing: Typist, agent: str, tasks: int) -> Found:
    """Have an agent answer so many sums once, and return the figures."""
    said = typing(
        *("run", "self-correction", "--set", "protocol.turns=1", "--tasks", str(tasks)),
        *("--agents", f"agent={agent}", "--out", "run"),
    )
    assert said.code == 0, said.err
    return Found(sections_in(typing.folder / "run"))


def rewards(typing: Typist, *words: str) -> Sequence[float]:
    said = typing(*("export", "run", "--to", "trl-sft", "--advantage", "none", "--out", "rows.jsonl", *words))
    assert said.code == 0, said.err
    lines = (typing.folder / "rows.jsonl").read_text().splitlines()
    return [json.loads(line)["reward"] for line in lines]


@pytest.fixture
def typing(arena: Typist) -> Typist:
    return arena


class TestSynthesis:
    def test_it_rescues_what_no_vote_could_and_loses_nothing(self, typing: Typist) -> None:
        """Of 3 samples 0, 1, 2, 3 are right, the synthesis 1, 0, 1, 1: accuracy 3/4, rescue 1/1, loss 0/2."""
        samples = "1,2,3,0,0,1,1,1,0,0,1,0,0,0,0,0%26samples%3D4"
        found = played(typing, f"aggregate:scenarios.courses%3ARecited%3Fof%3D{samples}?n=3&by=synthesis", 4)
        assert found.shown("Accuracy", GROUP) == (0.75, 4, 4)
        assert found.shown("Rescue rate", GROUP) == (1.0, 1, 1)
        assert found.shown("Loss rate", GROUP) == (0.0, 2, 2)
        assert found.shown("A draft is right", GROUP) == (0.75, 4, 4)
        assert found.shown("Follows the mode", GROUP) == (1.0, 3, 3)
        assert rewards(typing, "--reward", "correct") == [1.0, 0.0, 1.0, 1.0]

    def test_a_synthesis_may_lose_what_most_had_right(self, typing: Typist) -> None:
        samples = "0,0,1,1,0,0,1,0%26samples%3D4"
        found = played(typing, f"aggregate:scenarios.courses%3ARecited%3Fof%3D{samples}?n=3&by=synthesis", 2)
        assert found.shown("Loss rate", GROUP) == (0.5, 2, 2)
        assert found.shown("Follows the mode", GROUP) == (0.5, 2, 2)
        assert "Rescue rate" not in found.names


def test_agreement_reads_meanings_where_a_vote_counts_spellings(tmp_path: Path) -> None:
    """Of 6, 6, 5, "six hours" and "12" a vote counts 6 twice; who reads them finds three that say 6."""
    agreeing: list[int] = []
    said = iter(["6", "6", "5", "six hours", "12"])

    def sampler(request: Request) -> Reply:
        if "Answer 1:" not in request.prompt.text:
            return Reply(f"Answer: {next(said)}")
        same = sum(request.prompt.text.count(f"> Answer: {one}\n") for one in ("6", "six hours"))
        agreeing.append(same)
        return Reply("Answer: 6")

    scenario = Scenario(
        protocol=Revise(turns=1, comparison=AnswerMatch.CASEFOLD),
        tasks=[Task(id="hours", text="How many hours are left?", truth="6")],
        seats={"answerer": Aggregate(Watched(sampler, "sampler"), n=5, by=By.AGREEMENT)},
    )
    run = arena.run(scenario, tmp_path / "run")
    answers = [one for one in run.annotations("answers") if isinstance(one, Answer)]
    (answer,) = [one for one in answers if one.name == "answer"]
    assert (answer.text, answer.correct, agreeing) == ("6", 1.0, [3])
    found = Found(sections_in(tmp_path / "run"))
    assert found.shown("Share of the mode", f"{GROUP}, draft") == (0.4, 1, 1)
    assert found.shown("Follows the mode", GROUP) == (1.0, 1, 1)


@pytest.mark.parametrize(("power", "right"), [(0.5, 0.0), (2.0, 0.0), (2.2, 1.0)])
def test_a_high_power_lets_the_most_certain_win(typing: Typist, power: float, right: float) -> None:
    """Certainties 5, 4, 3, 2, 1 of answers A, B, B, C, B, of which A is right."""
    certain = "scenarios.courses%3ACertain%3Fof%3D0,1,1,2,1%26samples%3D5%26certainties%3D5,4,3,2,1"
    found = played(typing, f"aggregate:{certain}?n=5&by=borda&power={power}", 1)
    assert found.shown("Accuracy", GROUP) == (right, 1, 1)
    assert rewards(typing, "--reward", "correct") == [right]


@pytest.mark.parametrize(("alpha", "right"), [(0.5, 1.0), (1.0, 0.0), (0.0, 1.0)])
def test_backward_verification_finds_what_the_vote_misses(typing: Typist, alpha: float, right: float) -> None:
    """Votes 5, 4 and 1; recovered 2, 9 and 1 times: 0.3112, 0.5904 and 0.0984, and the vote was wrong."""
    courses = "1,1,1,1,1,0,0,0,0,2%26samples%3D10%26back%3D9,2,1"
    agent = f"fobar:scenarios.reckoners%3AReckoner%3Fof%3D{courses}?n=10&m=3&alpha={alpha}"
    found = played(typing, agent, 1)
    assert found.shown("Accuracy", GROUP) == (right, 1, 1)
    assert found.shown("Accuracy of the mode", f"{GROUP}, draft") == (0.0, 1, 1)
    assert rewards(typing, "--reward", "correct") == [right]
    with StoredRun(typing.folder / "run") as stored:
        (call,) = stored.episode(0).calls
    assert call.reply is not None
    record = json.loads(call.reply.reasoning)
    if alpha == 0.5:
        assert [round(one, 4) for one in record["combined"].values()] == [0.3112, 0.5904, 0.0984]
    assert record["chains"] == 12
    assert sorted(record["recovered"].values()) == [1, 2, 9]
