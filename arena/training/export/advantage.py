"""Advantages by name. They are computed while episodes are read in their order."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.episode.plan import Played
from arena.training.rewards.advantages import DECAY, RoleBaselines, group_mean, leave_one_out
from arena.training.rewards.shaping import read_specification

Centre = Callable[[list[float], list[int]], Any]
_Group = dict[int, tuple[str, Mapping[str, float]]]
"""The episodes of a match by number: the condition of each, and the returns of its seats."""


class Advantages(ABC):
    """The return of each seat in an episode, minus a baseline."""

    @abstractmethod
    def of(self, played: Played, game: str) -> Mapping[str, float]:
        """Return the advantage of each seat that has one.

        Call it once for each episode, in order of number.
        """

    def state(self) -> dict[str, Any] | None:
        """Return the state from which a later export can continue, or None if there is none."""
        return None


class Returns(Advantages):
    """No baseline."""

    def of(self, played: Played, game: str) -> Mapping[str, float]:
        """Return the returns."""
        return played.outcome.returns


class ByRole(Advantages):
    """Role-conditioned baselines. Each condition and each game has its own."""

    def __init__(self, baselines: RoleBaselines) -> None:
        self._baselines = baselines

    def of(self, played: Played, game: str) -> Mapping[str, float]:
        """Return the returns minus the baselines from the episodes before this one."""
        returns, condition = played.outcome.returns, played.plan.condition
        if not played.outcome.is_result:
            return {}
        return self._baselines.advantages(f"{game} under {condition}" if condition else game, returns)

    def state(self) -> dict[str, Any]:
        """Return the baselines."""
        return self._baselines.state()


class ByMatch(Advantages):
    """A baseline from the other episodes of the match, which have the same deal or are siblings of a fork.

    In a run that compares conditions, only episodes under the same condition count. The returns are read
    ahead of the episodes themselves, up to the last episode of the match.

    Args:
        finished: the run's episodes that have ended, by number.
        centre: the function that computes advantages from the returns of a group.
    """

    def __init__(self, finished: Iterator[Played], centre: Centre) -> None:
        self._ahead = finished
        self._centre = centre
        self._groups: dict[int, _Group] = {}
        self._centred: dict[int, dict[int, dict[str, float]]] = {}

    def of(self, played: Played, game: str) -> Mapping[str, float]:
        """Return the returns minus the baseline from the match.

        An episode without others has no advantages.
        """
        match, number = played.plan.match, played.plan.number
        if match not in self._centred:
            self._centred[match] = self._of_group(self._read(match, played.plan.match_size))
        centred = self._centred[match]
        found = centred.pop(number)
        if not centred:
            del self._centred[match]
        return found

    def _read(self, match: int, size: int) -> _Group:
        """Return the returns of the seats in each episode of a match that has ended."""
        while len(self._groups.get(match, ())) < size and (played := next(self._ahead, None)) is not None:
            returns = played.outcome.returns if played.outcome.is_result else {}
            plan = played.plan
            self._groups.setdefault(plan.match, {})[plan.number] = plan.condition, returns
        return self._groups.pop(match)

    def _of_group(self, group: _Group) -> dict[int, dict[str, float]]:
        found: dict[int, dict[str, float]] = {number: {} for number in group}
        amounts: dict[tuple[str, str], dict[int, float]] = {}
        for number, (condition, returns) in group.items():
            for seat, amount in returns.items():
                amounts.setdefault((condition, seat), {})[number] = amount
        for (_, seat), own in amounts.items():
            if len(own) > 1:
                centred = self._centre(list(own.values()), [0] * len(own))
                for number, amount in zip(own, centred, strict=True):
                    found[number][seat] = float(amount)
        return found


OVER_GROUPS = ("group-mean", "leave-one-out")
ADVANTAGES = ("role", *OVER_GROUPS, "none")


def advantages(
    specification: str, finished: Callable[[], Iterator[Played]], state: object = None
) -> Advantages:
    """Return the advantages that a specification names, such as ``"role?decay=0.9"``.

    Args:
        specification: the name, with parameters.
        finished: reads the run's episodes that have ended, by number.
        state: the state of earlier baselines, from which these continue.

    Raises:
        UnknownName: if no advantages have that name.
        UsageError: if they do not have these parameters, or cannot continue from that state.
    """
    name, given = read_specification(specification)
    if name not in ADVANTAGES:
        known = ", ".join(ADVANTAGES)
        hint = did_you_mean(name, ADVANTAGES)
        raise UnknownName(f"There is no advantage called {name!r}.{hint} There are: {known}.")
    takes = {"decay"} if name == "role" else set()
    if unknown := sorted(set(given) - takes):
        raise UsageError(
            f"The advantage {name} takes {'decay' if takes else 'no parameters'}, not {unknown[0]}."
        )
    if state is not None and name != "role":
        raise UsageError(f"Only the advantage role continues from earlier baselines; {name} does not.")
    match name:
        case "role":
            baselines = RoleBaselines(given.get("decay", DECAY)) if state is None else _restored(state, given)
            return ByRole(baselines)
        case "group-mean":
            return ByMatch(finished(), group_mean)
        case "leave-one-out":
            return ByMatch(finished(), leave_one_out)
    return Returns()


def _restored(state: object, given: Mapping[str, float]) -> RoleBaselines:
    baselines = RoleBaselines.restored(state)
    if given.get("decay", baselines.decay) != baselines.decay:
        raise UsageError(
            f"The earlier baselines have the decay {baselines.decay:g}, so they cannot continue with "
            f"{given['decay']:g}."
        )
    return baselines
