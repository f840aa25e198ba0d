"""The work of ``arena runs``: listing runs, removing one and packing one."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.table import Table

from arena.core.console import err, out, plain, print_json, run_folder
from arena.core.errors import ArenaError, UsageError
from arena.journal import StoredRun
from arena.journal.keeping import PACKED, bytes_of, pack_run, remove_run, stored_runs
from arena.results.ranking import last_played, what_is_played
from arena.spending.limits import in_dollars
from arena.steering import state

_HEADS = ("run", "state", "played", "what", "episodes", "failed", "cost", "size")


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run in a list. `problem` says why it cannot be read, and then the rest is empty.

    `played` is the day on which it was last played, `dollars` what is known to have been spent, and
    `unpriced` how many calls have no known price.
    """

    name: str
    state: str = ""
    played: str = ""
    what: str = ""
    episodes: int = 0
    failed: int = 0
    calls: int = 0
    dollars: float = 0.0
    unpriced: int = 0
    bytes: int = 0
    problem: str = ""


def show_runs(folder: Path, as_json: bool) -> None:
    """Print the runs in a folder, a line each."""
    found = [_listed(path) for path in stored_runs(folder)]
    if as_json:
        for one in found:
            print_json({"event": "run", **asdict(one)})
        return
    grid = Table(box=None, header_style="bold", pad_edge=False)
    for head in _HEADS:
        grid.add_column(
            head,
            no_wrap=head != "what",
            overflow="fold",
            justify="right" if head in ("episodes", "failed", "cost", "size") else "left",
        )
    for one in found:
        cells = (one.name, one.state, one.played, one.problem or one.what)
        counts = ("", "", "") if one.problem or one.state == "packed" else tuple(_counts(one))
        grid.add_row(*map(plain, cells), *counts, in_bytes(one.bytes))
    if found:
        out.print(grid)
    else:
        out.print(f"There are no runs in {folder}.")


def _counts(one: ListedRun) -> Iterator[str]:
    yield f"{one.episodes:,}"
    yield f"{one.failed:,}"
    if not one.calls:
        yield ""
    elif one.unpriced:
        yield f">= {in_dollars(one.dollars)}" if one.unpriced < one.calls else "unknown"
    else:
        yield in_dollars(one.dollars)


def _listed(path: Path) -> ListedRun:
    size = bytes_of(path)
    if path.is_file():
        return ListedRun(path.name.removesuffix(PACKED), "packed", what=path.name, bytes=size)
    try:
        with StoredRun(path) as run:
            ended = {ending.value: count for ending, count in run.counts().items()}
            config, total, now = run.header()["config"], run.total(), state(run)
    except ArenaError as error:
        return ListedRun(path.name, bytes=size, problem=str(error))
    return ListedRun(
        name=path.name,
        state=f"{now.kind}, a person is asked" if now.people else str(now.kind),
        played=last_played(path),
        what=what_is_played(config),
        episodes=sum(ended.values()),
        failed=ended.get("failed", 0),
        calls=total.calls,
        dollars=total.dollars,
        unpriced=total.unpriced,
        bytes=size,
    )


def in_bytes(size: int) -> str:
    """Return a size as it is said, in the units of 1,000.

    >>> in_bytes(812), in_bytes(23_456), in_bytes(1_234_567), in_bytes(5_600_000_000)
    ('812 B', '23 kB', '1.2 MB', '5.6 GB')
    """
    if size < 1_000:
        return f"{size} B"
    if size < 1_000_000:
        return f"{size / 1e3:.0f} kB"
    return f"{size / 1e6:.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"


def remove_asked(run: str, yes: bool) -> None:
    """Remove a run, once the user has agreed."""
    folder = run_folder(run)

    def agreed() -> bool:
        forks = [path.name for path in stored_runs(folder.parent) if _is_fork_of(path, folder)]
        more = f" {', '.join(forks)} branched off it, and cannot be read without it." if forks else ""
        return _agreed(f"This removes {_said(folder, _listed(folder))} for good.{more}", yes)

    if remove_run(folder, agreed):
        err.print(f"Removed {folder}", markup=False)


def pack_asked(run: str, yes: bool) -> None:
    """Pack a run, once the user has agreed."""
    folder = run_folder(run)
    before = 0

    def agreed() -> bool:
        nonlocal before
        one = _listed(folder)
        before = one.bytes
        return _agreed(f"This packs {_said(folder, one)} into {folder}{PACKED}, and removes the folder.", yes)

    packed = pack_run(folder, agreed)
    if packed is None:
        return
    err.print(
        f"Packed {folder} into {packed}: {in_bytes(before)} became {in_bytes(bytes_of(packed))}. "
        f"It is unpacked by: tar -xzf {packed} -C {packed.parent}",
        markup=False,
    )


def _said(folder: Path, one: ListedRun) -> str:
    played = f", last played on {one.played}" if one.played else ""
    held = one.problem or f"{one.what}, {one.episodes:,} episodes{played}, {in_bytes(one.bytes)}"
    return f"{folder} ({held})"


def _is_fork_of(path: Path, folder: Path) -> bool:
    try:
        with StoredRun(path) as run:
            parent = run.header().get("parent")
    except ArenaError:
        return False
    return parent is not None and (path / parent).resolve() == folder.resolve()


def _agreed(what: str, yes: bool) -> bool:
    """Say what is going to happen, and return whether the user agrees.

    Raises:
        UsageError: if nobody can be asked, because no terminal is there.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError(f"{what} Add --yes to do it without being asked, because there is no terminal here.")
    err.print(plain(f"{what} Type yes to do it: "), end="")
    if sys.stdin.readline().strip().lower() in ("y", "yes"):
        return True
    err.print("Nothing was done.", markup=False)
    return False
