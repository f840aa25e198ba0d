"""Putting probes to the seats of an episode while a protocol is played."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from arena.annotations import AnnotationStatus, Answer, Belief, Finding, Finds, Place, Verdict, status_of
from arena.core.errors import EpisodeLimit
from arena.episode._together import BySeat, of_seat
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.probes import HYPOTHETICAL, Probe, ProbeKind, ProbeMoment
from arena.episode.protocol import Protocol
from arena.forms import Choice, Form, Probability, Speech
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY

T = TypeVar("T")

_PROMPTS = Prompts(Path(__file__).with_name("probes"))

YES, NO = "yes", "no"
UNKNOWN = "I don't know"
WORDS = 30
"""The largest number of words of an answer in free text."""


@dataclass(frozen=True, slots=True)
class ChoiceOrUnknown(Choice):
    """One of the options, or that the seat does not know."""

    def finding(self, value: str, name: str) -> Finding:
        """Return the option, or that the seat abstained."""
        return Finding(abstained=True) if value == UNKNOWN else Finding(text=value)


@dataclass(frozen=True, slots=True)
class TextOrUnknown(Speech):
    """A short answer in free text, or that the seat does not know."""

    def finding(self, value: str, name: str) -> Finding:
        """Return the text, or that the seat abstained."""
        bare = value.strip().strip(".\"'").casefold().replace("’", "'")
        return Finding(abstained=True) if bare == UNKNOWN.casefold() else Finding(text=value)


async def play_probed(protocol: Protocol, episode: Episode, probes: Collection[Probe]) -> Outcome:
    """Play a protocol, and put the probes to its seats at their moments."""
    if not probes:
        return await protocol.play(episode)
    probed = _Probed(episode, tuple(probes))
    await probed.probe(ProbeMoment.BEFORE, episode.seats)
    outcome = await protocol.play(probed)
    if outcome.is_result:
        with suppress(EpisodeLimit):  # the protocol has ended, and its result must not be lost
            await probed.probe(ProbeMoment.AFTER, episode.seats)
    return outcome


class _Probed(Episode):
    """An episode that puts the probes after the answers to a protocol. It shares an episode's state."""

    def __init__(self, episode: Episode, probes: tuple[Probe, ...]) -> None:
        self.__dict__ = episode.__dict__
        self._probes = probes
        self._last: dict[str, _LastAnswer] = {}

    async def ask(self, seat: str, form: Form[T], question: str = "", **options: Any) -> Response[T]:
        """Ask one seat, and then put the probes to it."""
        answer = await super().ask(seat, form, question, **options)
        await self._after({seat: answer}, form, question, options)
        return answer

    async def together(
        self,
        seats: Collection[str],
        form: Form[T] | BySeat[Form[T]],
        question: str | BySeat[str] = "",
        **options: Any,
    ) -> dict[str, Response[T]]:
        """Ask seats at the same time, and then put the probes to them."""
        answers = await super().together(seats, form, question, **options)
        await self._after(answers, form, question, options)
        return answers

    async def _after(
        self, answers: Mapping[str, Response[Any]], form: Any, question: Any, options: Mapping[str, Any]
    ) -> None:
        """Note the answers that probes may be about, and put the probes that follow an answer.

        What a seat does not remember is quoted to it, if it can be right or wrong.
        """
        usable = []
        for seat, answer in answers.items():
            own: Form[Any] = of_seat(seat, form)
            found = of_seat(seat, options.get("finds"))
            graded = _graded(own.finds() if found is None else found)
            quoted = ""
            if not options.get("remember", True):
                if options.get("sample") is not None or not graded:
                    continue
                quoted = _PROMPTS.text(
                    "quoted",
                    question=fenced(of_seat(seat, question)),
                    answer=fenced(own.publish(answer.value) if answer.ok else ""),
                )
            if answer.ok and not options.get("sample"):
                turn = graded[0].turn if graded else None
                drafts = tuple(fenced(own.publish(one.value)) for one in answer.drafts if one.ok)
                self._last[seat] = _LastAnswer(answer.place, turn, quoted, drafts)
                usable.append(seat)
        await self.probe(ProbeMoment.ROUND, usable)

    async def probe(self, moment: ProbeMoment, seats: Collection[str]) -> None:
        """Put the probes of a moment to those of the seats that they are for."""
        for probe in self._probes:
            chosen = [seat for seat in seats if probe.seats is None or seat in probe.seats]
            if probe.ask in (ProbeKind.CONFIDENCE, ProbeKind.P_TRUE):
                chosen = [seat for seat in chosen if seat in self._last]
            if moment in probe.moments and chosen:
                await self._put(probe, moment, chosen)

    async def _put(self, probe: Probe, moment: ProbeMoment, seats: Collection[str]) -> None:
        form, question = _asked(probe, self.task.data.get("answers"))
        is_of_answer = probe.ask in (ProbeKind.CONFIDENCE, ProbeKind.P_TRUE)
        quoted = {seat: _recalled(self._last[seat], probe) if is_of_answer else "" for seat in seats}
        finds = {seat: self._finds(probe, moment, seat) for seat in seats}
        found_later = probe.ask is ProbeKind.P_TRUE
        answers = await super().together(
            tuple(seats),
            form,
            BySeat({seat: _aside(question, quote) for seat, quote in quoted.items()}),
            audience=NOBODY,
            remember=probe.remember,
            fields={"asks": probe.ask.value},
            finds=() if found_later else BySeat(finds),
        )
        if found_later:
            self.annotate(*(_likely(found, answers[seat]) for seat, found in finds.items()))

    def _finds(self, probe: Probe, moment: ProbeMoment, seat: str) -> Belief | Answer:
        place, turn, *_ = self._last.get(seat, _LastAnswer(Place(seat)))
        listed = "-drafts" if probe.drafts else ""
        match probe.ask:
            case ProbeKind.ANSWER:
                found = Answer(HYPOTHETICAL, comparison=probe.comparison.value, moment=moment.value)
                return replace(found, turn=turn, about=Place(seat))
            case ProbeKind.P_IK:
                about = Place(seat)
                return Belief("knows", method=probe.ask.value, moment=moment.value, turn=turn, about=about)
            case ProbeKind.CONFIDENCE:
                method = f"verbalised-100{listed}"
            case ProbeKind.P_TRUE:
                method = f"{probe.ask.value}{listed}"
        return Belief("right", method=method, moment=moment.value, turn=turn, about=place)


