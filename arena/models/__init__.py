"""The store of model files: which there are by name, where they lie, and how they get there.

A file is accepted only if it is, to the byte, the one its makers published: the names' sizes and SHA-256 are
in `arena.models._catalogue`, whoever delivers the bytes.
"""

from arena.models._catalogue import DEFAULT, MODELS, NamedModel
from arena.models.store import Store, locate

__all__ = ["DEFAULT", "MODELS", "NamedModel", "Store", "locate"]
