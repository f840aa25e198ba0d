"""Seeds are derived from a path, and from nothing else."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from arena.core.seeds import derive
from tests.shared.examples import some

paths = st.lists(st.text(st.characters(exclude_categories=["Cs"])) | st.integers(), max_size=4).map(tuple)


@some
@given(st.integers(), paths, paths)
def test_different_paths_lead_to_different_seeds(
    seed: int, one: tuple[str | int, ...], two: tuple[str | int, ...]
) -> None:
    """Numbers and texts that look alike included, and however the path is cut into parts."""
    assert (derive(seed, *one) == derive(seed, *two)) is (repr(one) == repr(two))
    assert 0 <= derive(seed, *one) < 2**63


def test_the_parts_do_not_run_together() -> None:
    assert derive(0, "a", "bc") != derive(0, "ab", "c")
    assert derive(0, 1, 23) != derive(0, 12, 3)
    assert derive(0, "1") != derive(0, 1)


def test_another_process_derives_the_same() -> None:
    """Whatever its hash seed is."""
    script = "from arena.core.seeds import derive; print(derive(7, 'episode', 3, 'player_0'))"
    said = {
        subprocess.run(
            [sys.executable, "-c", script], env={"PYTHONHASHSEED": str(n)}, capture_output=True
        ).stdout
        for n in (0, 1)
    }
    assert said == {f"{derive(7, 'episode', 3, 'player_0')}\n".encode()}
