"""Chains of syllogisms about made-up kinds, with a right proof and one whose statements contradict a premise.

They are like the tasks of PrOntoQA (Saparov and He 2023, "Language models are greedy reasoners") as Kenton et
al. 2024 make two answers of them: in the wrong proof, what is stated is negated from some step on.
"""

from __future__ import annotations

import random
from itertools import pairwise

from arena.core.seeds import derive
from arena.tasks._positions import two_answers
from arena.tasks.questions import question_task
from arena.tasks.task import Task

_KINDS = (
    "blick", "dorn", "fesk", "grolt", "hask", "jemp", "klov", "lurm", "morv", "nelk", "prask", "quilm",
)  # fmt: skip
_PROPERTIES = ("bright", "heavy", "quiet", "cold", "sweet", "wooden", "spotted", "fast")
_NAMES = ("Ada", "Bo", "Cleo", "Dag", "Enno", "Fay", "Gil", "Ines")
LENGTHS = 3, 5
"""The fewest and the most rules that a proof needs."""


def syllogisms(n: int = 10, seed: int = 0) -> list[Task]:
    """Return `n` questions of whether something follows from rules, each with a right and a wrong proof.

    The rules make one chain, and other rules stand between them. Whoever checks each step against the rules
    finds out which proof is right. In every two successive tasks the right proof is first once and second
    once. The first tasks of a longer list are those of a shorter one with the same seed.

    Args:
        n: How many tasks are made.
        seed: The seed from which they follow.

    >>> task = syllogisms(1, seed=7)[0]
    >>> task.truth in task.data["answers"], len(task.data["answers"])
    (True, 2)
    """
    return [_task(seed, place) for place in range(n)]


def _task(seed: int, place: int) -> Task:
    rng = random.Random(derive(seed, "syllogism", place))
    length = rng.randint(*LENGTHS)
    kinds = rng.sample(_KINDS, length + 2)
    name = rng.choice(_NAMES)
    asked, other = rng.sample(_PROPERTIES, 2)
    holds, is_asked_so = rng.random() < 0.5, rng.random() < 0.5
    *chain, beside, away = kinds
    steps = [f"Every {one} is a {next_one}." for one, next_one in pairwise(chain)]
    last = f"Every {chain[-1]} {_is(holds)} {asked}."
    rules = [*steps, last, f"Every {beside} {_is(not holds)} {asked}.", f"Every {away} {_is(holds)} {other}."]
    rng.shuffle(rules)
    text = (
        f"{' '.join(rules)} {name} is a {chain[0]}. Is it true or false that {name} {_is(is_asked_so)} "
        f"{asked}? Which proof is right?"
    )
    right, wrong = (
        _proof(name, chain, asked, holds=told, claimed=is_asked_so) for told in (holds, not holds)
    )
    return question_task(f"syllogism-{seed}-{place}", text, two_answers(seed, place, right, wrong), right)


def _is(positive: bool) -> str:
    return "is" if positive else "is not"


def _proof(name: str, chain: list[str], asked: str, *, holds: bool, claimed: bool) -> str:
    """Return the proof in which the last rule says that `asked` holds, or that it does not."""
    lines = [f"{name} is a {chain[0]}."]
    lines += [f"Every {one} is a {after}, so {name} is a {after}." for one, after in pairwise(chain)]
    lines.append(f"Every {chain[-1]} {_is(holds)} {asked}, so {name} {_is(holds)} {asked}.")
    return " ".join([*lines, f"So it is {str(holds == claimed).lower()}."])
