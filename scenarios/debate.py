"""Debate over hidden passages: two debaters who read them, what they believe, and a judge who reads neither.

``arena run debate --judge openai:gpt-5-mini --tasks 50`` has another judge, and more tasks. The local model
reads no beginning of a prompt twice, so a seat's view costs it little; with ``reproducible=true`` it would
read all of it, four times as long, and the same seed would give the same words again.
"""

from arena import Scenario
from arena.tasks import hidden_passage
from protocols import Debate

scenario = Scenario(
    name="debate",
    protocol=Debate(rounds=3, quotes=True, words=60),
    tasks=hidden_passage(n=1000, seed=7),
    first=10,
    seats=dict.fromkeys(("debater_a", "debater_b", "judge"), "local?reproducible=false"),
)
