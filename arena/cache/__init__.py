"""The response cache, which keeps replies of models to use them again."""

from arena.cache.cache import CacheCounts, Miss, open_cache

__all__ = ["CacheCounts", "Miss", "open_cache"]
