"""``arena report``: one HTML file about some runs, or their figures as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from arena.core.console import err, print_json, run_folder
from arena.results.report import report_record, write_report
from arena.results.showing import say_damage

FILE = "report.html"


def report_runs(runs: Sequence[str], file: Path | None, episodes: int, samples: int, as_json: bool) -> None:
    """Write a report on the runs, in the folder of the first unless told otherwise; or print its figures."""
    folders = [run_folder(run) for run in runs]
    if as_json:
        record = report_record(folders, samples=samples)
        print_json({"event": "report", **record})
        say_damage([(run["name"], run.get("damaged", ())) for run in record["runs"]])
        return
    target = file or folders[0] / FILE
    damaged = write_report(folders, target, episodes=episodes, samples=samples)
    err.print(f"Wrote the report to {target}", markup=False)
    say_damage(damaged)
