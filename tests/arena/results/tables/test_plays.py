"""Episodes, turns and calls of a run as data frames: typed columns, what is not known is missing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import arena
from arena import Agent, Task
from arena.core.errors import MissingExtra, UsageError
from arena.results.tables import CALLS, COMMON, EPISODES, OF_KIND, TABLES, TURNS
from arena.seat.agent import Reply, Request
from protocols import Direct, Play

ROOT = Path(__file__).parents[4]
PAGE = ROOT / "docs" / "how-to" / "read-runs-as-tables.md"


class Model(Agent):
    """Answers wrongly at first, and reports what it used."""

    name = "model"
    priced_as = "local:tiny"

    async def reply(self, request: Request) -> Reply:
        is_second = "could not be used" in request.prompt.text
        text = "Right. Verdict: 1\nConfidence: 90" if is_second else "Hm."
        return Reply(text, usage={"prompt_tokens": 50, "completion_tokens": 7}, model="local:tiny")


@pytest.fixture
def run(tmp_path: Path) -> arena.Run:
    tasks = [
        Task(id=name, text="Is it?", truth="true", data={"category": category})
        for name, category in (("one", "easy"), ("two", ""))
    ]
    direct = Direct(swap_verdict=False, beliefs={"holders": []})
    return arena.run(direct, tmp_path / "direct", tasks=tasks, agents={"judge": Model()})


class TestPandas:
    def test_episodes_have_the_agent_and_the_return_of_each_seat(self, run: arena.Run) -> None:
        frame = run.to_pandas("episodes")
        assert list(frame.columns) == [*(name for name in EPISODES if ".SEAT" not in name), "agent.judge"]
        assert frame.task.tolist() == ["one", "two"]
        assert frame.category.tolist() == ["easy", ""]
        assert frame.ending.tolist() == ["completed", "completed"]
        assert frame.calls.tolist() == [2, 2]
        assert frame.completion_tokens.tolist() == [14, 14]
        assert frame.dollars.tolist() == [0.0, 0.0]
        assert frame["agent.judge"].tolist() == ["model", "model"]
        assert {str(kind) for kind in frame.dtypes} <= {"string", "Int64", "Float64"}

    def test_turns_are_all_that_seats_said_with_what_could_not_be_used(self, run: arena.Run) -> None:
        frame = run.to_pandas("turns")
        assert list(frame.columns) == list(TURNS)
        first = frame[frame.episode == 0]
        assert first.turn.tolist() == [0, 1]
        assert first.status.tolist()[1] == "ok"
        assert first.status.iloc[0] != "ok"
        assert first.text.iloc[0] == "Hm."
        assert first.words.iloc[0] == 1
        assert set(frame.seat) == {"judge"}
        assert set(frame.audience) == {""}

    def test_calls_are_those_to_models(self, run: arena.Run) -> None:
        frame = run.to_pandas("calls")
        assert list(frame.columns) == list(CALLS)
        assert frame["count"].tolist() == [0, 1, 0, 1]
        assert frame.prompt_tokens.sum() == 200
        assert frame.cached_tokens.isna().all()
        assert set(frame.model) == {"local:tiny"}

    def test_what_is_not_known_is_missing_and_never_zero(self, tmp_path: Path) -> None:
        game = arena.run(
            Play(game="kuhn"), tmp_path / "kuhn", agents={"player_0": "random", "player_1": "random"}
        )
        frame = game.to_pandas("episodes")
        assert frame.calls.isna().all()
        assert frame["return.player_0"].iloc[0] == -frame["return.player_1"].iloc[0]
        assert len(game.to_pandas("calls")) == 0

    def test_a_table_that_there_is_not_is_said(self, run: arena.Run) -> None:
        with pytest.raises(UsageError, match=r"no table 'episode_s'\. Did you mean episodes\?"):
            run.to_pandas("episode_s")
        with pytest.raises(UsageError, match="The table turns has no names"):
            run.to_pandas("turns", "x")


class TestPolars:
    @pytest.mark.parametrize("what", [name for name in TABLES if name != "rewards"])
    def test_it_holds_what_pandas_holds(self, run: arena.Run, what: str) -> None:
        pl = pytest.importorskip("polars")
        frame = run.to_polars(what)
        assert isinstance(frame, pl.DataFrame)
        ours = run.to_pandas(what)
        assert frame.columns == list(ours.columns)
        assert frame.to_dict(as_series=False) == {
            name: [None if value is pandas_missing(value) else value for value in ours[name].tolist()]
            for name in ours.columns
        }

    def test_without_it_the_line_to_install_is_said(
        self, run: arena.Run, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "polars", None)
        with pytest.raises(MissingExtra, match=r"Data frames need polars; .*\[polars\]"):
            run.to_polars("episodes")


def pandas_missing(value: object) -> object:
    """Return the value if pandas holds it for a missing one, and else something that it is not."""
    import pandas as pd  # type: ignore[import-untyped]

    return value if value is pd.NA else object()


def test_the_page_says_of_each_column_what_it_holds() -> None:
    text = PAGE.read_text(encoding="utf-8")
    tables = {"episodes": EPISODES, "turns": TURNS, "calls": CALLS, "annotations": COMMON, **OF_KIND}
    for title, columns in tables.items():
        rows = "\n".join(f"| `{name}` | {column.type} | {column.about} |" for name, column in columns.items())
        assert rows in text, f"write this under {title}:\n{rows}"
