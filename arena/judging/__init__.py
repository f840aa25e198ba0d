"""Judging stored runs: what a judge is asked and shown, and how verdicts are combined and counted."""

from arena.judging._criterion import Criterion, JudgingMethod
from arena.judging._judging import Judged, judge_run
from arena.judging._options import JudgingOptions
from arena.judging._planning import because
from arena.judging._progress import JudgingProgress
from arena.judging._rubric import Rubric, questions, read_rubric
from arena.judging.tally import JudgeTally, Tally, tally
from arena.votes.rulings import (
    COMBINATIONS,
    TIE,
    Ballot,
    Ruling,
    RulingStatus,
    majority,
    mean_probability,
    tie_on_disagreement,
    two_game,
)

__all__ = [
    "COMBINATIONS",
    "TIE",
    "Ballot",
    "Criterion",
    "JudgeTally",
    "Judged",
    "JudgingMethod",
    "JudgingOptions",
    "JudgingProgress",
    "Rubric",
    "Ruling",
    "RulingStatus",
    "Tally",
    "because",
    "judge_run",
    "majority",
    "mean_probability",
    "questions",
    "read_rubric",
    "tally",
    "tie_on_disagreement",
    "two_game",
]
