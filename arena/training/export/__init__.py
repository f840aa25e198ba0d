"""Exporting runs to files that other programs read: whole episodes, or rows to train on."""

from arena.training.export._episodes import episode_record, export_jsonl
from arena.training.export._pairs import Candidate, pairs
from arena.training.export._viewpoint import sent_messages
from arena.training.export.exporting import ExportOptions, export_rows
from arena.training.export.rows import Row

__all__ = [
    "Candidate",
    "ExportOptions",
    "Row",
    "episode_record",
    "export_jsonl",
    "export_rows",
    "pairs",
    "sent_messages",
]
