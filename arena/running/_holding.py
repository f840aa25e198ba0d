"""Which settings hold for an episode: those under which its match began, so that the same agents meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from arena.episode.plan import Plan
from arena.steering import SettingsSince


@dataclass(slots=True)
class SettingsHeld:
    """The `settings` of a run since its beginning, the last of which hold for what has not begun.

    An episode has begun if an answer of its own is on the tape. A match of several episodes has begun if one
    of them has begun or ended, or is in play. The plans of a match follow one another, and the numbers of
    matches rise, so a match that is not the newest needs to be remembered only while it is in play.
    """

    settings: list[SettingsSince]
    _episodes: dict[int, int] = field(default_factory=dict)
    _matches: dict[int, int] = field(default_factory=dict)
    _in_play: Counter[int] = field(default_factory=Counter)
    _kept: set[int] = field(default_factory=set)
    _newest: int = -1

    def begin(self, episodes: Mapping[int, int], matches: Mapping[int, int]) -> None:
        """Take from the journal after which acts what is not whole yet began, by number."""
        self._episodes, self._matches = dict(episodes), dict(matches)

    def begin_again(
        self, numbers: Collection[int], episodes: Mapping[int, int], matches: Mapping[int, int]
    ) -> None:
        """Take the same from the journal for episodes of these numbers, which are to be played again."""
        for number in numbers:
            self._episodes.pop(number, None)
        self._episodes |= {number: act for number, act in episodes.items() if number in numbers}
        in_play = {match: act for match, act in self._matches.items() if match in self._in_play}
        self._matches = {**matches, **in_play}

    def keep(self, matches: Collection[int]) -> None:
        """Remember these matches to the end, because episodes of them are to be played again."""
        self._kept |= set(matches)

    def of(self, plan: Plan) -> SettingsSince:
        """Return the settings that hold for an episode if it begins now."""
        act = self._episodes.get(plan.number)
        if act is None and plan.match_size > 1:
            act = self._matches.get(plan.match)
        if act is None:
            return self.settings[-1]
        return next(one for one in reversed(self.settings) if one.act <= act)

    @contextmanager
    def playing(self, plan: Plan, settings: SettingsSince) -> Iterator[None]:
        """Let the whole match of an episode be played under these settings."""
        match, before = plan.match, self._newest
        self._matches[match] = settings.act
        self._in_play[match] += 1
        if match > before:
            self._newest = match
            self._forget(before)
        try:
            yield
        finally:
            self._in_play[match] -= 1
            self._forget(match)

    def _forget(self, match: int) -> None:
        if self._in_play[match]:
            return
        del self._in_play[match]
        if match != self._newest and match not in self._kept:
            self._matches.pop(match, None)
