"""Every game that has a name has a page, and the index of the games leads to it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import games

PAGES = Path(__file__).parents[2] / "docs" / "games"


@pytest.mark.parametrize("name", sorted(games.GAMES))
def test_every_game_has_a_page_with_its_rules_sources_and_a_transcript(name: str) -> None:
    text = (PAGES / f"{name}.md").read_text(encoding="utf-8")
    wanted = ("**Rules.**", "**Source.**", "**Settings.**", "**Checked.**", "$ arena show ")
    assert [part for part in wanted if part not in text] == []
    assert f"({name}.md)" in (PAGES / "index.md").read_text(encoding="utf-8")


def test_the_index_leads_to_every_page_and_to_nothing_else() -> None:
    linked = set(re.findall(r"\((\w[\w-]*)\.md\)", (PAGES / "index.md").read_text(encoding="utf-8")))
    assert linked == {page.stem for page in PAGES.glob("*.md")} - {"index"}
