"""How a run is judged: what may be said of it beside the judges and the criterion."""

from __future__ import annotations

from dataclasses import dataclass

from arena.core.errors import UsageError
from arena.spending.limits import Caps
from arena.spending.prices import Prices

CONCURRENCY = 20
"""How many verdicts are asked for at once unless the caller says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingOptions:
    """How a run is judged.

    Attributes:
        samples: how often each judge is asked the same.
        swap: ask in every order of the sides, so that each is once in each place.
        combine: the name of the rule in `arena.judging.COMBINATIONS` that makes one ruling of a judge's
            verdicts in several orders. It holds from now on for all verdicts by the criterion, in reports
            too. If it is None, the earlier rule holds; the first is two-game.
        quorum: how many judges must have a ruling before the panel has one. It holds as `combine` does; the
            first is more than half of the judges.
        append: skip what a judge has judged already, and go on where an earlier judging was stopped.
        overwrite: replace what a judge has judged already.
        other_families: refuse a judge of the model family of a side. Without it there is a warning.
        concurrency: how many verdicts are asked for at once.
        caps: what the run may spend in all, judging included; none unless given. When one is reached, the
            judging ends, and can be continued with `append`.
        prices: what calls to models cost; those of the run unless given.
        verbose: show the log on stderr too.
        quiet: do not say on stderr when all calls to a provider wait.

    Raises:
        UsageError: if they do not go together.
    """

    samples: int = 1
    swap: bool = True
    combine: str | None = None
    quorum: int | None = None
    append: bool = False
    overwrite: bool = False
    other_families: bool = False
    concurrency: int = CONCURRENCY
    caps: Caps | None = None
    prices: Prices | None = None
    verbose: bool = False
    quiet: bool = False

    def __post_init__(self) -> None:
        if self.append and self.overwrite:
            raise UsageError("Say either append or overwrite: verdicts that are there are kept, or replaced.")
        if self.samples < 1 or self.concurrency < 1:
            raise UsageError("There must be at least one sample and one verdict at a time.")
