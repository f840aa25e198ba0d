"""Tables of results that people have: who met whom and how it ended, in CSV, JSON Lines, JSON or PGN."""

from arena.importing.tables._reading import ResultTable, read_results

__all__ = ["ResultTable", "read_results"]
