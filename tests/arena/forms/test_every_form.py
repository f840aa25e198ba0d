"""What holds of every form: what it publishes reads back, what it samples parses, and nothing is guessed."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import random
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

import agents
import arena
import protocols
from arena.episode._probing import UNKNOWN, ChoiceOrUnknown, TextOrUnknown
from arena.forms import Choice, Form, Move, Number, Probability, Speech, Status, Structured, Unusable, Verdict
from arena.seat.agent import Reply, Stop
from arena.seat.response import read_reply
from games.spiral_negotiation import SpiralNegotiation
from protocols.guessing import CityAnswer, YesOrNo
from protocols.mad import Some
from protocols.shared import offers
from protocols.shared.answers import AnswerMatch, Argued, ArguedAnswer
from protocols.shared.bets import SpeakAndBet
from protocols.shared.named_moves import NamedMove
from protocols.shared.quotes import QuotedSpeech
from protocols.shared.reasoned import ReasonedProbability
from protocols.shared.shopping import OptionLetters, ServiceRating
from protocols.shared.table_talk import MoveAndMessage
from tests.shared.examples import few, some
from tests.shared.proportion import assert_in_proportion, megabytes


class Offer(BaseModel):
    price: int
    note: str = ""
    secret: str = "hidden"


OPTIONS = ("yes", "no", "it depends")
MOVES = ("check", "bet", "x(0,0)", "a1-b2")
FORMS: tuple[Form[Any], ...] = (
    Speech(),
    Speech(words=5),
    Choice(OPTIONS),
    Move(MOVES),
    Move(MOVES, shown=False),
    Number(),
    Number(low=-3, high=7.5),
    Number(low=1, high=6, whole=True),
    Probability("it rains", scale=1),
    Probability("it rains", scale=100),
    Structured(Offer),
    Verdict(OPTIONS),
    Verdict(OPTIONS, confidence=False),
    Verdict(OPTIONS, public=("choice", "confidence", "reasons")),
    ReasonedProbability("it rains"),
    ReasonedProbability("it rains", scale=1),
    ArguedAnswer(),
    ArguedAnswer(OPTIONS, words=5),
    ArguedAnswer(comparison=AnswerMatch.NUMBER),
    Some(("1", "2", "3")),
    offers.BargainingTurn(opening=True),
    offers.BargainingTurn(
        standing=offers.Offer("buyer", 40, ("the lamp",)), choices=("the lamp", "the jug"), words=5
    ),
    MoveAndMessage(Move(MOVES), words=5),
    NamedMove(SpiralNegotiation(most=2).new_initial_state(), 0),
    ChoiceOrUnknown((*OPTIONS, UNKNOWN)),
    TextOrUnknown(30),
    QuotedSpeech("In the morning the cook took the key from its hook and left by the garden gate."),
    SpeakAndBet(Speech(words=30), "you win"),
    CityAnswer(words=30, names=("Kyiv",), instead="I cannot say that."),
    YesOrNo(),
    ServiceRating(),
    OptionLetters(),
)
PUBLISHED_IN_PART = QuotedSpeech | SpeakAndBet
"""Forms that do not publish everything that they read."""
LABELS = {
    Choice: "Answer",
    ChoiceOrUnknown: "Answer",
    Move: "Move",
    Number: "Answer",
    Probability: "Probability",
    Verdict: "Verdict",
    ReasonedProbability: "Probability",
    ArguedAnswer: "Answer",
    Some: "Candidates",
    MoveAndMessage: "Move",
    NamedMove: "Move",
    YesOrNo: "Answer",
    ServiceRating: "Answer",
    OptionLetters: "Answer",
}
"""What the line begins with on which a form's answer stands. Other forms have no such line."""


def is_short(form: Form[Any]) -> bool:
    """Return whether a form's answer is one line, which may have a label or stand alone."""
    match form:
        case Verdict(confidence=True) | ArguedAnswer(options=(), comparison=AnswerMatch.CASEFOLD):
            return False
    return type(form) in LABELS


