"""A run as one works with it in Python: judged, reported, exported, forked and resumed by its methods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, NoReturn, Unpack

from arena.cache.cache import CacheCounts
from arena.core.console import run_folder
from arena.core.errors import ArenaError, CapReached, UsageError, did_you_mean
from arena.core.terminal import guarded
from arena.designs.building import rebuilt
from arena.designs.scenario import AnyScenario
from arena.episode.outcome import Ending
from arena.face._loops import synchronous
from arena.face._playing import PlayingOptions, checked, with_caps
from arena.face._reading import exported, figures_of, reported
from arena.journal import StoredRun
from arena.judging import Criterion, Judged, JudgingOptions, JudgingProgress, judge_run
from arena.registry import AgentLike
from arena.results.figures import Figures
from arena.results.report import summary_html
from arena.results.showing import show_run
from arena.running import forking, running
from arena.running.progress import RunResult
from arena.spending.limits import TotalUsage
from arena.training.export.card import Card


class Run:
    """A run: where it is kept, how it ended, and what can be done with it.

    ``arena.run(...)`` returns one, and ``arena.open_run(folder)`` one that was played earlier. Every method
    that plays or judges has a twin that is awaited, such as `judge_async`.

    Args:
        folder: where its journal is.
        scenario: what it was begun under, to be known again when it is resumed or forked.
        result: what playing it just now came to.
    """

    def __init__(
        self, folder: Path | str, *, scenario: AnyScenario | None = None, result: RunResult | None = None
    ) -> None:
        self.folder = Path(folder)
        self._scenario = scenario
        self._result = result

    @property
    def ended(self) -> Mapping[Ending, int]:
        """How many episodes ended in each way."""
        if self._result is not None:
            return self._result.ended
        with self.read() as stored:
            return dict.fromkeys(Ending, 0) | stored.counts()

    @property
    def spent(self) -> TotalUsage:
        """What calls to models took, from the run's beginning."""
        if self._result is not None:
            return self._result.spent
        with self.read() as stored:
            return stored.total()

    @property
    def interrupted(self) -> bool:
        """Whether playing it just now was stopped early, by a cap or by who watched it."""
        return self._result is not None and self._result.interrupted

    @property
    def reached(self) -> CapReached | None:
        """The cap that stopped it just now, if one did."""
        return None if self._result is None else self._result.reached

    @property
    def cache(self) -> CacheCounts | None:
        """What came of asking the response cache just now, if there was one."""
        return None if self._result is None else self._result.cache

    def read(self) -> StoredRun:
        """Return a reader of all that is recorded, to be used as a context manager.

        Raises:
            UsageError: if there is no run there.
            JournalError: if its journal is damaged or newer than this version of Arena.
        """
        return StoredRun(self.folder)

    def show(self) -> None:
        """Print what the run came to, as ``arena show`` does."""
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
        """Have judges read the completed episodes, and keep their verdicts in the journal.

        Args:
            judges: agents, or their specifications.
            criterion: by what they judge. Without one they say which side did better.
            progress: kept up to date while it goes on.
            options: how they judge, such as ``samples=3`` or ``append=True``, as
                `arena.judging.JudgingOptions` says; ``caps`` may be plain values.

        Raises:
            UsageError: if there is nothing to judge, a judge has judged already and it is not said what then,
                or dollars are capped and a judge's price is not known.
            StopRun: if a judge finds that no request can be answered, such as for a key that is refused.
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
    """Do what `judge_async` does, without ``await``."""

    def figures(self, *, samples: int = 1000) -> Figures:
        """Return the figures of the run, each with its interval and what it rests on; printed, a table.

        Args:
            samples: resamples of each interval's bootstrap.
        """
        return figures_of([self.folder], samples)

    def report(self, file: Path | str | None = None, *, episodes: int = 20, samples: int = 1000) -> Path:
        """Write a report in one HTML file, and return where it is.

        Args:
            file: what is written; ``report.html`` in the run's folder if it is left out.
            episodes: how many transcripts are in it.
            samples: resamples of each interval's bootstrap.

        Raises:
            UsageError: if matplotlib is not installed.
            Unwritable: if the file cannot be written.
        """
        return reported([self.folder], file, episodes, samples)

    def export(self, file: Path | str | None = None, *, to: str = "jsonl", **settings: Any) -> Card:
        """Write the run to a file that other programs read, with a card beside it, which is returned.

        Args:
            file: what is written; it is in the run's folder if it is left out.
            to: the format: ``"jsonl"`` for whole episodes, or one of rows to train on, such as ``"trl-sft"``.
            settings: which rows, and how, such as ``reward="terminal"``, as
                `arena.training.export.ExportOptions` takes them.

        Raises:
            UsageError: if something that is asked for does not exist.
            Unwritable: if the file cannot be written, or the card beside it.
        """
        return exported([self.folder], file, to, settings)

    async def resume_async(
        self,
        scenario: AnyScenario | None = None,
        *,
        retry_failed: bool = False,
        **options: Unpack[PlayingOptions],
    ) -> Run:
        """Go on with the run: no finished episode is played and no finished call made again.

        Args:
            scenario: what it was begun under. It may be left out if `arena.run` returned this, or the run was
                begun at the command line.
            retry_failed: also play the failed episodes again, from the point of failure.
            options: as `arena.run` takes them; caps that are not given hold as before.

        Raises:
            UsageError: if the scenario is not known.
            ConfigurationChanged: if the run was begun under another one.
        """
        original = self._original(scenario)
        given = checked(options)
        result = await running.run(original, self.folder, resume=True, retry_failed=retry_failed, **given)
        return Run(result.folder, scenario=original, result=result)

    resume = synchronous(resume_async)
    """Do what `resume_async` does, without ``await``."""

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
        """Branch an episode at a turn, and play its siblings as a run of their own, which is returned.

        Args:
            episode: the episode's number.
            turn: the turn that is taken anew, counted from 0.
            n: how many siblings there are; with replies, one for each of them.
            override: agents by the seats that they take over from the turn on, or the replies at the turn.
            folder: where the fork is kept; a new folder in ``runs/`` if it is left out.
            scenario: what this run was begun under, as `resume_async` takes it.
            options: as `arena.run` takes them.

        Raises:
            UsageError: if there is no such episode or turn, or the scenario is not known.
        """
        original = self._original(scenario)
        given = checked(options)
        siblings = await forking.fork(
            self.folder, original, episode, turn, n, override, folder=folder, **given
        )
        return Run(siblings.folder, result=siblings)

    fork = synchronous(fork_async)
    """Do what `fork_async` does, without ``await``."""

    def _original(self, scenario: AnyScenario | None) -> AnyScenario:
        return scenario or self._scenario or rebuilt(self.folder)

    def __repr__(self) -> str:
        try:
            ended = ", ".join(f"{count:,} {ending}" for ending, count in self.ended.items() if count)
        except ArenaError:
            ended = "cannot be read"
        return f"<Run in {str(self.folder)!r}: {ended or 'no episode has ended'}>"

    def _repr_html_(self) -> str | None:
        """Return what a notebook shows: the same as `show`, in tables; what others wrote is escaped."""
        try:
            with self.read() as stored:
                return summary_html(stored)
        except ArenaError:
            return None

    def __getattr__(self, name: str) -> NoReturn:
        if not name.startswith("_") and hasattr(StoredRun, name):
            raise AttributeError(
                f"A Run has no {name!r}; what is recorded is read so: "
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
        run: its folder, or its name under ``runs/``.

    Raises:
        UsageError: if there is no run there.
        JournalError: if its journal is damaged or newer than this version of Arena.
    """
    folder = run_folder(str(run))
    StoredRun(folder).close()
    return Run(folder)
