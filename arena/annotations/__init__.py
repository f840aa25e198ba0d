"""What was found out about an episode, a turn or a sample: typed records with their authors."""

from arena.annotations._finding import Finding, filling
from arena.annotations._kinds import (
    COMPARISONS,
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
    status_of,
)
from arena.annotations._place import WHOLE_EPISODE, Place
from arena.annotations._rows import COLUMNS, AnnotationRow, annotation_of, row_of
from arena.annotations._sound import check_record, sound

__all__ = [
    "COLUMNS",
    "COMPARISONS",
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
    "check_record",
    "filling",
    "row_of",
    "sound",
    "status_of",
]
