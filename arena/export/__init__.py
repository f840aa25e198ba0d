"""Exporting runs to files that other programs read: whole episodes, or rows to train on."""

from arena.export.episodes import episode_record, export_jsonl
from arena.export.exporting import Choice, export_rows
from arena.export.pairs import Sample, pairs
from arena.export.rows import Row

__all__ = ["Choice", "Row", "Sample", "episode_record", "export_jsonl", "export_rows", "pairs"]
