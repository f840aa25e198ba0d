"""One game of TextArena (Guertler et al., "TextArena", 2025), kept apart from the rest of the process.

TextArena's games draw from Python's global generators of random numbers, so two games that are played at the
same time would disturb each other and everything else. Here its modules get stand-ins for `random` and
``numpy.random``, which lead to a generator of the game that is being played in the thread. Each call runs in
a thread of its own, because a game may compute for a long time or never return.
"""

from __future__ import annotations

import asyncio
import ctypes
import random
import sys
import threading
from collections.abc import Callable
from functools import cache
from math import isfinite
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from arena.core.errors import ArenaError, MissingExtra, UsageError

T = TypeVar("T")

_TRAINING = ("-raw", "-train")
"""Endings of names that differ only in how texts are wrapped, which is not used here."""
_CURRENT = threading.local()
_MARK = "_arena_generators"


class BrokenGame(ArenaError):
    """A game of TextArena raised an error, did not return, or pays something else than numbers."""


class ShownText(NamedTuple):
    """A message to a player: who wrote it (None for the game itself), and its text."""

    player: int | None
    text: str


class Payout(NamedTuple):
    """What a game paid: a number for each player, who lost by an invalid move, and why it ended."""

    returns: tuple[float, ...]
    invalid: tuple[int, ...]
    reason: str


class _Generators(NamedTuple):
    python: random.Random
    seed: int


class TextArenaGame:
    """A game of TextArena that is being played.

    Args:
        env: its name, such as ``Nim-v0``.
        players: the number of players.
        seed: the seed of all its randomness.
        seconds: how long a move may take, in seconds.
    """

    def __init__(self, env: str, players: int, seed: int, seconds: float) -> None:
        self._env_name, self._players, self._seconds = env, players, seconds
        self._generators = _Generators(random.Random(seed), seed)
        self._env: Any = None

    async def start(self) -> None:
        """Make the game and deal.

        Raises:
            BrokenGame: the game raised an error, or took too long.
        """
        await self._apart(self._make)

    async def turn(self) -> tuple[int, tuple[ShownText, ...]]:
        """Return the player to move, and what it was not told before."""
        player, news = await self._apart(self._env.get_observation)
        if player not in range(self._players):
            raise BrokenGame(f"{self._env_name} says that player {player!r} is to move")
        return player, self._told(player, news)

    async def move(self, text: str) -> bool:
        """Make a move, as it is written, and return whether the game is over."""
        done, _ = await self._apart(lambda: self._env.step(action=text))
        return bool(done)

    def rest(self, player: int) -> tuple[ShownText, ...]:
        """Return what a player was not told before the end."""
        return self._told(player, self._env.state.observations.get(player, ()))

    async def ended(self) -> Payout:
        """Return what the game paid.

        Raises:
            BrokenGame: it paid something else than one number to each player.
        """
        rewards, about = await self._apart(self._env.close)
        found = [
            rewards.get(player) if isinstance(rewards, dict) else None for player in range(self._players)
        ]
        if not all(isinstance(one, int | float) and isfinite(one) for one in found):
            raise BrokenGame(f"{self._env_name} paid {rewards!r}, which is not one number for each player")
        told = [about.get(player, {}) for player in range(self._players)]
        invalid = tuple(player for player, one in enumerate(told) if one.get("invalid_move"))
        reason = next((str(one["reason"]) for one in told if one.get("reason")), "")
        return Payout(tuple(map(float, found)), invalid, reason)  # type: ignore[arg-type]

    def _told(self, player: int, news: Any) -> tuple[ShownText, ...]:
        """Return messages to a player, without the echo of its own moves."""
        told = []
        for sender, text, kind in news:
            if sender != player or getattr(kind, "name", "") != "PLAYER_ACTION":
                is_seat = isinstance(sender, int) and sender in range(self._players)
                told.append(ShownText(sender if is_seat else None, str(text)))
        return tuple(told)

    def _make(self) -> None:
        spec = environments()[self._env_name]
        place, _, name = spec.entry_point.partition(":")
        made = getattr(imported(place), name)
        self._env = made(**spec.kwargs)
        self._env.reset(num_players=self._players, seed=self._generators.seed)

    async def _apart(self, call: Callable[[], T]) -> T:
        """Return what `call` returns in a thread of its own, with this game's random numbers."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[T] = loop.create_future()

        def work() -> None:
            _CURRENT.generators = self._generators
            try:
                result = call()
            except BaseException as error:
                problem = BrokenGame(f"{self._env_name} raised {type(error).__name__}: {error}")
                _settle(loop, done, lambda: done.set_exception(problem))
            else:
                _settle(loop, done, lambda: done.set_result(result))

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        try:
            return await asyncio.wait_for(asyncio.shield(done), self._seconds)
        except TimeoutError:
            done.cancel()
            _stop(thread)
            raise BrokenGame(f"{self._env_name} did not return within {self._seconds:g} seconds") from None


def _settle(loop: asyncio.AbstractEventLoop, done: asyncio.Future[Any], how: Callable[[], None]) -> None:
    """Settle a future from another thread, unless nobody waits for it any more."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(lambda: None if done.done() else how())