LABELLED = tuple(form for form in FORMS if is_short(form))

forms = st.sampled_from(FORMS)
labelled_forms = st.sampled_from(LABELLED)
randoms = st.integers(0, 2**63).map(random.Random)


def label_of(form: Form[Any]) -> str:
    return LABELS[type(form)]


def sampled(form: Form[Any], rng: random.Random) -> str:
    """Return a usable answer without its label."""
    return form.sample(rng).removeprefix(f"{label_of(form)}: ")


def answered(form: Form[Any], value: Any) -> Any:
    """Return a value without the argument around its answer, which is compared by its key."""
    return Argued(form.key(value.answer)) if isinstance(form, ArguedAnswer) else value


def same(form: Form[Any], one: Any, other: Any) -> bool:
    """Return whether the audience would take two values for the same."""
    public, others = form.public_fields(one), form.public_fields(other)
    assert public.keys() == others.keys()
    return all(
        others[name] == (pytest.approx(field, rel=1e-12) if isinstance(field, float) else field)
        for name, field in public.items()
    )


def same_answer(form: Form[Any], one: Any, other: Any) -> bool:
    """Return whether two values are the same but for what is said around the answer."""
    return same(form, answered(form, one), answered(form, other))


def status_of(form: Form[Any], text: str) -> Status:
    """Return how reading `text` went, and check that a failure says why in one short sentence."""
    try:
        form.parse(text)
    except Unusable as unusable:
        status, reason = unusable.status, unusable.reason
    else:
        return Status.OK
    assert status is not Status.OK
    assert 0 < len(reason) <= 500
    assert not reason.endswith(".")
    return status


def kinds(parent: Any) -> Iterator[type[Form[Any]]]:
    """Yield every kind of form of ours that can be asked for."""
    for kind in parent.__subclasses__():
        if not inspect.isabstract(kind) and kind.__module__.partition(".")[0] in (
            "agents",
            "arena",
            "protocols",
        ):
            yield kind
        yield from kinds(kind)


def test_no_form_is_forgotten() -> None:
    """Whatever module it is in, it is among those that are tested here."""
    for package in (agents, arena, protocols):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            # One that needs an extra which is not installed.
            with suppress(ImportError):
                importlib.import_module(module.name)
    assert {kind.__qualname__ for kind in kinds(Form)} == {type(form).__qualname__ for form in FORMS}


class TestRoundTrips:
    @some
    @given(forms, randoms)
    def test_what_is_sampled_parses(self, form: Form[Any], rng: random.Random) -> None:
        assert status_of(form, form.sample(rng)) is Status.OK

    @some
    @given(forms.filter(lambda form: not isinstance(form, PUBLISHED_IN_PART)), randoms)
    def test_what_is_published_reads_back_as_the_same_value(
        self, form: Form[Any], rng: random.Random
    ) -> None:
        """But for marks of verified quotes, which nobody can write."""
        value = form.parse(form.sample(rng))
        assert same(form, form.parse(form.publish(value)), value)

    @some
    @given(labelled_forms, randoms)
    def test_what_is_published_reads_back_from_its_labelled_line(
        self, form: Form[Any], rng: random.Random
    ) -> None:
        """What is said around it are the reasons or the argument, where the form has any."""
        value = form.parse(form.sample(rng))
        published = form.publish(value).removeprefix(f"{label_of(form)}: ")
        again = form.parse(f"I have thought.\n\n{label_of(form)}: {published}\n")
        assert same_answer(form, again, value)
        for name in {"reasons", "argument"}.intersection(getattr(value, "_fields", ())):
            assert getattr(again, name) == "I have thought."

    @some
    @given(forms, randoms)
    def test_the_same_randomness_gives_the_same_sample(self, form: Form[Any], rng: random.Random) -> None:
        state = rng.getstate()
        one = form.sample(rng)
        rng.setstate(state)
        assert form.sample(rng) == one


