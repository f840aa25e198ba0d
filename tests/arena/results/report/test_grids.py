"""Figures side by side: the numbers of the long table, each with what it rests on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from arena.results.report import write_report
from tests.arena.results.report.pages import Page
from tests.arena.results.stored import RIGHT, WRONG, Ended, belief, bets, debated, store

ROW = re.compile(r"<tr>(<td.*?)</tr>")
CELL = re.compile(r"<td[^>]*>(.*?)</td>")


async def grid(folder: Path, begins: str, *episodes: Ended) -> dict[str, list[str]]:
    """Return the rows of the table whose first heading begins like this, by their first cells."""
    pytest.importorskip("matplotlib")
    await store(folder / "run", episodes)
    write_report([folder / "run"], folder / "report.html", episodes=0, samples=5)
    source = (folder / "report.html").read_text(encoding="utf-8")
    assert Page(source).opened == []
    found = re.search(f'<th scope="col"><span[^>]*>{begins}.*?</table>', source, re.DOTALL)
    rows = [CELL.findall(row) for row in ROW.findall(found.group())] if found else []
    texts = [[re.sub("<.*?>", " ", cell) for cell in row] for row in rows]
    return {row[0].strip(): row[1:] for row in texts}


class TestBets:
    async def test_are_those_of_the_first_and_the_last_time(self, tmp_path: Path) -> None:
        held = bets((0.5, 0.7), (0.6, None), (0.75, 0.8))
        found = await grid(tmp_path, "bets", debated(RIGHT, beliefs=held), debated(None, beliefs=held))
        assert [cell.split()[0] for cell in found["debate"][:6]] == [
            "0.600", "0.775", "0.175", "1.000", "0.000", "1.000",
        ]  # fmt: skip
        assert found["debate"][6].split() == ["0.351", "2", "of", "4"]

    async def test_of_two_ways_to_ask_are_not_mixed(self, tmp_path: Path) -> None:
        ways = [
            belief("debater_a", "before", 0, 0.9),
            belief("debater_b", "before", 0, 0.1, method="vote-share"),
        ]
        assert await grid(tmp_path, "bets", debated(RIGHT, beliefs=ways)) == {}

    async def test_without_any_there_is_no_table(self, tmp_path: Path) -> None:
        assert await grid(tmp_path, "bets", debated(RIGHT)) == {}


async def test_agents_against_each_other(tmp_path: Path) -> None:
    ended = [debated(RIGHT), debated(RIGHT), debated(WRONG), debated(None)]
    found = await grid(tmp_path, "debate: won against", *ended)
    assert {agent: [cell.split() for cell in row] for agent, row in found.items()} == {
        "ann": [[], ["0.667", "3", "of", "4"]],
        "bob": [["0.333", "3", "of", "4"], []],
    }
