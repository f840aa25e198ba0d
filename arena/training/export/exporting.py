"""Exporting runs as rows to train on, with one episode in memory at a time and a card beside the file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field, FiniteFloat

from arena.core.checked import Checked
from arena.core.errors import UsageError
from arena.core.files import atomic_write, check_writable
from arena.core.garbage import rare_garbage_collection
from arena.core.ranges import TokensOrCalls
from arena.results.study import Study
from arena.results.tables import check_suffix, write_annotations
from arena.seat.parts import is_learnt_in_part
from arena.training.export._advantages import Advantages, NoBaseline
from arena.training.export._checks import SeatedNames, check_for_steps, check_for_verdicts
from arena.training.export._episodes import export_jsonl
from arena.training.export._imported import check_imported
from arena.training.export._judged import judged_rows
from arena.training.export._notices import notices_of
from arena.training.export._pairs import PairChoice, PairingMode
from arena.training.export._pictures import LEFT_OUT, pictures_of
from arena.training.export._row import NO_CALLS, WEIGHT
from arena.training.export._row import NOT_IN_PART as NOT_IN_PART
from arena.training.export._rows_of import READ_AS, finished
from arena.training.export._rows_of import RowsOf as RowsOf
from arena.training.export._sink import Sink
from arena.training.export._source import SourceRun
from arena.training.export._where import read_condition, unmet_condition
from arena.training.export.advantage import advantages
from arena.training.export.card import Card, ExportedRun, card_files, read_baselines
from arena.training.export.formats import ANNOTATIONS, FORMATS, LOSSLESS, ExportFormat, format_of
from arena.training.export.rows import NO_RETURN, LengthLimit, PromptChoice, Row, RowMaker
from arena.training.rewards.combined import CombineRewards
from arena.training.rewards.named import RecordedNames, reward_source
from arena.training.rewards.sources import RewardSource, returns

ANNOTATIONS_NOTE = (
    "Each row is an annotation. What an episode broke off before has the status `not-reached`. "
    "The how-to guide on annotations explains the columns."
)


class ExportOptions(Checked):
    """The options that select and shape the rows of an export.

    `to` names the format, `reward` one or several rewards (`arena.training.rewards.named`), which `combine`
    makes one, and `advantage` one in `arena.training.export.advantage`. If `seats` or `agents` are given,
    only their rows are exported, and so are only rows for which all conditions on annotations in `where`
    hold, such as ``"kept=yes"``. `weight` names what becomes each row's weight, as `reward` names what it
    earns. `prompt` says under which request a reply stands.
    `pairs` and `margin` say which replies a format of pairs pairs, and how much more the chosen one must have
    earned. `gamma` is the discount of a format that holds discounted returns.
    `min_return` is the least return of a seat in an episode whose rows are exported. Rows of more than
    `max_chars` characters or `max_tokens` tokens, prompt and completion together, are masked. `baselines` is
    the card of an earlier export, from whose role-conditioned baselines this one continues. Episodes in which
    people sat are left out, unless they are taken `with_people`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    to: str
    reward: str | tuple[str, ...] = "terminal"
    combine: CombineRewards = CombineRewards.SUM
    advantage: str = "role"
    seats: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    rows: RowsOf = RowsOf.REPLIES
    weight: str = ""
    prompt: PromptChoice = PromptChoice.OWN
    pairs: PairingMode = PairingMode.INWARDS
    margin: Annotated[FiniteFloat, Field(ge=0)] = 0.0
    gamma: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None
    min_return: FiniteFloat | None = None
    max_chars: TokensOrCalls | None = None
    max_tokens: TokensOrCalls | None = None
    baselines: Path | None = None
    with_people: bool = False

    @cached_property
    def takes_all(self) -> bool:
        """Whether every row is wanted."""
        return not self.seats and not self.agents and self.min_return is None

    def unwanted(self, row: Row) -> str:
        """Return the reason why a row was not selected, or "" if it was."""
        if self.takes_all:
            return ""
        if self.seats and row.role not in self.seats:
            return "of another seat"
        if self.agents and row.agent not in self.agents:
            return "of another agent"
        if self.min_return is None:
            return ""
        if row.amount is None:
            return row.masked or NO_RETURN
        return "" if row.amount >= self.min_return else f"return below {self.min_return:g}"

    def record(self) -> dict[str, Any]:
        """Return the settings for the card. A file is given by its name alone."""
        settings = self.model_dump(mode="json", exclude_defaults=True, exclude={"to", "baselines"})
        settings.pop("reward", None)
        named = {"baselines": self.baselines.name} if self.baselines else {}
        return {"reward": self.reward, "advantage": self.advantage, **settings, **named}


