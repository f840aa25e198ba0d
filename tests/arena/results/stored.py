"""Runs made by hand: episodes with the annotations that debate, consultancy and the direct answer write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from arena.annotations import Annotation, AnnotationStatus, AuthorKind, Belief, Label, Place, Verdict, row_of
from arena.designs.scenario import Scenario
from arena.episode.outcome import Outcome
from arena.episode.plan import Plan, Played
from arena.episode.protocol import Protocol
from arena.journal import recording
from arena.seat.transcript import Event, EventKind
from arena.tasks.task import Task
from protocols import Debate

WRONG, RIGHT = "the gardener", "the cook"
ANSWERS = (WRONG, RIGHT)
DEFENDED = {"debater_a": RIGHT, "debater_b": WRONG}
SEATS = {"debater_a": "ann", "debater_b": "bob", "judge": "cy"}
METHOD = "verbalised-100"


class Ended(NamedTuple):
    """An episode: how it ended, on which task, what was said in it, and what was found out."""

    outcome: Outcome = Outcome.completed({})
    task: str = "key"
    said: Sequence[Event] = ()
    truth: Any = RIGHT
    found: Sequence[Annotation] = ()
    data: Mapping[str, Any] = {}


def by_protocol(found: Annotation) -> Annotation:
    """Return an annotation of the protocol's."""
    return replace(found, author="protocol", by=AuthorKind.PROTOCOL)


def ask(choice: str | None, order: Sequence[str] = ANSWERS, repeat: int = 0, **more: Any) -> Verdict:
    """Return one ask of the judge, who chose among the answers in this order."""
    seats = {answer: seat for seat, answer in DEFENDED.items()}
    return Verdict(
        "verdict",
        choice,
        author="judge",
        among=tuple((None, Place(seats[answer])) for answer in order),
        order=int(tuple(order) != ANSWERS),
        repeat=repeat,
        status=AnnotationStatus.REFUSED if choice is None else AnnotationStatus.OK,
        correct=None if choice is None else float(choice == RIGHT),
        **more,
    )


def belief(seat: str, moment: str, turn: int | None, probability: float | None, **others: Any) -> Belief:
    """Return a debater's bet, or what else `others` say."""
    told: dict[str, Any] = {"method": METHOD, "of": DEFENDED.get(seat, RIGHT), **others}
    status = AnnotationStatus.REFUSED if probability is None else AnnotationStatus.OK
    name = told.pop("name", "wins")
    return Belief(name, probability, author=seat, moment=moment, turn=turn, status=status, **told)


def bets(*rounds: tuple[float | None, float | None]) -> list[Belief]:
    """Return the bets of both debaters, the first of them before the first turn."""
    return [
        belief(seat, "round" if number else "before", number or None, bet)
        for number, both in enumerate(rounds)
        for seat, bet in zip(DEFENDED, both, strict=True)
    ]


def defends(defended: Mapping[str, str] = DEFENDED) -> list[Annotation]:
    """Return the labels that say who defends what."""
    return [by_protocol(Label("defends", answer, about=Place(seat))) for seat, answer in defended.items()]


def debated(
    choice: str | None,
    confidence: float | None = None,
    *,
    task: str = "key",
    asks: Sequence[Verdict] | None = None,
    beliefs: Sequence[Belief] = (),
    defended: Mapping[str, str] = DEFENDED,
) -> Ended:
    """Return a debate that ended, in which that was decided."""
    asks = [ask(choice), ask(choice, ANSWERS[::-1])] if asks is None else asks
    decision = Verdict(
        "decision",
        choice,
        confidence=confidence,
        status=AnnotationStatus.UNKNOWN if choice is None else AnnotationStatus.OK,
        correct=None if choice is None else float(choice == RIGHT),
    )
    found = [*defends(defended), *beliefs, *asks, by_protocol(decision)]
    return Ended(task=task, found=found)


def speech(seat: str, words: int) -> Event:
    """Return what a seat said to everyone."""
    return Event(EventKind.SAID, seat, frozenset(SEATS), " ".join(["word"] * words))


async def store(folder: Path, episodes: Sequence[Ended], protocol: Protocol | None = None) -> Path:
    """Store a run of these episodes."""
    protocol = protocol or Debate()
    seats = {seat: SEATS.get(seat, "dee") for seat in protocol.seats}
    scenario = Scenario(protocol=protocol, seats=seats)
    async with recording(folder, {"config": scenario.config(), "version": "0"}) as journal:
        for number, ended in enumerate(episodes):
            data = {"answers": list(ANSWERS), **ended.data}
            task = Task(id=ended.task, text="Who took it?", data=data, truth=ended.truth)
            plan = Plan(number, task, seats, chance=number)
            journal.begin(plan, {})
            if ended.said:
                journal.events(number, 0, 0, ended.said)
            rows = [
                row_of(replace(one, episode=number, number=place)) for place, one in enumerate(ended.found)
            ]
            if rows:
                journal.annotations(number, 0, rows)
            journal.end(Played(plan, ended.outcome, 1, 0.1))
    return folder
