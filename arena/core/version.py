"""The version of Arena. The package's metadata reads it from here."""

__version__ = "0.8.0"
