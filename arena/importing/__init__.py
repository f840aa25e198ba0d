"""Other people's transcripts as runs of ours, so that what reads a run reads them too."""

from arena.importing._importing import Imported, import_transcripts
from arena.importing._mapping import Mapped, read_mapping
from arena.importing._record import ImportedEpisode

__all__ = ["Imported", "ImportedEpisode", "Mapped", "import_transcripts", "read_mapping"]
