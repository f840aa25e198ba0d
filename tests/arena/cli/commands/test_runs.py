from __future__ import annotations

import json
import re
import tarfile
from pathlib import Path

import pytest

from arena.cli import stored_runs
from arena.core.errors import JournalBusy, UsageError
from arena.journal import keeping
from arena.journal._opening import held
from arena.journal.keeping import pack_run, remove_run
from tests.arena.cli.typing_in import SHORT, Typist

KUHN = ("tournament", "kuhn", "--agents", "kuhn-nash", "random", *SHORT)


class TestRuns:
    def test_runs_lists_the_runs(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        result = arena("runs")
        assert result.code == 0
        day = r"\d{4}-\d\d-\d\d"
        line = rf"^one +ended +{day} +tournament of kuhn +4 +0 +[\d.]+ kB *$"
        assert re.search(line, result.out, re.MULTILINE)

    def test_json_says_what_is_known(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        told = json.loads(arena("runs", "--json").out)
        files = sum(file.stat().st_size for file in (arena.folder / "runs" / "one").iterdir())
        assert (told["name"], told["state"], told["episodes"], told["bytes"]) == ("one", "ended", 4, files)
        assert (told["dollars"], told["unpriced"], told["failed"], told["problem"]) == (0, 0, 0, "")

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


class TestRemove:
    def test_removes_a_run_for_good(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        assert arena("runs", "remove", "one", "--yes").code == 0
        assert not (arena.folder / "runs" / "one").exists()
        assert "There are no runs" in arena("runs").out

    def test_nothing_is_removed_unasked(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        result = arena("runs", "remove", "one")
        assert result.code == 2
        assert "tournament of kuhn, 4 episodes" in result.err
        assert "--yes" in result.err
        assert arena("show", "one").code == 0

    @pytest.mark.parametrize(("said", "gone"), [("yes\n", True), ("no\n", False), ("", False)])
    def test_asks_in_a_terminal(
        self, arena: Typist, monkeypatch: pytest.MonkeyPatch, said: str, gone: bool
    ) -> None:
        arena(*KUHN, "--out", "runs/one")
        monkeypatch.setattr("sys.stdin", Terminal(said))
        result = arena("runs", "remove", "one")
        assert result.code == 0
        assert (arena.folder / "runs" / "one").exists() is not gone
        assert ("Nothing was done." in result.err) is not gone

    def test_a_folder_that_is_no_run_stays(self, arena: Typist) -> None:
        (arena.folder / "papers").mkdir()
        result = arena("runs", "remove", "papers", "--yes")
        assert (result.code, (arena.folder / "papers").exists()) == (2, True)

    def test_a_run_that_holds_another_stays(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        arena(*KUHN, "--out", "runs/one/inner")
        result = arena("runs", "remove", "one", "--yes")
        assert "holds another run" in result.err
        assert (arena.folder / "runs" / "one").exists()

    @pytest.mark.parametrize("verb", ["remove", "pack"])
    def test_its_folder_is_searched_once_and_before_anybody_is_asked(
        self, verb: str, arena: Typist, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        arena(*KUHN, "--out", "runs/one")
        order, check = [], keeping._check_is_run
        agreed = stored_runs._agreed

        def checks(folder: Path) -> None:
            order.append("searched")
            check(folder)

        def asks(what: str, yes: bool) -> bool:
            order.append("asked")
            return agreed(what, yes)

        monkeypatch.setattr(keeping, "_check_is_run", checks)
        monkeypatch.setattr(stored_runs, "_agreed", asks)
        assert arena("runs", verb, "one", "--yes").code == 0
        assert order == ["searched", "asked"]

    def test_says_which_runs_branched_off_it(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        assert arena("fork", "one", "--episode", "0", "--turn", "1", "--out", "runs/branch").code == 0
        assert "branch branched off it" in arena("runs", "remove", "one").err

    def test_a_run_that_is_being_played_stays(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        with held(Path("runs/one")), pytest.raises(JournalBusy):
            remove_run(Path("runs/one"))
        assert arena("show", "one").code == 0


class TestPack:
    def test_the_run_is_in_the_file_as_it_was(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        before = arena("show", "one", "0").out
        result = arena("runs", "pack", "one", "--yes")
        assert result.code == 0
        assert not (arena.folder / "runs" / "one").exists()
        assert re.search(r"^one +packed +one\.tar\.gz", arena("runs").out, re.MULTILINE)
        shown = arena("show", "one")
        assert (shown.code, "is packed; unpack it with: tar -xzf runs/one.tar.gz" in shown.err) == (2, True)
        with tarfile.open("runs/one.tar.gz") as archive:
            archive.extractall("runs", filter="data")
        assert arena("show", "one", "0").out == before

    def test_a_file_that_is_there_stays(self, arena: Typist) -> None:
        arena(*KUHN, "--out", "runs/one")
        Path("runs/one.tar.gz").write_text("mine")
        with pytest.raises(UsageError, match="is there already"):
            pack_run(Path("runs/one"))
        assert Path("runs/one.tar.gz").read_text() == "mine"
        assert arena("show", "one").code == 0


class Terminal:
    """A terminal in which this was typed."""

    def __init__(self, said: str) -> None:
        self._said = said

    def isatty(self) -> bool:
        return True

    def readline(self) -> str:
        return self._said
