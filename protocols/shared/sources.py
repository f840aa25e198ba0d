"""The source of a question: a text, pictures or both, which are shown to those who may read it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from arena.episode.episode import Episode
from arena.prompts import Prompts
from arena.tasks.task import PublicTask
from protocols.shared.questions import Question, Readers

_PROMPTS = Prompts(Path(__file__).with_name("oversight"))

SOURCE = "source"
"""The name under which a task's ``private_pictures`` holds those of its source. No seat is called so."""


def reads(seat: str, readers: Readers, speakers: Sequence[str]) -> bool:
    """Return whether a seat reads the source."""
    return readers is Readers.EVERYONE or (readers is Readers.SPEAKERS and seat in speakers)


def sees_source(task: PublicTask, seat: str, readers: Readers, speakers: Sequence[str]) -> bool:
    """Return whether the source has pictures that a seat sees."""
    return bool(task.private_pictures.get(SOURCE)) and reads(seat, readers, speakers)


def tell_source(episode: Episode, question: Question, readers: Readers, speakers: Sequence[str]) -> None:
    """Show the source, if the task has one, to those who read it."""
    audience = {seat for seat in episode.everyone if reads(seat, readers, speakers)}
    if audience and question.source:
        episode.tell(audience, _PROMPTS.text("source", source=question.source))
    if audience and (shown := episode.task.private_pictures.get(SOURCE, ())):
        episode.tell(audience, _PROMPTS.text("pictured_source"), pictures=shown)


def unread(task: PublicTask, question: Question, speakers: Sequence[str]) -> list[str]:
    """Return what a seat is told of a source that only the speakers read."""
    hidden = {"unread_source": question.source, "unseen_source": task.private_pictures.get(SOURCE)}
    return [
        _PROMPTS.text(name, speakers=list(speakers)) for name, what in hidden.items() if what and speakers
    ]
