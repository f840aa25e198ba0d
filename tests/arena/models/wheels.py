"""Small models in wheels, and a pip that delivers them."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from arena.models import NamedModel

CONTENT = b"GGUF" + bytes(range(256)) * 400
PACKAGES = ("tiny-part1==1.0", "tiny-part2==1.0", "tiny-part3==1.0")


def tiny_model(content: bytes = CONTENT) -> NamedModel:
    """A model whose published file is `content`."""
    sha256 = hashlib.sha256(content).hexdigest()
    return NamedModel("tiny", "", "us/tiny", "tiny.gguf", len(content), sha256, "The licence.\n", PACKAGES)


def thirds(content: bytes = CONTENT) -> list[bytes]:
    """The content in three pieces, the last one the shortest."""
    size = -(-len(content) // 3)
    return [content[start : start + size] for start in range(0, len(content), size)]


@dataclass
class FakePip:
    """Stands for `subprocess.run`; "downloads" wheels with `pieces`, and keeps what it was asked for.

    `failing` holds the packages that it does not find, `before` is called with each package first.
    """

    pieces: list[bytes] = field(default_factory=thirds)
    failing: set[str] = field(default_factory=set)
    before: Callable[[str], None] = lambda package: None
    asked: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)

    def __call__(self, words: Sequence[str | Path], **options: Any) -> subprocess.CompletedProcess[str]:
        *self.options, folder, package = map(str, words)
        self.before(package)
        self.asked.append(package)
        if package in self.failing:
            said = f"noise\nERROR: No matching distribution found for {package}\n"
            return subprocess.CompletedProcess(words, 1, "", said)
        name = package.replace("-", "_").replace("==", "-")
        with ZipFile(Path(folder) / f"{name}-py3-none-any.whl", "w") as wheel:
            wheel.writestr("tiny/__init__.py", "raise SystemExit('a stranger was run')")
            wheel.writestr("tiny/data/part.bin", self.pieces[PACKAGES.index(package)])
        return subprocess.CompletedProcess(words, 0, "", "")
