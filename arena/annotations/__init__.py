"""What was found out about an episode, a turn or a sample: typed records with their authors."""

from arena.annotations.finding import Finding, filled
from arena.annotations.kinds import (
    KINDS,
    Among,
    Annotation,
    AnnotationStatus,
    Answer,
    AuthorKind,
    Belief,
    Finds,
    Label,
    Reward,
    Score,
    Verdict,
)
from arena.annotations.place import WHOLE_EPISODE, Place
from arena.annotations.rows import COLUMNS, AnnotationRow, annotation_of, row_of

__all__ = [
    "COLUMNS",
    "KINDS",
    "WHOLE_EPISODE",
    "Among",
    "Annotation",
    "AnnotationRow",
    "AnnotationStatus",
    "Answer",
    "AuthorKind",
    "Belief",
    "Finding",
    "Finds",
    "Label",
    "Place",
    "Reward",
    "Score",
    "Verdict",
    "annotation_of",
    "filled",
    "row_of",
]
