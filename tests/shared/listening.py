"""A listener that notes what it hears of replies while they are written."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from arena.seat.writing import LiveWriter


class Ear:
    """Hears all episodes, or those that it is given, and notes what it is told, in order."""

    def __init__(self, *episodes: int) -> None:
        self.episodes = episodes
        self.told: list[tuple[str, LiveWriter, str]] = []
        self.texts: dict[LiveWriter, str] = {}
        self.thoughts: defaultdict[LiveWriter, str] = defaultdict(str)
        self.open: set[LiveWriter] = set()

    @property
    def kinds(self) -> list[str]:
        """What happened, in order, with words that follow words counted once."""
        kinds = [kind for kind, _, _ in self.told]
        return [kind for at, kind in enumerate(kinds) if at == 0 or kinds[at - 1] != kind]

    def wants(self, episode: int) -> bool:
        return not self.episodes or episode in self.episodes

    def begin(self, writer: LiveWriter, so_far: str) -> None:
        self.told.append(("begin", writer, so_far))
        self.texts[writer] = so_far
        self.open.add(writer)

    def more(self, writer: LiveWriter, text: str, *, is_thought: bool) -> None:
        assert writer in self.open
        self.told.append(("more", writer, text))
        kept: Any = self.thoughts if is_thought else self.texts
        kept[writer] += text

    def taken_back(self, writer: LiveWriter) -> None:
        assert writer in self.open
        self.told.append(("taken back", writer, ""))
        self.texts[writer] = self.thoughts[writer] = ""

    def end(self, writer: LiveWriter) -> None:
        self.told.append(("end", writer, ""))
        self.open.remove(writer)
