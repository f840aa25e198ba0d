"""What runs came to, for people: one HTML file that holds everything and asks nothing of a network."""

from arena.results.report._notebook import summary_html
from arena.results.report._writing import report_record, write_report

__all__ = ["report_record", "summary_html", "write_report"]
