"""A template repeats, chooses and joins what it is given, and does nothing else."""

from __future__ import annotations

import time
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import PromptError
from arena.prompts import Template

FIELDS = ("seat", "others", "number")
VALUES: dict[str, Any] = {"seat": "ann", "others": ["bob", "cid"], "number": 2}


def template(source: str, **more: Any) -> Template:
    return Template(source, FIELDS, lists={"others"}, **more)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("You are {{ seat }}.", "You are ann."),
        ("{{ others | join(' and ') }}", "bob and cid"),
        ("{% if number > 1 %}several{% else %}one{% endif %}", "several"),
        ("{{ 'many' if number == 2 else 'few' }}", "many"),
        (
            "{% for one in others %}{{ loop.index }}: {{ one }}"
            "{% if not loop.last %}, {% endif %}{% endfor %}",
            "1: bob, 2: cid",
        ),
        ("{% for one in others %}{{ others[loop.index0] | upper }} {% endfor %}", "BOB CID "),
        ("{{ others | length }} {{ seat | capitalize }}", "2 Ann"),
        ("{# nobody reads this #}{{ number }}", "2"),
        ("{% if seat %}\nyes{% endif %}\n and more", "yes and more"),
    ],
)
def test_it_repeats_chooses_and_joins(source: str, said: str) -> None:
    assert template(source).render(VALUES) == said


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{{ '%999999999d' % 1 }}", "arithmetic"),
        ("{{ seat * 9 }}", "arithmetic"),
        ("{{ number ** 9 }}", "arithmetic"),
        ("{{ -number }}", "arithmetic"),
        ("{{ seat ~ seat }}", "'~'"),
        ("{{ seat.upper() }}", "calls"),
        ("{{ range(9) }}", "calls"),
        ("{{ seat.__class__ }}", "the attribute '__class__'"),
        ("{{ seat['__class__'] }}", "only taken in a loop"),
        ("{{ others[0] }}", "only taken in a loop"),
        ("{{ others[1:] }}", "only taken in a loop"),
        ("{{ loop.index }}", "the attribute 'index'"),
        ("{{ seat | replace('a', 'b') }}", "no filter 'replace'"),
        ("{{ others | join(seat) }}", "join takes a text in quotes"),
        (f"{{{{ others | join('{'x' * 101}') }}}}", "at most 100 characters"),
        ("{{ seat | join(', ') }}", "a field that is a list"),
        ("{{ others }}", "others is a list"),
        ("{% for one in seat %}{% endfor %}", "seat is no list"),
        ("{% for a in others %}{% for b in others %}{% endfor %}{% endfor %}", "a loop inside a loop"),
        ("{% for a in others recursive %}{% endfor %}", "goes over one field"),
        ("{% set a = seat %}", "new variables"),
        ("{% include 'other' %}", "other templates"),
        ("{% extends 'other' %}", "other templates"),
        ("{% block a %}{% endblock %}", "other templates"),
        ("{% macro a() %}{% endmacro %}", "calls"),
        ("{% filter upper %}{% endfilter %}", "filters over blocks"),
        ("{{ seat is defined }}", "tests with 'is'"),
        ("{{ [seat] }}", "list"),
        ("{{ {1: seat} }}", "dict"),
        ("{{ seat if number }}", "needs its 'else'"),
        ("{{ colour }}", "may not use the field 'colour'. It may use: number, others, seat"),
        ("{{ seet }}", "Did you mean seat?"),
        ("{% if %}", "line 1"),
        ("{{ seat", "line 1"),
        ("{{" + "(" * 5_000, "is no template"),
        ("{% if number %}" * 50 + "{% endif %}" * 50, "more than 30 deep"),
        ("{{ 1" + "0" * 5_000 + " }}", "is no template"),
        ("x" * 200_001, "longer than 200,000 bytes"),
        ("{{ seat }}" * 1_001, "more than 1,000 tags"),
        ("{{ 0x" + "f" * 4_000 + " }}", "is no template"),
        ("{% for loop in others %}{% endfor %}", "is no name for the item of a loop"),
        ("{% for a in others %}{% else %}{{ a }}{% endfor %}", "no 'else'"),
        ("{% for a in others if a %}{% endfor %}", "no 'if' of its own"),
        ("{% autoescape true %}x{% endautoescape %}", "templates may not"),
        ("{{ self }}", "may not use the field 'self'"),
        ("{{ others or 'x' }}", "others is a list"),
        ("{{ others if number else 'x' }}", "others is a list"),
        ("{% for a in others %}{% if seat | upper == 'x' %}{% endif %}{% endfor %}", "behind the item"),
    ],
)
def test_everything_else_is_refused_when_it_is_read(source: str, why: str) -> None:
    began = time.monotonic()
    with pytest.raises(PromptError) as refused:
        template(source)
    assert why in str(refused.value)
    assert "\n" not in str(refused.value)
    assert time.monotonic() - began < 5


