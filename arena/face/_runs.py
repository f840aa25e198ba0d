"""A run in Python. Its methods judge, report, export, fork and resume it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Unpack

from arena.cache.cache import CacheCounts
from arena.core.console import run_folder
from arena.core.errors import ArenaError, CapReached, UsageError
from arena.designs.building import rebuilt
from arena.designs.scenario import AnyScenario
from arena.episode.outcome import Ending
from arena.face._loops import synchronous
from arena.face._playing import (
    RESUMING,
    PlayingOptions,
    ResumingOptions,
    add_agents,
    checked,
    judging_options,
)
from arena.face._steering import SteeredRun, split_changes, went_on
from arena.journal import StoredRun
from arena.judging import (
    LABEL_SETTINGS,
    Criterion,
    Judged,
    JudgingProgress,
    Labelled,
    LabelLike,
    criterion_for,
    judge_run,
    label_run,
)
from arena.registry import AgentLike
from arena.running import forking, running
from arena.running.progress import RunResult
from arena.spending.limits import TotalUsage


class Run(SteeredRun):
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
        super().__init__(folder)
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

    async def judge_async(
        self,
        /,
        *judges: AgentLike,
        asks: str | None = None,
        criterion: Criterion | None = None,
        progress: JudgingProgress | None = None,
        **options: Any,
    ) -> Judged:
        """Let judges judge the completed episodes, and store their verdicts in the journal.

        Args:
            judges: agents, or their specifications.
            asks: what they are asked: ``"answer"``, ``"speaker"`` or ``"score"``. By default they are asked
                for the answer, if the run's own judge was, and else which side did better.
            criterion: more about what they are asked, in place of `asks`.
            progress: updated during the judging.
            options: the fields of `arena.judging.JudgingOptions`, such as ``samples=3`` or ``append=True``,
                and those of `arena.judging.Criterion`, such as ``prompts="my-words"`` or ``name="mine"``.
                ``caps`` may be a mapping, such as ``{"dollars": 5}``.

        Raises:
            UsageError: if there is nothing to judge, if the run has verdicts already and neither ``append``
                nor ``overwrite`` is given, or if dollars are capped and a judge's price is unknown.
            StopRun: if a judge cannot answer any request, for example because a key is refused.
            JournalError: if the journal cannot be read or written.
        """
        if "method" in options:
            now = "speaker" if options["method"] == "choice" else options["method"]
            raise UsageError(f"run.judge(method={options['method']!r}) is now run.judge(asks={now!r}).")
        said = {name: options.pop(name) for name in Criterion.model_fields if name in options}
        said |= {} if asks is None else {"asks": asks}
        if said and criterion is not None:
            raise UsageError(f"The criterion says itself what is asked, so leave out {', '.join(said)}.")
        if criterion is None:
            criterion = await asyncio.to_thread(criterion_for, self.folder, said)
        return await judge_run(
            self.folder,
            judges,
            criterion,
            judging_options(options),
            progress=progress,
            scenario=self._scenario,
        )

    judge = synchronous(judge_async, JudgingProgress)
    """Do the same as `judge_async`, without ``await``."""

    async def label_async(
        self,
        /,
        *labels: LabelLike,
        judges: Sequence[AgentLike] = (),
        progress: JudgingProgress | None = None,
        **options: Any,
    ) -> Labelled:
        """Have the turns of the completed episodes labelled, and store the labels in the journal.

        Args:
            labels: known names, ``NAME=QUESTION``, TOML files, `arena.judging.LabelCriterion`, or objects of
                subclasses of `arena.judging.Judge`.
            judges: the agents that are asked, or their specifications. A regular expression needs none.
            progress: updated during the labelling.
            options: the fields of `arena.judging.JudgingOptions`, such as ``append=True``, and the settings
                that hold for all labels: ``sides``, ``view``, ``reads`` and ``retries``.

        Raises:
            UsageError: if there is nothing to label, if a judge gave a label before and neither ``append``
                nor ``overwrite`` is given, or if dollars are capped and a judge's price is unknown.
            StopRun: if a judge cannot answer any request, for example because a key is refused.
            JournalError: if the journal cannot be read or written.
        """
        settings = {name: options.pop(name) for name in LABEL_SETTINGS if name in options}
        return await label_run(
            self.folder, labels, judges, judging_options(options), settings=settings, progress=progress
        )

    label = synchronous(label_async, JudgingProgress)
    """Do the same as `label_async`, without ``await``."""

    async def resume_async(
        self,
        scenario: AnyScenario | None = None,
        *,
        retry_failed: bool = False,
        trust: bool = False,
        **options: Unpack[ResumingOptions],
    ) -> Run:
        """Continue the run. No finished episode is played again, and no finished call is made again.

        If another process plays the run, that one goes on with it, and this returns at once.

        Args:
            scenario: the scenario with which the run began. It may be left out if `arena.run` returned this
                object, or if the run began at the command line.
            retry_failed: also play the failed episodes again, from the point of failure.
            trust: also play on if a Python file has changed that a run begun at the command line names.
            options: the options of `arena.run`, and ``limits``, ``replace`` and ``by`` (`ResumingOptions`).
                Caps that are left out keep their earlier values.

        Raises:
            UsageError: if the scenario is not known.
            ConfigurationChanged: if the run began with another configuration.
        """
        given = checked(options, RESUMING)
        if await asyncio.to_thread(went_on, self.folder, {**given, "retry_failed": retry_failed}):
            return Run(self.folder, scenario=scenario or self._scenario)
        original, (how, changes) = self._original(scenario, trust), split_changes(given)
        how |= {"resume": True, "retry_failed": retry_failed}
        result = await running.run(original, self.folder, **how, **changes)
        return Run(result.folder, scenario=original, result=result)

    resume = synchronous(resume_async)
    """Do the same as `resume_async`, without ``await``."""

    async def add_async(
        self,
        /,
        *agents: AgentLike,
        scenario: AnyScenario | None = None,
        trust: bool = False,
        **options: Unpack[PlayingOptions],
    ) -> Run:
        """Add agents to a tournament or a league, and play the matches that are missing.

        Nothing that was played is played again. A match is the same whenever its agents are added.

        Args:
            agents: the agents, or their specifications, such as ``"ann=random"``.
            scenario: the scenario with which the run began, as for `resume_async`.
            trust: as for `resume_async`.
            options: the options of `arena.run`. Caps that are left out keep their earlier values.

        Raises:
            UsageError: if an agent plays already, or if who meets depends on earlier results.
        """
        known = scenario or self._scenario
        result, grown = await add_agents(self.folder, agents, known, checked(options), trust)
        return Run(result.folder, scenario=grown, result=result)

    add = synchronous(add_async)
    """Do the same as `add_async`, without ``await``."""

    async def fork_async(
        self,
        episode: int,
        turn: int,
        n: int = 2,
        override: Mapping[str, AgentLike] | Sequence[str] = (),
        *,
        folder: Path | str | None = None,
        scenario: AnyScenario | None = None,
        trust: bool = False,
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
            trust: as for `resume_async`.
            options: the options of `arena.run`.

        Raises:
            UsageError: if the episode or the turn does not exist, or the scenario is not known.
        """
        original, given = self._original(scenario, trust), checked(options)
        siblings = await forking.fork(
            self.folder, original, episode, turn, n, override, folder=folder, **given
        )
        return Run(siblings.folder, result=siblings)

    fork = synchronous(fork_async)
    """Do the same as `fork_async`, without ``await``."""

    def _original(self, scenario: AnyScenario | None, trust: bool) -> AnyScenario:
        return scenario or self._scenario or rebuilt(self.folder, trust=trust)

    def __repr__(self) -> str:
        try:
            ended = ", ".join(f"{count:,} {ending}" for ending, count in self.ended.items() if count)
        except ArenaError:
            ended = "cannot be read"
        return f"<Run in {str(self.folder)!r}: {ended or 'no episode has ended'}>"


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
