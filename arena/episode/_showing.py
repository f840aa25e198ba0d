"""Showing the seats the pictures of their task, before the protocol begins."""

from __future__ import annotations

from pathlib import Path

from arena.episode.episode import Episode
from arena.prompts import Prompts

_PROMPTS = Prompts(Path(__file__).with_name("pictures"))


def show_pictures(episode: Episode) -> None:
    """Announce the pictures of the task to all seats, and then to each seat those that only it may see.

    A label stands before each. The numbers of a seat's own pictures begin anew, so that they tell nobody else
    that there are any. Pictures for a seat that the protocol does not have are shown to nobody.
    """
    task = episode.task
    for place, picture in enumerate(task.pictures):
        label = _PROMPTS.text("public", number=place + 1, first=int(place == 0))
        episode.tell(episode.everyone, label, pictures=(picture,))
    for seat, own in task.private_pictures.items():
        for place, picture in enumerate(own if seat in episode.everyone else ()):
            is_first = not task.pictures and place == 0
            label = _PROMPTS.text("private", number=place + 1, first=int(is_first))
            episode.tell((seat,), label, pictures=(picture,))
