"""Runs made by hand: outcomes with the details that debate, consultancy and the direct answer document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from arena.designs.scenario import Scenario
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.journal import StoredRun, recording
from arena.results.columns import Columns, read_columns
from arena.seat.transcript import Event, EventKind
from arena.tasks.task import Task
from protocols import Debate

WRONG, RIGHT = "the gardener", "the cook"
ANSWERS = (WRONG, RIGHT)
DEFENDED = {"debater_a": RIGHT, "debater_b": WRONG}
SEATS = {"debater_a": "ann", "debater_b": "bob", "judge": "cy"}


class Ended(NamedTuple):
    """An episode: how it ended, on which task, and what was said in it."""

    outcome: Outcome
    task: str = "key"
    said: Sequence[Event] = ()
    truth: Any = RIGHT


def ask(choice: str | None, order: Sequence[str] = ANSWERS) -> dict[str, Any]:
    """Return one ask of the judge."""
    status = "ok" if choice else "refused"
    found = {"choice": choice, "confidence": None, "probabilities": None, "reasons": "", "reason": ""}
    return {"order": list(order), "status": status, **found}


def belief(
    seat: str, moment: str, round_number: int, probability: float | None, **others: Any
) -> dict[str, Any]:
    """Return a debater's bet, or what else `others` say."""
    told = {"seat": seat, "moment": moment, "round": round_number, "method": "verbalised-100", "kind": "wins"}
    told |= {"about": DEFENDED.get(seat, RIGHT), "reasons": "", "reason": "", "votes": None}
    status = "refused" if probability is None else "ok"
    return {**told, "probability": probability, "status": status, **others}


def bets(*rounds: tuple[float | None, float | None]) -> list[dict[str, Any]]:
    """Return the bets of both debaters, the first of them before the first turn."""
    return [
        belief(seat, "round" if number else "before", number, bet)
        for number, both in enumerate(rounds)
        for seat, bet in zip(DEFENDED, both, strict=True)
    ]


def details(
    choice: str | None,
    confidence: float | None = None,
    *,
    asks: Sequence[Mapping[str, Any]] | None = None,
    beliefs: Sequence[Mapping[str, Any]] = (),
    shares: Mapping[str, float] | None = None,
    defended: Mapping[str, str] = DEFENDED,
) -> dict[str, Any]:
    """Return the details of a debate in which that was decided."""
    won = {answer: float(answer == choice) for answer in ANSWERS}
    probabilities = None
    if confidence is not None:
        probabilities = {answer: confidence if answer == choice else 1 - confidence for answer in ANSWERS}
    asks = [ask(choice), ask(choice, ANSWERS[::-1])] if asks is None else asks
    verdict = {
        "choice": choice,
        "confidence": confidence,
        "probabilities": probabilities,
        "shares": shares or won,
        "agreed": len({one["choice"] for one in asks}) == 1,
        "combination": "two-game",
    }
    return {
        "answers": list(ANSWERS),
        "defended": dict(defended),
        "verdict": verdict,
        "verdicts": list(asks),
        "beliefs": list(beliefs),
    }


def debated(choice: str | None, confidence: float | None = None, *, task: str = "key", **more: Any) -> Ended:
    """Return a debate that came to its end."""
    return Ended(Outcome.completed({}, **details(choice, confidence, **more)), task)


def speech(seat: str, words: int) -> Event:
    """Return what a seat said to everyone."""
    return Event(EventKind.SAID, seat, frozenset(SEATS), " ".join(["word"] * words))


async def store(folder: Path, episodes: Sequence[Ended], protocol: Protocol | None = None) -> Path:
    """Store a run of these episodes."""
    protocol = protocol or Debate()
    scenario = Scenario(protocol=protocol, seats={seat: SEATS.get(seat, "dee") for seat in protocol.seats})
    seats = {seat: SEATS.get(seat, "dee") for seat in protocol.seats}
    async with recording(folder, {"config": scenario.config(), "version": "0"}) as journal:
        for number, ended in enumerate(episodes):
            task = Task(
                id=ended.task, text="Who took it?", data={"answers": list(ANSWERS)}, truth=ended.truth
            )
            plan = Plan(number, task, seats, chance=number)
            journal.begin(plan, {})
            if ended.said:
                journal.events(number, 0, 0, ended.said)
            journal.end(Played(plan, ended.outcome, 1, 0.1))
    return folder


async def columns_of(folder: Path, *episodes: Ended, protocol: Protocol | None = None) -> Columns:
    """Return the columns of a run of these episodes."""
    with StoredRun(await store(folder, episodes, protocol)) as run:
        return read_columns([("run", run)])
