"""Acts and states as they stand in a journal, and what follows from them, by hand-made values."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.journal import StateRow, StoredRun, add_act
from arena.running.running import run
from arena.spending.limits import Caps, Limits
from arena.steering import (
    ActKind,
    Heeded,
    RunAct,
    RunState,
    SettingsSince,
    StateKind,
    StoredAct,
    Wait,
    acts,
    answer,
    run_state_of,
    settings_since,
    who,
)
from tests.arena.steering.test_steering import games
from tests.shared.examples import some


def act(number: int, refused: str | None = "", **what: Any) -> StoredAct:
    """Return an act that changes something; `refused` is None if nobody has heeded it."""
    heeded = None if refused is None else Heeded(2.0, refused)
    return StoredAct(number, 1.0, "ann", RunAct(kind=ActKind.CHANGE, **what), heeded)


class TestSettings:
    def test_acts_change_what_holds_from_then_on(self) -> None:
        found = settings_since(
            [
                act(1, limits=Limits(turns=5)),
                act(2, concurrency=3),
                act(3, refused="no", limits=Limits(turns=1)),
                act(4, refused=None, limits=Limits(turns=1)),
                act(5, limits={"turns": None, "calls": 9}, replace={"a": "b=random"}),
                act(6, replace={"b": "c=random", "d": "kuhn-nash"}),
            ],
            Limits(seconds=10),
        )
        assert found == [
            SettingsSince(0, Limits(seconds=10)),
            SettingsSince(1, Limits(seconds=10, turns=5)),
            SettingsSince(5, Limits(seconds=10, calls=9), {"a": ("b", "b=random")}),
            SettingsSince(
                6,
                Limits(seconds=10, calls=9),
                {"a": ("c", "c=random"), "b": ("c", "c=random"), "d": ("kuhn-nash", "kuhn-nash")},
            ),
        ]
        assert found[3].seats({"x": "a", "y": "d", "z": "e"}) == {"x": "c", "y": "kuhn-nash", "z": "e"}

    @some
    @given(st.lists(st.integers(1, 9) | st.none(), max_size=6))
    def test_the_last_limit_that_was_set_holds(self, turns: list[int | None]) -> None:
        found = settings_since([act(n, limits=Limits(turns=one)) for n, one in enumerate(turns, 1)], Limits())
        assert [one.limits.turns for one in found] == [None, *turns]


class TestStates:
    @pytest.mark.parametrize(
        ("last", "written", "whole", "expected"),
        [
            (None, True, True, RunState(StateKind.LIVE)),
            (None, False, True, RunState(StateKind.ENDED)),
            (None, False, False, RunState(StateKind.STOPPED)),
            (("ended", {}), False, True, RunState(StateKind.ENDED, 5.0)),
            (("ended", {"since": 4.0}), True, True, RunState(StateKind.ENDED, 4.0)),
            (("paused", {"by": "ann", "since": 3.0}), True, True, RunState(StateKind.PAUSED, 3.0, "ann")),
            (("live", {"judges": True}), True, True, RunState(StateKind.LIVE, 5.0, judges=True)),
        ],
    )
    def test_the_last_row_says_the_state(
        self, last: tuple[str, dict[str, Any]] | None, written: bool, whole: bool, expected: RunState
    ) -> None:
        row = None if last is None else StateRow(7, 5.0, last[0], None, last[1])
        assert run_state_of(row, is_written=written, is_whole=whole) == expected

    def test_a_process_that_is_gone_has_stopped_whatever_it_said(self) -> None:
        for kind in ("live", "held up", "paused"):
            gone = run_state_of(StateRow(7, 5.0, kind, None, {}), is_written=False)
            assert (gone.kind, gone.since) == (StateKind.STOPPED, 5.0)
            assert "ended without a word" in gone.why
            assert (f"It was {kind} then." in gone.why) is (kind != "live")

    def test_what_holds_a_run_up_is_read_back(self) -> None:
        wait = {"provider": "openai", "why": "HTTP 429", "since": 1.0, "next_try": 9.0, "waiting": 3}
        now = run_state_of(
            StateRow(1, 2.0, "held up", None, {"waits": [wait], "since": 1.0}), is_written=True
        )
        assert now == RunState(StateKind.HELD_UP, 1.0, waits=(Wait("openai", "HTTP 429", 1.0, 9.0, 3),))
        assert now.record() == {"since": 1.0, "waits": (wait,)}


class TestActs:
    def test_what_is_asked_is_said_in_words(self) -> None:
        what = {"caps": Caps(dollars=None, calls=1000), "replace": {"a": "b"}, "retry_failed": True}
        assert str(RunAct(kind=ActKind.RESUME, **what)) == (
            "resume (caps: dollars none, calls 1,000; b in the place of a; failed episodes again)"
        )
        assert str(RunAct(kind=ActKind.STOP)) == "stop"

    @some
    @given(
        caps=st.none() | st.integers(1, 10**6),
        turns=st.none() | st.integers(1, 10**6),
        concurrency=st.none() | st.integers(1, 1000),
        names=st.dictionaries(st.text(min_size=1), st.text(min_size=1), max_size=3),
    )
    def test_what_was_given_is_read_back_and_nothing_else(
        self, caps: int | None, turns: int | None, concurrency: int | None, names: dict[str, str]
    ) -> None:
        given_act = RunAct(
            kind=ActKind.RESUME,
            caps=Caps(calls=caps),
            limits=Limits(turns=turns),
            concurrency=concurrency,
            replace=names,
        )
        again = RunAct.model_validate({"kind": "resume", **given_act.record()})
        assert again == given_act
        assert again.caps.model_fields_set == {"calls"}
        assert RunAct(kind=ActKind.PAUSE).record() == {}

    def test_who_asks_is_one_line_of_some_length(self) -> None:
        assert who("  ann\nbob ") == "ann\\nbob"
        assert len(who("x" * 10_000)) < 200
        assert who()

    async def test_a_changed_act_is_damage(self, tmp_path: Path) -> None:
        await run(games("random", 2), tmp_path / "run")
        add_act(tmp_path / "run", "ann", "pause", {})
        with StoredRun(tmp_path / "run") as stored:
            assert [one.by for one in acts(stored)] == ["ann"]
        connection = sqlite3.connect(tmp_path / "run" / "journal.sqlite")
        with connection:
            connection.execute("UPDATE acts SET author = 'bob'")
            connection.execute("UPDATE states SET state = 'paused'")
        connection.close()
        with StoredRun(tmp_path / "run") as stored:
            assert stored.leave_out_damaged().sentences == (
                "The journal is damaged: what was asked of it.",
                "The journal is damaged: its states.",
            )

    async def test_an_act_that_came_too_late_is_said(self, tmp_path: Path) -> None:
        await run(games("random", 2), tmp_path / "run")
        number = add_act(tmp_path / "run", "ann", "pause", {})
        with pytest.raises(UsageError, match=r"^The run in .* ended before it heeded this\.$"):
            answer(tmp_path / "run", number)
        assert add_act(tmp_path / "run", "ann", "pause", {}, to_player=True) == 0
