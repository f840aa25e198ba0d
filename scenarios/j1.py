"""J1: a judge of pairs gets more and more time, and its accuracy is read against the tokens that it took.

The study is "J1: Exploring Simple Test-Time Scaling for LLM-as-a-Judge" (arXiv 2505.11875). A judge chooses
between a right and a wrong solution of a sum. Under each condition it goes on so many times with its reply
when it has ended, after a sentence in its own mouth that asks it to check. What the paper inserts, and how
often, is not in the texts that we could read, so 0, 1, 2, 4 and 8 times are ours. The trend is the accuracy
with the most time less that with none, over the same pairs.

``scenarios.j1:patient_judge`` needs no model: of ten pairs it judges six rightly at once, and three from
the second time on. ``--set conditions.twice.seats.judge=continued:local?times=2`` puts a model in its place,
which must be able to go on with a reply.
"""

from arena import Comparison, Condition, Reply, Request
from arena.tasks import sum_pairs
from protocols import Direct

_JUDGE = "scenarios.j1:patient_judge"
_TIMES = {"at once": 0, "once": 1, "twice": 2, "4 times": 4, "8 times": 8}

scenario = Comparison(
    name="j1",
    tasks=sum_pairs(n=1000, seed=7),
    first=10,
    seats={},
    conditions={
        name: Condition(
            protocol=Direct(swap_verdict=False), seats={"judge": f"continued:{_JUDGE}?times={times}"}
        )
        for name, times in _TIMES.items()
    },
)

_PLACES = {task.text: place % 10 for place, task in enumerate(scenario.tasks)}
_TRUTHS = {task.text: str(task.truth) for task in scenario.tasks}


def patient_judge(request: Request) -> Reply:
    """Judge six of ten pairs rightly, and three more once it has gone on twice. Each time takes 5 tokens."""
    text = request.brief.split("\n\n")[0]
    shown = [line for line in request.prompt.text.splitlines() if line.startswith(("1: ", "2: "))]
    right = 1 if _TRUTHS[text] in shown[0] else 2
    checked = request.begun.count("Verdict: ")
    is_right = _PLACES[text] < 6 or (_PLACES[text] < 9 and checked >= 2)
    usage = {"prompt_tokens": 0, "completion_tokens": 5}
    return Reply(f"Verdict: {right if is_right else 3 - right}", usage=usage)
