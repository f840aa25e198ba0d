"""What the metrics are computed of: plain rows of runs' episodes, sides, beliefs, verdicts and rulings."""

from arena.results.columns._conditions import conditions
from arena.results.columns._reading import read_columns
from arena.results.columns._rows import (
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
