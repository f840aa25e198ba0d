"""A first debate: two debaters argue for a fact in a sentence each, and a judge picks one.

The smallest model that can be pulled plays all seats, so that a debate takes seconds and needs no key. It has
135 million parameters and is very weak: its reasons are often nonsense, and its verdicts are hardly better
than chance. Therefore the debate is short, its prompts are simple, nobody is asked for a belief, and the
verdict is read from the probabilities of the judge's tokens. ``arena run debate`` leaves nothing out.
"""

from pathlib import Path

from arena import Scenario
from arena.tasks.questions import question_task
from protocols import Debate

MODEL = "local:smollm2-135m?constrained=false&temperature=0.4&max_tokens=90"

_FACTS = (
    ("sun", "Which is larger, the Sun or the Moon?", ["the Sun", "the Moon"], "the Sun"),
    ("paris", "Which city is the capital of France?", ["Lyon", "Paris"], "Paris"),
    ("whale", "What is a whale?", ["a mammal", "a fish"], "a mammal"),
)

scenario = Scenario(
    name="first-debate",
    protocol=Debate(
        rounds=1, words=40, swap_verdict=False, beliefs={"holders": []}, reading="token-probability"
    ),
    tasks=[question_task(*fact) for fact in _FACTS],
    seats={
        "debater_a": f"ann={MODEL}",
        "debater_b": f"bob={MODEL}",
        "judge": "judge=local-policy:smollm2-135m?temperature=1",
    },
    prompts=Path(__file__).with_name("first_debate_words"),
)