class TestOneAnswer:
    @some
    @given(labelled_forms, randoms, st.sampled_from(["{label}: {answer}", "**{label}:** {answer}"]))
    def test_two_different_answers_are_ambiguous_in_either_order(
        self, form: Form[Any], rng: random.Random, line: str
    ) -> None:
        """Never the first match, never the last."""
        one, two = sampled(form, rng), sampled(form, rng)
        lines = [line.format(label=label_of(form), answer=answer) for answer in (one, two)]
        alike = same_answer(form, form.parse(one), form.parse(two))
        expected = Status.OK if alike else Status.AMBIGUOUS
        assert status_of(form, "\n".join(lines)) is expected
        assert status_of(form, "\nor rather\n".join(reversed(lines))) is expected

    @some
    @given(labelled_forms, randoms, st.integers(2, 5))
    def test_the_same_answer_several_times_is_one_answer(
        self, form: Form[Any], rng: random.Random, times: int
    ) -> None:
        answer = sampled(form, rng)
        assert same_answer(form, form.parse(f"{label_of(form)}: {answer}\n" * times), form.parse(answer))

    @pytest.mark.parametrize("form", LABELLED, ids=repr)
    @pytest.mark.parametrize(
        "wrapped",
        [
            "{label}: {answer}",
            "{label}:{answer}",
            "  {label} :   {answer}  ",
            "{lower}: {answer}",
            "{upper}: {answer}",
            "**{label}: {answer}**",
            "**{label}:** {answer}",
            "__{label}__: {answer}",
            "# {label}: {answer}",
            "- {label}: {answer}",
            "{label}: '{answer}'",
            '{label}: "{answer}"',
            "{label}: `{answer}`",
            "{label}: [{answer}]",
            "{label}: {answer}.",
            "Let me think. It could go either way.\n\n{label}: {answer}",
            "{label}: {answer}\n\nThat is all.",
            "{answer}",
            '"{answer}"',
            "**{answer}**",
            "{answer}.",
            "\n\n  {answer}  \n",
        ],
    )
    def test_case_quotes_brackets_emphasis_and_a_full_stop_do_not_matter(
        self, form: Form[Any], wrapped: str
    ) -> None:
        """Whatever the answer is, brackets of its own included."""
        label = label_of(form)
        for seed in range(12):
            answer = sampled(form, random.Random(seed))
            text = wrapped.format(label=label, lower=label.lower(), upper=label.upper(), answer=answer)
            assert same_answer(form, form.parse(text), form.parse(answer)), text

    @pytest.mark.parametrize("form", LABELLED, ids=repr)
    @pytest.mark.parametrize("mark", [">", "- >", "  1. >", "＞"])
    def test_a_quoted_line_is_no_answer(self, form: Form[Any], mark: str) -> None:
        """What a seat quotes is another's, who may have written an answer of his own there."""
        answer = sampled(form, random.Random(1))
        assert status_of(form, f"{mark} {label_of(form)}: {answer}") is Status.UNPARSEABLE

    @pytest.mark.parametrize("form", LABELLED, ids=repr)
    def test_several_lines_without_a_label_are_no_answer(self, form: Form[Any]) -> None:
        answer = sampled(form, random.Random(1))
        assert status_of(form, f"I think so.\n{answer}") is Status.UNPARSEABLE


class TestNoAnswer:
    @pytest.mark.parametrize("form", FORMS, ids=repr)
    @pytest.mark.parametrize("text", ["", " ", "\n\t \r\n", "\u2003\u2028"])
    def test_nothing_is_unparseable(self, form: Form[Any], text: str) -> None:
        assert status_of(form, text) is Status.UNPARSEABLE

    @pytest.mark.parametrize("form", [f for f in FORMS if not isinstance(f, Speech | QuotedSpeech)], ids=repr)
    def test_prose_is_unparseable(self, form: Form[Any]) -> None:
        """Whatever words it is made of: no answer is searched for in the middle of it."""
        prose = "Well, yes and no; one could check or bet, 7 of 10 would, or 0.5, but price 3 it depends on."
        assert status_of(form, prose) is Status.UNPARSEABLE

    @pytest.mark.parametrize("form", FORMS, ids=repr)
    @pytest.mark.parametrize("stop", [Stop.REFUSED, Stop.TRUNCATED])
    def test_a_refused_or_cut_off_reply_is_never_parsed(self, form: Form[Any], stop: Stop) -> None:
        text = form.sample(random.Random(1))
        assert read_reply("ann", form, Reply(text)).ok
        answer = read_reply("ann", form, Reply(text, stop=stop))
        assert not answer.ok
        assert answer.status.value == stop.value
        assert answer.parsed is None


