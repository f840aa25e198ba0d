"""A run in Python. Its methods judge, report, export, fork and resume it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Unpack

from arena.cache.cache import CacheCounts
from arena.core.console import run_folder
from arena.core.errors import ArenaError, CapReached, UsageError, did_you_mean
from arena.core.terminal import guarded
from arena.designs.building import rebuilt
from arena.designs.scenario import AnyScenario
from arena.episode.outcome import Ending
from arena.face._loops import synchronous
from arena.face._playing import PlayingOptions, checked, with_caps
from arena.face._reading import annotations_of, exported, figures_of, frame, reported
from arena.journal import StoredRun
from arena.judging import Criterion, Judged, JudgingOptions, JudgingProgress, judge_run
from arena.registry import AgentLike
from arena.results.figures import Figures, Own
from arena.results.report import summary_html
from arena.results.showing import show_run
from arena.results.study import Annotations
from arena.running import forking, running
from arena.running.progress import RunResult
from arena.spending.limits import TotalUsage
from arena.training.export.card import Card

if TYPE_CHECKING:
    import pandas as pd  # type: ignore[import-untyped]


class Run:
    """A run: its folder, how its episodes ended, and methods to work with it.

    ``arena.run(...)`` returns a run, and ``arena.open_run(folder)`` returns one that was played earlier.
    Every method that plays or judges has an asynchronous twin, such as `judge_async`.

    Args:
        folder: the folder of its journal.
        scenario: the scenario with which it began. It is needed to resume or fork the run.
        result: the result of playing it, if it was played in this process.
    """

    def __init__(
        self, folder: Path | str, *, scenario: AnyScenario | None = None, result: RunResult | None = None
    ) -> None:
        self.folder = Path(folder)
        self._scenario = scenario
        self._result = result

    @property
    def ended(self) -> Mapping[Ending, int]:
        """The number of episodes that ended in each way."""
        if self._result is not None:
            return self._result.ended
        with self.read() as stored:
            return dict.fromkeys(Ending, 0) | stored.counts()

    @property
    def spent(self) -> TotalUsage:
        """The tokens, calls and dollars that the run has spent since its beginning."""
        if self._result is not None:
            return self._result.spent
        with self.read() as stored:
            return stored.total()

    @property
    def interrupted(self) -> bool:
        """Whether this process stopped playing it early, because of a cap or on request."""
        return self._result is not None and self._result.interrupted

    @property
    def reached(self) -> CapReached | None:
        """The cap that stopped the run in this process, or None."""
        return None if self._result is None else self._result.reached

    @property
    def cache(self) -> CacheCounts | None:
        """How often the response cache had a reply in this process, or None without a cache."""
        return None if self._result is None else self._result.cache

    def read(self) -> StoredRun:
        """Return a reader of everything in the journal. Use it as a context manager.

        Raises:
            UsageError: if there is no run in the folder.
            JournalError: if its journal is damaged or newer than this version of Arena.
        """
        return StoredRun(self.folder)

    def show(self) -> None:
        """Print the run's summary, as ``arena show`` does."""
        with guarded():
            show_run(str(self.folder), as_json=False)

    async def judge_async(
        self,
        /,
        *judges: AgentLike,
        criterion: Criterion | None = None,
        progress: JudgingProgress | None = None,
        **options: Any,
    ) -> Judged:
        """Let judges judge the completed episodes, and store their verdicts in the journal.

        Args:
            judges: agents, or their specifications.
            criterion: the question for the judges. By default they say which side did better.
            progress: updated during the judging.
            options: the fields of `arena.judging.JudgingOptions`, such as ``samples=3`` or ``append=True``.
                ``caps`` may be a mapping, such as ``{"dollars": 5}``.

        Raises:
            UsageError: if there is nothing to judge, if the run has verdicts already and neither ``append``
                nor ``overwrite`` is given, or if dollars are capped and a judge's price is unknown.
            StopRun: if a judge cannot answer any request, for example because a key is refused.
            JournalError: if the journal cannot be read or written.
        """
        try:
            how = JudgingOptions(**with_caps(options))
        except TypeError:
            known = [field.name for field in fields(JudgingOptions)]
            name = next(name for name in options if name not in known)
            hint = did_you_mean(name, known)
            raise UsageError(
                f"There is no option {name!r} of judging.{hint} There are: {', '.join(known)}."
            ) from None
        return await judge_run(self.folder, judges, criterion, how, progress=progress)

    judge = synchronous(judge_async, JudgingProgress)
    """Do the same as `judge_async`, without ``await``."""

    def figures(self, *, samples: int = 1000, own: Own | Sequence[Own] = ()) -> Figures:
        """Return the figures of the run, each with its interval and its coverage. They print as a table.

        Args:
            samples: the number of bootstrap resamples for each interval.
            own: figures of your own: the path of a Python file, a function, or a sequence of these.

        Raises:
            UsageError: if the file does not exist or has no figure.
        """
        return figures_of([self.folder], samples, own)

    def annotations(self, kind: str, name: str = "", *, texts: bool = True) -> Annotations:
        """Return what was found out, as columns: ``run.annotations("answers").correct``.

        Iterating gives the records, such as `arena.Answer`. Verdicts of judges who came afterwards are among
        them.

        Args:
            kind: the kind, in the singular or the plural: beliefs, answers, verdicts, scores, labels or
                rewards.
            name: the name that an annotation must have; all if it is empty.
            texts: whether free texts are read too. They take memory, and records need them.

        Raises:
            UsageError: if there is no such kind.
        """
        return annotations_of(self.folder, kind, name, texts=texts)

    def to_pandas(self, kind: str, name: str = "") -> pd.DataFrame:
        """Return annotations of a kind as a data frame, a row each and a column for each field.

        Beside the fields it has `run`, `condition`, `task`, `category`, `ending` and `agent`. What an episode
        broke off before is a row with the status ``not-reached``.

        Args:
            kind: the kind, as in `annotations`.
            name: the name that an annotation must have; all if it is empty.

        Raises:
            UsageError: if there is no such kind.
            MissingExtra: if pandas is not installed.
        """
        return frame(self.folder, kind, name)

    def report(
        self,
        file: Path | str | None = None,
        *,
        episodes: int = 20,
        samples: int = 1000,
        own: Own | Sequence[Own] = (),
    ) -> Path:
        """Write a report to one HTML file, and return its path.

        Args:
            file: the file to write, by default ``report.html`` in the run's folder.
            episodes: the largest number of transcripts in it.
            samples: the number of bootstrap resamples for each interval.
            own: figures of your own, as for `figures`.

        Raises:
            UsageError: if matplotlib is not installed.
            Unwritable: if the file cannot be written.
        """
        return reported([self.folder], file, episodes, samples)

    def export(self, file: Path | str | None = None, *, to: str = "jsonl", **settings: Any) -> Card:
        """Write the run to a file for other programs, with a card beside it, and return the card.

        Args:
            file: the file to write. By default, it is in the run's folder and named after the format.
            to: the format. ``"jsonl"`` holds whole episodes, and ``"annotations"`` what was found out, as CSV
                or Parquet by the end of the file's name. The others, such as ``"trl-sft"``, hold rows to
                train on.
            settings: the fields of `arena.training.export.ExportOptions`, such as ``reward="terminal"``. They
                select and shape the rows.

        Raises:
            UsageError: if the format, or another named thing, does not exist, or a setting is not valid.
            Unwritable: if the file or the card beside it cannot be written.
        """
        return exported([self.folder], file, to, settings)

    async def resume_async(
        self,
        scenario: AnyScenario | None = None,
        *,
        retry_failed: bool = False,
        **options: Unpack[PlayingOptions],
    ) -> Run:
        """Continue the run. No finished episode is played again, and no finished call is made again.

        Args:
            scenario: the scenario with which the run began. It may be left out if `arena.run` returned this
                object, or if the run began at the command line.
            retry_failed: also play the failed episodes again, from the point of failure.
            options: the options of `arena.run`. Caps that are left out keep their earlier values.

        Raises:
            UsageError: if the scenario is not known.
            ConfigurationChanged: if the run began with another configuration.
        """
        original = self._original(scenario)
        given = checked(options)
        result = await running.run(original, self.folder, resume=True, retry_failed=retry_failed, **given)
        return Run(result.folder, scenario=original, result=result)

    resume = synchronous(resume_async)
    """Do the same as `resume_async`, without ``await``."""

    async def fork_async(
        self,
        episode: int,
        turn: int,
        n: int = 2,
        override: Mapping[str, AgentLike] | Sequence[str] = (),
        *,
        folder: Path | str | None = None,
        scenario: AnyScenario | None = None,
        **options: Unpack[PlayingOptions],
    ) -> Run:
        """Branch an episode at a turn, play the siblings as a new run, and return that run.

        Args:
            episode: the episode's number.
            turn: the number of the turn that is played again, counted from 0.
            n: the number of siblings. If `override` holds replies, there is one sibling for each of them.
            override: the agents that play seats from the turn on, by seat, or the replies at the turn.
            folder: the folder of the new run. By default, a new folder in ``runs/``.
            scenario: the scenario with which this run began, as for `resume_async`.
            options: the options of `arena.run`.

        Raises:
            UsageError: if the episode or the turn does not exist, or the scenario is not known.
        """
        original = self._original(scenario)
        given = checked(options)
        siblings = await forking.fork(
            self.folder, original, episode, turn, n, override, folder=folder, **given
        )
        return Run(siblings.folder, result=siblings)

    fork = synchronous(fork_async)
    """Do the same as `fork_async`, without ``await``."""

    def _original(self, scenario: AnyScenario | None) -> AnyScenario:
        return scenario or self._scenario or rebuilt(self.folder)

    def __repr__(self) -> str:
        try:
            ended = ", ".join(f"{count:,} {ending}" for ending, count in self.ended.items() if count)
        except ArenaError:
            ended = "cannot be read"
        return f"<Run in {str(self.folder)!r}: {ended or 'no episode has ended'}>"

    def _repr_html_(self) -> str | None:
        """Return the run's summary in HTML for a notebook. Text that others wrote is escaped."""
        try:
            with self.read() as stored:
                return summary_html(stored)
        except ArenaError:
            return None

    def __getattr__(self, name: str) -> NoReturn:
        if not name.startswith("_") and hasattr(StoredRun, name):
            raise AttributeError(
                f"A Run has no {name!r}; to read it from the journal, write: "
                f"with arena.open_run(folder).read() as stored: stored.{name}"
            )
        raise AttributeError(f"A Run has no {name!r}.")

    def __enter__(self) -> NoReturn:
        raise UsageError(
            "arena.Run(folder) no longer reads the journal itself; write: "
            "with arena.open_run(folder).read() as stored: ..."
        )

    def __exit__(self, *_: object) -> None: ...


def open_run(run: Path | str) -> Run:
    """Return a run that was played earlier.

    Args:
        run: its folder, or its name in the folder ``runs/``.

    Raises:
        UsageError: if there is no such run.
        JournalError: if its journal is damaged or newer than this version of Arena.
    """
    folder = run_folder(str(run))
    StoredRun(folder).close()
    return Run(folder)
