"""``arena judge``."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from arena.cli.option_records import SpendingOptions
from arena.cli.options import Count, Json, RunArgument, Strings, Verbose, option, record

if TYPE_CHECKING:
    from arena.judging import Criterion, LabelLike


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeOptions:
    """The options of ``arena judge``."""

    judges: Annotated[
        Strings,
        option(
            "An agent that judges, such as local-policy or strict=openai:gpt-5-mini. Repeatable. Several "
            "judges form a panel.",
            "--judge",
            value="[NAME=]AGENT",
        ),
    ] = ()
    labels: Annotated[
        Strings,
        option(
            "Have each turn labelled, instead of asking which side did better: how often something occurs in "
            "it, such as verification or backtracking, NAME=QUESTION, or a TOML file of labels with their "
            "questions, classes and patterns. Repeatable.",
            "--label",
            value="LABEL",
        ),
    ] = ()
    patterns: Annotated[
        Strings,
        option(
            "Label each turn with the number of matches of a regular expression. No judge is asked. "
            "Repeatable.",
            "--regex",
            value="NAME=PATTERN",
            allow_leading_hyphen=True,
        ),
    ] = ()
    program: Annotated[
        str,
        option(
            "Label turns by a program: the subclass of arena.judging.Judge in a Python file, which is run, "
            "or in a module, as in package.mine:Mine. It may ask the agent of --judge.",
            "--with",
            value="FILE.py[:NAME]",
        ),
    ] = ""
    asks: Annotated[
        str,
        option(
            "What judges are asked: answer (which answer is right, as the run's own judge was asked), "
            "speaker (which side did better), score (how well each side did) or label (with --label, "
            "--regex or --with). By default, answer if the run's own judge was asked for one, and else "
            "speaker.",
            value="WHAT",
        ),
    ] = ""
    method: Annotated[str, option("The former name of --asks.", show=False)] = ""
    rubric: Annotated[
        Path | None,
        option(
            "A TOML or JSON file of questions for the judges to answer, instead of --asks. It may be a "
            "rubric in a module, as in package.mine:rubric.",
            value="FILE",
        ),
    ] = None
    question: Annotated[
        str,
        option(
            "The question to put to the judges, instead of the usual question.",
            value="TEXT",
            allow_leading_hyphen=True,
        ),
    ] = ""
    settings: Annotated[
        Strings,
        option(
            "Change another setting of the question, such as reference=true, which shows judges the "
            "true answer. "
            "Repeatable.",
            "--set",
            value="NAME=VALUE",
        ),
    ] = ()
    perturb: Annotated[
        str,
        option(
            "Change what the judges read by this perturbation, such as bandwagon or mine.py:shout. "
            "`arena list perturbations` lists them.",
            value="PERTURBATION",
        ),
    ] = ""
    prompts: Annotated[
        Path | None,
        option(
            "Say what a folder of prompts says, in place of the standard wording (see `arena prompts "
            "judging`).",
            value="FOLDER",
        ),
    ] = None
    sides: Annotated[
        Strings,
        option("A seat to judge. By default, all players are judged. Repeatable.", "--side", value="SEAT"),
    ] = ()
    samples: Annotated[Count, option("Ask each judge the same question N times.")] = 1
    swap: Annotated[
        bool | None,
        option(
            "Ask each judge once for every order of the sides or answers, so that their places give them no "
            "advantage. With --no-swap, one order is used. By default, every order of the sides, or those "
            "orders of the answers in which the run's own judge was asked.",
            negative="--no-swap",
        ),
    ] = None
    name: Annotated[
        str,
        option("What this judging is called in figures, where it stands beside others.", value="NAME"),
    ] = ""
    combine: Annotated[
        str | None,
        option(
            "How to combine a judge's answers to the different orders. two-game: a side wins if it won more "
            "orders than any other. net: the same, but an order without a usable verdict counts nothing. "
            "tie-on-disagreement: a side wins only if it won every order. "
            "mean-probability: the side "
            "with the highest mean probability wins. By default, the rule of the run's earlier verdicts, or "
            "two-game.",
            value="RULE",
        ),
    ] = None
    quorum: Annotated[
        Count | None,
        option(
            "How many judges of a panel must give a usable ruling before the panel decides. By default, the "
            "number of the run's earlier verdicts, or more than half of the judges.",
        ),
    ] = None
    append: Annotated[
        bool, option("Keep the verdicts that the run already has, and add the missing ones.")
    ] = False
    overwrite: Annotated[bool, option("Replace the verdicts that the run already has.")] = False
    other_families: Annotated[
        bool, option("Refuse a judge if its model belongs to the same family as a model that it would judge.")
    ] = False
    batch: Annotated[
        bool,
        option(
            "Ask by the provider's batch interface, which answers within a day at half price. Judges of "
            "openai, anthropic and openai-compatible have one. The same command goes on after a stop.",
        ),
    ] = False
    wait: Annotated[
        bool,
        option(
            "Wait for the batches. With --no-wait, the command ends when they are submitted, and the same "
            "command later takes up what came.",
            negative="--no-wait",
        ),
    ] = True
    trust: Annotated[
        bool,
        option(
            "Run the code of the run's own protocol, which the run names, to ask its judge's question again."
        ),
    ] = False
    concurrency: Annotated[Count, option("Ask for up to N verdicts at the same time.")] = 20
    spending: SpendingOptions = field(default_factory=SpendingOptions)
    json: Json = False
    verbose: Verbose = False

    def criterion(self, folder: Path) -> Criterion:
        """Return the criterion by which the judges judge the run in a folder.

        Raises:
            UsageError: if a setting is not valid, or the rubric cannot be read.
        """
        from arena.designs.typed_settings import read_settings
        from arena.judging import criterion_for, read_rubric

        given = {
            "asks": self.asks,
            "question": self.question,
            "sides": self.sides,
            "perturb": self.perturb,
            "prompts": self.prompts,
            "name": self.name,
            "rubric": None if self.rubric is None else read_rubric(self.rubric),
        }
        said = {name: one for name, one in given.items() if one}
        return criterion_for(folder, said | read_settings(self.settings))

    @property
    def is_labelling(self) -> bool:
        """Whether turns are labelled."""
        return bool(self.labels or self.patterns or self.program or self.asks == "label")

    def check_names(self) -> None:
        """Refuse an option that has another name now.

        Raises:
            UsageError: naming the new one.
        """
        from arena.core.errors import UsageError

        if self.method:
            now = {"choice": "speaker"}.get(self.method, self.method)
            meant = "--rubric FILE alone" if now == "rubric" else f"--asks {now}"
            raise UsageError(f"--method {self.method} is now {meant}.")

    def labelling(self) -> tuple[list[LabelLike], dict[str, Any]]:
        """Return the labels to give, and the settings of all of them. A program is run.

        Raises:
            UsageError: if a label cannot be used, or an option is about verdicts.
        """
        from arena.core.errors import UsageError
        from arena.designs.typed_settings import read_settings
        from arena.judging import LabelCriterion, load_judge

        if not (self.labels or self.patterns or self.program):
            raise UsageError("--asks label needs to know what: say it with --label, --regex or --with.")
        if self.batch:
            raise UsageError("Turns are not labelled in batches; leave out --batch.")
        if self.asks not in ("", "label") or self.rubric is not None or self.question or self.perturb:
            raise UsageError(
                "Turns are either labelled or judged; leave out --asks, --rubric, --question and "
                "--perturb, and write a label's question as --label NAME=QUESTION."
            )
        labels: list[LabelLike] = list(self.labels)
        for pattern in self.patterns:
            name, is_given, expression = pattern.partition("=")
            if not is_given:
                raise UsageError(f"A regular expression is written NAME=PATTERN, not {pattern!r}.")
            labels.append(LabelCriterion(label=name, pattern=expression))
        if self.program:
            labels.append(load_judge(self.program))
        settings = read_settings(self.settings) | ({"sides": self.sides} if self.sides else {})
        settings |= {"prompts": self.prompts} if self.prompts else {}
        return labels, settings


_DEFAULTS = JudgeOptions()


def judge(run: RunArgument, /, *, options: JudgeOptions = _DEFAULTS) -> None:
    """Let agents judge the completed episodes of a run, or label their turns. Nothing is played again."""
    from arena.cli.judging import conduct_judging, conduct_labelling
    from arena.core.console import run_folder
    from arena.core.errors import UsageError
    from arena.core.screen import screen
    from arena.judging import JudgingOptions, JudgingProgress, judge_run, label_run

    options.check_names()
    screen.shows_all = "--verbose" if options.verbose else ""
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
        trust=options.trust,
        concurrency=options.concurrency,
        caps=caps,
        prices=prices,
        batch=options.batch,
        wait=options.wait,
        verbose=options.verbose,
    )
    if options.is_labelling:
        labels, settings = options.labelling()
        labelling = label_run(
            run_folder(run), labels, options.judges, how, settings=settings, progress=progress
        )
        conduct_labelling(labelling, progress, options.json)
        return
    if not options.judges:
        raise UsageError(
            "`arena judge` needs --judge; name an agent that judges, or say what to label with --label, "
            "--regex or --with."
        )
    folder = run_folder(run)
    judging = judge_run(folder, options.judges, options.criterion(folder), how, progress=progress)
    conduct_judging(judging, progress, options.json)