def test_the_line_of_the_file_is_named() -> None:
    with pytest.raises(PromptError, match=r"mine/debate\.jinja, line 12: it may not use"):
        template("fine\n\n{{ colour }}", where="mine/debate.jinja", line=10)


def test_a_field_that_must_be_used_is_missed() -> None:
    with pytest.raises(PromptError, match=r"must use \{\{ seat \}\}"):
        template("Nobody.", required={"seat"})


def test_what_it_says_is_bounded_while_it_says_it() -> None:
    long = Template("{% for one in many %}{{ text }}{% endfor %}", ("many", "text"), lists={"many"})
    with pytest.raises(PromptError, match="more than 1,000,000 bytes"):
        long.render({"many": ["x"] * 100_000, "text": "é" * 500_000})
    whole = "x" * 1_000_000
    assert Template("{{ text }}", ("text",)).render({"text": whole}) == whole


def test_what_others_wrote_is_never_a_template() -> None:
    said = template("{{ seat }}").render({**VALUES, "seat": "{{ number }}{% raw %}<b>"})
    assert said == "{{ number }}{% raw %}<b>"


@pytest.mark.parametrize("value", [object(), {"a": 1}, b"x", None, [["x"]], [object()]])
def test_an_object_never_reaches_a_template(value: Any) -> None:
    with pytest.raises(TypeError):
        template("{{ seat }}").render({**VALUES, "seat": value})


def test_every_field_must_be_given_and_no_other() -> None:
    with pytest.raises(TypeError):
        template("{{ seat }}").render({"seat": "ann"})
    with pytest.raises(TypeError):
        template("{{ seat }}").render({**VALUES, "truth": "42"})


def test_what_differs_in_type_alone_is_written_otherwise() -> None:
    one = Template("{{ number }}", ("number",))
    values: list[Any] = [1, True, 1.0, "1", 1]
    assert [one.render({"number": value}) for value in values] == ["1", "True", "1.0", "1", "1"]


def test_zeros_and_lists_are_written_as_they_are() -> None:
    one = Template("{{ number }}", ("number",))
    assert [one.render({"number": value}) for value in (0.0, -0.0)] == ["0.0", "-0.0"]
    more = Template("{{ numbers | join(' ') }}", ("numbers",), lists={"numbers"})
    lists: list[Any] = [(1,), (True,), (1.0,), ("1",)]
    assert [more.render({"numbers": value}) for value in lists] == ["1", "True", "1.0", "1"]


def test_a_class_adds_nothing_to_its_text() -> None:
    class Loud(str):
        def __str__(self) -> str:
            return self.upper()

    class Kind(str, Enum):  # noqa: UP042  # StrEnum has another __str__
        SMALL = "small"

    for value, said in ((Loud("ann"), "ann"), (Kind.SMALL, "small")):
        assert template("{{ seat }}").render({**VALUES, "seat": value}) == said


def test_what_cannot_be_compared_is_a_sentence() -> None:
    with pytest.raises(PromptError, match="cannot be said"):
        template("{% if seat < number %}{% endif %}").render(VALUES)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_said_or_refused(source: str, seat: str) -> None:
    try:
        made = template(source)
    except PromptError:
        return
    said = made.render({**VALUES, "seat": seat})
    if "{" not in source:
        assert said == source.replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(max_size=200))
def test_what_is_given_is_said_unchanged(seat: str) -> None:
    assert template("<{{ seat }}>").render({**VALUES, "seat": seat}) == f"<{seat}>"
