"""Part of Arena (arena-protocols)."""

__version__ = "0.1.0"