def export_rows(folders: Sequence[Path], file: Path, choice: ExportOptions) -> Card:
    """Write the rows of runs to a file, one run after the other, with a card beside it, and return the card.

    The file gets its name only when it is complete. Episodes are read in the order of their numbers, so
    neither rows nor advantages depend on how fast an episode was played. Damaged episodes are left out as if
    they had not been played, and the card names them.

    Raises:
        UsageError: if the format, or another named thing, does not exist, a folder holds no run, or nothing
            can be made of imported runs.
        Unwritable: if the file or the card beside it cannot be written.
    """
    check_writable(file, *card_files(file))
    form = _format(choice)
    state = read_baselines(choice.baselines) if choice.baselines else None
    over = advantages(choice.advantage, state)
    card = Card(file=file.name, format=choice.to, settings=choice.record(), note=form.note)
    card.columns = dict(form.columns)
    with (
        rare_garbage_collection(),
        atomic_write(file) as partial,
        _open(form, partial, choice) as sink,
        ExitStack() as opened,
    ):
        runs = [opened.enter_context(SourceRun(folder, with_people=choice.with_people)) for folder in folders]
        rewards = _rewards(runs, choice)
        weights = _named(runs, (choice.weight,), choice.combine) if choice.weight else None
        conditions = [read_condition(one) for one in choice.where]
        _survey(runs, rewards, over)
        if weights is not None:
            _survey(runs, weights, NoBaseline())
            card.columns[WEIGHT] = "float64"
        seated = SeatedNames()
        for number, run in enumerate(runs):
            if choice.rows is RowsOf.VERDICTS:
                _write(judged_rows(run, conditions), sink, form, choice, card)
                card.sources.append(_source(run))
                continue
            most = LengthLimit(choice.max_chars, choice.max_tokens)
            maker = RowMaker(run.name, run.header["config"], run.steps, most, choice.prompt)
            for reading in run.readings(number):
                seated.add(reading.episode.plan.seats)
                earned = rewards.of(reading)
                counted = weights.of(reading) if weights else None
                made = maker.rows(reading, earned, over.of(reading, earned, rewards), counted)
                rows = finished(made, choice.rows, reading)
                unmet = [unmet_condition(conditions, reading, one) for one in reading.placed]
                _write(zip(rows, unmet, strict=True), sink, form, choice, card)
            card.sources.append(_source(run))
        if choice.rows is not RowsOf.VERDICTS:
            seated.check(choice.seats, choice.agents)
        closed = sink.close()
        form.finish(file)
        check_imported(runs, card.rows, closed.lines, card.left_out + closed.left_out)
    card.lines, card.baselines = closed.lines, over.state()
    card.left_out.update(closed.left_out)
    card.notices = [*over.notices(), *notices_of(runs)]
    card.write(file)
    return card


def _format(choice: ExportOptions) -> ExportFormat:
    """Return the format. Options that it cannot hold, or that do not go together, are refused."""
    form = format_of(choice.to)
    if choice.weight and not form.columns:
        holding = ", ".join(name for name, known in FORMATS.items() if known.columns)
        raise UsageError(f"The format {choice.to} holds no weights; these do: {holding}.")
    if choice.gamma is not None and not form.returns:
        raise UsageError(
            f"The format {choice.to} holds no discounted returns, so it takes no gamma; "
            "a reward takes one itself, as in annotation:NAME?gamma=0.95."
        )
    if form.returns:
        check_for_steps(choice.model_dump(exclude_defaults=True))
    if choice.rows is RowsOf.VERDICTS:
        check_for_verdicts(choice.model_dump(exclude_defaults=True))
    return form


def _survey(runs: Sequence[SourceRun], rewards: RewardSource, over: Advantages) -> None:
    """Read all episodes once for what has to see all of them before it can say anything."""
    for round_number in range(rewards.rounds):
        for number, run in enumerate(runs):
            for reading in run.readings(number):
                rewards.survey(reading, round_number)
    if over.surveys:
        for number, run in enumerate(runs):
            for reading in run.readings(number):
                over.survey(reading, rewards.of(reading), rewards)


