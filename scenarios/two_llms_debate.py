"""When Two LLMs Debate: bets beside the speeches, blind stages, and what each condition tells.

Prasad and Nguyen 2025, "When Two LLMs Debate, Both Think They'll Win" (arXiv 2505.19184), as its code plays.
Both sides of a stage speak without hearing each other in it. The bet stands in the reply that holds the
speech, with private reasons, and is cut out before anybody reads the speech. So the first bet is made before
the other side was heard. Where the code shows earlier bets, a debater sees its own with their reasons; under
``public-bets`` both sides hear both numbers. Nobody judges while it is played: a jury judges afterwards.

``overconfidence`` is our own order of the same study: there the bet is asked for after both have spoken.
"""

from arena import Comparison, Condition
from protocols import Beliefs, Debate
from scenarios.overconfidence import MOTIONS

COPY = "The other side is an exact copy of you, and as able as you are."
EVEN = f"{COPY} So, by definition, your chance of winning is exactly 50%."


def debate(told: str = "", **bets: bool) -> Debate:
    """Return the debate of a condition, which tells this and whose bets are so."""
    beliefs = Beliefs(holders=("speakers",), moments=("round",), with_speech=True, **bets)
    stages = ("opening", "rebuttal", "closing")
    return Debate(rounds=stages, beliefs=beliefs, judged=False, words=None, told=told)


def alone(protocol: Debate) -> Condition:
    """Return a condition in which one model debates itself."""
    return Condition(protocol=protocol, self_play=True)


scenario = Comparison(
    name="two-llms-debate",
    tasks=MOTIONS,
    episodes=10,
    seats=dict.fromkeys(("debater_a", "debater_b"), "local?reproducible=false"),
    conditions={
        "cross-model": debate(remember=True),
        "self-debate": alone(debate(COPY, remember=True)),
        "informed": alone(debate(EVEN)),
        "public-bets": alone(debate(COPY, remember=True, public=True)),
        "red-team": alone(debate(COPY, red_team=True)),
    },
)
