"""Replies that are used again."""

from arena.cache.cache import CacheCounts, Miss, open_cache

__all__ = ["CacheCounts", "Miss", "open_cache"]
