"""An episode as a person reads it. Text that not everyone heard is marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from arena.journal import StoredEpisode, StoredVerdict
from arena.results.report._parts import Cell, Heading, Look, PagePart, PageTable, Shown, said
from arena.seat.transcript import Event, EventKind


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """An event: its kind, its speaker, its text, and who can read it if that is not everyone."""

    kind: EventKind
    who: str
    text: str
    readers: str

    @property
    def folded(self) -> bool:
        """Whether it is shown only after a click, as questions to seats are."""
        return self.kind is EventKind.ASKED


@dataclass(frozen=True, slots=True)
class ShownEpisode:
    """An episode, folded: its task, the words of its seats, and the verdicts and beliefs in `found`."""

    template: ClassVar[str] = "transcript.html"
    summary: str
    text: str
    notes: Sequence[str]
    briefs: PageTable | None
    turns: Sequence[ShownTurn]
    found: Sequence[PagePart]
    ending: str


def transcript(episode: StoredEpisode, verdicts: Iterable[StoredVerdict]) -> ShownEpisode:
    """Return an episode as a person reads it, with the later verdicts of judges."""
    task = episode.plan.task
    everyone = frozenset(episode.plan.seats)
    details = episode.played.outcome.details if episode.played else {}
    place = [f"Episode {episode.number}", episode.plan.condition, task.id, _short_ending(episode)]
    seats = "; ".join(f"{seat}: {agent}" for seat, agent in episode.plan.seats.items())
    return ShownEpisode(
        summary=" · ".join(filter(None, place)),
        text=task.text,
        notes=[seats, *([f"True answer: {task.truth}"] if task.truth is not None else [])],
        briefs=_briefs(episode.briefs),
        turns=[_turn(event, everyone) for event in episode.events],
        found=[
            *_verdicts(details.get("verdicts") or ()),
            *_later(verdicts),
            *_beliefs(details.get("beliefs") or ()),
        ],
        ending=_ending(episode),
    )


def _ending(episode: StoredEpisode) -> str:
    return str(episode.played.outcome) if episode.played else "Not ended yet."


def _short_ending(episode: StoredEpisode) -> str:
    if episode.played is None:
        return "not ended"
    outcome = episode.played.outcome
    verdict = outcome.details.get("verdict")
    if not isinstance(verdict, dict):
        return outcome.ending.value
    choice = verdict.get("choice")
    if choice is None:
        return f"{outcome.ending.value}, undecided"
    truth = episode.plan.task.truth
    judged = "" if truth is None else ", right" if choice == truth else ", wrong"
    return f"{outcome.ending.value}, decided for {choice}{judged}"


def _briefs(briefs: Mapping[str, str]) -> PageTable | None:
    told: list[list[Shown]] = [[seat, said(brief)] for seat, brief in briefs.items() if brief]
    return PageTable(("seat", "brief"), told) if told else None


def _turn(event: Event, everyone: frozenset[str]) -> ShownTurn:
    who = {
        EventKind.TOLD: "",
        EventKind.ASKED: f"{event.seat} is asked",
        EventKind.SAID: event.seat or "",
        EventKind.FAILED: f"{event.seat} gives an unusable reply",
    }[event.kind]
    text = event.text
    if event.kind is EventKind.FAILED:
        text = f"{text}\n({event.data['status']}: {event.data['reason']})"
    return ShownTurn(event.kind, who, text, "" if event.audience >= everyone else _readers(event, everyone))


def _readers(event: Event, everyone: frozenset[str]) -> str:
    """Return a phrase that says who can read an event that is not for everyone."""
    if not event.audience:
        return "private: nobody hears it"
    missing = everyone - event.audience
    if len(missing) == 1 and len(event.audience) > 1:
        return f"private: not for {next(iter(missing))}"
    return f"private: only {', '.join(sorted(event.audience))}"


def _percent(probability: float | None) -> Shown:
    return Cell(["none"], Look.FAINT) if probability is None else f"{probability:.1%}"


def _verdicts(verdicts: Sequence[Mapping[str, Any]]) -> Iterator[PagePart]:
    heads = ("order of the answers", "choice", "confidence", "reasons")
    rows = [
        [
            ", then ".join(one["order"] or ["unknown"]),
            _chosen(one),
            _percent(one["confidence"]),
            said(one["reasons"]),
        ]
        for one in verdicts
    ]
    if rows:
        yield from (Heading("Verdicts of the judge"), PageTable(heads, rows))


def _chosen(verdict: Mapping[str, Any]) -> str:
    if verdict["choice"] is not None:
        return str(verdict["choice"])
    return "a tie" if verdict.get("tie") else f"{verdict['status']}: {verdict['reason']}"


def _later(verdicts: Iterable[StoredVerdict]) -> Iterator[PagePart]:
    heads = ("judge", "about", "verdict", "confidence", "reasons")
    rows = [
        [
            f"{one.key.judge}, {one.key.criterion}",
            one.key.subject or ", then ".join(one.speakers),
            _found(one),
            _percent(one.found.confidence),
            said(one.found.reasons),
        ]
        for one in verdicts
    ]
    if rows:
        yield from (Heading("Judged afterwards"), PageTable(heads, rows))


def _found(verdict: StoredVerdict) -> str:
    if not verdict.ok:
        return f"{verdict.status.value}: {verdict.reason}"
    found = verdict.found
    return found.choice if found.choice is not None else f"{found.score:g}" if found.score is not None else ""


def _beliefs(beliefs: Sequence[Mapping[str, Any]]) -> Iterator[PagePart]:
    heads = ("seat", "when", "what", "belief", "reasons")
    rows = [
        [
            held["seat"],
            f"{held['moment']} {held['round']}" if held["moment"] == "round" else held["moment"],
            f"{held['about']} {'wins' if held['kind'] == 'wins' else 'is right'}",
            _percent(held["probability"]) if held["status"] == "ok" else held["status"],
            said(held["reasons"]),
        ]
        for held in beliefs
    ]
    if rows:
        private = "private: the reasons, and what was not said to everyone"
        yield from (Heading("Beliefs", private), PageTable(heads, rows))
