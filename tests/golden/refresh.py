"""Keep what the studies come to now: ``python -m tests.golden.refresh``, or with the names of some studies.

What changes is printed. Read it before you commit it, and say in the commit why it changes.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.golden.keeping import KEPT, differences, read, write
from tests.golden.studies import STUDIES, played


def main() -> None:
    """Refresh the studies that are named on the command line, or all."""
    for file in KEPT.glob("*.json.gz"):
        if file.name.removesuffix(".json.gz") not in STUDIES:
            file.unlink()
    for name in sys.argv[1:] or STUDIES:
        with tempfile.TemporaryDirectory() as folder:
            came = asyncio.run(played(name, Path(folder)))
        before = read(name)
        if came != before:
            print(f"{name} changes")
            for difference in differences(before, came) if before else ():
                print(difference)
            write(name, came)


if __name__ == "__main__":
    main()
