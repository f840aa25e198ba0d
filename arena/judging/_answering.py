"""Asking which answer is right about an episode that had no judge of its own, from what everybody heard."""

from __future__ import annotations

from collections.abc import Sequence

from arena.annotations import Label
from arena.episode.episode import Episode
from arena.forms import Verdict
from arena.journal import StoredEpisode, VerdictValue
from arena.judging._criterion import JUDGE, Criterion, usable
from arena.judging.rendering import JUDGING_PROMPTS, speaker
from arena.tasks.questions import CLAIM
from arena.votes.rulings import TIE


def answers_of(episode: StoredEpisode) -> tuple[str, ...]:
    """Return the possible answers of an episode: those of its task, or else those that its seats defend.

    A claim, which lists no answers, is true or false if that is its truth. There may be none.
    """
    task = episode.plan.task
    listed = task.data.get("answers")
    if isinstance(listed, list | tuple) and all(isinstance(one, str) for one in listed):
        return tuple(listed)
    defended = tuple(dict.fromkeys(defended_in(episode).values()))
    if len(defended) > 1:
        return defended
    return CLAIM if str(task.truth).lower() in CLAIM else ()


def defended_in(episode: StoredEpisode) -> dict[str, str]:
    """Return the answer that each seat defends, as far as the record says so."""
    return {
        row.seat: row.text
        for row in episode.annotations
        if row.kind == Label.kind and row.name == "defends" and row.text is not None
    }


NO_ANSWERS = "without several different answers"
"""Why an episode cannot be judged if its task does not have answers to choose from."""


def cannot_be_answered(episode: StoredEpisode) -> str:
    """Return why nobody can be asked which answer is right; empty if that is possible."""
    answers = answers_of(episode)
    if len(set(answers)) < 2 or len(set(answers)) < len(answers):
        return NO_ANSWERS
    return f"with an answer called {TIE}" if TIE in answers else ""


async def ask_for_answer(
    criterion: Criterion, episode: Episode, judged: StoredEpisode, speakers: Sequence[str], order: int
) -> tuple[tuple[str, ...], VerdictValue]:
    """Ask which answer is right, and return the answers in the order shown and the verdict.

    Args:
        criterion: the criterion.
        episode: the judge's own episode, in which it has been told the exchange.
        judged: the episode that is judged.
        speakers: the sides, in the order in which they are numbered.
        order: whether the answers are shown as they are listed, 0, or the other way round, 1.

    Raises:
        NoVerdict: if the judge gives no usable answer.
    """
    answers = answers_of(judged)[:: -1 if order else 1]
    defended = defended_in(judged)
    sides = [
        JUDGING_PROMPTS.text("defends", speaker=speaker(place), answer=defended[seat])
        for place, seat in enumerate(speakers)
        if seat in defended
    ]
    labels = {str(place): answer for place, answer in enumerate(answers, start=1)}
    asked = JUDGING_PROMPTS.text(
        "answer",
        question=criterion.asked,
        sides="\n".join(sides),
        answers="\n".join(f"{label}: {answer}" for label, answer in labels.items()),
    )
    said = usable(await episode.ask(JUDGE, Verdict(tuple(labels), retries=criterion.retries), asked))
    chosen, truth = labels[said.choice], judged.plan.task.truth
    known = str(truth).lower() if isinstance(truth, bool) else truth
    return answers, VerdictValue(
        chosen,
        confidence=said.confidence,
        reasons=said.reasons,
        correct=float(chosen == known) if isinstance(known, str) and known in answers else None,
    )
