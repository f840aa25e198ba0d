"""The verbs of `import arena`: they play runs, and make figures, reports and files of them.

Every verb that plays has an asynchronous twin for code inside an event loop, such as `run_async`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, Unpack

from arena.designs.perturbing import PerturbationLike
from arena.designs.scenario import AnyScenario
from arena.episode.probes import Probe
from arena.episode.protocol import Protocol
from arena.face._loops import synchronous
from arena.face._playing import PlayingOptions, checked, scenario_of
from arena.face._reading import exported, figures_of, ranked, reported
from arena.face._runs import Run, open_run
from arena.registry import AgentLike
from arena.results.figures import Figures, Own
from arena.results.ranking import Leaderboard
from arena.running import rehearsal, running
from arena.running.again import Again, folder_again
from arena.running.rehearsal import Rehearsal
from arena.tasks.task import Task
from arena.training.export.card import Card

P = ParamSpec("P")
T = TypeVar("T")

RunLike = Run | Path | str
"""A run, its folder, or its name in the folder ``runs/``."""


async def run_async(
    what: AnyScenario | Protocol,
    folder: Path | str | None = None,
    *,
    tasks: Sequence[Task] | None = None,
    agents: Mapping[str, AgentLike] | None = None,
    episodes: int | None = None,
    seed: int | None = None,
    probes: Sequence[Probe] | None = None,
    perturb: Sequence[PerturbationLike] | None = None,
    again: Again | None = None,
    **options: Unpack[PlayingOptions],
) -> Run:
    """Play all episodes of a scenario, or of a protocol on tasks, and return the run. A journal records it.

    `tasks`, `agents`, `episodes`, `seed`, `probes` and `perturb` are only for a protocol. A scenario has its
    own.

    Args:
        what: a scenario, tournament or comparison, or a protocol.
        folder: the folder of the run. By default, a new folder in ``runs/``.
        tasks: the tasks to play. By default, one empty task.
        agents: the agents in the protocol's seats, by seat.
        episodes: the number of times that each task is played, 1 by default.
        seed: the seed of all randomness, 0 by default.
        probes: questions that are put to seats aside, such as ``[Probe(ask="confidence")]``.
        perturb: perturbations, such as ``["authority", "mine.py:shout"]``. Each task is also played as each
            of them changes it, with the same chance.
        again: what to do if `folder` holds a run already, as when a notebook's cell is run again.
            ``"resume"`` continues it if its configuration is the same, and returns it if it has ended.
            ``"new"`` plays in the first free folder of ``folder-2``, ``folder-3``, ... By default it is an
            error. No run is overwritten.
        options: the options in `PlayingOptions`: ``caps={"dollars": 5}``, ``concurrency=20``,
            ``cache="replies.sqlite"``, ``prices``, ``progress``, ``verbose`` and ``quiet``.

    Raises:
        UsageError: if the scenario cannot be run, if `folder` holds a run already, or if dollars are capped
            and an agent's price is unknown.
        ConfigurationChanged: if the run that is to be resumed began with another configuration.
        StopRun: if an agent reports that no episode can continue, for example because a key is refused.
        Unwritable: if the folder of the run cannot be made.
        JournalError: if the journal cannot be written. What it holds already stays readable.
        CacheError: if the cache cannot be opened.
    """
    given = checked(options)
    own = {"tasks": tasks, "seats": agents, "episodes": episodes, "seed": seed}
    scenario = scenario_of(what, {**own, "probes": probes, "perturb": perturb})
    where, resumes = await asyncio.to_thread(folder_again, folder, again)
    result = await running.run(scenario, where, resume=resumes, **given)
    return Run(result.folder, scenario=scenario, result=result)


run = synchronous(run_async)
"""Do the same as `run_async`, without ``await``."""


async def rehearse_async(
    what: AnyScenario | Protocol,
    *,
    tasks: Sequence[Task] | None = None,
    agents: Mapping[str, AgentLike] | None = None,
    episodes: int | None = None,
    seed: int | None = None,
    reply_tokens: int | None = None,
    **options: Unpack[PlayingOptions],
) -> Rehearsal:
    """Play a scenario with scripted stand-ins for models, and return the expected usage and cost.

    It needs no key, sends nothing, and leaves no run behind.

    Args:
        what: the scenario or the protocol.
        tasks: the tasks of a protocol, as for `run_async`.
        agents: the agents of a protocol, as for `run_async`.
        episodes: the number of times that each task is played, as for `run_async`.
        seed: the seed of all randomness, as for `run_async`.
        reply_tokens: the length of each reply in tokens, if it is known. Otherwise, it is a range, learnt
            from earlier runs in the folder ``runs/``, or by what is asked for.
        options: these options of `run_async`: ``concurrency``, ``caps``, ``prices`` and ``progress``.

    Raises:
        UsageError: in the same cases as `run_async`.
    """
    given = checked(options, of=("concurrency", "caps", "prices", "progress"))
    own = {"tasks": tasks, "seats": agents, "episodes": episodes, "seed": seed}
    scenario = scenario_of(what, own)
    return await rehearsal.rehearse(scenario, reply_tokens=reply_tokens, **given)


rehearse = synchronous(rehearse_async)
"""Do the same as `rehearse_async`, without ``await``."""


def _on_a_run(method: Callable[Concatenate[Run, P], T]) -> Callable[Concatenate[RunLike, P], T]:
    """Return a method of `Run` as a function that also takes a run by its folder or its name."""

    @wraps(method)
    def call(run: RunLike, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return method(run if isinstance(run, Run) else open_run(run), *args, **kwargs)

    return call


judge_async = _on_a_run(Run.judge_async)
judge = _on_a_run(Run.judge)
label_async = _on_a_run(Run.label_async)
label = _on_a_run(Run.label)
resume_async = _on_a_run(Run.resume_async)
resume = _on_a_run(Run.resume)
pause_async = _on_a_run(Run.pause_async)
pause = _on_a_run(Run.pause)
stop_async = _on_a_run(Run.stop_async)
stop = _on_a_run(Run.stop)
change_async = _on_a_run(Run.change_async)
change = _on_a_run(Run.change)
fork_async = _on_a_run(Run.fork_async)
fork = _on_a_run(Run.fork)


def figures(*runs: RunLike, samples: int = 1000, own: Own | Sequence[Own] = (), by: str = "") -> Figures:
    """Return the figures of one run or of several. Several runs are compared by condition.

    Args:
        runs: runs, their folders, or their names in the folder ``runs/``.
        samples: the number of bootstrap resamples for each interval.
        own: figures of your own: the path of a Python file, a function, or a sequence of these.
        by: ``category`` for the figures of each category of tasks.

    Raises:
        UsageError: if the file does not exist or has no figure, or no task has a category.
    """
    return figures_of(_folders(runs), samples, own, by)


def report(
    runs: RunLike | Sequence[RunLike],
    file: Path | str | None = None,
    *,
    episodes: int = 20,
    samples: int = 1000,
    own: Own | Sequence[Own] = (),
) -> Path:
    """Write a report on one run or on several to one HTML file, and return its path.

    Args:
        runs: one run, or several to compare.
        file: the file to write, by default ``report.html`` in the folder of the first run.
        episodes: the largest number of transcripts of each run.
        samples: the number of bootstrap resamples for each interval.
        own: figures of your own, as for `figures`.

    Raises:
        UsageError: if a run is given twice, or matplotlib is not installed.
        Unwritable: if the file cannot be written.
    """
    return reported(_folders(runs), file, episodes, samples, own)


def rank(
    runs: RunLike | Sequence[RunLike],
    file: Path | str | None = None,
    *,
    aliases: Mapping[str, str] | None = None,
    ratings: str = "bradley-terry",
    samples: int = 1000,
) -> Leaderboard:
    """Rank the agents of one run, or of several runs of the same configuration together.

    Args:
        runs: one run, or several. Imported runs can be among them.
        file: the HTML file to which the leaderboard is written, to share. By default, none is written.
        aliases: other names of agents, such as ``{"second:nash": "bold"}``, by the name of the run's folder
            and the name in it.
        ratings: the model of the ratings, ``bradley-terry`` or ``plackett-luce``.
        samples: the number of bootstrap resamples for each interval.

    Returns:
        The ranking: its ``standings``, ``board.head_to_head``, ``results``, ``runs`` and ``notes``.

    Raises:
        UsageError: if a run is given twice, the configurations differ, or a name stands for two agents.
        Unwritable: if the file cannot be written.
    """
    return ranked(_folders(runs), file, aliases, ratings, samples)


def export(
    runs: RunLike | Sequence[RunLike],
    file: Path | str | None = None,
    *,
    to: str = "jsonl",
    **settings: Any,
) -> Card:
    """Write one run or several to a file for other programs, with a card beside it, and return the card.

    Args:
        runs: one run, or several, whose rows are written one run after the other.
        file: the file to write. By default, it is in the folder of the first run and named after the format.
        to: the format. ``"jsonl"`` holds whole episodes; the others, such as ``"trl-sft"``, hold rows to
            train on.
        settings: the fields of `arena.training.export.ExportOptions`. They select and shape the rows.

    Raises:
        UsageError: if the format, or another named thing, does not exist, or a setting is not valid.
        Unwritable: if the file or the card beside it cannot be written.
    """
    return exported(_folders(runs), file, to, settings)


def _folders(runs: RunLike | Sequence[RunLike]) -> list[Path]:
    several = [runs] if isinstance(runs, Run | Path | str) else runs
    return [run.folder if isinstance(run, Run) else open_run(run).folder for run in several]
