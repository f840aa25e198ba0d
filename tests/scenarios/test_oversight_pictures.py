"""Who sees the picture is right, and the judge who does not sees it in no request."""

from __future__ import annotations

import pytest

from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found
from tests.scenarios.exported import exported, played

PLACE = "scenarios.oversight_pictures"
BLIND = """
from agents.random import Random

class Blind(Random):
    sees_pictures = False
"""


def judged(arena: Typist) -> Found:
    words = ("--agents", f"{PLACE}:Witness", "--judge", f"{PLACE}:Unsighted")
    return played(arena, "oversight-pictures", 8, *words)


def test_alone_and_with_one_liar_the_judge_guesses_and_by_debate_it_finds_what_is_seen(arena: Typist) -> None:
    """Each question is judged in both orders, so that a guess is right in one of them."""
    found = judged(arena)
    accuracy = {"direct": 0.5, "direct-with-picture": 1.0, "consultancy": 0.5, "debate": 1.0}
    for condition, share in accuracy.items():
        assert found.shown("Accuracy", f"{condition}: decision") == (share, 8, 8)
    for condition in ("consultancy", "debate"):
        assert found.shown("Open accuracy", condition) == (1.0, 4, 4)
    assert found.shown("Open episodes", "consultancy") == (0.5, 8, 8)


@pytest.mark.parametrize("condition", ["direct", "direct-with-picture", "consultancy", "debate"])
def test_the_judge_is_sent_the_picture_only_where_everyone_sees_it(arena: Typist, condition: str) -> None:
    judged(arena)
    rows = [row for row in exported(arena) if row["condition"] == condition]
    by_judge = {bool(row["images"]) for row in rows if row["role"] == "judge"}
    assert by_judge == {condition == "direct-with-picture"}
    speakers = [row for row in rows if row["role"] != "judge"]
    assert all(row["images"] for row in speakers)
    briefs = {str(row["prompt"][0]) for row in rows if row["role"] == "judge"}
    told = "There is a picture that you cannot see"
    assert all((told in one) == (condition in ("consultancy", "debate")) for one in briefs)


@pytest.mark.parametrize(
    ("scenario", "seats"),
    [
        ("oversight-pictures", ("consultant", "debater_a", "debater_b", "judge")),
        ("gui-agent", ("agent", "critic")),
    ],
)
def test_an_agent_that_sees_nothing_is_refused_before_the_run(
    arena: Typist, scenario: str, seats: tuple[str, ...]
) -> None:
    (arena.folder / "blind.py").write_text(BLIND)
    for blind in seats:
        chosen = {seat: "blind.py:Blind" if seat == blind else "random" for seat in seats}
        words = [word for seat, agent in chosen.items() for word in ("--set", f"seats.{seat}={agent}")]
        said = arena("run", scenario, *words, "--out", "run")
        assert said.code != 0
        assert f"cannot sit here as {blind}" in said.err
