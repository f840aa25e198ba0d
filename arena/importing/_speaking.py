"""The speeches of an imported episode as steps of events, with the replies among them.

A reply is asked for by an event of its own, so that its request can be rebuilt as that of any other reply:
the seat's brief, what it saw, and its question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import NamedTuple

from arena.annotations import Annotation, Label, Place, Score
from arena.forms import Status
from arena.importing._parts import CallPart, SpeechPart
from arena.importing._record import ImportedEpisode
from arena.seat.agent import Reply
from arena.seat.calls import ToolCall, ToolResult, ToolStatus
from arena.seat.transcript import NOBODY, Audience, Event, EventKind, encode
from arena.tools import called_fields


class ImportedReply(NamedTuple):
    """The reply to a prompt. `sample` is its number among the samples of its turn, if there are several."""

    reply: Reply
    status: Status = Status.OK
    parsed: str | None = None
    sample: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The events of one step, the replies by the places of their prompts, and what the step finds out.

    What was found out `of_turns` is about the turns of its seats in this step.
    """

    events: Sequence[Event]
    found: Sequence[Annotation] = ()
    answered: Mapping[int, ImportedReply] = field(default_factory=dict)
    of_turns: Sequence[Annotation] = ()


def in_order(episode: ImportedEpisode) -> list[SpeechPart]:
    """Return the speeches by their rounds. What tools return and what follows are of the round of the call.

    Formats that number messages give a call and its result different rounds, though both are of one turn.
    """
    found: list[SpeechPart] = []
    call: SpeechPart | None = None
    for speech in sorted(episode.speeches, key=lambda speech: speech.round):
        answered = bool(found) and found[-1].answers is not None
        goes_on = speech.answers is not None or (
            answered and call is not None and speech.seat == call.seat and episode.is_reply(speech)
        )
        if call is not None and goes_on:
            speech = speech.model_copy(update={"round": call.round})
        if speech.answers is None:
            call = speech if speech.calls and episode.is_reply(speech) else None
        found.append(speech)
    return found


def spoken(episode: ImportedEpisode, speeches: Sequence[SpeechPart], everyone: Audience) -> Iterator[Step]:
    """Yield the steps of the speeches of one round."""
    wave: list[Step] = []
    seated: set[str | None] = set()
    for seat, step in _exchanges(episode, speeches, everyone):
        joins = episode.simultaneous and seat is not None
        # A seat has one turn in a step; only where nobody replies it may speak twice.
        is_free = seat not in seated or not any(one.answered for one in (*wave, step))
        if wave and not (joins and is_free):
            yield _together(wave)
            wave, seated = [], set()
        wave.append(step)
        seated.add(seat)
        if not joins:
            yield _together(wave)
            wave, seated = [], set()
    if wave:
        yield _together(wave)


def asked_and_said(seat: str, question: str, said: Event, reply: Reply) -> Step:
    """Return the step in which a seat was asked a question and gave a reply, of which `said` was heard.

    The seat's later requests hold nothing of the question, because judges are asked each time anew.
    """
    prompt = Event(EventKind.ASKED, seat, NOBODY, question)
    return Step([prompt, said], answered={0: ImportedReply(reply, parsed=said.payload)})


def _together(wave: Sequence[Step]) -> Step:
    if len(wave) == 1:
        return wave[0]
    events: list[Event] = []
    answered: dict[int, ImportedReply] = {}
    of_turns: list[Annotation] = []
    for step in wave:
        answered |= {len(events) + place: one for place, one in step.answered.items()}
        events += step.events
        of_turns += step.of_turns
    return Step(events, (), answered, of_turns)


def _exchanges(
    episode: ImportedEpisode, speeches: Sequence[SpeechPart], everyone: Audience
) -> Iterator[tuple[str | None, Step]]:
    """Yield what each seat said, as a step of its own, with the seat; None is what the seats were told."""
    for key, own in groupby(_with_their_tools(episode, speeches), key=_samples_of):
        group = list(own)
        if key is None:
            for exchange in group:
                yield exchange[0].seat, _exchange(episode, exchange, everyone)
            continue
        # The sample from which the episode went on comes last, so that no other is asked for after it.
        group.sort(key=lambda exchange: exchange[-1].kept)
        knows_kept = group[-1][-1].kept
        for number, exchange in enumerate(group):
            step = _exchange(episode, exchange, everyone, number)
            if knows_kept:
                place = Place(exchange[0].seat or "", sample=number)
                kept = Label("kept", "yes" if exchange[-1].kept else "no", about=place)
                step = replace(step, of_turns=[*step.of_turns, kept])
            yield exchange[0].seat, step


def _samples_of(exchange: Sequence[SpeechPart]) -> tuple[str | None, int] | None:
    """Return what the samples of one turn share, or None for a turn that has none."""
    first = exchange[0]
    return None if first.sample is None else (first.seat, first.round)


