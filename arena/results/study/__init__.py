"""Some runs read for figures: their episodes and annotations as columns, means by task, and tests."""

from arena.results.study._annotations import NOT_REACHED, ON_DEMAND, Annotations, group_codes, groups, role
from arena.results.study._coding import Coder, Texts
from arena.results.study._conditions import conditions
from arena.results.study._episodes import EpisodeTable
from arena.results.study._intervals import FEWEST_TASKS, SignTest, mean_interval, sign_test, too_few
from arena.results.study._later import later_rows
from arena.results.study._line import Axis, Line
from arena.results.study._rulings import PANEL
from arena.results.study._study import DECISION, DEFENDS, Study, kind_named

__all__ = [
    "DECISION",
    "DEFENDS",
    "FEWEST_TASKS",
    "NOT_REACHED",
    "ON_DEMAND",
    "PANEL",
    "Annotations",
    "Axis",
    "Coder",
    "EpisodeTable",
    "Line",
    "SignTest",
    "Study",
    "Texts",
    "conditions",
    "group_codes",
    "groups",
    "kind_named",
    "later_rows",
    "mean_interval",
    "role",
    "sign_test",
    "too_few",
]
