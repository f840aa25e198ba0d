"""Changing one named thing about a stored episode before a judge reads it, with the perturbations of tasks.

The last words of the sides are the answers of a task, and its truth is those of the side that is right. The
perturbation changes this task, and the judge reads the episode with the changed words. The sides are called
by their numbers, so that nothing that they wrote stands outside of what is quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from arena.core.errors import UsageError
from arena.designs.perturbing import Perturbation
from arena.journal import StoredEpisode
from arena.judging.rendering import speaker, speeches
from arena.tasks.task import Task


class Shown(NamedTuple):
    """An episode as a judge reads it, and what is added to the judge's brief."""

    episode: StoredEpisode
    brief: str = ""


def shown_to_judge(
    by: Perturbation | None, episode: StoredEpisode, speakers: Sequence[str], view: str | None, seed: int
) -> Shown:
    """Return an episode as the judge reads it: changed by a perturbation, if there is one.

    What is drawn does not depend on the order of the sides.

    Args:
        by: the perturbation.
        episode: the episode that is judged.
        speakers: the sides, in the order in which they are numbered.
        view: the seat whose view is judged.
        seed: the seed of the run.

    Raises:
        UsageError: if the perturbation cannot change this episode.
    """
    if by is None:
        return Shown(episode)
    words = {seat: (number, text) for number, seat, text in speeches(episode, speakers, view)}
    sides = sorted(speakers)
    texts = [words[side][1] if side in words else "" for side in sides]
    if len(set(texts)) < len(texts) or not all(texts):
        raise UsageError(
            f"{by.name} cannot change episode {episode.number}, because two sides said the same or nothing."
        )
    names = [f"what {speaker(speakers.index(side))} says" for side in sides]
    right = [text for side, text in zip(sides, texts, strict=True) if side in _right(episode, sides)]
    changed = by.of(
        Task(
            id=f"{episode.plan.task.id} in episode {episode.number}",
            text=episode.plan.task.text,
            data={"answers": texts, "names": names},
            truth=right[0] if len(right) == 1 else None,
        ),
        seed,
    )
    if changed.data["stands_for"] != list(range(len(sides))) or "order" in changed.data:
        raise UsageError(f"{by.name} moves the sides, and judges are asked in every order of them as it is.")
    if unknown := sorted(changed.briefs.keys() - {"judge"}):
        raise UsageError(f"{by.name} is for the seat {unknown[0]}, and only the judge is asked now.")
    said = {(side, *words[side]): text for side, text in zip(sides, changed.data["answers"], strict=True)}
    steps = tuple(
        tuple(
            event._replace(text=said.get((event.seat or "", number, event.text), event.text))
            for event in step
        )
        for number, step in enumerate(episode.steps)
    )
    task = episode.plan.task.model_copy(update={"text": changed.text})
    new = replace(episode, steps=steps, plan=replace(episode.plan, task=task))
    return Shown(new, changed.briefs.get("judge", ""))


def _right(episode: StoredEpisode, sides: Sequence[str]) -> set[str]:
    """Return the sides that are right: in what they defend, or else in their last answer."""
    truth = episode.plan.task.truth
    text = str(truth).lower() if isinstance(truth, bool) else str(truth)
    defended = {row.seat: row.text for row in episode.annotations if row.name == "defends"}
    if defended:
        return {side for side in sides if truth is not None and defended.get(side) == text}
    answered = {row.author: row.correct for row in episode.annotations if row.kind == "answer"}
    return {side for side in sides if answered.get(side) == 1}
