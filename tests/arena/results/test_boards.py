"""The boards of a league, over all games and of each: in the summary, the report and a ranking."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import arena
from arena.core.errors import UsageError
from arena.journal import StoredRun
from arena.ratings import Result, standings
from arena.results._boards import OVER_ALL, league_boards
from arena.results._summary import summarise
from arena.results.ranking import rank
from arena.results.report import report_record, write_leaderboard, write_report
from protocols import Play
from tests.arena.ratings.strategies import win
from tests.arena.results.report.pages import Page

AGENTS = ("ann=random", "bob=random", "cal=random")


def _league(folder: Path, agents: tuple[str, ...] = AGENTS, **more: Any) -> Path:
    games = {"kuhn": {"format": "round-robin?meetings=3"}, "leduc": {}, "three": "number-guessing?players=3"}
    return arena.run(arena.League(games=games, agents=agents, **more), folder).folder


def test_a_summary_has_the_board_over_all_games_and_then_each(tmp_path: Path) -> None:
    with StoredRun(_league(tmp_path / "run")) as stored:
        found = summarise(stored)
    assert [board.played for board in found.boards] == [OVER_ALL, "kuhn", "leduc", "three"]
    assert found.standings == found.boards[0].standings
    matches = [{one.player: one.matches for one in board.standings} for board in found.boards]
    # Each meets 2 others 3 times and once, and all three sit at 1 table.
    assert matches == [dict.fromkeys(("ann", "bob", "cal"), n) for n in (9, 6, 2, 1)]
    kuhn = [pair.matches for pair in found.boards[1].head_to_head]
    assert kuhn == [3, 3, 3]
    assert [pair.matches for pair in found.boards[0].head_to_head] == [5, 5, 5]


def test_each_games_board_is_that_of_its_results_alone() -> None:
    results = {"kuhn": win("ann", "bob", 3), "leduc": win("bob", "ann", 1)}
    joint, kuhn, leduc = league_boards(results, "bradley-terry", 1000, 0)
    assert list(kuhn.standings) == standings(results["kuhn"])
    assert list(leduc.standings) == standings(results["leduc"])
    assert [one.rating for one in joint.standings] == pytest.approx([1500, 1500])
    assert [one.wins for one in joint.standings] == [3, 1]


def test_missing_results_and_games_are_said() -> None:
    results = {
        "kuhn": win("ann", "bob", 2),
        "leduc": [Result(("ann", "bob"), None)],
        "debate": [*win("ann", "cal", 1), Result(("bob", "cal"), None)],
    }
    said = league_boards(results, "bradley-terry", 10, 0)[0].warnings
    assert "No match of leduc has a result, so it does not count." in said
    assert any(
        one.startswith("bob has no result in debate, so its rating rests on 1 of 2 games") for one in said
    )
    assert any(one.startswith("cal has no result in kuhn") for one in said)


def test_agents_that_never_met_are_said_over_all_games() -> None:
    results = {"kuhn": win("ann", "bob", 2), "leduc": win("cal", "dan", 2)}
    assert any(
        "2 groups that never met" in one for one in league_boards(results, "bradley-terry", 10, 0)[0].warnings
    )


def test_the_report_has_tables_and_a_picture_for_every_game(tmp_path: Path) -> None:
    folder = _league(tmp_path / "run")
    write_report([folder], tmp_path / "report.html")
    source = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = Page(source)
    for played in (OVER_ALL, "kuhn", "leduc", "three"):
        assert f"Standings in {played}" in page.text
        board = source.partition(f"Standings in {played}")[2].partition("</table>")[0]
        assert board.count('<svg class="interval"') == len(AGENTS)
    assert page.opened == []
    (told,) = report_record([folder])["runs"]
    assert [board["played"] for board in told["boards"]] == [OVER_ALL, "kuhn", "leduc", "three"]
    json.dumps(told["boards"])


def test_a_run_of_one_game_has_no_boards(tmp_path: Path) -> None:
    scenario = arena.Tournament(protocol=Play(game="kuhn"), agents=["a=random", "b=random"])
    (told,) = report_record([arena.run(scenario, tmp_path / "run").folder])["runs"]
    assert "boards" not in told


def test_leagues_of_the_same_games_are_ranked_together_by_game(tmp_path: Path) -> None:
    one = _league(tmp_path / "one")
    two = _league(tmp_path / "two", (*AGENTS, "dan=random"), seed=1)
    both = rank([one, two])
    assert [board.played for board in both.games] == ["kuhn", "leduc", "three"]
    assert sum(one.matches for one in both.games[0].standings) == 2 * (3 + 6) * 3
    record = both.record()
    assert [game["played"] for game in record["games"]] == ["kuhn", "leduc", "three"]
    assert both.renamed({"ann": "eve"}).games[0].standings[-1].player in {"bob", "cal", "dan", "eve"}


def test_a_league_begun_with_fewer_adds_only_what_the_other_lacks(tmp_path: Path) -> None:
    """The same seed: the matches of the first three are those of the league of four, and count once."""
    one, two = _league(tmp_path / "one"), _league(tmp_path / "two", (*AGENTS, "dan=random"))
    both = rank([one, two])
    assert both.runs[1].copies == both.runs[0].matches == 13
    assert both.games[0].standings == rank([two]).games[0].standings


def test_leagues_of_other_games_are_refused(tmp_path: Path) -> None:
    one = _league(tmp_path / "one")
    two = arena.run(arena.League(games=["kuhn", "leduc"], agents=AGENTS), tmp_path / "two").folder
    with pytest.raises(UsageError, match="cannot be ranked together"):
        rank([one, two])


def test_the_leaderboard_shows_every_game_and_nothing_private(tmp_path: Path) -> None:
    ranking = rank([_league(tmp_path / "run")])
    write_leaderboard(ranking, tmp_path / "board.html")
    page = Page((tmp_path / "board.html").read_text(encoding="utf-8"))
    assert "Leaderboard: kuhn, leduc, three" in page.text
    for played in ("kuhn", "leduc", "three"):
        assert f"Standings in {played}" in page.text
    assert "Each game weighs alike" in page.text
    assert str(tmp_path) not in page.text
    assert page.opened == []
