"""The parts of a task as the cells of a file hold them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any

from pydantic_core import from_json

from arena.core.jsonl import BadLine
from arena.core.text import one_line
from arena.tasks.grading import is_spellings
from arena.tasks.questions import CLAIM

MOST_ANSWERS = 100


def text_of(value: Any, part: str) -> str:
    """Return a value as text; nothing is empty, and a number is written as JSON has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int | float):
        return str(value)
    raise BadLine(f"the {part} must be text, not {'a list' if isinstance(value, list) else 'an object'}")


def answers_of(value: Any) -> list[str] | None:
    """Return the answers that a row lists; in CSV they may be a JSON list in one cell."""
    if value is None:
        return None
    if isinstance(value, str) and value.startswith("["):
        try:
            value = from_json(value)
        except ValueError as error:
            raise BadLine(f"the answers are no JSON list ({error})") from None
    if not isinstance(value, list):
        raise BadLine(
            'the answers are not a list, such as ["yes", "no"]; if each has a column of its own, name all '
            "of them, as in --columns answers=A+B+C"
        )
    answers = [text_of(one, "answer") for one in value]
    if not 2 <= len(answers) <= MOST_ANSWERS or not all(answers):
        raise BadLine(f"the answers must be 2 to {MOST_ANSWERS} texts, none of them empty")
    return answers


def truth_of(value: Any, answers: Sequence[str] | None) -> str | int | float | bool | list[str] | None:
    if value is None or value == "":
        return None
    if answers:
        return text_of(value, "truth")
    if isinstance(value, str):
        return value.lower() if value.lower() in CLAIM else value
    if isinstance(value, bool | int | float):
        return value
    if is_spellings(value):
        return list(value)
    raise BadLine("the truth must be a text, a number, or a list of texts that are all right")


def marked_answer(parts: Mapping[str, Any], answers: Sequence[str] | None) -> str | None:
    """Return the answer whose place or letter marks it as the right one."""
    mark = text_of(parts["truth_at"], "truth_at").strip()
    if not mark:
        return None
    if not answers:
        raise BadLine("truth_at is a place among the answers, and there are no answers")
    letter = len(mark) == 1 and mark.upper() in ascii_uppercase
    digits = mark.isascii() and mark.isdecimal() and len(mark) < 9
    place = ascii_uppercase.index(mark.upper()) if letter else int(mark) if digits else len(answers)
    if place >= len(answers):
        letters = ascii_uppercase[: len(answers)]
        raise BadLine(
            f"truth_at is {one_line(mark, 60)!r}, and must be a place from 0 to {len(answers) - 1} or a "
            f"letter from A to {letters[-1] if len(answers) <= len(letters) else 'Z'}"
        )
    return answers[place]
