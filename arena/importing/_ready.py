"""The mappings that come with Arena: TOML files in the folder ``mappings``, each called after its format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from arena.core.errors import UnknownName, did_you_mean

_FOLDER = Path(__file__).parent / "mappings"
_SUFFIX = ".toml"


@dataclass(frozen=True, slots=True)
class ReadyMapping:
    """A mapping that comes with Arena, and its file. The first line of the file says what it is for."""

    name: str
    file: Path

    @property
    def text(self) -> str:
        """The file's content, which may be copied and changed."""
        return self.file.read_text(encoding="utf-8")

    @property
    def about(self) -> str:
        """What it maps, in a sentence."""
        return self.text.partition("\n")[0].removeprefix("# ").rstrip(".")


@cache
def ready_mappings() -> Mapping[str, ReadyMapping]:
    """Return the mappings that come with Arena, by their names."""
    files = sorted(_FOLDER.glob(f"*{_SUFFIX}"))
    return MappingProxyType({file.stem: ReadyMapping(file.stem, file) for file in files})


def mapping_file(mapping: Path | str) -> Path:
    """Return the file of a mapping: the file itself, or that of the ready one of this name.

    Raises:
        UnknownName: if there is neither.
    """
    file, name, known = Path(mapping), str(mapping), ready_mappings()
    if file.exists() or file.suffix == _SUFFIX:
        return file
    if name not in known:
        raise UnknownName(
            f"There is no mapping {name!r}, and no such file.{did_you_mean(name, known)} "
            f"There are: {', '.join(known)}."
        )
    return known[name].file
