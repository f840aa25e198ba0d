"""The episodes of some runs as columns: what annotations are joined with when they are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from arena.episode.plan import Plan, Played
from arena.journal import StoredRun
from arena.results.study._coding import Coder, Texts
from arena.tasks.grading import is_spellings


@dataclass(frozen=True, slots=True)
class EpisodeTable:
    """The finished episodes of some runs, a row each, in the order of runs and numbers.

    Args:
        run: (rows,), the place of the run among those that were read.
        number: (rows,), the episode's number in its run.
        condition: what it is compared as; after it, how its task was perturbed, if it was.
        task: what is the same for the same task in any run; variants of a task have the same.
        category: the task's ``data["category"]``, or none.
        ending: how the episode ended.
        match: (rows,), the number of its match in its run.
        turns: (rows,), how many answers were given.
        agents: the agent in each seat.
        returns: the return of each seat, empty where there is no result.
        truths: the task's truth as text, or None where it has none.
        answers: the answers that the task lists, true and false of a claim; empty if it lists none.
        base: the condition without how the task was perturbed.
        perturbed: how the task was perturbed (see `arena.designs.perturbing`), or none.
        stands_for: the place of each of its answers in the task that was perturbed; empty if there are none.
        cues: the place of the answer that the perturbation speaks for, or None.
    """

    run: NDArray[np.int32]
    number: NDArray[np.int64]
    condition: Texts
    task: Texts
    category: Texts
    ending: Texts
    match: NDArray[np.int64]
    turns: NDArray[np.int32]
    agents: Sequence[Mapping[str, str]]
    returns: Sequence[Mapping[str, float]]
    truths: Sequence[str | None]
    answers: Sequence[tuple[str, ...]]
    base: Texts
    perturbed: Texts
    stands_for: Sequence[tuple[int, ...]]
    cues: Sequence[int | None]

    def __len__(self) -> int:
        return len(self.run)

    @property
    def completed(self) -> NDArray[np.bool_]:
        """Which episodes ran to their end, (rows,)."""
        return self.ending.is_("completed")


def read_episodes(runs: Sequence[StoredRun], conditions: Sequence[str]) -> EpisodeTable:
    """Return the finished episodes of runs, each of which is compared as its condition.

    An episode of a run that compares several has its own condition, after the run's where runs differ.
    """
    condition, task, category, ending = Coder(), Coder(), Coder(), Coder()
    base, perturbed = Coder(), Coder()
    places: list[tuple[int, int, int, int]] = []
    agents, returns, truths, answers = [], [], [], []
    stands_for: list[tuple[int, ...]] = []
    cues: list[int | None] = []
    listed: dict[str, tuple[str, ...]] = {}
    names: dict[str, str] = {}
    for place, run in enumerate(runs):
        for played in run.finished():
            plan = played.plan
            base.add(own := condition_of(conditions, place, plan.condition))
            changed = plan.perturbed
            condition.add(f"{own}, {changed}" if changed else own)
            perturbed.add(changed or None)
            stands_for.append(_places(plan.task.data.get("stands_for")))
            cues.append(next(iter(_places([plan.task.data.get("cue")])), None))
            task.add(one := cluster(plan))
            names.setdefault(one, str(plan.task.data.get("variant_of", plan.task.id)))
            kind = plan.task.data.get("category")
            category.add(None if kind is None else str(kind))
            ending.add(played.outcome.ending.value)
            places.append((place, plan.number, plan.match, played.turns))
            agents.append(plan.seats)
            returns.append(played.outcome.returns)
            truths.append(truth_of(played))
            if plan.task.id not in listed:
                listed[plan.task.id] = _answers(plan)
            answers.append(listed[plan.task.id])
    columns = np.array(places, dtype=np.int64).reshape(len(places), 4)
    return EpisodeTable(
        columns[:, 0].astype(np.int32),
        columns[:, 1],
        condition.texts(),
        _plainly(task.texts(), names),
        category.texts(),
        ending.texts(),
        columns[:, 2],
        columns[:, 3].astype(np.int32),
        agents,
        returns,
        truths,
        answers,
        base.texts(),
        perturbed.texts(),
        stands_for,
        cues,
    )


def _places(given: object) -> tuple[int, ...]:
    """Return places if a list of whole numbers is given. A task's data may be anything."""
    found = given if isinstance(given, list | tuple) else ()
    return tuple(found) if all(type(one) is int for one in found) else ()


def _plainly(tasks: Texts, names: Mapping[str, str]) -> Texts:
    """Return the column with each task's own name, except where several tasks have the same name.

    A variant has the name of the task that it is a variant of, if only one task has that name.
    """
    plain: dict[str, list[str]] = {}
    for key, name in names.items():
        if key != name:
            plain.setdefault(name, []).append(key)
    meant = {name: keys[0] for name, keys in plain.items() if len(keys) == 1}
    tasks = tasks.mapped(lambda key: meant.get(key, key))
    names = {key: name for key, name in names.items() if key in tasks.names}
    frequent = Counter(names.values())
    return Texts(tasks.codes, tuple(names[one] if frequent[names[one]] == 1 else one for one in tasks.names))


def condition_of(conditions: Sequence[str], place: int, own: str) -> str:
    """Return what an episode is compared as; `own` is its condition in a run that compares several."""
    run = conditions[place]
    if not own:
        return run
    return own if len(set(conditions)) == 1 else f"{run}: {own}"


def cluster(plan: Plan) -> str:
    """Return what is the same for the same task in any run, and for no other."""
    task = plan.task
    name = task.data.get("variant_of")
    if name is not None:
        return str(name)
    return f"{task.id} {blake2b(task.text.encode(), digest_size=8).hexdigest()}"


def truth_of(played: Played) -> str | None:
    """Return the truth of an episode's task as text; True and False are ``true`` and ``false``.

    Of several spellings it is the first.
    """
    truth = played.plan.task.truth
    if is_spellings(truth):
        return truth[0]
    if isinstance(truth, bool):
        return str(truth).lower()
    return str(truth) if isinstance(truth, str | int | float) else None


def _answers(plan: Plan) -> tuple[str, ...]:
    listed = plan.task.data.get("answers")
    if listed is None and isinstance(plan.task.truth, bool):
        return "true", "false"
    return tuple(map(str, listed)) if isinstance(listed, list | tuple) else ()
