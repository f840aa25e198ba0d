"""How the replacement of an agent is written."""

from __future__ import annotations

import re

from arena.core.errors import UsageError

_SETTING = "[^=&]+=[^=&]*"
_REPLACEMENT = re.compile(rf"(?P<old>[^=?]+(\?{_SETTING}(&{_SETTING})*)?)=(?P<new>.+)")
"""An agent without a name of its own is called by its specification. Its settings have equals signs, too."""


def replacement(written: str) -> tuple[str, str]:
    """Return the name of an agent and the one that plays in its place, of ``OLD=NEW``.

    >>> replacement("slow?seconds=1=new=random")
    ('slow?seconds=1', 'new=random')

    Raises:
        UsageError: if it is not written so.
    """
    found = _REPLACEMENT.fullmatch(written.strip())
    if found is None:
        raise UsageError(f"A replacement is written OLD=NEW, such as gpt=local, not {written!r}.")
    return found["old"].strip(), found["new"].strip()
