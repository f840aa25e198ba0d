"""Tasks with a known truth: made from a seed, or read from files."""

from arena.tasks._chains import faulty_chains
from arena.tasks._orders import both_orders
from arena.tasks._step_labels import read_deltabench, read_prm800k
from arena.tasks._syllogisms import syllogisms
from arena.tasks.drawn import bar_charts, clock_faces, coloured_grids, coloured_shapes
from arena.tasks.grading import AnswerMatch, Grader
from arena.tasks.haggling import haggling
from arena.tasks.hidden_passage import hidden_passage
from arena.tasks.problems import read_gsm8k, read_math500
from arena.tasks.reading import read
from arena.tasks.solutions import checkable, read_gsm8k_solutions, read_processbench, worked_solutions
from arena.tasks.sums import sum_pairs, sums
from arena.tasks.task import PublicTask, Task

__all__ = [
    "AnswerMatch",
    "Grader",
    "PublicTask",
    "Task",
    "bar_charts",
    "both_orders",
    "checkable",
    "clock_faces",
    "coloured_grids",
    "coloured_shapes",
    "faulty_chains",
    "haggling",
    "hidden_passage",
    "read",
    "read_deltabench",
    "read_gsm8k",
    "read_gsm8k_solutions",
    "read_math500",
    "read_prm800k",
    "read_processbench",
    "sum_pairs",
    "sums",
    "syllogisms",
    "worked_solutions",
]
