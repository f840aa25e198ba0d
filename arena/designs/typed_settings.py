"""Settings as a person types them: ``path=value``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from arena.core.errors import UsageError


def read_settings(settings: Sequence[str]) -> dict[str, Any]:
    """Return ``path=value`` texts as a mapping. A value that is not JSON is text.

    Raises:
        UsageError: if a text has no path or no ``=``.
    """
    read = {}
    for setting in settings:
        path, equals, text = setting.partition("=")
        if not equals or not path:
            raise UsageError(f"A setting is written path=value, such as protocol.hands=5, not {setting!r}.")
        try:
            read[path] = json.loads(text)
        except ValueError:
            read[path] = text
    return read
