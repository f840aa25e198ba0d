"""The journal: the durable record of a run in one SQLite file, and the tape from which it resumes."""

from arena.journal._acts import ActRow, StateKind, StateRow, add_act
from arena.journal._damage import Damage
from arena.journal._found import EpisodeFilter, FoundEpisode, FoundEpisodes
from arena.journal._journal import Journal
from arena.journal._looking import EpisodeTally
from arena.journal._opening import is_being_written
from arena.journal._people import PERSON, people_of
from arena.journal._reading import StoredRun
from arena.journal._recording import judging, labelling, record_judges, recording
from arena.journal._stored import StoredEpisode
from arena.journal._verdicts import JudgeCall, PanelRule, StoredVerdict, VerdictKey, VerdictValue

__all__ = [
    "PERSON",
    "ActRow",
    "Damage",
    "EpisodeFilter",
    "EpisodeTally",
    "FoundEpisode",
    "FoundEpisodes",
    "Journal",
    "JudgeCall",
    "PanelRule",
    "StateKind",
    "StateRow",
    "StoredEpisode",
    "StoredRun",
    "StoredVerdict",
    "VerdictKey",
    "VerdictValue",
    "add_act",
    "is_being_written",
    "judging",
    "labelling",
    "people_of",
    "record_judges",
    "recording",
]
