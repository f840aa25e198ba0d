"""Whether all calls to a provider wait, and what for."""

from __future__ import annotations

from typing import NamedTuple


class HeldUp(NamedTuple):
    """All calls to a provider wait, or are tries of calls that failed before.

    Attributes:
        provider: the provider's name.
        why: what came of the last try, or the provider's answer.
        since: for how many seconds nothing has been answered.
        next_try: in how many seconds the next call is tried; 0 if one is being tried.
        waiting: how many episodes wait or, outside of episodes, calls.
    """

    provider: str
    why: str
    since: float
    next_try: float
    waiting: int
