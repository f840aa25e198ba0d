"""Importing transcripts of other systems as runs, so that everything that reads a run can read them."""

from arena.importing._importing import Imported, import_transcripts
from arena.importing._mapping import Mapped, read_mapping
from arena.importing._ready import ReadyMapping, ready_mappings
from arena.importing._record import ImportedEpisode

__all__ = [
    "Imported",
    "ImportedEpisode",
    "Mapped",
    "ReadyMapping",
    "import_transcripts",
    "read_mapping",
    "ready_mappings",
]