EVIL = {
    "line feeds": "\n",
    "quoted blank lines": ">\n",
    "labels": "Answer:\n",
    "labels and spaces": "Answer \n",
    "emphasis": "*_",
    "digits": "9",
    "spaces in digits": "9 ",
    "dots": "1.",
    "percent": "9%",
    "brackets": "[",
    "braces": "{",
    "nested keys": '{"a":',
    "fences": "```\n",
    "backticks": "`",
    "open fences": "```json",
    "control characters": "\x00\x1b[2J\r",
    "line separators": "\u2028\u2029\x85\x0b\x0c",
    "right to left": "\u202e\u200b\ufeff",
    "words": "yes no ",
    "combining": "e\u0301",
    "folding": "ßİ",
    "astral": "😀",
}


class TestEvil:
    @pytest.mark.parametrize("form", FORMS, ids=repr)
    @pytest.mark.parametrize("unit", EVIL.values(), ids=EVIL)
    def test_megabytes_are_read_in_time_and_explained_in_brief(self, form: Form[Any], unit: str) -> None:
        assert_in_proportion(lambda text: status_of(form, text), *megabytes(unit))
        assert_in_proportion(lambda text: status_of(form, f"{text}x"), *megabytes(unit))

    @pytest.mark.parametrize("form", LABELLED, ids=repr)
    def test_pages_around_an_answer_hide_nothing_and_a_book_is_refused(self, form: Form[Any]) -> None:
        answer = sampled(form, random.Random(1))
        filler = "I wonder whether that is so, and why it would be.\n" * 500
        read = form.parse(f"{filler}{label_of(form)}: {answer}\n{filler}")
        assert same_answer(form, read, form.parse(answer))
        assert status_of(form, f"{filler * 200}{label_of(form)}: {answer}") is Status.UNPARSEABLE

    @pytest.mark.parametrize("form", LABELLED, ids=repr)
    def test_a_thought_may_be_a_book(self, form: Form[Any]) -> None:
        answer = sampled(form, random.Random(1))
        thought = f"I wonder whether {label_of(form)}: x is so.\n" * 100_000
        assert same_answer(form, form.parse(f"<think>{thought}</think>{answer}"), form.parse(answer))

    @pytest.mark.parametrize("form", LABELLED, ids=repr)
    def test_thousands_of_different_answers_are_explained_in_brief(self, form: Form[Any]) -> None:
        few, many = (
            "\n".join(f"{label_of(form)}: answer{n}" for n in range(number)) for number in (200, 2_000)
        )
        assert status_of(form, many) is Status.AMBIGUOUS
        assert_in_proportion(lambda text: status_of(form, text), few, many)

    @few
    @given(forms, st.text(max_size=60))
    def test_any_text_is_an_answer_or_a_reason(self, form: Form[Any], text: str) -> None:
        status_of(form, text)

    @few
    @given(labelled_forms, st.text(max_size=20), st.sampled_from("\r\v\f\x1c\x85\u2028\u2029"))
    def test_other_line_breaks_smuggle_in_no_second_answer(
        self, form: Form[Any], text: str, separator: str
    ) -> None:
        """A line ends with a line feed; what looks like another line is part of the answer, or in doubt."""
        one, two = sampled(form, random.Random(1)), sampled(form, random.Random(5))
        if form.parse(one) == form.parse(two):
            return
        label = label_of(form)
        assert status_of(form, f"{label}: {one}{separator}{label}: {two}") is not Status.OK
