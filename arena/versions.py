"""Names of agents that change as they are trained: ``critic@3`` is the version 3 of ``critic``."""

from __future__ import annotations


def version_of(name: str) -> str | None:
    """Return the version of an agent: what stands behind the last ``@`` of its name, None if nothing does.

    >>> version_of("local:critic@3")
    '3'
    """
    return name.rpartition("@")[2] or None if "@" in name else None
