"""The options of a judging, apart from the judges and the criterion."""

from __future__ import annotations

from dataclasses import dataclass

from arena.core.errors import UsageError
from arena.spending.limits import Caps
from arena.spending.prices import Prices

CALLS_AT_ONCE = 20
"""The default number of verdicts that are asked for at once."""
_IN_A_BATCH = 10_000
"""The largest number of verdicts that are asked for at once in batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingOptions:
    """How a run is judged.

    Verdicts between sides are combined in three steps:

    1. A judge's samples in one order become one vote, by majority.
    2. A judge's votes in all orders become its ruling on the episode, by the rule `combine`. With the default
       rule, two-game, the side that wins more orders than any other wins.
    3. The rulings of all judges become the panel's ruling, by majority. At least `quorum` judges must have a
       ruling, or the panel has none.

    Attributes:
        samples: how often each judge is asked the same question, 1 or more.
        swap: ask in every order of the sides, so that each side is once in each place; False asks in one
            order only. The default is every order. Where the run's own question is asked, the default is the
            orders of the answers in which its own judge was asked, and True asks in both.
        combine: the name of the rule that makes one ruling of a judge's votes in several orders. The rules
            are in `arena.judging.COMBINATIONS`. The rule is stored with the run and holds for all verdicts by
            the criterion, earlier ones included. None keeps the stored rule, which is two-game at first.
        quorum: how many judges must have a ruling on an episode before the panel has one. It is stored with
            the run as `combine` is. None keeps the stored number, which is more than half of the judges at
            first.
        append: keep the verdicts that are there and ask for the missing ones. An earlier judging that was
            stopped is continued in this way.
        overwrite: replace the verdicts that are there.
        other_families: refuse a judge of the model family of a side. Without it, such a judge causes a
            warning.
        concurrency: how many verdicts are asked for at once, 1 or more.
        caps: what the run may spend in all, judging included. None is no cap. When a cap is reached, the
            judging ends, and can be continued with `append`.
        prices: what calls to models cost. None takes the prices of the run.
        batch: ask by the provider's batch interface, which answers within a day at half price. Verdicts that
            are there are kept, as with `append`.
        wait: wait until the batches are done. Without it, the judging ends when they are submitted, and the
            same judging later takes up what came.
        trust: run the code of the run's own protocol, which the run names, if it is not Arena's. Only with it
            can the own question of such a run be asked again.
        verbose: show the log on stderr too.
        quiet: do not say on stderr when all calls to a provider wait.

    Raises:
        UsageError: if both `append` and `overwrite` are set, if a batch overwrites, or if `samples` or
            `concurrency` is less than 1.
    """

    samples: int = 1
    swap: bool | None = None
    combine: str | None = None
    quorum: int | None = None
    append: bool = False
    overwrite: bool = False
    other_families: bool = False
    concurrency: int = CALLS_AT_ONCE
    caps: Caps | None = None
    prices: Prices | None = None
    batch: bool = False
    wait: bool = True
    trust: bool = False
    verbose: bool = False
    quiet: bool = False

    @property
    def keeps(self) -> bool:
        """Whether the verdicts that are there are kept."""
        return self.append or self.batch

    def at_once(self, count: int) -> int:
        """Return how many of so many verdicts are asked for at once. A batch is made of many."""
        return max(1, min(count, _IN_A_BATCH)) if self.batch else self.concurrency

    def __post_init__(self) -> None:
        if self.append and self.overwrite:
            raise UsageError(
                "Say either append, which keeps the verdicts that are there, or overwrite, which replaces "
                "them."
            )
        if self.batch and self.overwrite:
            raise UsageError(
                "A batch keeps the verdicts that are there, so leave out overwrite; give the judging another "
                "name to ask everything anew."
            )
        if not self.wait and not self.batch:
            raise UsageError("Only a batch need not be waited for; say batch too.")
        if self.samples < 1 or self.concurrency < 1:
            raise UsageError("There must be at least one sample, and at least one verdict at a time.")
