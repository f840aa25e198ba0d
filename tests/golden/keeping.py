"""The golden files: the texts of each study, compressed, and the digest of each text to be read."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path

KEPT = Path(__file__).parents[1] / "data" / "golden"
DIGESTS = "digests.txt"
_LINES, _WIDTH = 40, 300


def read(study: str) -> dict[str, str]:
    """Return the texts that were kept of a study, by the names of their files; none if it is new."""
    file = KEPT / f"{study}.json.gz"
    return dict(json.loads(gzip.decompress(file.read_bytes()))) if file.exists() else {}


def write(study: str, texts: Mapping[str, str]) -> None:
    """Keep the texts of a study in place of those before; the same texts make the same bytes."""
    KEPT.mkdir(parents=True, exist_ok=True)
    whole = json.dumps(texts, sort_keys=True).encode()
    (KEPT / f"{study}.json.gz").write_bytes(gzip.compress(whole, mtime=0))
    lines = (KEPT / DIGESTS).read_text(encoding="utf-8").splitlines() if (KEPT / DIGESTS).exists() else []
    others = [line for line in lines if not line.split()[1].startswith(f"{study}/")]
    own = [f"{sha256(text.encode()).hexdigest()[:16]} {study}/{name}" for name, text in texts.items()]
    text = "\n".join(sorted([*others, *own], key=lambda line: line.split()[1:])) + "\n"
    (KEPT / DIGESTS).write_text(text, encoding="utf-8")


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield what is other in each text that changed: its first lines that differ, long ones cut."""
    for name in sorted(before.keys() | after.keys()):
        one, two = before.get(name, ""), after.get(name, "")
        if one == two:
            continue
        lines = unified_diff(
            one.splitlines(), two.splitlines(), f"{name} as kept", f"{name} now", n=1, lineterm=""
        )
        shown = [line if len(line) <= _WIDTH else f"{_around(line, one, two)}" for line in lines]
        yield "\n".join(shown[:_LINES])
        if len(shown) > _LINES:
            yield f"... and {len(shown) - _LINES:,} lines more of {name}"


def _around(line: str, one: str, two: str) -> str:
    """Return a long line from a little before the place at which the texts begin to differ in it."""
    other = two if line.startswith("-") else one
    body, mates = line[1:], [mate for mate in other.splitlines() if mate[:20] == line[1:21]]
    place = max((_common(body, mate) for mate in mates), default=0)
    start = max(0, place - _WIDTH // 3)
    return f"{line[0]}...{body[start : start + _WIDTH]}..."


def _common(one: str, two: str) -> int:
    place = 0
    while place < min(len(one), len(two)) and one[place] == two[place]:
        place += 1
    return place
