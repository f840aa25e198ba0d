"""Advantages by name."""

from __future__ import annotations

from arena.core.errors import UnknownName, UsageError, did_you_mean
from arena.training.export._advantages import Advantages, ByRole, NoBaseline
from arena.training.export._groups import ByGroup, CutOff, SiblingsBy
from arena.training.rewards.advantages import DECAY, Divide, RoleBaselines, group_mean, leave_one_out
from arena.training.rewards.specifications import read_specification

OVER_GROUPS = ("group-mean", "leave-one-out")
ADVANTAGES = ("role", *OVER_GROUPS, "none")
_TAKES = {
    "role": ("decay",),
    "group-mean": ("by", "divide", "cut-off"),
    "leave-one-out": ("by", "divide", "cut-off"),
    "none": (),
}


def advantages(specification: str, state: object = None) -> Advantages:
    """Return the advantages that a specification names, such as ``"role?decay=0.9"``.

    Args:
        specification: the name, with parameters. Those over groups take ``by`` (prompt, task, match, group),
            ``divide`` (none, sd, sample-sd) and ``cut-off`` (in, out).
        state: the state of earlier baselines, from which these continue.

    Raises:
        UnknownName: if no advantages have that name.
        UsageError: if they do not have these parameters, or cannot continue from that state.
    """
    said = read_specification(specification)
    if said.name not in ADVANTAGES:
        known = ", ".join(ADVANTAGES)
        hint = did_you_mean(said.name, ADVANTAGES)
        raise UnknownName(f"There is no advantage called {said.name!r}.{hint} There are: {known}.")
    takes = _TAKES[said.name]
    if unknown := sorted(set(said.parameters) - set(takes)):
        what = ", ".join(takes) or "no parameters"
        raise UsageError(f"The advantage {said.name} takes {what}, not {unknown[0]}.")
    if state is not None and said.name != "role":
        raise UsageError(f"Only the advantage role continues from earlier baselines; {said.name} does not.")
    if said.name == "none":
        return NoBaseline()
    if said.name == "role":
        decay = said.number("decay")
        if state is None:
            return ByRole(RoleBaselines(DECAY if decay is None else decay))
        return ByRole(_restored(state, decay))
    return ByGroup(
        group_mean if said.name == "group-mean" else leave_one_out,
        said.option("by", SiblingsBy.MATCH),
        said.option("divide", Divide.NONE),
        said.option("cut-off", CutOff.OUT),
    )


def _restored(state: object, decay: float | None) -> RoleBaselines:
    baselines = RoleBaselines.restored(state)
    if decay is not None and decay != baselines.decay:
        raise UsageError(
            f"The earlier baselines have the decay {baselines.decay:g}, so they cannot continue with "
            f"{decay:g}."
        )
    return baselines
