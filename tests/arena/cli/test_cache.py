"""``--cache``: what it prints, and how a file that cannot be used is refused."""

from __future__ import annotations

import json

from tests.arena.cli.typing_in import SHORT, Typist

PLAYING = ("tournament", "kuhn", "--agents", "scripted", "random", *SHORT, "--cache", "c.sqlite")


class TestCache:
    def test_hits_and_misses_are_told_at_the_end(self, arena: Typist) -> None:
        first, second = arena(*PLAYING), arena(*PLAYING)
        assert (first.code, second.code) == (0, 0)
        asked = first.out.splitlines()[-1].split()[3]
        assert first.out.splitlines()[-1] == f"Cache: 0 hits, {asked} misses ({asked} never asked)"
        assert second.out.splitlines()[-1] == f"Cache: {asked} hits, 0 misses"

    def test_machines_are_told_too(self, arena: Typist) -> None:
        arena(*PLAYING)
        told = json.loads(arena(*PLAYING, "--json").out.splitlines()[-1])
        assert (told["event"], told["misses"]) == ("cache", {})
        assert told["hits"] > 0

    def test_nothing_is_told_without_one(self, arena: Typist) -> None:
        assert "Cache" not in arena(*PLAYING[:-2]).out

    def test_resuming_takes_one(self, arena: Typist) -> None:
        arena(*PLAYING, "--out", "run")
        assert "Cache: 0 hits, 0 misses" in arena("resume", "run", "--cache", "c.sqlite").out

    def test_a_file_of_another_kind_is_refused_before_anything_is_played(self, arena: Typist) -> None:
        arena.write("c.sqlite", "my notes " * 100)
        said = arena(*PLAYING)
        assert said.code == 1
        assert said.err.startswith("arena: c.sqlite is not a response cache")
        assert not (arena.folder / "runs").exists()
