"""``arena judge``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from arena.cli.options import Count, Json, RunArgument, SpendingOptions, Texts, Verbose, option, record

if TYPE_CHECKING:
    from arena.judging import Criterion


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeOptions:
    """Who judges, by what, how often, and what becomes of the verdicts."""

    judges: Annotated[
        Texts,
        option(
            "An agent that judges, such as local-policy or strict=openai:gpt-5-mini. Repeatable: several "
            "judges are a panel.",
            "--judge",
            value="[NAME=]AGENT",
        ),
    ]
    method: Annotated[
        str, option("What is asked: choice (which side did better) or score (how well each side did).")
    ] = "choice"
    rubric: Annotated[
        Path | None, option("A TOML or JSON file of questions. The judges judge by them.", value="FILE")
    ] = None
    question: Annotated[
        str,
        option(
            "The question to ask instead of the method's usual one.",
            value="TEXT",
            allow_leading_hyphen=True,
        ),
    ] = ""
    settings: Annotated[
        Texts,
        option("Change a setting, such as reference=true. Repeatable.", "--set", value="NAME=VALUE"),
    ] = ()
    sides: Annotated[
        Texts,
        option("A seat to judge. Without it, the seats of the players. Repeatable.", "--side", value="SEAT"),
    ] = ()
    samples: Annotated[Count, option("How often each judge is asked the same.")] = 1
    swap: Annotated[
        bool,
        option("Whether each judge is asked in every order of the sides, or in one.", negative="--no-swap"),
    ] = True
    combine: Annotated[
        str | None,
        option(
            "How a judge's answers in the different orders become one verdict: two-game, "
            "tie-on-disagreement or mean-probability. Without it, two-game.",
            value="RULE",
        ),
    ] = None
    quorum: Annotated[
        Count | None,
        option(
            "How many judges of a panel must come to a ruling. Without it, more than half of them.",
        ),
    ] = None
    append: Annotated[bool, option("Keep the verdicts that are there, and add to them.")] = False
    overwrite: Annotated[bool, option("Replace the verdicts that are there.")] = False
    other_families: Annotated[
        bool, option("Refuse a judge whose model is of the same family as one of those it judges.")
    ] = False
    concurrency: Annotated[Count, option("How many verdicts are asked for at once.")] = 20
    spending: SpendingOptions = field(default_factory=SpendingOptions)
    json: Json = False
    verbose: Verbose = False

    def criterion(self) -> Criterion:
        """Return what the judges judge by.

        Raises:
            UsageError: if a setting does not fit, or the rubric cannot be read.
        """
        from pydantic import ValidationError

        from arena.core.complaints import first_problem
        from arena.core.errors import UsageError
        from arena.designs.building import read_settings
        from arena.judging import Criterion, read_rubric

        asked: dict[str, Any] = {"method": self.method, "question": self.question, "sides": self.sides}
        if self.rubric is not None:
            asked |= {"method": "rubric", "rubric": read_rubric(self.rubric)}
        try:
            return Criterion.model_validate(asked | read_settings(self.settings))
        except ValidationError as invalid:
            raise UsageError(f"The run cannot be judged so: {first_problem(invalid)}.") from None


def judge(run: RunArgument, /, *, options: JudgeOptions) -> None:
    """Have agents who were not there judge a run's completed episodes; nothing is played again."""
    from arena.cli.judging import conduct_judging
    from arena.core.console import run_folder
    from arena.judging import JudgingOptions, JudgingProgress, judge_run

    caps, prices = options.spending.caps_and_prices()
    progress = JudgingProgress()
    how = JudgingOptions(
        samples=options.samples,
        swap=options.swap,
        combine=options.combine,
        quorum=options.quorum,
        append=options.append,
        overwrite=options.overwrite,
        other_families=options.other_families,
        concurrency=options.concurrency,
        caps=caps,
        prices=prices,
        verbose=options.verbose,
    )
    judging = judge_run(run_folder(run), options.judges, options.criterion(), how, progress=progress)
    conduct_judging(judging, progress, options.json)
