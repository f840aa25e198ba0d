"""Tasks with a known truth: made from a seed, or read from files."""

from arena.tasks.hidden_passage import hidden_passage
from arena.tasks.problems import read_gsm8k, read_math500
from arena.tasks.questions import read_questions

__all__ = ["hidden_passage", "read_gsm8k", "read_math500", "read_questions"]
