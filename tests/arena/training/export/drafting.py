"""Protocols that ask for several samples of a turn and say what they found out."""

from __future__ import annotations

from collections.abc import Sequence

from arena.annotations import Answer, Label
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.forms import Choice
from arena.journal import StoredEpisode
from arena.seat.transcript import NOBODY
from tests.arena.training.export.making import stored
from tests.shared.agents import Scripted
from tests.shared.playing import play
from tests.shared.protocols import OneShot

OPTIONS = ("1", "2", "3", "4")


async def drafted(
    *turns: Sequence[str], truth: str = "4", kept: Sequence[int | None] = (), number: int = 0
) -> StoredEpisode:
    """Return an episode in which ann gives some samples in each turn, of which one may be kept.

    The last answer that was kept is paid 1 if it is right, else 0.
    """

    async def method(episode: Episode) -> Outcome:
        last: str | None = None
        for turn, replies in enumerate(turns):
            samples = [
                await episode.ask(
                    "ann",
                    Choice(OPTIONS, retries=0),
                    "Answer.",
                    audience=NOBODY,
                    remember=False,
                    sample=sample if len(replies) > 1 else None,
                    finds=Answer("answer", turn=turn + 1),
                )
                for sample in range(len(replies))
            ]
            chosen = kept[turn] if turn < len(kept) else 0
            if chosen is not None:
                if len(replies) > 1:
                    episode.annotate(Label("kept", "yes", about=samples[chosen].place))
                last = samples[chosen].parsed
            episode.tell({"ann"}, f"Turn {turn + 1} is over.")
        return Outcome.completed({"ann": float(last == truth)})

    said = [reply for turn in turns for reply in turn]
    playing = await play(OneShot(method=method), Scripted(*said), truth=truth)
    return stored(playing, number=number, truth=truth)
