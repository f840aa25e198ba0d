"""What a judge of labels is told and asked, and the questions of labels that are known by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from arena.judging.rendering import speaker
from arena.prompts import Prompts
from arena.seat.messages import fenced

LABEL_PROMPTS = Prompts(Path(__file__).with_name("labelling"))
"""What a judge of labels is told and asked."""
KNOWN_LABELS: Mapping[str, str] = {
    "verification": (
        "How often does the speaker check a result that it has computed or claimed, such as by comparing it "
        "with what was wanted?"
    ),
    "backtracking": (
        "How often does the speaker give up a way of solving the task that it sees to be wrong, and take "
        "another one?"
    ),
    "subgoal-setting": (
        "How often does the speaker set itself an intermediate goal, a step on the way to what is wanted?"
    ),
    "backward-chaining": (
        "How often does the speaker begin with what is wanted and work back from it to what is given?"
    ),
}
"""The questions of labels that need no question of their own: the four habits of Gandhi et al. (2025,
arXiv 2503.01307, which asks for one count of each in a whole reply), in words of ours."""


def asking(task: str, turns: Sequence[tuple[str, str | None, str | None]], question: str) -> str:
    """Return what a judge is asked about some turns: the task, the turns as quotations, and the question.

    Args:
        task: the text of the task; it may be empty.
        turns: of each turn the seat, what was said and what was thought; None for what is not shown.
        question: the question.
    """
    seats = list(dict.fromkeys(seat for seat, _, _ in turns))
    names = {seat: speaker(place) if len(seats) > 1 else "the speaker" for place, seat in enumerate(seats)}
    _, said, thought = turns[0]
    shows = {"said": said is not None, "thought": thought is not None}
    parts = [LABEL_PROMPTS.text("below", speakers=list(names.values()), **shows)]
    if task:
        parts.append(LABEL_PROMPTS.text("task", task=task))
    for seat, said, thought in turns:
        who = names[seat] if len(turns) > 1 else ""
        both = said is not None and thought is not None
        for prompt, text in (("thought", thought), ("said", said)):
            if text is not None:
                parts.append(LABEL_PROMPTS.text(prompt, speaker=who, both=both, text=fenced(text)))
    return "\n\n".join([*parts, question])
