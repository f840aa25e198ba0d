"""Every possible first answer is forced, and weighed by its probability."""

from __future__ import annotations

import pytest

from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in


def test_the_worked_example(arena: Typist) -> None:
    """p1 = (.5, .3, .2), p2[j][right] = .8, .4, .6: CL 0.8, CS (.3 * .4 + .2 * .6) / .5 = 0.48, Acc2 0.64."""
    words = ("--agents", "scenarios.confidence_critique:Hesitant", "--tasks", "3", "--out", "run")
    said = arena("run", "confidence-critique", *words)
    assert said.code == 0, said.err
    found = Found(sections_in(arena.folder / "run"))
    (group,) = {line.group for line in found.lines if line.name == "Critique score (CS)"}
    value = {
        line.name: line.figure.value for line in found.lines if line.group.startswith(group.partition(",")[0])
    }
    assert value["Accuracy, first answer"] == pytest.approx(0.5)
    assert value["Accuracy, second answer"] == pytest.approx(0.64)
    assert value["Confidence level (CL)"] == pytest.approx(0.8)
    assert value["Critique score (CS)"] == pytest.approx(0.48)
    assert value["Relative self-correction (RSS)"] == pytest.approx((0.64 - 0.25) / 0.5)


def test_an_agent_without_probabilities_fails_in_a_sentence(arena: Typist) -> None:
    said = arena("run", "confidence-critique", "--agents", "scripted", "--tasks", "1", "--out", "run")
    assert "the agent reports no probabilities; use local-policy" in said.out + said.err
