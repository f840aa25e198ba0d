"""What the most frequent answer of the first samples comes to, against how many were drawn."""

from __future__ import annotations

from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in


def test_the_mode_of_the_first_samples(arena: Typist) -> None:
    """W R R R W and R W W R R: in a tie the answer that was given first is the mode."""
    agent = "scenarios.courses:Recited?of=10001,01100"
    settings = ("--set", "protocol.turns=1", "--set", "protocol.samples=5", "--tasks", "2")
    said = arena("run", "self-correction", *settings, "--agents", agent, "--out", "run")
    assert said.code == 0, said.err
    found, group = Found(sections_in(arena.folder / "run")), "revise: answerer, answer"
    assert found.shown("Accuracy of the mode of 1 sample", group) == (0.5, 2, 2)
    assert found.shown("Accuracy of the mode of 2 samples", group) == (0.5, 2, 2)
    assert found.shown("Accuracy of the mode of 4 samples", group) == (1.0, 2, 2)
    assert found.shown("Accuracy of the mode", group) == (1.0, 2, 2)
    assert "Accuracy of the mode of 8 samples" not in found.names
