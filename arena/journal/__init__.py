"""The journal: the durable record of a run in one SQLite file, and the tape from which it resumes."""

from arena.journal.journal import Journal, recording
from arena.journal.reading import Run, StoredEpisode

__all__ = ["Journal", "Run", "StoredEpisode", "recording"]
