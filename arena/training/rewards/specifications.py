"""The specifications of rewards and advantages: a name with parameters, ``name?parameter=value&...``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, nan
from typing import TypeVar
from urllib.parse import parse_qsl

from arena.core.errors import UsageError

Option = TypeVar("Option", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Specification:
    """A name with its parameters.

    Args:
        whole: the specification as it was given.
        name: the name, with its prefix if it has one.
        parameters: the parameters, as they were given.
    """

    whole: str
    name: str
    parameters: Mapping[str, str]

    def check(self, takes: Sequence[str]) -> None:
        """Check that there are no parameters but these.

        Raises:
            UsageError: if there is another.
        """
        if unknown := [parameter for parameter in self.parameters if parameter not in takes]:
            has = f"takes {', '.join(takes)}" if takes else "takes no parameters"
            raise UsageError(f"The reward {self.whole!r} has no parameter {unknown[0]!r}; it {has}.")

    def number(self, parameter: str) -> float | None:
        """Return a parameter that is a finite number of at least 0, or None if it is not given.

        Raises:
            UsageError: if it is no such number.
        """
        if parameter not in self.parameters:
            return None
        try:
            value = float(self.parameters[parameter])
        except ValueError:
            value = nan
        if not 0 <= value < inf:
            raise UsageError(f"In {self.whole!r} the parameter {parameter} is no number of at least 0.")
        return value

    def option(self, parameter: str, default: Option) -> Option:
        """Return a parameter that is one of a few words.

        Raises:
            UsageError: if it is none of them.
        """
        kind = type(default)
        try:
            return kind(self.parameters.get(parameter, default))
        except ValueError:
            raise UsageError(
                f"In {self.whole!r} the parameter {parameter} is one of {', '.join(kind)}, not "
                f"{self.parameters[parameter]!r}."
            ) from None


def read_specification(specification: str) -> Specification:
    """Return the name and the parameters of a specification."""
    name, _, query = specification.partition("?")
    return Specification(specification, name, dict(parse_qsl(query, keep_blank_values=True)))
