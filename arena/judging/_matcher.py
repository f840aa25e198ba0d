"""A program of its own that counts the matches of regular expressions, so that it can be killed.

A pattern may need longer than the age of the universe, and Python cannot interrupt one. For each line of JSON
with a `pattern` and a `text`, it writes a line with the `count` of matches and the `span` of the first, or
with the `error` in the pattern.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from contextlib import suppress

_BYTES = 2**29
"""How much memory it may take."""


def _main() -> None:
    with suppress(OSError, ValueError):  # not every system has this limit
        resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        try:
            pattern = re.compile(asked["pattern"])
        except (re.error, RecursionError, OverflowError) as error:
            print(json.dumps({"error": str(error)}), flush=True)
            continue
        count, span = 0, None
        for found in pattern.finditer(asked["text"]):
            span = span or found.span()
            count += 1
        print(json.dumps({"count": count, "span": span}), flush=True)


if __name__ == "__main__":
    _main()
