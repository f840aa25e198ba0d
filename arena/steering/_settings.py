"""The settings that hold for the episodes that begin after an act, folded from the acts of a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from arena.spending.limits import Limits
from arena.steering._acts import StoredAct, named_replacements


@dataclass(frozen=True, slots=True)
class SettingsSince:
    """The settings of the episodes that begin after the act of a number; 0 is the beginning of the run.

    `limits` are those of an episode. `replaced` holds the name and the specification of each agent that plays
    in another's place, by the name of the agent with which the run began.
    """

    act: int
    limits: Limits
    replaced: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def after(self, stored: StoredAct) -> SettingsSince:
        """Return the settings after an act that holds."""
        limits = self.limits.model_copy(update=stored.act.limits.model_dump(exclude_unset=True))
        given = named_replacements(stored.act.replace)
        again = {old: given.get(new[0], new) for old, new in self.replaced.items()}
        return SettingsSince(stored.number, limits, {**given, **again})

    def seats(self, seats: Mapping[str, str]) -> Mapping[str, str]:
        """Return who sits where, with the agents that play in the place of others."""
        if not self.replaced:
            return seats
        names = {old: name for old, (name, _) in self.replaced.items()}
        return {seat: names.get(name, name) for seat, name in seats.items()}


def settings_since(acts: Iterable[StoredAct], limits: Limits) -> list[SettingsSince]:
    """Return the settings of a run from its beginning on, in order: those that its acts have made.

    Args:
        acts: the acts of the run, in order. Those that it refused or has not heeded change nothing.
        limits: the limits of an episode with which the run began.
    """
    found = [SettingsSince(0, limits)]
    for stored in acts:
        if stored.holds and stored.act.changes_settings:
            found.append(found[-1].after(stored))
    return found
