"""Judging stored runs: what a judge is asked and shown, and how verdicts are combined and counted."""

from arena.judging._criterion import Asks, Criterion
from arena.judging._judging import Judged, judge_run
from arena.judging._label_cases import REASONING, REPLY, JudgedCase, JudgedTurn
from arena.judging._label_files import LABEL_SETTINGS, LabelLike, load_judge
from arena.judging._label_words import KNOWN_LABELS
from arena.judging._labelling import Labelled, LabelTally, label_run
from arena.judging._labels import Judge, LabelCriterion
from arena.judging._options import JudgingOptions
from arena.judging._planning import criterion_for
from arena.judging._progress import JudgingProgress
from arena.judging._rubric import Rubric, questions, read_rubric
from arena.judging._surveying import because
from arena.judging.tally import JudgeTally, Tally, tally
from arena.votes.rulings import (
    COMBINATIONS,
    TIE,
    Ballot,
    Ruling,
    RulingStatus,
    majority,
    mean_probability,
    net,
    tie_on_disagreement,
    two_game,
)

__all__ = [
    "COMBINATIONS",
    "KNOWN_LABELS",
    "LABEL_SETTINGS",
    "REASONING",
    "REPLY",
    "TIE",
    "Asks",
    "Ballot",
    "Criterion",
    "Judge",
    "JudgeTally",
    "Judged",
    "JudgedCase",
    "JudgedTurn",
    "JudgingOptions",
    "JudgingProgress",
    "LabelCriterion",
    "LabelLike",
    "LabelTally",
    "Labelled",
    "Rubric",
    "Ruling",
    "RulingStatus",
    "Tally",
    "because",
    "criterion_for",
    "judge_run",
    "label_run",
    "load_judge",
    "majority",
    "mean_probability",
    "net",
    "questions",
    "read_rubric",
    "tally",
    "tie_on_disagreement",
    "two_game",
]
