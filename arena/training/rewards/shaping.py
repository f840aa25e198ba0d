"""Reward shaping: from what a seat got at the end to what each of its turns earned.

A shaping function is given a seat's attempts at its turns, in order, and an amount: what the episode returned
to the seat, or that less a baseline, so that rewards and advantages are shaped alike. Of each attempt it says
what it earned, or None: nothing can be said, and nothing is to be learnt from it. An attempt that never came,
that broke off or that ran into a limit is never punished.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import signature
from typing import NamedTuple

from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.forms import Status
from arena.training.rewards.specifications import read_specification


class Attempt(NamedTuple):
    """One reply of a seat: at which of its own turns, from 0, and how it went. Re-asks share a turn.

    `forfeits` says whether the seat forfeited by it.
    """

    turn: int
    status: Status
    forfeits: bool = False

    @property
    def at_fault(self) -> bool:
        """Whether the agent did answer in full, with something that could not be used."""
        return self.status.is_the_agents_doing and self.status is not Status.TRUNCATED


Shaping = Callable[[Sequence[Attempt], float], list[float | None]]


def terminal(attempts: Sequence[Attempt], amount: float) -> list[float | None]:
    """Give every turn the whole amount, as SPIRAL does (Liu et al. 2025)."""
    return [amount if attempt.status is Status.OK else None for attempt in attempts]


def last(attempts: Sequence[Attempt], amount: float) -> list[float | None]:
    """Give the amount to the last turn alone, and 0 to those before it: the sparse reward of the episode."""
    final = attempts[-1].turn if attempts else 0
    return [
        None if attempt.status is not Status.OK else amount if attempt.turn == final else 0.0
        for attempt in attempts
    ]


def discounted(attempts: Sequence[Attempt], amount: float, gamma: float = 0.99) -> list[float | None]:
    """Give each turn gamma^k of the amount, where k of the seat's own turns follow it.

    It is the return of Sutton and Barto (2018), equation 3.8, when all reward comes at the end.

    Args:
        attempts: The attempts of the seat at its turns, in order.
        amount: What the episode returned to it, perhaps less a baseline.
        gamma: The discount for each of the seat's own turns that follow; from 0 to 1.
    """
    final = attempts[-1].turn if attempts else 0
    return [
        amount * gamma ** (final - attempt.turn) if attempt.status is Status.OK else None
        for attempt in attempts
    ]


def format_penalty(attempts: Sequence[Attempt], amount: float, penalty: float = 0.5) -> list[float | None]:
    """Give every turn the whole amount, and each attempt whose form was at fault minus the `penalty`.

    Args:
        attempts: The attempts of the seat at its turns, in order.
        amount: What the episode returned to it, perhaps less a baseline.
        penalty: What a reply that could not be used loses.
    """
    return [
        -penalty if attempt.at_fault else earned
        for attempt, earned in zip(attempts, terminal(attempts, amount), strict=True)
    ]


def with_forfeits(attempts: Sequence[Attempt], amount: float, gamma: float = 1.0) -> list[float | None]:
    """Give each turn gamma^k of the amount, as `discounted` does, and the reply by which its seat forfeited.

    SPIRAL (Liu et al. 2025) keeps such a reply, which then is to be made less likely. A reply that was cut
    off at a limit of tokens earns nothing.

    Args:
        attempts: The attempts of the seat at its turns, in order.
        amount: What the episode returned to it, perhaps less a baseline.
        gamma: The discount for each of the seat's own turns that follow; from 0 to 1.
    """
    final = attempts[-1].turn if attempts else 0
    return [
        amount * gamma ** (final - attempt.turn) if attempt.forfeits and attempt.at_fault else earned
        for attempt, earned in zip(attempts, discounted(attempts, amount, gamma), strict=True)
    ]


REWARDS: Mapping[str, Callable[..., list[float | None]]] = {
    "terminal": terminal,
    "last": last,
    "discounted": discounted,
    "format-penalty": format_penalty,
    "with-forfeits": with_forfeits,
}


_MOST = {"gamma": 1.0}
_MOST_ELSE = 1e6


def shaping(specification: str) -> Shaping:
    """Return the shaping function of a name, with its parameters: ``"discounted?gamma=0.9"``.

    Raises:
        UnknownName: if there is none of that name.
        UsageError: if it does not have the parameters, or they are no numbers.
    """
    said = read_specification(specification)
    name, given = said.name, {name: said.number(name) or 0.0 for name in said.parameters}
    if name not in REWARDS:
        known = ", ".join(REWARDS)
        raise UnknownName(
            f"There is no reward called {name!r}.{did_you_mean(name, REWARDS)} There are: {known}."
        )
    takes = list(signature(REWARDS[name]).parameters)[2:]
    said.check(takes)
    for parameter, value in given.items():
        most = _MOST.get(parameter, _MOST_ELSE)
        if value > most:
            raise UsageError(
                f"In {specification!r} the parameter {parameter} is at most {most:g}, not {value:g}."
            )
    return partial(REWARDS[name], **given)
