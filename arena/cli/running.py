"""The work of ``arena run``, ``tournament`` and ``resume``: it plays a run, prints its results, and exits."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from arena.cli.draining import draining_first
from arena.cli.interrupting import INTERRUPTED
from arena.cli.option_records import PlayOptions, ResumeOptions, StartOptions
from arena.cli.progress import watching
from arena.cli.rehearsing import say_time, show_rehearsal
from arena.cli.showing import show_cache
from arena.cli.steering import goes_on_elsewhere, other_settings, resuming_act
from arena.cli.studies import how_to_run, typed_study
from arena.cli.watching import TerminalWatcher
from arena.cli.writing import TerminalListener
from arena.core.console import err, out, run_folder
from arena.core.errors import CapReached, UsageError
from arena.core.files import write_whole
from arena.core.python_files import saying_code
from arena.core.screen import screen
from arena.core.text import one_line
from arena.designs.adding import grown
from arena.designs.building import build, rebuilt
from arena.designs.folders import found_from
from arena.designs.scenario import AnyScenario
from arena.designs.study_files import StudyFile
from arena.designs.typed_settings import read_settings
from arena.episode.outcome import Ending
from arena.journal import StoredRun
from arena.journal.schema import JOURNAL_FILE
from arena.results.showing import show_run
from arena.running.progress import Progress, RunResult
from arena.running.running import EPISODES_AT_ONCE
from arena.running.running import run as run_scenario
from arena.spending.limits import TotalUsage

SOME_FAILED, CAP_REACHED = 1, 3


def say_code(code: str) -> None:
    """Say on standard error which Python file or module is run because it was named."""
    here = f"{Path.cwd()}/"
    err.print(f"Running the code of {code.removeprefix(here)}.", markup=False)


@saying_code(say_code)
def begin(
    name: str | tuple[str, ...],
    options: StartOptions,
    changed: Mapping[str, object],
    *,
    tournament: bool = False,
    each: Sequence[str] = (),
) -> None:
    """Build what `name` stands for, run it, print its results, and exit.

    A dry run only prints what it would use.

    Args:
        name: the name or the file of a scenario, protocol, game or tournament, or the games of a league.
        options: who plays which tasks, how often, and into which folder.
        changed: the values of the command's own options, by the paths of the settings that they change. A
            value of None means that the option was not typed.
        tournament: whether `name` is to be run as a tournament.
        each: the agents that are compared.
    """
    study = typed_study(name, options, changed, tournament=tournament, each=each)
    with found_from(study.source.model_dump(include={"folders"})):
        _begin(study, options)


def _begin(study: StudyFile, options: StartOptions) -> None:
    how, source = how_to_run(study), study.source
    scenario = build(source)
    if options.save_config is not None:
        write_whole(options.save_config, study.to_toml(options.save_config.resolve().parent))
        err.print(f"Wrote the study to {options.save_config}", markup=False)
    if options.dry_run:
        at_once = how.get("concurrency", EPISODES_AT_ONCE)
        show_rehearsal(source, at_once, how["caps"], how.get("prices"), as_json=options.play.json)
    else:
        if not options.play.json:
            say_time(scenario, how.get("concurrency", EPISODES_AT_ONCE))
        conduct(scenario, study.options.out, options.play, **how, source=source.model_dump())


@saying_code(say_code)
def resume_run(run: str, options: ResumeOptions) -> None:
    """Go on with a run: in the process that plays it, or here, with its scenario built again.

    If it is trusted, the Python files that it names may have changed.
    """
    folder, settings = run_folder(run), read_settings(options.settings)
    act = resuming_act(settings, options.replace, options.retry_failed, options.play)
    others = other_settings(settings)
    if goes_on_elsewhere(folder, act, tuple(others), options.play, options.by):
        return
    scenario = rebuilt(folder, others, options.trust)
    again: dict[str, Any] = {
        "resume": True,
        "retry_failed": options.retry_failed,
        "act": act,
        "by": options.by,
    }
    conduct(scenario, folder, options.play, **again)


@saying_code(say_code)
def add_to(
    names: Sequence[str],
    agents: Sequence[str],
    options: StartOptions,
    changed: Mapping[str, object],
    trust: bool = False,
) -> None:
    """Add agents to a stored tournament or league, and play what is missing.

    Args:
        names: the name of the run, and nothing else.
        agents: the agents.
        options: how it is played. Options that say what a run begins with are refused.
        changed: the values of the command's own options.
        trust: whether Python files that the run names may have changed.
    """
    begun = StartOptions(play=options.play)
    if len(names) != 1 or options != begun or any(value is not None for value in changed.values()):
        raise UsageError(
            "--add continues a run as it began, so name its folder, the agents that are added, and nothing "
            "else that says what is played: arena tournament FOLDER --add NAME=AGENT"
        )
    folder = run_folder(names[0])
    before, after, source = grown(folder, agents, trust)
    conduct(after, folder, options.play, resume=True, before=before, source=source.model_dump())


def conduct(
    scenario: AnyScenario,
    folder: Path | None,
    options: PlayOptions,
    *,
    show: Callable[[Path], None] | None = None,
    **more: Any,
) -> None:
    """Run a scenario, print its results, and exit with the code that says how it ended.

    `show` prints the results; by default, they are the tables of ``arena show``. `more` holds further keyword
    arguments of `arena.running.running.run`.
    """
    if options.watch and options.json:
        raise UsageError("--watch prints text, so it cannot be used with --json; leave one of them out.")
    screen.shows_all = "--watch" if options.watch else "--verbose" if options.verbose else ""
    progress, as_json = _progress(options), options.json
    how = {**options.for_run(), **more}
    playing = run_scenario(scenario, folder, progress=progress, quiet=True, **how)
    try:
        result = asyncio.run(_interruptible(playing, progress, as_json))
    except (KeyboardInterrupt, asyncio.CancelledError):
        where = progress.folder
        is_there = where is not None and (where / JOURNAL_FILE).exists()
        hint = f" All answers so far are in {where}; continue with: arena resume {where}" if is_there else ""
        err.print(f"Stopped.{hint}", markup=False)
        sys.exit(INTERRUPTED)
    if show is None:
        show_run(str(result.folder), as_json)
    else:
        show(result.folder)
    if result.cache is not None:
        show_cache(result.cache, as_json)
    if reached := result.reached:
        larger = with_larger_cap(reached, result.spent)
        err.print(f"{reached} Continue with: arena resume {result.folder}{larger}", markup=False)
        sys.exit(CAP_REACHED)
    if result.interrupted:
        how_it_ended = f"Stopped by {result.stopped_by}" if result.stopped_by else "Stopped early"
        err.print(f"{how_it_ended}. Continue with: arena resume {result.folder}", markup=False)
        sys.exit(INTERRUPTED)
    if failed := result.ended[Ending.FAILED]:
        said = "1 episode failed; play it" if failed == 1 else f"{failed} episodes failed; play them"
        err.print(f"{said} again with: arena resume {result.folder} --retry-failed", markup=False)
        err.print(_why_failed(result.folder), markup=False)
        sys.exit(SOME_FAILED)


def _progress(options: PlayOptions) -> Progress:
    """Return a run's progress, which may be watched. A terminal shows words while they are written."""
    if not options.watch:
        return Progress()
    can_show = out.is_terminal and not out.is_dumb_terminal
    return Progress(watcher=TerminalWatcher(), listener=TerminalListener() if can_show else None)


