"""Checks of what an export is asked for, by what its runs have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from arena.core.errors import UsageError

_OF_VERDICTS = (
    "rows",
    "to",
    "reward",
    "advantage",
    "agents",
    "where",
    "pairs",
    "margin",
    "max_chars",
    "max_tokens",
)


def check_for_verdicts(chosen: Mapping[str, object]) -> None:
    """Refuse options that say nothing of verdicts.

    Args:
        chosen: the options that are not the default, by name.

    Raises:
        UsageError: if there are any.
    """
    others = sorted(set(chosen) - set(_OF_VERDICTS))
    if chosen.get("reward", "correct") != "correct":
        others = ["reward", *others]
    if others:
        raise UsageError(
            f"Rows of verdicts earn whether the verdict is right, so they do not take {', '.join(others)}."
        )


def check_for_steps(chosen: Mapping[str, object]) -> None:
    """Refuse options by which a turn would not be followed by the seat's next one, as transitions need.

    Args:
        chosen: the options that are not the default, by name.

    Raises:
        UsageError: if there are any.
    """
    if others := sorted({"rows", "where", "prompt"} & set(chosen)):
        raise UsageError(
            f"The format {chosen['to']} holds each turn with the next one, so it does not take "
            f"{', '.join(others)}."
        )


class SeatedNames:
    """Collects the names of the seats and the agents."""

    def __init__(self) -> None:
        self._seats: dict[str, None] = {}
        self._agents: dict[str, None] = {}
        self._last: Mapping[str, str] = {}

    def add(self, seats: Mapping[str, str]) -> None:
        """Add the seats of an episode and their agents."""
        if seats == self._last:
            return
        self._last = seats
        self._seats.update(dict.fromkeys(seats))
        self._agents.update(dict.fromkeys(seats.values()))

    def check(self, seats: Iterable[str], agents: Iterable[str]) -> None:
        """Check that the selected seats and agents exist.

        Raises:
            UsageError: if a seat or an agent does not exist.
        """
        for what, asked, there in (
            ("seat", seats, self._seats),
            ("agent", agents, self._agents),
        ):
            if unknown := [name for name in asked if name not in there]:
                raise UsageError(
                    f"No {what} is called {unknown[0]!r}; the {what}s are {', '.join(there) or 'none'}."
                )
