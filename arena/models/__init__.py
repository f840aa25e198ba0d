"""The store of model files: their names, the folder that holds them, and how they are downloaded.

A file is accepted only if it is byte for byte the file that its makers published. The sizes and the SHA-256
are in `arena.models._catalogue`, so it does not matter who delivers the bytes.
"""

from arena.models._catalogue import DEFAULT, MODELS, NamedModel
from arena.models.store import Store, locate

__all__ = ["DEFAULT", "MODELS", "NamedModel", "Store", "locate"]
