"""A right answer is read in any dress, another's is never taken for it, two are ambiguous; in linear time."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.forms import Choice, Form, Move, Probability, Status, Structured, Unusable, Verdict
from tests.arena.forms.test_replies import Ruling
from tests.shared.examples import few, some

OPTIONS = ("red", "green", "dark blue")
FORMS: tuple[tuple[Form[Any], str], ...] = (
    (Choice(OPTIONS), "Answer"),
    (Move(OPTIONS), "Move"),
    (Verdict(OPTIONS), "Verdict"),
)

VALUES = st.sampled_from(
    [
        "{}",
        "**{}**",
        "({})",
        "[{}]",
        "[[{}]]",
        '"{}"',
        "'{}'",
        "`{}`",
        "“{}”",
        "\\boxed{{{}}}",
        "$\\text{{{}}}$",
    ]
)
REMARKS = st.sampled_from(
    ["", ".", ",", "!", " ✅", " (as I said)", " - because it holds", ", since it holds", " because it holds"]
)
LINES = st.sampled_from(
    [
        "{label}: {value}",
        "{label}:{value}",
        "**{label}:** {value}",
        "**{label}: {value}**",
        "### {label}: {value}",
        "- {label}: {value}",
        "1. {label}: {value}",
        "{label} - {value}",
        "{label}：{value}",
        "My final {lower} is: {value}",
        "Final {label}: {value}",
        "{label}:\n{value}",
        "<{lower}>{value}</{lower}>",
        "[{label}: {value}]",
    ]
)
AROUND = st.sampled_from(
    [
        "{}",
        "I have thought about it.\n\n{}",
        "{}\n\nI hope that this helps.",
        "<think>It may be red.\nAnswer: red</think>{}",
        "[THINK]Move: green[/THINK]\n{}",
        "It may be red.\n</think>\n\n{}",
        "{}<|im_end|>",
        "<s>{}</s>",
        "```\n{}\n```",
        "\ufeff{}\u200b",
    ]
)
QUOTES = st.sampled_from(
    [
        "> {}",
        "- > {}",
        "```\n{}\n```",
        "~~~~\n{}\n~~~~",
        "<blockquote>\n{}\n</blockquote>",
        "<speech>{}</speech>",
        'He wrote: "{}"',
        "```\nHe is right.\n```\n{}\n```",
        "He says:\n{}\n",
    ]
)


def read(form: Form[Any], text: str) -> Any:
    """Return the option that is read, or the status of a reply that is refused."""
    try:
        return form.vote(form.parse(text))
    except Unusable as unusable:
        return unusable.status


@some
@given(st.sampled_from(FORMS), st.sampled_from(OPTIONS), VALUES, REMARKS, LINES, AROUND)
def test_an_answer_is_read_in_any_dress(
    asked: tuple[Form[Any], str], option: str, dress: str, remark: str, line: str, around: str
) -> None:
    form, label = asked
    value = dress.format(option) + remark
    text = around.replace("{}", line.format(label=label, lower=label.lower(), value=value))
    assert read(form, text) == option, text


@some
@given(st.sampled_from(FORMS), st.permutations(OPTIONS), QUOTES, QUOTES, st.booleans())
def test_what_is_quoted_beside_it_is_never_taken(
    asked: tuple[Form[Any], str], options: list[str], quote: str, other: str, is_nested: bool
) -> None:
    form, label = asked
    mine, theirs, _ = options
    quoted = other.format(f"{label}: {theirs}") if is_nested else f"{label}: {theirs}"
    text = quote.format(quoted if quote[0] not in ">-" else quoted.replace("\n", "\n> "))
    assert read(form, f"{text}\n\n{label}: {mine}") in (mine, Status.AMBIGUOUS, Status.UNPARSEABLE)
    assert isinstance(read(form, f"{text}\nI disagree, and cannot decide."), Status)


@some
@given(st.sampled_from(FORMS), st.permutations(OPTIONS), VALUES, LINES, LINES, AROUND)
def test_two_different_answers_are_ambiguous_in_any_dress(
    asked: tuple[Form[Any], str], options: list[str], dress: str, first: str, second: str, around: str
) -> None:
    form, label = asked
    lines = [
        line.format(label=label, lower=label.lower(), value=dress.format(option))
        for line, option in zip((first, second), options, strict=False)
    ]
    assert read(form, around.replace("{}", "\n\n".join(lines))) is Status.AMBIGUOUS


BEATEN = st.sampled_from(
    [
        "I was torn between this and {}",
        "{} was close",
        "not {}",
        "{} came second",
        "{} is wrong",
        "though {} is weak",
    ]
)
CHANGED = st.sampled_from(
    [
        "edit: {}",
        "or {}",
        "no, {}",
        "now {}",
        "{} is better",
        "but {} may hold",
        "{} is also right",
        "{}",
        "and {}",
    ]
)


@some
@given(st.sampled_from(FORMS), st.permutations(OPTIONS), BEATEN, CHANGED)
def test_a_remark_in_brackets_may_say_that_another_was_beaten_and_not_that_it_holds(
    asked: tuple[Form[Any], str], options: list[str], beaten: str, changed: str
) -> None:
    form, label = asked
    mine, other, _ = options
    assert read(form, f"{label}: {mine} ({beaten.format(other)})") == mine
    assert read(form, f"{label}: {mine} ({changed.format(other)})") is Status.AMBIGUOUS


@few
@given(st.sampled_from(FORMS), st.permutations(OPTIONS))
def test_another_option_alone_below_an_answer_is_ambiguous(
    asked: tuple[Form[Any], str], options: list[str]
) -> None:
    form, label = asked
    mine, other, _ = options
    assert read(form, f"{label}: {mine}\n\n{other}") is Status.AMBIGUOUS
    assert read(form, f"{label}: {mine}\n\n{mine}") == mine


@pytest.mark.parametrize(("form", "label"), FORMS)
@pytest.mark.parametrize(
    "before", ["a blow to", "critical of", "trouble for", "the opposite of", "skeptical about", "bad for"]
)
def test_words_before_an_option_have_to_speak_for_it(form: Form[Any], label: str, before: str) -> None:
    assert isinstance(read(form, f"{label}: {before} red"), Status)


@pytest.mark.parametrize(("form", "label"), FORMS)
def test_two_answers_of_which_none_is_an_option_are_ambiguous(form: Form[Any], label: str) -> None:
    assert read(form, f"{label}: this\n{label}: that") is Status.AMBIGUOUS


@few
@given(st.text(max_size=30), st.sampled_from(OPTIONS))
def test_any_line_beside_a_clear_answer_leaves_it_or_a_doubt(line: str, option: str) -> None:
    text = f"> {line}\n\nAnswer: {option}"
    assert read(Choice(OPTIONS), text) in (option, Status.AMBIGUOUS, Status.UNPARSEABLE)


UNITS = [
    *(
        "\n",
        " ",
        ".",
        "9",
        "9 ",
        "1,",
        "a\n",
        "> \n",
        "- > x\n",
        "```\n",
        "~~~\n",
        "`",
        "*_",
        "**",
        "<",
        "<b>",
        "<zz>",
    ),
    *(
        "</zz>",
        "<think>",
        "</think>",
        "<thin ",
        "[",
        "{",
        '{"a":',
        "{'a':1,",
        '"',
        "'",
        "\\",
        "\\boxed{",
        "$",
        "|",
    ),
    *(
        "Answer:\n",
        "Answer: red\n",
        "Answer: red. ",
        "final ",
        "my final ",
        "answer is ",
        "=",
        "-",
        "- ",
        "1. ",
    ),
    *("答", "½", "e\u0301", "\u200b", "ß", "😀", "<|channel|>", "<|im_end|>", "Verdict: red, ", "~~a"),
]


def seconds(parse: Callable[[str], Any], text: str) -> float:
    """Return how long it takes of the processor to read `text`, at best of three."""
    taken = []
    for _ in range(3):
        began = time.process_time()
        with suppress(Unusable):
            parse(text)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize(
    "form", [Choice(OPTIONS), Probability("it rains"), Verdict(OPTIONS), Structured(Ruling)]
)
@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_time_is_in_proportion_to_length(form: Form[Any], unit: str) -> None:
    """Ten times as much of anything takes at most some twenty times as long, or next to nothing."""
    short, long = (unit * (length // len(unit)) for length in (5_500, 55_000))
    assert seconds(form.parse, long) < 25 * max(seconds(form.parse, short), 0.001)
