"""Debate over hidden passages: two debaters read a passage, and a judge who does not read it decides.

The debaters' private beliefs are recorded, too. With the local model on two cores, the three debates of two
rounds take about five minutes. ``arena run debate --judge openai:gpt-5-mini --tasks 50 --set
protocol.rounds=3`` takes another judge, more tasks and one round more. The local model does not read the
beginning of a prompt again, so a seat's view takes little time. With ``reproducible=true`` it would read all
of the view, which takes four times as long, and the same seed would give the same words again.
"""

from arena import Scenario
from arena.tasks import hidden_passage
from protocols import Debate

scenario = Scenario(
    name="debate",
    protocol=Debate(rounds=2, quotes=True, words=60),
    tasks=hidden_passage(n=1000, seed=7),
    first=3,
    seats=dict.fromkeys(("debater_a", "debater_b", "judge"), "local?reproducible=false"),
)
