"""The verdicts that a judging asks for, and the rule by which they are combined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from arena.core.errors import UsageError
from arena.designs.perturbing import Perturbation
from arena.journal import PanelRule, VerdictKey
from arena.judging._criterion import Criterion
from arena.judging._own_judge import OwnProtocols
from arena.votes.rulings import combination


@dataclass(slots=True)
class Work:
    """The verdicts to ask for, and the verdicts that are there already.

    Attributes:
        sides: the seats that are judged.
        seed: the seed of the run.
        key: the key of the criterion.
        episodes: the numbers of the episodes that can be judged.
        left_out: how many episodes cannot be judged, by the reason.
        models: the models that answered for each seat.
        keys: the keys of all verdicts that are wanted, ordered by episode.
        finished: the keys of the verdicts that these judges have given by this criterion.
        panel: the names of all judges by this criterion, earlier ones and those of this judging.
        rule: how the verdicts were combined before; None if there was no judging by this criterion.
        lacks_outcomes: whether outcomes are missing from the journal.
        perturbation: what changes the episodes before the judges read them; None if nothing does.
        protocols: the protocols of the run, if judges are asked what its own judge was asked.
        players: the seats that compete.
    """

    sides: tuple[str, ...]
    seed: int
    key: str = ""
    episodes: list[int] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    models: dict[str, set[str]] = field(default_factory=dict)
    keys: list[VerdictKey] = field(default_factory=list)
    finished: set[VerdictKey] = field(default_factory=set)
    panel: set[str] = field(default_factory=set)
    rule: PanelRule | None = None
    lacks_outcomes: bool = False
    perturbation: Perturbation | None = None
    protocols: OwnProtocols | None = None
    players: tuple[str, ...] = ()

    def rule_for(
        self, criterion: Criterion, combine: str | None, quorum: int | None
    ) -> tuple[PanelRule, Sequence[str]]:
        """Return the rule by which verdicts are combined from now on, and warnings.

        There is a warning for each change of the rule, and one if outcomes are missing from the journal.

        Args:
            criterion: the criterion of the verdicts.
            combine: the name of a rule for a judge's orders; None keeps the rule of before.
            quorum: how many judges must have a ruling; None keeps the quorum of before.

        Raises:
            UsageError: if there is no such rule, if the quorum is less than 1 or more than the number of
                judges, or if the criterion gives scores, which are not combined.
        """
        if criterion.is_of_one and (combine is not None or quorum is not None):
            raise UsageError(
                "Scores are averaged, so combine and quorum apply only to choices between sides; leave them "
                "out."
            )
        own = self.protocols.rule if self.protocols else None
        before = self.rule or PanelRule(own or PanelRule().combine)
        rule = PanelRule(
            before.combine if combine is None else combine, before.quorum if quorum is None else quorum
        )
        combination(rule.combine)
        if rule.quorum is not None and not 1 <= rule.quorum <= len(self.panel):
            raise UsageError(
                f"A quorum of {rule.quorum} is not possible with {len(self.panel)} judges; give a "
                "number from 1 to the number of judges."
            )
        changes = []
        if self.lacks_outcomes:
            changes.append(
                "Outcomes are missing from the journal, so an episode that is not judged may have completed."
            )
        if self.rule and rule.combine != before.combine:
            changes.append(
                f"Orders were combined by {before.combine} so far; from now on all verdicts by "
                f"{self.key} are combined by {rule.combine}, in reports too."
            )
        if self.rule and rule.quorum != before.quorum:
            changes.append(
                f"The quorum was {before.quorum or 'more than half of the judges'} so far; from now on the "
                f"quorum of all panels by {self.key} is {rule.quorum}, in reports too."
            )
        return rule, changes