class _LastAnswer(NamedTuple):
    """The last answer of a seat: its place, its turn, and its words if the seat does not remember it.

    `drafts` are those of which it was made, each quoted.
    """

    place: Place
    turn: int | None = None
    quoted: str = ""
    drafts: tuple[str, ...] = ()


def _recalled(last: _LastAnswer, probe: Probe) -> str:
    """Return the words of the last answer if the seat does not remember it, and its drafts if asked for."""
    drafts = _PROMPTS.text("drafts", drafts=list(last.drafts)) if probe.drafts and last.drafts else ""
    return "\n".join(filter(None, (last.quoted, drafts)))


def _aside(question: str, quoted: str) -> str:
    quoted = f"{quoted}\n" if quoted else ""
    return _PROMPTS.text("aside", quoted=quoted, probe=question).strip()


def _graded(finds: Finds | None) -> list[Answer | Verdict]:
    """Return those of an ask's annotations that can be right or wrong."""
    listed = finds if isinstance(finds, tuple) else (finds,)
    return [found for found in listed if isinstance(found, Answer | Verdict)]


def _asked(probe: Probe, answers: Any) -> tuple[Form[Any], str]:
    """Return the form and the question of a probe; `answers` are those that the task lists, or None."""
    match probe.ask:
        case ProbeKind.CONFIDENCE:
            return Probability(_PROMPTS.text("confidence")), ""
        case ProbeKind.P_TRUE:
            return Choice((YES, NO)), _PROMPTS.text("p_true")
        case ProbeKind.P_IK:
            return Probability(_PROMPTS.text("p_ik")), ""
        case ProbeKind.ANSWER:
            question = _PROMPTS.text("answer", unknown="")
            if isinstance(answers, list | tuple) and answers:
                options = tuple(map(str, answers))
                if probe.unknown:
                    return ChoiceOrUnknown((*options, UNKNOWN)), question
                return Choice(options), question
            if probe.unknown:
                return TextOrUnknown(WORDS), _PROMPTS.text("answer", unknown=UNKNOWN)
            return Speech(WORDS), question


def _likely(found: Belief | Answer, answer: Response[Any]) -> Belief:
    """Return the belief with the probability of the word yes, or with the reason why there is none."""
    said: dict[str, Any] = {"author": answer.seat, "said": answer.place.step}
    likely = answer.probabilities.get(YES)
    if not answer.ok:
        said |= {"status": status_of(answer.status), "reason": answer.reason}
    elif likely is None:
        said |= {"status": AnnotationStatus.UNKNOWN, "reason": "the agent told no probabilities"}
    else:
        said["probability"] = likely
    return replace(found, **said)  # type: ignore[return-value]
