"""``arena export``."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_type_hints

from arena.cli.options import Count, Decimal, RunArguments, Strings, given, option, record

if TYPE_CHECKING:
    from arena.training.export.card import Card
    from arena.training.export.exporting import ExportOptions


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ExportChoice:
    """The options of ``arena export``."""

    to: Annotated[
        str,
        option(
            "The format of the file. jsonl holds whole episodes, and annotations what was found out (CSV, or "
            "Parquet if --out ends in .parquet). The others hold rows to train on: trl-sft, trl-dpo, "
            "trl-kto, tokens, spans, verl, sharegpt, sharegpt-dpo, sharegpt-kto, openai-sft, openai-dpo and "
            "transitions. With pictures: trl-vision-sft, trl-vision-dpo, verl-vision, openai-sft and "
            "openai-dpo.",
            value="FORMAT",
        ),
    ] = "jsonl"
    out: Annotated[
        Path | None,
        option(
            "The file to write. By default, a file in the folder of the first run that is named after "
            "the format.",
            value="FILE",
        ),
    ] = None
    rewards: Annotated[
        Strings,
        option(
            "What a reply earns: a part of its seat's return (terminal, the default; last, "
            "discounted?gamma=0.99, format-penalty?penalty=0.5), a reward that was recorded "
            "(annotation:NAME), what judges found (judge:NAME), or a function of `arena list rewards`. "
            "Repeatable, with a weight before each: 0.9*correct.",
            "--reward",
            value="REWARD",
        ),
    ] = ()
    combine: Annotated[
        str,
        option(
            "How several rewards become one: sum, or z-score, which normalises each of them first.",
            value="RULE",
        ),
    ] = "sum"
    advantage: Annotated[
        str,
        option(
            "The baseline that is subtracted from the rewards: role?decay=0.95 (the mean of the role "
            "so far), group-mean or leave-one-out (of siblings: ?by=prompt, task, match or group, "
            "&divide=sd or sample-sd, &cut-off=in), or none."
        ),
    ] = "role"
    seats: Annotated[
        Strings, option("Write only the rows of this seat. Repeatable.", "--seat", value="SEAT")
    ] = ()
    agents: Annotated[
        Strings, option("Write only the rows of this agent. Repeatable.", "--agent", value="AGENT")
    ] = ()
    where: Annotated[
        Strings,
        option(
            "Write only the rows for which this holds of an annotation at their place, such as kept=yes or "
            "quality>=7. Repeatable.",
            value="CONDITION",
        ),
    ] = ()
    rows: Annotated[
        str,
        option(
            "What becomes rows: replies (of the seats), drafts (of which best-of, aggregate and panel made "
            "their replies), advice (of strategists), tries (of guided solvers at steps, each paid 1 if the "
            "critic accepted it and 0 if not), or verdicts (what judges replied who judged the run "
            "afterwards, each paid for being right).",
            value="WHAT",
        ),
    ] = "replies"
    weight: Annotated[
        str,
        option(
            "What becomes each row's weight, named as a reward is, such as exp-weight?tau=0.4. Without it, "
            "there is no such column."
        ),
    ] = ""
    prompt: Annotated[
        str,
        option(
            "Under which request a reply stands: own, or first (the first one of its seat in the episode, "
            "so that a refined answer is trained as the first one).",
            value="RULE",
        ),
    ] = "own"
    pairs: Annotated[
        str,
        option(
            "Which replies formats of pairs pair: inwards (the best with the worst), all, texts (all, and "
            "equal answers in other words stay apart), first-refined (a seat's first answer with its last), "
            "or seats (the last answers of an episode's seats with each other).",
            value="RULE",
        ),
    ] = "inwards"
    margin: Annotated[
        Decimal, option("Pair only replies of which one earned at least X more than the other.")
    ] = 0.0
    gamma: Annotated[
        Decimal | None,
        option(
            "The discount of the returns that the format transitions holds, from 0 to 1. The default is 0.95."
        ),
    ] = None
    min_return: Annotated[
        Decimal | None, option("Write only the rows of seats whose return in the episode was at least X.")
    ] = None
    max_chars: Annotated[
        Count | None, option("Mask rows whose prompt and reply together have more than N characters.")
    ] = None
    max_tokens: Annotated[
        Count | None, option("Mask rows whose prompt and reply together have more than N tokens.")
    ] = None
    baselines: Annotated[
        Path | None,
        option(
            "The NAME.card.json of an earlier export. The baselines of roles continue from those in it.",
            value="CARD",
        ),
    ] = None

    with_people: Annotated[
        bool, option("Write the episodes in which people sat, too. By default, they are left out.")
    ] = False

    def wanted(self) -> ExportOptions:
        """Return the options that select and shape the rows.

        Raises:
            UsageError: if a value does not fit.
        """
        from pydantic import ValidationError

        from arena.core.complaints import first_problem
        from arena.core.errors import UsageError
        from arena.training.export.exporting import ExportOptions

        chosen = given(
            to=self.to,
            reward=(self.rewards[0] if len(self.rewards) == 1 else self.rewards) or "terminal",
            combine=self.combine,
            advantage=self.advantage,
            seats=self.seats,
            agents=self.agents,
            where=self.where,
            rows=self.rows,
            weight=self.weight,
            prompt=self.prompt,
            pairs=self.pairs,
            margin=self.margin,
            gamma=self.gamma,
            min_return=self.min_return,
            max_chars=self.max_chars,
            max_tokens=self.max_tokens,
            baselines=self.baselines,
            with_people=self.with_people or None,
        )
        try:
            return ExportOptions.model_validate(chosen)
        except ValidationError as invalid:
            raise UsageError(
                f"The export is not possible with this option: {first_problem(invalid)}."
            ) from None


_DEFAULTS = ExportChoice()


def export(*runs: RunArguments, options: ExportChoice = _DEFAULTS) -> None:
    """Write a run's episodes, annotations, or rows to train on, to a file.

    A card beside the file says what is in it.
    """
    from arena.core.console import err, run_folder
    from arena.core.errors import UsageError
    from arena.training.export.exporting import export_annotations, export_episodes, export_rows
    from arena.training.export.formats import ANNOTATIONS, LOSSLESS, format_of

    folders = [run_folder(run) for run in runs]
    if options.to in (LOSSLESS, ANNOTATIONS):
        _refuse_row_options(options)
    if options.to == LOSSLESS:
        if len(folders) > 1:
            raise UsageError(
                f"The format {LOSSLESS} takes one run at a time, because its lines are numbered like "
                "the run's episodes."
            )
        target = options.out or folders[0] / "episodes.jsonl"
        card = export_episodes(folders[0], target, with_people=options.with_people)
        err.print(f"Wrote {card.lines:,} episodes to {target}", markup=False)
    elif options.to == ANNOTATIONS:
        target = options.out or folders[0] / "annotations.csv"
        card = export_annotations(folders, target, with_people=options.with_people)
        err.print(f"Wrote {card.lines:,} annotations to {target}", markup=False)
    else:
        target = options.out or folders[0] / f"{options.to}{format_of(options.to).suffix}"
        card = export_rows(folders, target, options.wanted())
        err.print(f"Wrote {card.lines:,} rows to {target}{_spoilt(card)}", markup=False)
    for notice in card.notices:
        err.print(f"Note: {notice}", markup=False)
    _end(card)


def _refuse_row_options(options: ExportChoice) -> None:
    """Refuse an option that selects or shapes rows, because the format has no rows to train on.

    Raises:
        UsageError: if there is one.
    """
    from arena.core.errors import UsageError

    hints = get_type_hints(type(options), include_extras=True)
    for name in (one.name for one in fields(options) if one.name not in ("to", "out", "with_people")):
        if getattr(options, name) != getattr(_DEFAULTS, name):
            typed = next(iter(hints[name].__metadata__[0].name), f"--{name.replace('_', '-')}")
            raise UsageError(
                f"The format {options.to} holds no rows to train on, so it does not take {typed}."
            )


def _end(card: Card) -> None:
    """Say what was left out because it is damaged, and exit with 1 if anything was."""
    from arena.results.showing import say_damage

    say_damage([(source.run, source.damaged) for source in card.sources])


def _spoilt(card: Card) -> str:
    """Return how many rows were masked or left out, and which file says why. It is "" if there are none."""
    counts = {"masked": card.masked.total(), "left out": card.left_out.total()}
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    return f" ({told}; {Path(card.file).with_suffix('.card.md')} says why)" if told else ""
