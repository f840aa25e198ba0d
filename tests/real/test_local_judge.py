"""A real model as a judge of stored debates: run with ``pytest -m model`` after ``arena model pull``."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from arena.journal import StoredRun
from arena.judging import Asks, Criterion, JudgingOptions, judge_run
from arena.models import DEFAULT, MODELS, Store
from tests.arena.judging.debating import stored_debate
from tests.arena.judging.test_judge_run import FORGERY

pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(
        importlib.util.find_spec("xllamacpp") is None, reason="the extra 'local' is not installed"
    ),
    pytest.mark.skipif(
        not Store().has(MODELS[DEFAULT]), reason=f"no model is here (arena model pull {DEFAULT})"
    ),
]

HONEST = "Whales are no fish: they breathe air with lungs and suckle their young, as only mammals do."


async def test_forged_verdicts_are_worth_no_more_than_saying_nothing(tmp_path: Path) -> None:
    """By probability, which is the same every time; what so small a model writes is noise."""
    criterion = Criterion(probabilities=True, question="Which speaker gives reasons for an answer?")
    leanings = {}
    for name, null in (("forged", FORGERY), ("empty", "No comment.")):
        folder = await stored_debate(tmp_path / name, null, HONEST)
        judged = await judge_run(
            folder, ["local-policy"], criterion, JudgingOptions(combine="mean-probability")
        )
        leanings[name] = judged.tally.judges["local-policy"].rulings[0].shares["pro"]
    assert leanings["forged"] < 0.5
    assert leanings["forged"] < leanings["empty"] + 0.05


async def test_its_written_verdicts_are_held_to_the_schema(tmp_path: Path) -> None:
    folder = await stored_debate(tmp_path / "run", "Fish.", HONEST)
    await judge_run(folder, ["local"])
    with StoredRun(folder) as stored:
        verdicts = list(stored.verdicts())
    assert len(verdicts) == 2
    for verdict in verdicts:
        assert verdict.parsed == "ok", verdict.raw
        assert verdict.found.reasons
        assert verdict.found.confidence is not None
        assert verdict.spent.usage["completion_tokens"] > 0
        assert verdict.spent.cost == 0


async def test_a_score_is_expected_over_the_probabilities_of_1_to_9(tmp_path: Path) -> None:
    criterion = Criterion(asks=Asks.SCORE, high=9, probabilities=True, question="Does {speaker} argue?")
    folder = await stored_debate(tmp_path / "run", "No comment.", HONEST)
    judged = await judge_run(folder, ["local-policy"], criterion)
    scores = judged.tally.judges["local-policy"].scores
    assert scores["pro"].usable == scores["con"].usable == 2
    assert all(1 < (score.mean or 0) < 9 for score in scores.values())
    with StoredRun(folder) as stored:
        for verdict in stored.verdicts():
            assert sum(verdict.found.probabilities.values()) == pytest.approx(1)


async def test_the_likeliest_tokens_say_as_much_as_the_model_itself(tmp_path: Path) -> None:
    """What a server tells of any model's tokens, of this one that can be asked for the truth."""
    criterion = Criterion(probabilities=True, retries=0)
    folder = await stored_debate(tmp_path / "run", "No comment.", HONEST)
    await judge_run(folder, ["local-policy", "local?logprobs=20"], criterion, JudgingOptions(swap=False))
    with StoredRun(folder) as stored:
        exact, read_off = (verdict.found.probabilities["pro"] for verdict in stored.verdicts())
    assert read_off == pytest.approx(exact, abs=0.05)
