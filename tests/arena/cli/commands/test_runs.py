from __future__ import annotations

import re

from tests.arena.cli.typing_in import SHORT, Typist

KUHN = ("tournament", "kuhn", "--agents", "kuhn-nash", "random", *SHORT)


class TestRuns:
    def test_runs_lists_the_runs(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        result = arena("runs")
        assert result.code == 0
        assert re.search(r"^one +\S*Play +4 +0", result.out, re.MULTILINE)

    def test_no_runs(self, arena: Typist) -> None:
        result = arena("runs")
        assert (result.code, result.out.strip()) == (0, "There are no runs in runs.")

    def test_a_damaged_run_is_listed_as_such(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        (arena.folder / "runs" / "torn").mkdir()
        (arena.folder / "runs" / "torn" / "journal.sqlite").write_bytes(b"not a journal" * 100)
        result = arena("runs")
        assert result.code == 0
        assert "damaged" in result.out
        assert re.search(r"^one ", result.out, re.MULTILINE)
        assert arena("show", "torn").code == 1
