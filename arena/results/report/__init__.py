"""Reports on runs: one HTML file that holds everything and needs no network."""

from arena.results.report._leaderboard import write_leaderboard
from arena.results.report._notebook import summary_html
from arena.results.report._writing import report_record, write_report

__all__ = ["report_record", "summary_html", "write_leaderboard", "write_report"]
