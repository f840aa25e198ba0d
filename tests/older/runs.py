"""The runs of 0.1 that were kept: of each kind one that was begun, and one that filled a response cache.

They name classes by where they stood in 0.1, such as ``arena.comparison:Comparison``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from arena.designs._pool import Pool
from arena.designs.coaching import Coaching
from arena.designs.comparison import Comparison
from arena.designs.fork import Fork
from arena.designs.scenario import AnyScenario, Scenario
from arena.designs.tournament import Tournament
from arena.tasks.task import Task
from protocols import Bargain, Beliefs, Coached, Debate, Direct, Play, Society
from scenarios.spiral_kuhn import Softmax, playing_itself
from scenarios.spiral_kuhn import scenario as spiral

CACHE = "cached"
LAMP = Task(
    id="lamp", text="A lamp is for sale.", data={"items": {"the lamp": {"value": 70.0, "cost": 40.0}}}
)
KEY = Task(
    id="key",
    text="Who took the key?",
    data={"answers": ["the gardener", "the cook"], "source": "In the morning the cook took the key."},
    truth="the cook",
)


def scenarios(folder: Path) -> Mapping[str, AnyScenario]:
    """Return what each run plays; a fork's parent stands in the same folder."""
    kuhn, bargain = Play(game="kuhn"), Bargain(turns=4)
    debate = Debate(rounds=1, quotes=True, beliefs=Beliefs(moments=("round",)))
    debating = dict.fromkeys(debate.seats, "scripted")
    sides = {"buyer": "scripted", "seller": "scripted"}
    versions = {seat: {f"{seat}@1": "random", f"{seat}@2": "kuhn-nash"} for seat in kuhn.players}
    learner = playing_itself(Softmax("softmax", advantage="none"))
    original = Scenario(protocol=kuhn, seats=dict.fromkeys(kuhn.seats, "random"), episodes=3, seed=1)
    talks = {
        "society": Society(members=2, rounds=2),
        "debate": debate,
    }
    members = {"member_0": "best-of:scripted?n=2", "member_1": "scripted", **debating}
    return {
        "scenario": original,
        "fork": Fork(parent=folder / "scenario", original=original, at={0: 0}, siblings=3),
        "tournament": Tournament(protocol=kuhn, agents=["random", "kuhn-nash"], episodes=2, seed=1),
        "comparison": Comparison(
            tasks=[KEY], conditions={"debate": debate, "direct": Direct()}, seats=debating, episodes=2, seed=1
        ),
        "pool": Pool(protocol=kuhn, versions=versions, episodes=2, seed=1),
        "coached": Scenario(
            protocol=Coached(protocol=bargain, improving="buyer"),
            tasks=[LAMP],
            seats={**sides, "critic": "scripted"},
            episodes=2,
            seed=1,
        ),
        "coaching": Coaching(
            protocol=bargain,
            improving="buyer",
            games=2,
            tasks=[LAMP],
            seats={**sides, "critic": "scripted"},
            seed=1,
        ),
        "self-play": spiral.model_copy(
            update={"conditions": {"one": learner}, "iterations": 2, "episodes": 4}
        ),
        CACHE: Comparison(tasks=[KEY], conditions=talks, seats=members, seed=1),
    }
