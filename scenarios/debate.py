"""Debate over hidden passages: two debaters who read them, what they believe, and a judge who reads neither.

``arena run debate --judge openai:gpt-5-mini --tasks 50`` has another judge, and more tasks.
"""

from arena import Scenario
from arena.tasks import hidden_passage
from protocols import Debate

scenario = Scenario(
    name="debate",
    protocol=Debate(rounds=3, quotes=True),
    tasks=hidden_passage(n=1000, seed=7),
    first=10,
    seats={"debater_a": "local", "debater_b": "local", "judge": "local"},
)
