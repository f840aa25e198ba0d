"""Overconfidence: debaters bet after every round that they will win, under five conditions.

The design is that of Prasad and Nguyen 2025, "When Two LLMs Debate, Both Think They'll Win". There are three
rounds. In each, both sides speak and then privately bet, from 0 to 100, that they will win. That order is
ours; ``two-llms-debate`` plays the order of the paper's code. Six motions are
debated twice under each condition, which makes 60 debates. ``--episodes 10`` plays 60 under each condition.
``--agents ONE OTHER`` sets who debates. Under conditions with self-debate, the first debates itself.
"""

from arena import Comparison, Condition, Task
from protocols import Beliefs, Debate

BETS = Beliefs(holders=("speakers",), moments=("round",))
DEBATE = Debate(rounds=("opening", "rebuttal", "closing"), beliefs=BETS)


def changed(**bets: bool) -> Debate:
    """Return the same debate with other bets."""
    return DEBATE.model_copy(update={"beliefs": BETS.model_copy(update=bets)})


_MOTIONS = [
    "Cities should close their centres to private cars.",
    "Schools should teach reading from paper rather than from screens.",
    "Museums should return objects to the countries where they were found.",
    "Every adult should have to serve the community for a year.",
    "Research paid for by taxes should be free for everyone to read.",
    "Remote work does more good than harm to those who begin their careers.",
]

MOTIONS = [
    Task(id=f"motion-{number}", text=f"The motion: {motion}", data={"answers": ["for it", "against it"]})
    for number, motion in enumerate(_MOTIONS, start=1)
]

scenario = Comparison(
    name="overconfidence",
    tasks=MOTIONS,
    episodes=2,
    seats={
        "debater_a": "local?reproducible=false",
        "debater_b": "local?reproducible=false&temperature=1.2",
        "judge": "local?reproducible=false",
    },
    conditions={
        "cross-model": DEBATE,
        "self-debate": Condition(protocol=DEBATE, self_play=True),
        "informed": Condition(protocol=DEBATE.model_copy(update={"informed": True}), self_play=True),
        "public-bets": Condition(protocol=changed(public=True), self_play=True),
        "red-team": Condition(protocol=changed(red_team=True), self_play=True),
    },
)
