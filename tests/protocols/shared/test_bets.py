"""A speech with a bet beside it: which replies are read, and that nothing private is published."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.forms import Speech, Status, Unusable
from protocols.shared.bets import SpeakAndBet

FORM = SpeakAndBet(Speech(200), "you win")


@pytest.mark.parametrize(
    ("reply", "bet", "reasons"),
    [
        ("I argue.\nPrivate reasons: they are weak.\nBet: 70", 0.7, "they are weak."),
        ("I argue.\n\n**Bet:** 70%\n\n**Private reasons:** they are weak.", 0.7, "they are weak."),
        ("I argue.\n<bet>70</bet>", 0.7, ""),
        ("I argue.\n<bet_amount>70", 0.7, ""),
        ("I argue.\n<private reasons>\nweak\n</private reasons>\n<bet>\n70\n</bet>", 0.7, "weak"),
        ("I argue.\nPrivate reasoning\nweak\nBet: 0", 0.0, "weak"),
        ("<think>Bet: 20</think>I argue.\nBET - 70/100", 0.7, ""),
        ("I argue.\n## Bet: 100", 1.0, ""),
    ],
)
def test_what_is_read(reply: str, bet: float, reasons: str) -> None:
    value = FORM.parse(reply)
    assert (value.speech, value.bet, value.reasons) == ("I argue.", bet, reasons)


@pytest.mark.parametrize(
    ("reply", "status"),
    [
        ("I argue.", Status.UNPARSEABLE),
        ("Bet: 70\nI argue.", Status.UNPARSEABLE),
        ("<bet>70</bet> I argue.", Status.UNPARSEABLE),
        ("I argue.\nBet: high", Status.UNPARSEABLE),
        ("I argue.\nBet: 101", Status.ILLEGAL),
        ("I argue.\nBet: 70\nBet: 80", Status.AMBIGUOUS),
        ("I argue.\nBet: 70\n\nAnd I argue more.", Status.AMBIGUOUS),
        ("I argue. My bet is 70.\nBet: 70", Status.AMBIGUOUS),
        ("I argue. </bet>\nBet: 70", Status.AMBIGUOUS),
    ],
)
def test_what_is_asked_again(reply: str, status: Status) -> None:
    with pytest.raises(Unusable) as caught:
        FORM.parse(reply)
    assert caught.value.status is status


SAID = ("we", "hold", "that", "the", "case", "is", "made", "by", "3", "facts")
WORDS = st.lists(st.sampled_from(SAID), min_size=1).map(" ".join)
DRESSES = st.sampled_from(["{}: ", "**{}:** ", "- {}: ", "# {}: ", "<{}>", "{} = ", "> {}: "])
LABELS = st.sampled_from(["Bet", "bet", "BET", "My bet", "Bet amount"])


@given(WORDS, st.integers(0, 100), DRESSES, LABELS, st.booleans())
def test_no_bet_and_no_reasons_are_published(
    speech: str, bet: int, dress: str, label: str, with_reasons: bool
) -> None:
    private = "Private reasons: secret\n" if with_reasons else ""
    try:
        value = FORM.parse(f"{speech}\n{private}{dress.format(label)}{bet}")
    except Unusable:
        return
    assert value.bet == bet / 100
    assert FORM.publish(value) == speech
    assert FORM.public_fields(value) == {"speech": speech}


@given(WORDS, st.integers(0, 100))
def test_a_reply_that_follows_the_schema_is_read(speech: str, bet: int) -> None:
    reply = {"speech": speech, "private_reasons": "secret", "bet": bet}
    assert list(FORM.schema()["properties"]) == list(reply)
    value = FORM.parse_structured(json.dumps(reply))
    assert (value.speech, value.bet, value.reasons) == (speech, bet / 100, "secret")
