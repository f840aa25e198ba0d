"""Rows of transitions: what follows what, and what is left out without a gap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arena import Episode, Outcome, Protocol, Reward, Scenario
from arena.annotations import Annotation
from arena.core.errors import UsageError
from arena.forms import Choice
from arena.running.running import run
from arena.seat.agent import Agent
from arena.seat.function import Function
from arena.training.export.card import Card
from arena.training.export.exporting import ExportOptions, export_rows
from tests.arena.pictures.made import picture
from tests.arena.training.export.test_exporting import read


class Walk(Protocol):
    """Two seats take turns; a step right earns 1, one left -2, and what one that fails earns is not known."""

    steps: int = 3

    @property
    def seats(self) -> tuple[str, ...]:
        return "ann", "bob"

    @property
    def finds(self) -> dict[str, type[Annotation]]:
        return {"step": Reward}

    async def play(self, episode: Episode) -> Outcome:
        for number in range(self.steps):
            for seat in self.seats:
                said = await episode.ask(seat, Choice(("left", "right"), retries=1), f"Step {number}?")
                paid = {"left": -2.0, "right": 1.0}.get(said.value) if said.ok else None
                if paid is not None:
                    episode.annotate(Reward("step", paid, about=said.place))
        return Outcome.completed({})


def walking(*said: str) -> Agent:
    return Function(lambda request: said[request.count], ",".join(said))


async def exported(folder: Path, ann: Agent, bob: Agent, **choice: Any) -> tuple[list[dict[str, Any]], Card]:
    scenario = Scenario(protocol=Walk(), seats={"ann": ann, "bob": bob})
    await run(scenario, folder / "run")
    options = ExportOptions(to="transitions", reward="step", advantage="none", **choice)
    card = export_rows([folder / "run"], folder / "rows.jsonl", options)
    return read(folder / "rows.jsonl"), card


async def test_each_seat_has_its_own_chain(tmp_path: Path) -> None:
    """With gamma .5: 1, -2, 1 returns 1 - 1 + .25, -2 + .5 and 1; -2, -2, -2 returns -3.5, -3 and -2."""
    rows, card = await exported(
        tmp_path, walking("right", "left", "right"), walking(*["left"] * 3), gamma=0.5
    )
    assert [row["turn"] for row in rows] == [0, 1, 2, 3, 4, 5]
    assert {row["role"]: row["trajectory_reward"] for row in rows} == {"ann": 0.0, "bob": -6.0}
    assert [row["mc_return"] for row in rows if row["role"] == "ann"] == [0.25, -1.5, 1.0]
    assert [row["mc_return"] for row in rows if row["role"] == "bob"] == [-3.5, -3.0, -2.0]
    assert [row["done"] for row in rows] == [False] * 4 + [True] * 2
    for row in rows[:4]:
        after = next(later for later in rows if later["turn"] > row["turn"] and later["role"] == row["role"])
        assert row["next_observation"] == after["observation"] != row["observation"]
    assert not card.left_out


async def test_a_try_that_was_asked_again_is_no_step(tmp_path: Path) -> None:
    ann = walking("right", "up", "left", "right")
    rows, card = await exported(tmp_path, ann, walking(*["left"] * 3))
    own = [row for row in rows if row["role"] == "ann"]
    assert [row["action"] for row in own] == ["right", "left", "right"]
    assert own[0]["next_observation"] == own[1]["observation"]
    assert sum(card.left_out.values()) == 1


async def test_a_turn_whose_reward_is_not_known_leaves_out_all_of_its_seat(tmp_path: Path) -> None:
    """No return follows from rewards of which one is missing."""
    rows, card = await exported(tmp_path, walking("right", "up", "up", "right"), walking(*["left"] * 3))
    assert {row["role"] for row in rows} == {"bob"}
    assert card.left_out["what a turn of the seat earned is not known"] == 2


async def test_a_row_that_is_too_long_is_left_out_and_is_still_what_came_next(tmp_path: Path) -> None:
    rows, _ = await exported(tmp_path, walking("right", "left", "right"), walking(*["left"] * 3))
    lengths = [sum(len(one["content"]) for one in row["observation"]) for row in rows]
    kept, card = await exported(
        tmp_path / "again", walking("right", "left", "right"), walking(*["left"] * 3), max_chars=lengths[2]
    )
    assert [row["turn"] for row in kept] == [0, 1]
    assert kept[0]["next_observation"] == rows[2]["observation"]
    assert kept[0]["mc_return"] == rows[0]["mc_return"]
    assert card.lines == 2


@pytest.mark.parametrize("choice", [{"where": ("step=1",)}, {"prompt": "first"}, {"rows": "drafts"}])
async def test_options_that_would_leave_gaps_are_refused(tmp_path: Path, choice: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="holds each turn with the next one"):
        export_rows([tmp_path], tmp_path / "rows.jsonl", ExportOptions(to="transitions", **choice))


async def test_other_formats_take_no_gamma(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no discounted returns.*\?gamma=0.95"):
        export_rows([tmp_path], tmp_path / "rows.jsonl", ExportOptions(to="trl-sft", gamma=0.9))


async def test_runs_of_one_name_are_not_taken_for_one_episode(tmp_path: Path) -> None:
    ann, bob = walking("right", "left", "right"), walking(*["left"] * 3)
    for place in ("a", "b"):
        await exported(tmp_path / place, ann, bob)
    folders = [tmp_path / place / "run" for place in ("a", "b")]
    options = ExportOptions(to="transitions", reward="step", advantage="none")
    assert export_rows(folders, tmp_path / "rows.jsonl", options).lines == 12
    assert [row["done"] for row in read(tmp_path / "rows.jsonl")] == ([False] * 4 + [True] * 2) * 2


async def test_a_picture_that_comes_later_is_in_what_came_next(tmp_path: Path) -> None:
    """A row that was left out because of a picture would end the chain before it."""

    class Shown(Walk):
        async def play(self, episode: Episode) -> Outcome:
            for seat in self.seats:
                for number in range(2):
                    said = await episode.ask(seat, Choice(("left", "right")), f"Step {number}?")
                    episode.annotate(Reward("step", 1.0, about=said.place))
                    episode.tell({seat}, "Look.", pictures=[picture()])
            return Outcome.completed({})

    seats = {"ann": walking("right", "left"), "bob": walking("left", "left")}
    await run(Scenario(protocol=Shown(), seats=seats), tmp_path / "run")
    options = ExportOptions(to="transitions", reward="step", advantage="none")
    export_rows([tmp_path / "run"], tmp_path / "rows.jsonl", options)
    first, second, *_ = read(tmp_path / "rows.jsonl")
    assert [first["done"], second["done"]] == [False, True]
    shown = [part["type"] for part in first["next_observation"][-1]["content"]]
    assert "image_url" in shown
