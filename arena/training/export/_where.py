"""Conditions on annotations by which rows are chosen: ``kept=yes``, ``quality>=7``."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from arena.annotations import AnnotationRow, AnnotationStatus
from arena.core.errors import UsageError
from arena.training.rewards.places import Placed
from arena.training.rewards.reading import EpisodeReading

_WRITTEN = re.compile(r"(?P<name>[^<>=!]+?)\s*(?P<sign><=|>=|!=|=|<|>)\s*(?P<value>.*)", re.DOTALL)
_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
_ORDERS = ("<", ">", "<=", ">=")


class AnnotationCondition(NamedTuple):
    """A condition on the annotations of a name at a reply's place.

    It holds if one of them that is a result has the value: its text or, if `value` is a number, its number.
    """

    written: str
    name: str
    sign: str
    value: str

    def holds(self, row: AnnotationRow) -> bool:
        """Return whether it holds for an annotation."""
        if not AnnotationStatus(row.status).is_result:
            return False
        number = _number(self.value)
        if number is not None and row.value is not None:
            return _SIGNS[self.sign](row.value, number)
        if self.sign in _ORDERS or row.text is None:
            return False
        return (row.text == self.value) is (self.sign == "=")


def read_condition(written: str) -> AnnotationCondition:
    """Return the condition that is written as a name, a sign and a value.

    Raises:
        UsageError: if it is not written so, or a text is to be more or less than another.
    """
    found = _WRITTEN.fullmatch(written.strip())
    if found is None:
        raise UsageError(f"{written!r} is no condition on an annotation; write it as in kept=yes.")
    if found["sign"] in _ORDERS and _number(found["value"]) is None:
        raise UsageError(f"In {written!r} the value {found['value']!r} is no number.")
    return AnnotationCondition(written, found["name"], found["sign"], found["value"])


def unmet_condition(conditions: Sequence[AnnotationCondition], reading: EpisodeReading, one: Placed) -> str:
    """Return the reason why a reply is not chosen, or an empty text if all conditions hold for it."""
    for condition in conditions:
        if not any(map(condition.holds, reading.found.at(one, _called(condition.name)))):
            return f"not {condition.written}"
    return ""


def _called(name: str) -> Callable[[AnnotationRow], bool]:
    return lambda row: row.name == name


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