def _why_failed(folder: Path) -> str:
    """Return why most of the failed episodes of a run failed, and how to look at the first of them."""
    first: dict[str, int] = {}
    counts: Counter[str] = Counter()
    with StoredRun(folder) as run:
        for played in run.finished():
            if played.outcome.ending is Ending.FAILED:
                counts[played.outcome.reason] += 1
                first.setdefault(played.outcome.reason, played.plan.number)
    (reason, count), *others = counts.most_common()
    times = "once" if count == 1 else f"{count:,} times"
    often = f"Most often, {times}: " if others else "The reason: "
    return f"{often}{one_line(reason).rstrip('.')}. See one with: arena show {folder} {first[reason]}"


def with_larger_cap(reached: CapReached, spent: TotalUsage) -> str:
    """Return the option with which a command can continue, after a space.

    Its cap is at least twice the old one, and more than was spent. A cap of minutes needs no other.
    """
    if reached.quantity == "minutes":
        return ""
    cap = reached.cap
    while cap < 2 * reached.cap or cap <= spent.counted(reached.quantity):
        cap *= 2
    option = reached.quantity.replace("_", "-")
    return f" --max-{option} {int(cap) if cap == int(cap) else cap}"


async def _interruptible(playing: Awaitable[RunResult], progress: Progress, as_json: bool) -> RunResult:
    def drain() -> bool:
        if progress.draining or not progress.begun.is_set():
            return False
        progress.drain()
        return True

    async with watching(progress, as_json):
        return await draining_first(playing, drain, "the episodes being played")