def _stop(thread: threading.Thread) -> None:
    """Raise an error in a thread that computes without end, so that it does not slow down everything else."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit))


@cache
def environments() -> dict[str, Any]:
    """Return TextArena's own table of games, by name, without the names for its training wrappers.

    Raises:
        MissingExtra: TextArena is not installed.
    """
    try:
        from textarena.envs.registration import ENV_REGISTRY
    except ImportError:
        raise MissingExtra("TextArena's games need TextArena", "textarena") from None
    return {name: spec for name, spec in ENV_REGISTRY.items() if not name.endswith(_TRAINING)}


def kind_of(env: str) -> str:
    """Return the kind of a game, such as ``Nim`` for ``Nim-v0-large``.

    Raises:
        UsageError: TextArena has no game of this name.
    """
    from arena.core.errors import did_you_mean

    if env not in environments():
        raise UsageError(f"TextArena has no game {env!r}.{did_you_mean(env, environments())}")
    kind: str = environments()[env].entry_point.partition(":")[2].removesuffix("Env")
    return kind


def imported(place: str) -> ModuleType:
    """Import a module of TextArena, and give all of its modules stand-ins for `print` and the generators."""
    from importlib import import_module

    with _IMPORTING:
        module = import_module(place)
        for name, each in list(sys.modules.items()):
            if name.partition(".")[0] == "textarena" and _MARK not in vars(each):
                vars(each)[_MARK] = True
                vars(each)["print"] = _say_nothing
                for attribute, value in list(vars(each).items()):
                    if value is random:
                        setattr(each, attribute, _Random())
                    elif getattr(value, "__name__", "") == "numpy" and isinstance(value, ModuleType):
                        setattr(each, attribute, _Numpy(value))
        return module


_IMPORTING = threading.Lock()


def _say_nothing(*words: object, **options: object) -> None:
    """Stands for `print` in TextArena's modules. What is printed here is for people and programs to read."""


class _Random:
    """Stands for the module `random` in TextArena's modules."""

    Random = random.Random

    def __getattr__(self, name: str) -> Any:
        return getattr(_CURRENT.generators.python, name)


class _Numpy:
    """Stands for numpy in TextArena's modules. Its global generator is drawn from that of the game."""

    def __init__(self, numpy: ModuleType) -> None:
        self._numpy = numpy

    @property
    def random(self) -> Any:
        """The functions of ``numpy.random``, for the game of this thread."""
        return _NumpyRandom(self._numpy)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._numpy, name)


class _NumpyRandom:
    def __init__(self, numpy: ModuleType) -> None:
        self._numpy = numpy

    def __getattr__(self, name: str) -> Any:
        if name in ("default_rng", "RandomState", "Generator") or name.startswith("_"):
            return getattr(self._numpy.random, name)
        drawn = _CURRENT.generators.python.getrandbits(32)
        return getattr(self._numpy.random.RandomState(drawn), name)
