"""A leaderboard holds the standings, nothing private, and reads well on a phone."""

from __future__ import annotations

import re
from pathlib import Path

from arena.ratings import Result
from arena.results._boards import board_of
from arena.results.ranking import Leaderboard, RankedRun
from arena.results.report import write_leaderboard
from tests.arena.results.report.pages import Page

HOW = ("bradley-terry", 50, 0)
EVIL = '<script>alert("x")</script><img src=x onerror=y>\x1b[2J'


def ranking(*names: str, played: str = "kuhn") -> Leaderboard:
    results = tuple(Result((one, two), (1, 0)) for one in names for two in names if one < two)
    run = RankedRun("runs/league", len(results), 0, 7, "1.2", "2026-11-28")
    return Leaderboard(board_of(played, results, *HOW), (run,), (), results, HOW)


def page(tmp_path: Path, which: Leaderboard) -> Page:
    write_leaderboard(which, tmp_path / "board.html")
    return Page((tmp_path / "board.html").read_text(encoding="utf-8"))


def test_it_says_who_stands_where(tmp_path: Path) -> None:
    found = page(tmp_path, ranking("ann", "bob", "cal"))
    assert "Leaderboard: kuhn" in found.text
    assert "3 agents, 3 matches, played until 2026-11-28." in found.text
    assert found.text.index("ann") < found.text.index("bob") < found.text.index("cal")
    assert found.elements["circle"] == found.elements["line"] == 3
    assert "Bradley-Terry" in found.text
    assert "2-0-0" in found.text  # ann won both of her matches
    assert "100%" in found.text
    assert found.opened == []


def test_places_on_the_drawn_scale_are_shares(tmp_path: Path) -> None:
    found = page(tmp_path, ranking("ann", "bob"))
    places = [
        float(value.removesuffix("%")) for name, value in found.attributes if name in ("x1", "x2", "cx")
    ]
    assert len(places) == 6
    assert min(places) == 0
    assert max(places) == 100


def test_addresses_and_folders_are_left_out(tmp_path: Path) -> None:
    which = ranking(
        "openai-compatible:llama?base_url=http://10.0.0.7:80/v1&temperature=1",
        "openai-compatible:llama?base_url=http://10.0.0.8:80/v1&temperature=1",
        "local:/mine/models/tiny.gguf",
        "kuhn-nash?alpha=0.2",
        played="/mine/nim.py:Nim",
    )
    found = page(tmp_path, which)
    for private in ("10.0.0", "/home", "models/"):
        assert private not in found.source
    titles = {value for name, value in found.attributes if name == "title"}
    assert "openai-compatible:llama?base_url=...&temperature=1" in titles
    assert "openai-compatible:llama?base_url=...&temperature=1 (2)" in titles
    assert "local:tiny.gguf" in found.text
    assert "kuhn-nash?alpha=0.2" in found.text
    assert "Leaderboard: nim.py:Nim" in found.text


def test_names_of_models_keep_their_owner(tmp_path: Path) -> None:
    assert (
        "openai-compatible:meta/llama3" in page(tmp_path, ranking("openai-compatible:meta/llama3", "b")).text
    )


def test_hostile_names_are_text(tmp_path: Path) -> None:
    found = page(tmp_path, ranking(EVIL, "bob"))
    assert found.elements["script"] == found.elements["img"] == 0
    assert "alert" in found.text
    assert "\x1b" not in found.source


def test_nothing_is_wider_than_a_phone(tmp_path: Path) -> None:
    """Every table is in a box of its own. Wide ones scroll, their first column stays, and they say so."""
    found = page(tmp_path, ranking("ann", "bob", "cal"))
    assert found.elements["table"] == found.source.count('<div class="wide"')
    assert found.text.count("This table scrolls sideways.") == found.source.count('tabindex="0"') == 2
    style = found.source.partition("<style>")[2].partition("</style>")[0]
    assert re.search(r"\.wide \{[^}]*overflow-x: auto", style)
    assert re.search(r"first-child \{\s*position: sticky; left: 0", style)
    widths = re.findall(r"(?<![\w-])(?:min-)?width: ([\d.]+)(px|rem|cm)", style.partition("@media print")[0])
    assert all(float(size) <= 12 if unit == "rem" else (size, unit) == ("1", "px") for size, unit in widths)
    assert ("name", "viewport") in found.attributes
    assert "prefers-color-scheme: dark" in style


def test_dots_at_the_edges_are_whole(tmp_path: Path) -> None:
    """The cell has room on both sides for half a dot, and the drawing is not cut at its edges."""
    style = page(tmp_path, ranking("ann", "bob")).source
    assert re.search(r"\nsvg \{[^}]*overflow: visible", style)
    assert "td:has(> .interval) { padding-inline: .9rem; }" in style


def test_long_names_lose_their_middle_and_a_pointer_shows_them_whole(tmp_path: Path) -> None:
    long = "openai-compatible-meta-llama-18-instruct-turbo"
    found = page(tmp_path, ranking(long, "bob"))
    assert "openai-compatible-…-18-instruct-turbo" in found.text
    assert ("title", long) in found.attributes
    assert ("title", "bob") not in found.attributes