def _open(form: ExportFormat, file: Path, choice: ExportOptions) -> Sink:
    """Open a file. What chooses pairs is refused for a format that holds none."""
    chosen = PairChoice(choice.pairs, choice.margin)
    if form.pairs:
        return form.open(file, choice=chosen)
    if chosen != PairChoice():
        raise UsageError(f"The format {choice.to} holds no pairs, so it takes neither pairs nor margin.")
    return form.open(file) if choice.gamma is None else form.open(file, gamma=choice.gamma)


def _rewards(runs: Sequence[SourceRun], choice: ExportOptions) -> RewardSource:
    """Return where rewards come from, and have the runs read what that takes."""
    given = (choice.reward,) if isinstance(choice.reward, str) else choice.reward
    for run in runs:
        run.read_as = READ_AS.get(choice.rows, run.read_as)
        run.reads_later = given != ("terminal",) or bool(choice.where or choice.weight)
    return returns() if given == ("terminal",) else _named(runs, given, choice.combine)


def _named(runs: Sequence[SourceRun], given: Sequence[str], combine: CombineRewards) -> RewardSource:
    """Return the rewards of these names, which may be names of what the runs recorded."""
    names = [run.names() for run in runs]
    known = RecordedNames(
        sorted({name for one in names for name in one.rewards}),
        sorted({name for one in names for name in one.criteria}),
    )
    return reward_source(given, combine, known)


def _write(
    rows: Iterable[tuple[Row, str]], sink: Sink, form: ExportFormat, choice: ExportOptions, card: Card
) -> None:
    """Write the rows that are selected and that the file may hold, and count all rows."""
    for row, unmet in rows:
        card.rows += 1
        why = choice.unwanted(row) or unmet or ("" if form.masks else row.masked)
        if not why and not form.pictures and pictures_of(row.prompt):
            why = LEFT_OUT
        if not why and not form.parts and is_learnt_in_part(row.parts):
            why = NOT_IN_PART
        if not why and not form.calls and row.has_calls:
            why = NO_CALLS
        if why:
            card.left_out[why] += 1
        elif why := sink.write(row):
            (card.masked if form.masks else card.left_out)[why] += 1


def export_episodes(folder: Path, file: Path, *, with_people: bool = False) -> Card:
    """Write a run's episodes to a file as `export_jsonl` does, with a card beside it, and return the card.

    Raises:
        Unwritable: if the file or the card cannot be written.
    """
    check_writable(file, *card_files(file))
    with SourceRun(folder, with_people=with_people) as run:
        count = export_jsonl(run.stored, file)
        card = Card(file=file.name, format=LOSSLESS, lines=count, notices=notices_of([run], rows=False))
        card.sources.append(_source(run))
    card.write(file)
    return card


def export_annotations(folders: Sequence[Path], file: Path, *, with_people: bool = False) -> Card:
    """Write what was found out in runs to one table, with a card beside it, and return the card.

    The table is the record of an analysis, so it holds truths and grades.

    Raises:
        UsageError: if the file's name ends in neither ``.csv`` nor ``.parquet``.
        MissingExtra: if Parquet is asked for, and pyarrow is not installed.
        Unwritable: if the file or the card cannot be written.
    """
    check_suffix(file)
    check_writable(file, *card_files(file))
    card = Card(file=file.name, format=ANNOTATIONS, note=ANNOTATIONS_NOTE)
    with ExitStack() as opened:
        runs = []
        for folder in folders:
            run = opened.enter_context(SourceRun(folder, with_people=with_people))
            card.notices += notices_of([run], rows=False)
            card.sources.append(_source(run))
            runs.append((run.name, run.stored))
        card.lines = write_annotations(Study(runs, samples=0), file)
    card.write(file)
    return card


def _source(run: SourceRun) -> ExportedRun:
    endings = {ending.value: count for ending, count in run.stored.counts().items()}
    if begun := len(run.stored.numbers(finished=False)):
        endings["not ended"] = begun
    seed = run.header["config"].get("seed")
    record = {"recorded_by": str(run.header.get("version", "")), "damaged": list(run.damage.sentences)}
    return ExportedRun(run=run.name, seed=seed, episodes=endings, **record)
