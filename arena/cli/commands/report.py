"""``arena report``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from arena.cli.options import Count, Json, RunArguments, Whole, option, record, whole

_FILE = "report.html"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """The options of ``arena report``."""

    out: Annotated[
        Path | None,
        option(f"The file to write. By default, {_FILE} in the folder of the first run.", value="FILE"),
    ] = None
    episodes: Annotated[
        Whole,
        whole(0),
        option("Put up to N transcripts of each run on the page: some that failed, the first and the last."),
    ] = 20
    transcripts: Annotated[
        bool, option("Also write all transcripts, into pages in a folder beside the report.")
    ] = False
    samples: Annotated[Count, option("Compute each figure's interval from N resamples.")] = 1000
    figures: Annotated[
        Path | None,
        option("Also report the figures in this Python file of yours, which is run.", value="FILE"),
    ] = None
    game: Annotated[
        str,
        option("Also draw the states of this game of yours, which is run.", value="FILE.py:NAME"),
    ] = ""
    by: Annotated[
        str,
        option("Also give the figures of each category of tasks: --by category.", value="category"),
    ] = ""
    leaderboard: Annotated[
        bool,
        option(
            "Write a leaderboard to share instead: the standings of the runs' agents together, and neither "
            "transcripts nor addresses."
        ),
    ] = False
    json: Json = False


_DEFAULTS = ReportOptions()


def report(*runs: RunArguments, options: ReportOptions = _DEFAULTS) -> None:
    """Write the figures, pictures and transcripts of runs to one HTML file. Several runs are compared."""
    from arena.core.console import err, print_json, run_folder
    from arena.results.report import report_record, write_report
    from arena.results.showing import say_damage

    folders = [run_folder(run) for run in runs]
    if options.leaderboard:
        _leaderboard(folders, options)
        return
    own = () if options.figures is None else options.figures
    if options.json:
        figures = report_record(folders, samples=options.samples, own=own, by=options.by)
        print_json({"event": "report", **figures})
        say_damage([(run["name"], run.get("damaged", ())) for run in figures["runs"]])
        return
    target = options.out or folders[0] / _FILE
    damaged = write_report(
        folders,
        target,
        episodes=options.episodes,
        samples=options.samples,
        own=own,
        game=options.game,
        by=options.by,
        transcripts=options.transcripts,
    )
    err.print(f"Wrote the report to {target}", markup=False)
    say_damage(damaged)


def _leaderboard(folders: Sequence[Path], options: ReportOptions) -> None:
    from arena.core.console import err, print_json
    from arena.core.errors import UsageError
    from arena.core.files import check_writable
    from arena.results.ranking import rank
    from arena.results.report import write_leaderboard
    from arena.results.showing import say_damage

    if options.figures is not None or options.game:
        raise UsageError("A leaderboard has no transcripts and no figures; leave out --figures and --game.")
    target = options.out or folders[0] / "leaderboard.html"
    check_writable(target)
    ranking = rank(folders, samples=options.samples)
    if options.json:
        print_json({"event": "ranking", **ranking.record()})
    else:
        write_leaderboard(ranking, target)
        err.print(f"Wrote the leaderboard to {target}", markup=False)
    say_damage([(run.name, run.damaged) for run in ranking.runs])
