"""What the metrics are computed of: plain rows of runs' episodes, sides, beliefs, verdicts and rulings."""

from arena.columns.conditions import conditions
from arena.columns.reading import read_columns
from arena.columns.rows import (
    PANEL,
    SPEAKER,
    AskRow,
    BeliefRow,
    Columns,
    DetailsRow,
    EpisodeKey,
    EpisodeRow,
    RulingRow,
    ScoreRow,
    SideRow,
)

__all__ = [
    "PANEL",
    "SPEAKER",
    "AskRow",
    "BeliefRow",
    "Columns",
    "DetailsRow",
    "EpisodeKey",
    "EpisodeRow",
    "RulingRow",
    "ScoreRow",
    "SideRow",
    "conditions",
    "read_columns",
]
