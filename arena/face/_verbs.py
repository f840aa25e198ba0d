"""The verbs of `import arena`: what plays, and what is made of a run that was played.

Every verb that plays has a twin that is awaited where an event loop is running, such as `run_async`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, Unpack

from arena.designs.scenario import AnyScenario
from arena.episode.protocol import Protocol
from arena.face._loops import synchronous
from arena.face._playing import PlayingOptions, checked, scenario_of
from arena.face._reading import exported, figures_of, reported
from arena.face._runs import Run, open_run
from arena.registry import AgentLike
from arena.results.figures import Figures
from arena.running import rehearsal, running
from arena.running.rehearsal import REPLY_TOKENS, Rehearsal
from arena.tasks.task import Task
from arena.training.export.card import Card

P = ParamSpec("P")
T = TypeVar("T")

RunLike = Run | Path | str
"""A run, its folder, or its name under ``runs/``."""


async def run_async(
    what: AnyScenario | Protocol,
    folder: Path | str | None = None,
    *,
    tasks: Sequence[Task] | None = None,
    agents: Mapping[str, AgentLike] | None = None,
    episodes: int | None = None,
    seed: int | None = None,
    **options: Unpack[PlayingOptions],
) -> Run:
    """Play all episodes of a scenario, or of a protocol on tasks, and return the run, which is journalled.

    Args:
        what: a scenario, tournament or comparison, or a protocol.
        folder: where the run is kept; a new folder in ``runs/`` if it is left out.
        tasks: with a protocol: what it is played on; one empty task if they are left out.
        agents: with a protocol: who sits in its seats, by seat.
        episodes: with a protocol: how often each task is played; once if it is left out.
        seed: with a protocol: what all randomness is derived from; 0 if it is left out.
        options: how it is played, as `PlayingOptions` says: ``caps={"dollars": 5}``, ``concurrency=20``,
            ``cache="replies.sqlite"``, ``prices``, ``progress``, ``verbose`` and ``quiet``.

    Raises:
        UsageError: if it cannot be run as it stands, if `folder` is not as it should be, or if there is a cap
            in dollars and an agent whose price is not known.
        StopRun: if an agent finds that no episode can go on, such as for a key that is refused.
        Unwritable: if there can be no folder for the run.
        JournalError: if the journal cannot be written; what it holds stays whole.
        CacheError: if the cache cannot be opened.
    """
    given = checked(options)
    scenario = scenario_of(what, tasks, agents, episodes, seed)
    result = await running.run(scenario, folder, **given)
    return Run(result.folder, scenario=scenario, result=result)


run = synchronous(run_async)
"""Do what `run_async` does, without ``await``."""


async def rehearse_async(
    what: AnyScenario | Protocol,
    *,
    tasks: Sequence[Task] | None = None,
    agents: Mapping[str, AgentLike] | None = None,
    episodes: int | None = None,
    seed: int | None = None,
    reply_tokens: int = REPLY_TOKENS,
    **options: Unpack[PlayingOptions],
) -> Rehearsal:
    """Play a scenario with scripted models in the place of models, and return what it would take.

    No key is needed, nothing is sent anywhere, and no run is left behind.

    Args:
        what: what would be run, with `tasks`, `agents`, `episodes` and `seed` as `run_async` takes them.
        tasks: as `run_async` takes them.
        agents: as `run_async` takes them.
        episodes: as `run_async` takes them.
        seed: as `run_async` takes it.
        reply_tokens: how many tokens each reply takes.
        options: as `run_async` takes them; those that a rehearsal has: ``concurrency``, ``caps``, ``prices``
            and ``progress``.

    Raises:
        UsageError: as `run_async` does.
    """
    given = checked(options, of=("concurrency", "caps", "prices", "progress"))
    scenario = scenario_of(what, tasks, agents, episodes, seed)
    return await rehearsal.rehearse(scenario, reply_tokens=reply_tokens, **given)


rehearse = synchronous(rehearse_async)
"""Do what `rehearse_async` does, without ``await``."""


def _on_a_run(method: Callable[Concatenate[Run, P], T]) -> Callable[Concatenate[RunLike, P], T]:
    """Return a method of `Run` as a function that takes a run by its folder or name, too."""

    @wraps(method)
    def call(run: RunLike, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return method(run if isinstance(run, Run) else open_run(run), *args, **kwargs)

    return call


judge_async = _on_a_run(Run.judge_async)
judge = _on_a_run(Run.judge)
resume_async = _on_a_run(Run.resume_async)
resume = _on_a_run(Run.resume)
fork_async = _on_a_run(Run.fork_async)
fork = _on_a_run(Run.fork)


def figures(*runs: RunLike, samples: int = 1000) -> Figures:
    """Return the figures of one run or several; several are compared by condition.

    Args:
        runs: runs, their folders, or their names under ``runs/``.
        samples: resamples of each interval's bootstrap.
    """
    return figures_of(_folders(runs), samples)


def report(
    runs: RunLike | Sequence[RunLike],
    file: Path | str | None = None,
    *,
    episodes: int = 20,
    samples: int = 1000,
) -> Path:
    """Write a report on one run or several in one HTML file, and return where it is.

    Args:
        runs: one, or several to compare.
        file: what is written; ``report.html`` in the folder of the first run if it is left out.
        episodes: how many transcripts of each run are in it.
        samples: resamples of each interval's bootstrap.

    Raises:
        UsageError: if a run is given twice, or matplotlib is not installed.
        Unwritable: if the file cannot be written.
    """
    return reported(_folders(runs), file, episodes, samples)


def export(
    runs: RunLike | Sequence[RunLike],
    file: Path | str | None = None,
    *,
    to: str = "jsonl",
    **settings: Any,
) -> Card:
    """Write one run or several to a file that other programs read, and return the card that is beside it.

    Args:
        runs: one, or several whose rows follow each other.
        file: what is written; it is in the folder of the first run if it is left out.
        to: the format: ``"jsonl"`` for whole episodes, or one of rows to train on, such as ``"trl-sft"``.
        settings: which rows, and how, as `arena.training.export.ExportOptions` takes them.

    Raises:
        UsageError: if something that is asked for does not exist.
        Unwritable: if the file cannot be written, or the card beside it.
    """
    return exported(_folders(runs), file, to, settings)


def _folders(runs: RunLike | Sequence[RunLike]) -> list[Path]:
    several = [runs] if isinstance(runs, Run | Path | str) else runs
    return [run.folder if isinstance(run, Run) else open_run(run).folder for run in several]
