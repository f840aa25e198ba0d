"""What the README and the docs show is run, in the order in which it stands there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import games
from tests.docs.snippets import OPENING, Runner, check, snippets

ROOT = Path(__file__).parents[2]
MADE = ROOT / "docs" / "api"
"""The pages that `make docs` writes."""

WRITTEN = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
DOCUMENTS = sorted(path for path in WRITTEN if MADE not in path.parents)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("document", DOCUMENTS, ids=_name)
class TestDocument:
    @pytest.mark.slow
    def test_snippets_run_as_shown(
        self, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.syspath_prepend(str(tmp_path))
        before = set(sys.modules)
        runner = Runner(_name(document))
        known = dict(games.GAMES)
        try:
            for snippet in snippets(document.read_text(encoding="utf-8")):
                runner.run(snippet)
        finally:
            games.GAMES.clear()
            games.GAMES.update(known)
            for module in set(sys.modules) - before:
                if str(tmp_path) in (getattr(sys.modules[module], "__file__", None) or ""):
                    del sys.modules[module]

    def test_the_site_shows_each_block_as_one(self, document: Path) -> None:
        openings = re.findall(r"^```.+$", document.read_text(encoding="utf-8"), re.MULTILINE)
        assert [each for each in openings if not OPENING.fullmatch(each)] == []

    def test_links_lead_somewhere(self, document: Path) -> None:
        links = [
            link
            for link in _LINK.findall(document.read_text(encoding="utf-8"))
            # The pages under api/ are made from the code, and building the site tries the links to them.
            if "://" not in link and "api" not in Path(link).parts
        ]
        assert [link for link in links if not (document.parent / link).exists()] == []


class TestRunner:
    """The runner itself: a document that is wrong is found to be."""

    def run(self, document: str) -> int:
        """Run a document's snippets, and return how many there are."""
        runner = Runner("document")
        found = list(snippets(document))
        for snippet in found:
            runner.run(snippet)
        return len(found)

    def test_a_command_that_fails_is_reported(self) -> None:
        with pytest.raises(AssertionError, match="exits with 3"):
            self.run("```console\n$ exit 3\n```\n")

    def test_an_expected_exit_code_passes(self) -> None:
        assert self.run('```{.console exit="3"}\n$ true\n$ exit 3\n```\n') == 1

    def test_output_that_differs_is_reported(self) -> None:
        with pytest.raises(AssertionError, match="but the document shows"):
            self.run("```console\n$ echo one\ntwo\n```\n")

    def test_python_output_that_differs_is_reported(self) -> None:
        with pytest.raises(AssertionError, match="document:4: this prints"):
            self.run("```python\nprint(1)\n```\n```text\n2\n```\n")

    def test_blocks_of_other_languages_are_left_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert self.run("```sh\ntouch here\nexit 3\n```\n```console\n$ ls\n…\n```\n") == 2
        assert list(tmp_path.iterdir()) == []

    def test_an_ellipsis_stands_for_anything(self) -> None:
        check("here", "it", "a\nb\nc 12 d\n", "a\n…\nc … d")
        with pytest.raises(AssertionError, match="here: it prints"):
            check("here", "it", "a\nb\nc 12 e\n", "a\n…\nc … d")


def test_snippets_import_nothing_private() -> None:
    private = re.compile(r"^(?:from|import) [\w.]*\._\w+", re.MULTILINE)
    found = {_name(page): private.findall(page.read_text(encoding="utf-8")) for page in DOCUMENTS}
    assert {name: lines for name, lines in found.items() if lines} == {}