def _with_their_tools(
    episode: ImportedEpisode, speeches: Sequence[SpeechPart]
) -> Iterator[Sequence[SpeechPart]]:
    """Yield each speech. One that calls tools is yielded with what they return and with what follows it."""
    open_: list[SpeechPart] = []
    for speech in speeches:
        goes_on = open_ and (
            speech.answers is not None
            or (speech.seat == open_[0].seat and open_[-1].answers is not None and episode.is_reply(speech))
        )
        if open_ and not goes_on:
            yield open_
            open_ = []
        if goes_on or (speech.calls and episode.is_reply(speech)):
            open_.append(speech)
        else:
            yield [speech]
        if open_ and goes_on and speech.seat is not None and not speech.calls:
            yield open_
            open_ = []
    if open_:
        yield open_


def _exchange(
    episode: ImportedEpisode, exchange: Sequence[SpeechPart], everyone: Audience, sample: int | None = None
) -> Step:
    first = exchange[0]
    if first.seat is None:
        return Step([Event(EventKind.TOLD, None, _hearers(first, everyone), first.text)])
    if not episode.is_reply(first):
        return Step(_said(first, _hearers(first, everyone)), of_turns=_scored(first))
    own: Audience = frozenset((first.seat,)) if sample is None else NOBODY
    made = _Exchange(first.seat, own, sample)
    made.ask(first.asked)
    for place, speech in enumerate(exchange):
        if speech.answers is not None:
            made.returned(speech, is_last=place == len(exchange) - 1)
        elif speech.calls:
            made.called(speech)
        else:
            made.said(speech, _hearers(speech, everyone))
    scored = [score for speech in exchange for score in _scored(speech, sample)]
    return Step(made.events, (), made.answered, scored)


def _hearers(speech: SpeechPart, everyone: Audience) -> Audience:
    """Return the seats that hear a speech. Of several samples, only the one that is kept is heard."""
    if speech.sample is not None and not speech.kept:
        return NOBODY
    if speech.audience is None:
        return everyone
    return frozenset((*speech.audience, speech.seat) if speech.seat is not None else speech.audience)


def _said(speech: SpeechPart, heard: Audience) -> list[Event]:
    said = Event(EventKind.SAID, speech.seat, heard, speech.text, encode({"speech": speech.text}))
    if not speech.private:
        return [said]
    thoughts = encode({"thoughts": speech.private})
    return [Event(EventKind.SAID, speech.seat, NOBODY, speech.private, thoughts), said]


def _scored(speech: SpeechPart, sample: int | None = None) -> list[Annotation]:
    about = Place(speech.seat or "", sample=sample)
    found: list[Annotation] = [
        Score(name, value, about=about) for name, value in speech.scores.items() if value is not None
    ]
    return found if speech.offer is None else [*found, Score("offer", speech.offer, about=about)]


class _Exchange:
    """The events of one turn of a seat, which may call tools in it."""

    def __init__(self, seat: str, own: Audience, sample: int | None) -> None:
        self.events: list[Event] = []
        self.answered: dict[int, ImportedReply] = {}
        self._seat = seat
        self._own = own
        self._sample = sample
        self._open: list[ToolCall] = []
        self._results: list[ToolResult] = []

    def ask(self, question: str) -> None:
        """Ask the seat."""
        self.events.append(Event(EventKind.ASKED, self._seat, self._own, question))

    def called(self, speech: SpeechPart) -> None:
        """Take a reply that calls tools."""
        self._ask_again()
        calls = [_named(one, number) for number, one in enumerate(speech.calls)]
        reply = Reply(speech.text, speech.private, calls=tuple(calls))
        self._answer(ImportedReply(reply, Status.CALLED, sample=self._sample))
        text, fields = called_fields(speech.text, calls)
        self.events.append(Event(EventKind.CALLED, self._seat, self._own, text, encode(fields)))
        self._open = calls

    def returned(self, speech: SpeechPart, *, is_last: bool) -> None:
        """Take what a tool returned. What nobody replied to is only told, because it asks for no reply."""
        call = next((one for one in self._open if one.id == speech.answers), None) or self._open[0]
        self._open = [one for one in self._open if one is not call] or [call]
        self._results.append(ToolResult(call, ToolStatus.OK, speech.text))
        if is_last:
            texts = "\n\n".join(one.text for one in self._results)
            self.events.append(Event(EventKind.TOLD, self._seat, self._own, texts))

    def said(self, speech: SpeechPart, heard: Audience) -> None:
        """Take the reply that ends the turn."""
        self._ask_again()
        payload = encode({"speech": speech.text})
        whole = speech.text if speech.whole is None else speech.whole
        self._answer(ImportedReply(Reply(whole, speech.private), Status.OK, payload, self._sample))
        self.events.append(Event(EventKind.SAID, self._seat, heard, speech.text, payload))

    def _ask_again(self) -> None:
        """Ask the seat again with what its tools have returned, if it called any."""
        if not self._results:
            return
        text = "\n\n".join(f"{one.call.name} returned:\n{one.text}" for one in self._results)
        fields = {"results": [{**one.record(), "shown": one.text} for one in self._results]}
        self.events.append(Event(EventKind.RETURNED, self._seat, self._own, text, encode(fields)))
        self._results = []

    def _answer(self, answered: ImportedReply) -> None:
        self.answered[len(self.events) - 1] = answered


def _named(part: CallPart, number: int) -> ToolCall:
    call = part.call
    return call if call.id else call._replace(id=f"call_{number}")
