"""``arena report``: one HTML file about some runs, or their figures as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from arena.cli.options import Count, Json, RunArguments, Whole, option, record, whole

FILE = "report.html"


@record
@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOptions:
    """What stands in a report, and where it goes."""

    out: Annotated[
        Path | None,
        option(f"The file to write. Without it, {FILE} in the folder of the first run.", value="FILE"),
    ] = None
    episodes: Annotated[Whole, whole(0), option("How many transcripts of each run it holds.")] = 20
    samples: Annotated[Count, option("How many resamples each figure's interval is taken from.")] = 1000
    json: Json = False


USUAL = ReportOptions()


def report(*runs: RunArguments, options: ReportOptions = USUAL) -> None:
    """Write runs' figures, pictures and transcripts to one HTML file; several runs are compared."""
    from arena.core.console import err, print_json, run_folder
    from arena.results.report import report_record, write_report
    from arena.results.showing import say_damage

    folders = [run_folder(run) for run in runs]
    if options.json:
        figures = report_record(folders, samples=options.samples)
        print_json({"event": "report", **figures})
        say_damage([(run["name"], run.get("damaged", ())) for run in figures["runs"]])
        return
    target = options.out or folders[0] / FILE
    damaged = write_report(folders, target, episodes=options.episodes, samples=options.samples)
    err.print(f"Wrote the report to {target}", markup=False)
    say_damage(damaged)
