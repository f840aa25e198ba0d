"""The journal: the durable record of a run in one SQLite file, and the tape from which it resumes."""

from arena.journal.damage import Damage
from arena.journal.journal import Journal, judging, recording
from arena.journal.reading import StoredRun
from arena.journal.stored import StoredEpisode
from arena.journal.verdicts import JudgeCall, PanelRule, StoredVerdict, VerdictKey, VerdictValue

__all__ = [
    "Damage",
    "Journal",
    "JudgeCall",
    "PanelRule",
    "StoredEpisode",
    "StoredRun",
    "StoredVerdict",
    "VerdictKey",
    "VerdictValue",
    "judging",
    "recording",
]
