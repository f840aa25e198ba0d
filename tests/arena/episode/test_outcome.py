"""Endings are told apart, and only two of them are results."""

from __future__ import annotations

import pytest

from arena.episode.outcome import Ending, Outcome


@pytest.mark.parametrize(
    ("outcome", "is_result"),
    [
        (Outcome.completed({"ann": 0.0}), True),
        (Outcome.won_by("ann", among=("ann", "bob")), True),
        (Outcome.forfeited("ann", "left", {"ann": -1.0}), True),
        (Outcome.truncated("too long"), False),
        (Outcome.failed("broke"), False),
    ],
    ids=lambda value: value.ending.value if isinstance(value, Outcome) else "",
)
def test_a_failure_is_not_a_result(outcome: Outcome, is_result: bool) -> None:
    assert outcome.is_result is is_result
    assert bool(outcome.returns) is is_result


def test_won_by_pays_the_winner_among_those_who_competed() -> None:
    outcome = Outcome.won_by("ann", among=("ann", "bob"), confidence=0.7)
    assert outcome.returns == {"ann": 1.0, "bob": 0.0}
    assert outcome.details == {"confidence": 0.7}


def test_a_winner_who_did_not_compete_is_refused() -> None:
    """Or a verdict for a third option would pay nobody and look like a result."""
    with pytest.raises(ValueError, match="eve"):
        Outcome.won_by("eve", among=("ann", "bob"))


@pytest.mark.parametrize("offenders", ["ann", ["ann"], ("ann",)])
def test_one_offender_may_be_named_as_text(offenders: str | list[str] | tuple[str, ...]) -> None:
    """And is that seat, not its letters."""
    assert Outcome.forfeited(offenders, "left", {}).offenders == ("ann",)
    assert Outcome.failed("broke", offenders).offenders == ("ann",)


def test_every_ending_has_its_word() -> None:
    assert [ending.value for ending in Ending] == ["completed", "forfeited", "truncated", "failed"]


def test_an_outcome_is_told_in_a_sentence_or_two() -> None:
    forfeit = Outcome.forfeited(["ann", "bob"], "illegal", {"ann": -1.0, "bob": -0.5})
    assert str(forfeit) == "Forfeited by ann and bob (illegal). Returns: ann -1, bob -0.5."
    assert str(Outcome.truncated("time")) == "Truncated (time). Returns: none."
