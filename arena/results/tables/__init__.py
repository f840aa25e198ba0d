"""Runs as tables for other programs: data frames, and files of annotations in Parquet or CSV."""

from arena.results.tables._about import CALLS, COMMON, EPISODES, OF_KIND, TURNS, ColumnAbout
from arena.results.tables._columns import AnnotationTable, table_of
from arena.results.tables._files import check_suffix, write_annotations
from arena.results.tables._frames import TABLES, DataTable, as_pandas, as_polars, table_called

__all__ = [
    "CALLS",
    "COMMON",
    "EPISODES",
    "OF_KIND",
    "TABLES",
    "TURNS",
    "AnnotationTable",
    "ColumnAbout",
    "DataTable",
    "as_pandas",
    "as_polars",
    "check_suffix",
    "table_called",
    "table_of",
    "write_annotations",
]
