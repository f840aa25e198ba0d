"""Samples agree, an answerer evaluates its answers, and it votes, answers again or abstains."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arena import Request, Scenario, Task
from arena.annotations import AnnotationStatus, Answer, Place
from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.journal import StoredRun
from arena.running import run
from arena.seat.function import Function
from protocols import Revise
from scenarios.courses import FULL_STOPS
from tests.arena.results.figures.lines import Found, found_in, sections_in
from tests.arena.results.stored import Ended

STOPS = Task(id="stops", text="How many full stops are in `.!..!..!`?", truth="5")


async def sampled(folder: Path, said: list[int], **settings: Any) -> Found:
    """Return the figures of one question, of which the answerer gave these answers."""
    answers = iter(said)
    answerer = Function(lambda request: f"I count.\nAnswer: {next(answers)}", "model")
    protocol = Revise(turns=1, samples=len(said), keep="majority", **settings)
    scenario = Scenario(name="vote", protocol=protocol, tasks=[STOPS], seats={"answerer": answerer})
    return Found(sections_in((await run(scenario, folder)).folder))


@pytest.mark.parametrize(
    ("said", "share", "pairs", "entropy", "accuracy"),
    [([5, 3, 3, 3, 3], 0.8, 0.6, 0.5004, 0.2), ([4, 3, 3, 4, 3], 0.6, 0.4, 0.6730, 0.0)],
)
async def test_the_examples_of_the_sheet(
    tmp_path: Path, said: list[int], share: float, pairs: float, entropy: float, accuracy: float
) -> None:
    """Five samples of Llama-3-8B and of GPT-4o in the authors' repository. The mode is 3, which is wrong."""
    found = await sampled(tmp_path / "run", said)
    group = "revise: answerer, answer"
    assert found.shown("Share of the mode", group) == (share, 1, 1)
    assert found.shown("Pairwise agreement", group) == (pairs, 1, 1)
    assert found.line("Entropy of the samples", group).figure.value == pytest.approx(entropy, abs=5e-5)
    assert found.shown("Accuracy", group) == (accuracy, 5, 5)
    assert found.shown("Accuracy of the mode", group) == (0.0, 1, 1)


async def test_of_a_tie_the_first_answer_is_the_mode(tmp_path: Path) -> None:
    found = await sampled(tmp_path / "run", [5, 3, 3, 5])
    assert found.shown("Accuracy of the mode", "revise: answerer, answer") == (1.0, 1, 1)


async def test_a_sample_that_cannot_be_used_is_an_answer_of_its_own(tmp_path: Path) -> None:
    """Of 3, 3 and nothing the mode has 2 of 3, one of three pairs agrees, and nothing is never the mode."""
    told: list[dict[str, Any]] = [{"text": "3", "key": 3, "correct": 0.0}] * 2
    told.append({"status": AnnotationStatus.REFUSED})
    samples = [
        Answer("answer", author="answerer", turn=1, about=Place("answerer", 0, place), **one)
        for place, one in enumerate(told)
    ]
    found = await found_in(tmp_path, Ended(found=samples, truth="5"), protocol=Revise(samples=3))
    group = "revise: answerer, answer"
    assert found.shown("Share of the mode", group) == (round(2 / 3, 9), 1, 1)
    assert found.shown("Pairwise agreement", group) == (round(1 / 3, 9), 1, 1)


async def test_a_right_mode_has_the_larger_share(tmp_path: Path) -> None:
    """Right with .8; wrong with .6, and with .8, which ties: 1.5 of 2 pairs."""
    model = "scenarios.courses:Recited?of=10000,21121,01111"
    scenario = build(Source(name="internal-consistency", settings={"first": 3, "seats.answerer": model}))
    await run(scenario, tmp_path / "run")
    found = Found(sections_in(tmp_path / "run"))
    assert found.shown("AUROC of the mode's share", "vote: answerer, answer") == (0.75, 3, 3)
    assert found.shown("AUROC", "abstain: answerer, right, agreement, round") == (0.75, 3, 3)
    assert found.shown("Accuracy", "abstain: decision") == (0.5, 2, 3)
    assert found.shown("Accuracy, undecided as wrong", "abstain: decision") == (round(1 / 3, 9), 3, 3)


@pytest.mark.parametrize(("said", "abstains"), [([5, 5, 3, 3, 4], True), ([5, 5, 5, 3, 3], False)])
async def test_an_answerer_abstains_below_the_threshold_and_is_paid_nothing(
    tmp_path: Path, said: list[int], abstains: bool
) -> None:
    await sampled(tmp_path / "run", said, evaluation="agreement", threshold=0.6, abstain=True)
    with StoredRun(tmp_path / "run") as stored:
        (played,) = stored.finished()
    assert played.outcome.returns == ({} if abstains else {"answerer": 1.0})
    assert played.outcome.details["revision"]["turns"][0]["evaluation"] == (0.4 if abstains else 0.6)


async def test_an_answerer_answers_until_it_is_sure_and_is_asked_aside(tmp_path: Path) -> None:
    """Wrong and unsure, then right and sure. The next answer is asked for as if it had not been asked."""
    seen: list[str] = []

    def model(request: Request) -> str:
        seen.append(" ".join(event.text for event in request.view))
        if request.prompt.data["asks"] == "evaluation":
            return f"Probability: {90 if request.prompt.data['answer'] == '5' else 20}"
        return f"I count.\nAnswer: {5 if request.prompt.data['turn'] == 2 else 3}"

    protocol = Revise(turns=5, evaluation="confidence", threshold=0.75, stop=["sure"])
    scenario = Scenario(protocol=protocol, tasks=[STOPS], seats={"answerer": Function(model)})
    await run(scenario, tmp_path / "run")
    with StoredRun(tmp_path / "run") as stored:
        (played,) = stored.finished()
    revision = played.outcome.details["revision"]
    assert revision["stopped"] == "sure"
    assert [turn["evaluation"] for turn in revision["turns"]] == [0.2, 0.9]
    assert len(seen) == 4
    assert "likely" not in seen[2]
    found = Found(sections_in(tmp_path / "run"))
    assert found.shown("Brier score", "revise: answerer, right, verbalised-100, round") == (0.025, 2, 2)


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"abstain": True}, "need an evaluation"), ({"evaluation": "agreement"}, "set samples to 2 or more")],
)
def test_settings_that_do_not_fit_are_refused(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Revise(**settings)


def test_full_stops_are_counted_exactly() -> None:
    for task in FULL_STOPS[:20]:
        string = task.text.partition("`")[2].partition("`")[0]
        assert set(string) <= {".", "!"}
        assert 8 <= len(string) <= 16
        assert task.truth == str(len(string.replace("!", "")))
