"""Iterative deepening: a solver is asked to check its reply after growing numbers of tokens, and goes on.

The study is "Iterative deepening sampling" (arXiv 2502.05449). Under ``deepened`` a sentence that asks for a
check stands in the reply after 4, 8 and 16 tokens of the scripted solver; a model is given more, such as
``--set "conditions.deepened.seats.answerer=continued:local?times=3&first=256"``. The sentence and budgets
are ours. Under ``majority`` there are three replies, and no checks: plain sampling with more tokens.

``scenarios.iterative_deepening:checking_solver`` needs no model: of ten sums it solves six, and two more if
it was asked to check. Its replies have 20 tokens.
"""

import re

from arena import Comparison, Condition, Reply, Request
from arena.seat import Stop
from arena.tasks import sums
from protocols import Revise

_SOLVER = "scenarios.iterative_deepening:checking_solver"
_LENGTH = 20

scenario = Comparison(
    name="iterative-deepening",
    tasks=sums(n=1000, seed=7),
    first=10,
    seats={"answerer": _SOLVER},
    conditions={
        "plain": Revise(turns=1),
        "deepened": Condition(
            protocol=Revise(turns=1), seats={"answerer": f"continued:{_SOLVER}?times=3&first=4&growth=2"}
        ),
        "majority": Revise(turns=1, samples=3, keep="majority"),
    },
)

_PLACES = {task.text: place % 10 for place, task in enumerate(scenario.tasks)}
_TRUTHS = {task.text: int(str(task.truth)) for task in scenario.tasks}
_TOKEN = re.compile(r"\bt[0-9]+ ")


def checking_solver(request: Request) -> Reply:
    """Write the tokens t1 to t20, as many as it may, and then the answer."""
    text = request.brief.split("\n\n")[0]
    written = len(_TOKEN.findall(request.begun))
    until = min(_LENGTH, written + (request.most_tokens or _LENGTH))
    piece = "".join(f"t{number} " for number in range(written + 1, until + 1))
    usage = {"prompt_tokens": 0, "completion_tokens": until - written}
    if until < _LENGTH:
        return Reply(piece, stop=Stop.TRUNCATED, usage=usage)
    was_checked = bool(re.search(r"^\w", request.begun, re.MULTILINE) and "\n" in request.begun)
    off = 0 if _PLACES[text] < (8 if was_checked else 6) else 1
    return Reply(f"{piece}\nAnswer: {_TRUTHS[text] + off}", usage=usage)
