"""What is sent, exported and reported in the fixed runs is byte for byte what was kept of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from arena.registry import find
from protocols import PROTOCOLS
from tests.golden.keeping import KEPT, differences, read
from tests.golden.studies import PLAYED, REQUESTS, STUDIES, played


@pytest.mark.parametrize("name", STUDIES)
async def test_requests_exports_and_figures_are_as_kept(name: str, tmp_path: Path) -> None:
    """If they are meant to be others: ``python -m tests.golden.refresh``, and say why in the commit."""
    changed = list(differences(read(name), await played(name, tmp_path)))
    assert not changed, "\n".join(changed)


def test_every_protocol_is_among_the_runs() -> None:
    played = {protocol for name in STUDIES for protocol in read(name)[PLAYED].split()}
    # What TextArena tells is its own, and changes with its version.
    assert played >= {find("protocols", name).__name__ for name in PROTOCOLS} - {"TextArena"}


def test_nearly_all_studies_have_requests() -> None:
    """Or nothing would be held still: where agents learn, or the transcripts are others', there are none."""
    assert {name for name in STUDIES if not read(name)[REQUESTS]} == {"imported", "spiral-kuhn"}


def test_what_is_kept_is_small_and_of_studies_there_are() -> None:
    assert {file.name.removesuffix(".json.gz") for file in KEPT.glob("*.gz")} == set(STUDIES)
    assert sum(file.stat().st_size for file in KEPT.iterdir()) < 1_000_000


def test_a_difference_is_shown_where_it_is() -> None:
    before = {"a.jsonl": "x" * 500 + "one" + "y" * 500, "same": "same"}
    (shown,) = differences(before, {**before, "a.jsonl": "x" * 500 + "two" + "y" * 500})
    assert "xone" in shown
    assert "xtwo" in shown
    assert len(shown) < 1500
