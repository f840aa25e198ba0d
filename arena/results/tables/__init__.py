"""Annotations as tables for other programs: data frames, and files in Parquet or CSV."""

from arena.results.tables._columns import COMMON, OF_KIND
from arena.results.tables._files import check_suffix, write_annotations
from arena.results.tables._frames import frame_of

__all__ = [
    "COMMON",
    "OF_KIND",
    "AnnotationTable",
    "check_suffix",
    "frame_of",
    "table_of",
    "write_annotations",
]
