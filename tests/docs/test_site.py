"""The docs as a site: what leads nowhere stops its building, and its pages load nothing from elsewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("agents", "arena", "games", "protocols", "scenarios")
LOADS = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src"}
ELSEWHERE = re.compile(r"(https?:)?//")


class Loading(HTMLParser):
    """Collects what a page loads when it is opened, and what would make the theme's script load more."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.classes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.classes.update((given.get("class") or "").split())
        if tag in LOADS and given.get("rel") != "canonical":
            self.addresses.append(given.get(LOADS[tag]) or "")


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the site of a copy of the checkout as `make docs` does."""
    for words in ((sys.executable, "docs/pages.py"), (sys.executable, "-m", "zensical", "build", "--strict")):
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode:
            break
    return done


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the site is made from."""
    pytest.importorskip("zensical", reason="The site's builder is not installed; make docs installs it.")
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "mkdocs.yml", folder)
    shutil.copytree(ROOT / "docs", folder / "docs", ignore=shutil.ignore_patterns("api"))
    for package in PACKAGES:
        (folder / package).symlink_to(ROOT / package)
    return folder


@pytest.fixture(scope="module")
def site(checkout: Path) -> Path:
    """The built site."""
    done = build(checkout)
    assert done.returncode == 0, done.stdout + done.stderr
    return checkout / "build" / "site"


@pytest.mark.slow
class TestSite:
    def test_every_page_is_built(self, checkout: Path, site: Path) -> None:
        """Those included that are made from the code while the site is built."""
        docs = checkout / "docs"
        written = {path.relative_to(docs).with_suffix(".html") for path in docs.rglob("*.md")}
        assert {Path("index.html"), Path("api/arena.html"), Path("api/arena.forms.html")} < written
        assert [page for page in written if not (site / page).exists()] == []

    def test_public_names_are_on_the_pages_of_their_packages(self, site: Path) -> None:
        import arena

        page = (site / "api" / "arena.html").read_text()
        assert [name for name in arena.__all__ if f'id="arena.{name}"' not in page] == []

    def test_pages_load_nothing_from_elsewhere(self, site: Path) -> None:
        pages = {page: Loading(page.read_text()) for page in site.rglob("*.html")}
        assert len(pages) > 30
        assert [
            address for page in pages.values() for address in page.addresses if ELSEWHERE.match(address)
        ] == []
        # For these the theme's script would get a program from elsewhere.
        assert not {"mermaid", "glightbox", "pyodide"} & {
            name for page in pages.values() for name in page.classes
        }
        styles = [style.read_text() for style in site.rglob("*.css")]
        assert styles
        assert [
            found for style in styles for found in re.findall(r"url\(\s*['\"]?(?:https?:)?//[^)]*", style)
        ] == []

    def test_search_finds_what_the_docs_say(self, site: Path) -> None:
        assert "exploitability" in (site / "search.json").read_text().lower()

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[there](nowhere.md)", "page does not exist"),
            ("[there](tutorial.md#nowhere)", "anchor does not exist"),
            ("[`Nothing`][arena.Nothing]", "unresolved autoref"),
            ("::: arena.nothing", "arena.nothing could not be found"),
        ],
    )
    def test_what_leads_nowhere_stops_it(self, checkout: Path, site: Path, text: str, said: str) -> None:
        page = checkout / "docs" / "wrong.md"
        page.write_text(f"# Wrong\n\n{text}\n")
        try:
            done = build(checkout)
        finally:
            page.unlink()
        assert done.returncode != 0
        assert said in done.stdout + done.stderr


def test_every_written_page_is_in_the_menu() -> None:
    menu = set(re.findall(r"[\w/.-]+\.md", (ROOT / "mkdocs.yml").read_text()))
    written = {path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")}
    assert {page for page in written if not page.startswith("api/")} == {
        page for page in menu if not page.startswith("api/")
    }


def test_no_web_font_is_asked_for() -> None:
    assert "\n  font: false" in (ROOT / "mkdocs.yml").read_text()
