"""A row holds all that was sent: a persona, advice, the format; and it says who gave the reply."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agents.best_of import NO_PICK, BestOf
from agents.persona import Persona
from agents.strategist import Strategist
from arena.designs.scenario import Scenario
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.forms import Move
from arena.journal import StoredRun
from arena.running.forking import fork
from arena.running.running import run
from arena.seat.agent import Agent, Reply, Request
from arena.seat.messages import SYSTEM_FOLDED, Message, messages
from arena.training.export.exporting import ExportOptions, export_rows
from protocols import Play
from tests.arena.training.export.making import normalised, rows, stored
from tests.arena.training.export.test_rows import Briefed
from tests.shared.agents import Scripted
from tests.shared.playing import play
from tests.shared.protocols import OneShot


@dataclass
class Told(Agent):
    """Makes a move, and notes what it is sent."""

    notes: tuple[str, ...] = ()
    sent: list[list[Message]] = field(default_factory=list)

    async def reply(self, request: Request) -> Reply:
        self.sent.append(normalised(messages(request)))
        return Reply("Move: bet", notes=self.notes)


async def moves(episode: Episode) -> Outcome:
    episode.tell(episode.everyone, "The cards are dealt.")
    for _ in range(2):
        await episode.ask("ann", Move(("bet", "pass")), "Your move?")
    return Outcome.completed({"ann": 1.0})


def wrapped(agent: Agent) -> list[Agent]:
    """Return an agent with a persona, with advice, with both, and with two of each."""
    advice = Scripted(*["Bluff."] * 8)
    return [
        Persona(agent, "You are bold."),
        Strategist(agent, strategist=advice),
        Persona(Strategist(agent, strategist=advice), "You are bold."),
        Strategist(Persona(agent, "You are bold."), strategist=advice),
        Persona(Persona(agent, "You are bold."), "You are Bob."),
        Strategist(Strategist(agent, strategist=advice), strategist=Scripted(*["Pass."] * 8)),
    ]


class TestWrappers:
    @pytest.mark.parametrize("place", range(6))
    @pytest.mark.parametrize("protocol", [OneShot, Briefed])
    async def test_a_row_holds_byte_for_byte_what_was_sent(self, place: int, protocol: type[OneShot]) -> None:
        told = Told()
        episode = stored(await play(protocol(method=moves), wrapped(told)[place]))
        found = rows(episode)
        assert [list(row.prompt) for row in found] == told.sent
        assert [row.length for row in found] == [
            sum(len(message.content) for message in (*row.prompt, Message("assistant", row.completion)))
            for row in found
        ]

    async def test_a_persona_is_folded_with_the_brief(self) -> None:
        told = Persona(Told((SYSTEM_FOLDED,)), "You are bold.")
        row, _ = rows(stored(await play(Briefed(method=moves), told)))
        assert row.prompt[0].role == "user"
        assert row.prompt[0].content.startswith("You are ann.\n\nYou are bold.\n\nThe cards are dealt.")

    async def test_another_persona_is_another_prompt(self) -> None:
        played = [
            stored(await play(OneShot(method=moves), agent), number=number)
            for number, agent in enumerate((Told(), Persona(Told(), "A."), Persona(Told(), "B.")))
        ]
        assert len({row.digest for row in rows(*played) if row.turn == 0}) == 3


class TestFormat:
    async def test_a_reply_that_was_held_to_a_schema_has_the_schema_in_its_prompt(self) -> None:
        """The prompt asked for a line "Move:" alone, and the completion was JSON."""
        held = Scripted(*[Reply('{"move": "bet"}', structured=True)] * 2)
        row, _ = rows(stored(await play(OneShot(method=moves), held)))
        told, _, schema = row.prompt[-1].content.rpartition("It must follow this JSON schema: ")
        assert "Move: " in told
        assert told.endswith("Reply with one JSON object and nothing else. ")
        assert json.loads(schema)["required"] == list(json.loads(row.completion)) == ["move"]

    async def test_a_reply_in_words_has_no_schema(self) -> None:
        row, _ = rows(stored(await play(OneShot(method=moves), Told())))
        assert "JSON" not in row.prompt[-1].content


class TestForks:
    async def test_what_a_branch_shares_was_said_by_the_agents_of_its_parent(self, tmp_path: Path) -> None:
        scenario = Scenario(protocol=Play(hands=3), seats={"player_0": "random", "player_1": "kuhn-nash"})
        await run(scenario, tmp_path / "run")
        other = {"player_1": "kuhn-nash?alpha=0.2"}
        await fork(tmp_path / "run", scenario, 0, 3, n=2, override=other, folder=tmp_path / "fork")
        export_rows([tmp_path / "fork"], tmp_path / "rows.parquet", ExportOptions(to="tokens"))
        import pyarrow.parquet

        found = pyarrow.parquet.read_table(tmp_path / "rows.parquet").to_pylist()
        said = {(row["role"], row["turn"] < 3): row["agent"] for row in found}
        assert said["player_1", True] == "kuhn-nash"
        assert said["player_1", False] == "kuhn-nash?alpha=0.2"
        assert said["player_0", True] == said["player_0", False] == "random"


class TestJudgesOfDrafts:
    async def test_a_judge_that_breaks_every_time_is_said(self, tmp_path: Path) -> None:
        """A best-of judge that broke 240 of 240 times was said nowhere."""
        drafts = BestOf("random", n=3, judge=Scripted(*[RuntimeError("broken")] * 99, name="broken"))
        scenario = Scenario(protocol=Play(hands=3), seats={"player_0": drafts, "player_1": "random"})
        await run(scenario, tmp_path / "run")
        with StoredRun(tmp_path / "run") as stored_run:
            (noted,) = [note for note in stored_run.noted() if note.note == NO_PICK]
            (episode,) = stored_run.episodes()
        by_judge = [
            json.loads(call.reply.reasoning)["rule"]
            for call in episode.calls
            if call.seat == "player_0" and call.reply
        ]
        assert noted.calls == by_judge.count("first-usable") > 0
