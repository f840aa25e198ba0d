"""The base of debate, consultancy and the direct answer: readers, beliefs, the verdict and the record.

Each of them is an `Oversight` with its own papers, and a `Case` is one episode of it. All three ask the same
question with the same chance and the same order of answers, so that their figures can be compared.

The annotations are `defends` for each speaker, `verdict` for each time the judge is asked, `decision`, and
beliefs called `wins` and `right`. The outcome's details hold the same as notes: answers, defended, verdict,
verdicts and beliefs. Failed episodes have these details too.

Agents that are programs find the request in the prompt's data. ``asks`` is side, speech, question, verdict
or belief. The other data are ``answers`` by label, ``defends``, ``round`` and ``stage``, or a proposition.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from arena.annotations import Annotation, Belief, Finds, Label, Place, Verdict
from arena.core.errors import NoAnswer
from arena.core.ranges import Onlookers, Words
from arena.core.text import storable
from arena.episode.episode import BySeat, Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.forms import Form, Speech
from arena.prompts import Prompts
from arena.seat.response import Response
from arena.tasks.task import PublicTask
from protocols.shared.beliefs import Beliefs, Holder, Moment, Proposition
from protocols.shared.bets import SpeakAndBet, SpeechWithBet
from protocols.shared.questions import Question, Readers, Sides
from protocols.shared.quotes import UNVERIFIED, VERIFIED, QuotedSpeech
from protocols.shared.sides import ask_choice, choose_sides
from protocols.shared.sources import SOURCE, sees_source, tell_source, unread
from protocols.shared.verdicts import (
    Combination,
    Combined,
    OneVerdict,
    Reading,
    ask_verdict,
    combine,
    found_verdict,
)

JUDGE = "judge"

_PROMPTS = Prompts(__file__)


class Oversight(Protocol):
    """A judge decides which answer to a question is right, after the speeches if there are any.

    Args:
        source: Who reads the task's source, and sees its ``private_pictures["source"]``.
        quotes: Whether quotes from the source are verified, and shown as verified or not.
        words: The largest number of words in a speech. Without it, there is no limit.
        beliefs: Whose beliefs are asked for, when and how, such as ``beliefs.holders``.
        onlookers: The number of seats that hear everything public and only state beliefs.
        reading: How the judge's verdict is read: from its statement, or from the probabilities of its tokens.
        swap_verdict: Whether the judge is asked again with the answers in the other order.
        combination: The rule that combines the verdicts in the two orders into one.
        ask_choice: Whether the first speaker is asked aside which answer is right, before sides are settled.
        judge_told: What stands at the end of the judge's brief, such as a persona with beliefs of its own.
    """

    source: Readers = Readers.SPEAKERS
    quotes: bool = False
    words: Words | None = 150
    beliefs: Beliefs = Beliefs()
    onlookers: Onlookers = 0
    reading: Reading = Reading.STATED
    swap_verdict: bool = True
    combination: Combination = Combination.TWO_GAME
    ask_choice: bool = False
    judge_told: str = ""

    @property
    @abstractmethod
    def speakers(self) -> tuple[str, ...]:
        """The seats that argue for answers."""

    @property
    def judges(self) -> tuple[str, ...]:
        """The seat that decides, if there is one."""
        return (JUDGE,)

    @property
    def absent(self) -> tuple[str, ...]:
        """The judge's seat if no judge plays. Judges who judge later hear everything public."""
        return () if self.judges else (JUDGE,)

    @property
    def watchers(self) -> tuple[str, ...]:
        """The seats of the onlookers: ``onlooker_1``, ``onlooker_2`` and so on."""
        return tuple(f"onlooker_{number}" for number in range(1, self.onlookers + 1))

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats of speakers, judge and onlookers."""
        return (*self.speakers, *self.judges, *self.watchers)

    @property
    def players(self) -> tuple[str, ...]:
        """The speakers. If there are no speakers, all seats."""
        return self.speakers or self.seats

    @abstractmethod
    def role(self, seat: str) -> str:
        """Return the role of `seat`."""

    @abstractmethod
    async def argue(self, case: Case) -> None:
        """Play everything that comes before the verdict."""

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        found = {"defends": Label, "wins": Belief, "right": Belief, "verdict": Verdict, "decision": Verdict}
        return {**found, **({"choice": Verdict} if self.ask_choice else {})}

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        names = {"belief", "question", "side", "speech", "verdict", *(["choice"] if self.ask_choice else [])}
        return frozenset(names)

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the question, the seat's own brief, its role, and who can read the source."""
        question = Question.of(task)
        kind = _PROMPTS.text("claim") if question.is_claim else ""
        own = [super().brief(seat, task), kind, self.role(seat)]
        if self.source is Readers.SPEAKERS and seat not in self.speakers:
            own += unread(task, question, self.speakers)
        if self.verifies(question):
            own.append(_PROMPTS.text("marks", verified=VERIFIED, unverified=UNVERIFIED))
        own.append(self.judge_told if seat in self.judges else "")
        return "\n\n".join(part for part in own if part)

    def shows_pictures(self, seat: str, task: PublicTask) -> bool:
        """Return whether the seat is shown pictures, of which those of the source are some."""
        return super().shows_pictures(seat, task) or sees_source(task, seat, self.source, self.speakers)

    @property
    def picture_names(self) -> tuple[str, ...]:
        """The seats, and ``source`` for the pictures of the source."""
        return (*super().picture_names, SOURCE)

    def verifies(self, question: Question) -> bool:
        """Return whether quotes are verified. That needs a source that the speakers read."""
        return self.quotes and bool(question.source and self.speakers) and self.source is not Readers.NOBODY

    def speech(self, question: Question) -> Form[Any]:
        """Return the form of a speech."""
        return QuotedSpeech(question.source, self.words) if self.verifies(question) else Speech(self.words)

    async def play(self, episode: Episode) -> Outcome:
        """Show the source, let the speakers argue, then ask for the verdict.

        The episode fails without a usable speech, question or verdict. It goes on if a belief is missing.
        """
        case = Case(self, episode)
        try:
            await self.argue(case)
            for judge in self.judges:
                await case.decide(judge)
        except NoAnswer as missing:
            return Outcome(Ending.FAILED, {}, (missing.seat,), storable(str(missing)), case.details())
        return Outcome.completed(case.returns(), **case.details())


class Case:
    """One episode of an `Oversight`: the question, the answer that each speaker defends, and the record.

    The episode's chance draws `order`, the order in which answers are shown. `round` is the number of the
    round, from 1. It is 0 before the first round.
    """

    def __init__(self, protocol: Oversight, episode: Episode) -> None:
        self.protocol = protocol
        self.episode = episode
        self.question = Question.of(episode.task)
        self.order = self.question.shown(episode)
        self.speech = protocol.speech(self.question)
        self.round = 0
        self.defended: dict[str, str] = {}
        self.verdicts: list[OneVerdict] = []
        self.verdict: Combined | None = None
        self.beliefs: list[dict[str, Any]] = []
        self._bets: dict[str, tuple[Proposition, SpeechWithBet]] = {}
        tell_source(episode, self.question, protocol.source, protocol.speakers)

    async def take_sides(self, sides: Sides) -> None:
        """Settle which answer each speaker defends, and tell everyone."""
        speakers = self.protocol.speakers
        if self.protocol.ask_choice:
            await ask_choice(self.episode, speakers[0], self.question, self.order)
        self.defended = await choose_sides(self.episode, speakers, self.question, self.order, sides)
        self.episode.annotate(
            *(Label("defends", answer, about=Place(seat)) for seat, answer in self.defended.items())
        )
        text = _PROMPTS.text("sides", speakers=(*self.defended,), answers=(*self.defended.values(),))
        self.episode.tell(self.episode.everyone, text, defended=self.defended)

    async def say(self, seats: Sequence[str], asked: str, stage: str = "", *, bets: bool = False) -> None:
        """Ask `seats` at once for a speech that everyone hears, with their `bets` if the beliefs say so."""
        at = {"round": self.round, "stage": stage}
        beliefs = self.protocol.beliefs
        form: BySeat[Form[Any]] = BySeat(dict.fromkeys(seats, self.speech))
        finds: BySeat[Finds] | None = None
        bets = bets and beliefs.bets_with_speech
        told: dict[str, Any] = {"asked": asked, "both_cases": bets and beliefs.red_team}
        if bets:
            held = {seat: self._own(self.defended[seat], Moment.ROUND) for seat in seats}
            form = BySeat({seat: SpeakAndBet(self.speech, held[seat].text) for seat in seats})
            finds = BySeat({seat: beliefs.belief(held[seat], Moment.ROUND, self.round) for seat in seats})
        heard: Mapping[str, Response[Any]] = await self.episode.together(
            seats,
            form,
            BySeat({seat: _PROMPTS.text("speech", answer=self.defended[seat], **told) for seat in seats}),
            fields=BySeat({seat: {"asks": "speech", "defends": self.defended[seat], **at} for seat in seats}),
            finds=finds,
        )
        for seat, answer in heard.items():
            said = answer.value  # This raises NoAnswer if the speech is missing.
            if bets:
                self._bets[seat] = (held[seat], said)

    async def inquire(self) -> None:
        """Let the judge ask the speakers a question that everyone hears."""
        asked = _PROMPTS.text("inquiry", speakers=self.protocol.speakers)
        fields = {"asks": "question", "round": self.round}
        asking = await self.episode.ask(JUDGE, Speech(self.protocol.words), asked, fields=fields)
        _ = asking.value  # This raises NoAnswer if the question is missing.

    async def believe(self, moment: Moment) -> None:
        """Ask for the beliefs of this moment, first of judge and onlookers, then of speakers."""
        settings, protocol = self.protocol.beliefs, self.protocol
        if moment not in settings.moments:
            return
        at: dict[str, Any] = {"moment": moment, "round_number": self.round}
        seated = {Holder.JUDGE: protocol.judges, Holder.ONLOOKERS: protocol.watchers}
        looking = [seat for holder, seats in seated.items() if holder in settings.holders for seat in seats]
        # With two answers, a belief about one determines the other. With more, each needs its own question.
        asked_about = self.order if len(self.order) > 2 else self.order[:1]
        for answer in asked_about if looking else ():
            right = Proposition(self.question.is_right(answer), answer, "right")
            held = dict.fromkeys(looking, right)
            self.beliefs += await settings.elicit(self.episode, held, speakers=False, **at)
        if moment is Moment.ROUND and settings.bets_with_speech:
            self.beliefs += settings.bets(self.episode, self._bets, self.round)
            self._bets = {}
        elif Holder.SPEAKERS in settings.holders and self.defended:
            held = {seat: self._own(answer, moment) for seat, answer in self.defended.items()}
            self.beliefs += await settings.elicit(self.episode, held, speakers=True, **at)

    def _own(self, answer: str, moment: Moment) -> Proposition:
        """Return the proposition that a speaker will win or, after the verdict, that its answer is right."""
        if moment is Moment.AFTER:
            return Proposition(self.question.is_right(answer), answer, "right")
        judged = bool(self.protocol.judges)
        return Proposition(_PROMPTS.text("wins", answer=answer, judged=judged), answer, "wins")

    async def decide(self, judge: str) -> None:
        """Ask the judge for its verdict, tell everyone, and ask for their beliefs afterwards.

        Raises:
            NoAnswer: if the verdict is unusable.
        """
        protocol, orders = self.protocol, [self.order]
        if protocol.swap_verdict:
            orders.append(self.order[::-1])
        for place, order in enumerate(orders):
            asked = ask_verdict(self.episode, judge, self.question, order, protocol.reading, place)
            self.verdicts.append(await asked)
        self.verdict = combine(self.verdicts, protocol.combination)
        self.episode.annotate(found_verdict(self.verdicts, self.verdict))
        if self.verdict is None:
            why = "; ".join(f"{one.status}: {one.reason}" for one in self.verdicts if one.choice is None)
            raise NoAnswer(judge, f"{judge} gave no usable verdict ({why or 'no confidence to average'})")
        choice = self.verdict.choice
        text = _PROMPTS.text("decision", answer=choice or "", decided=choice is not None)
        self.episode.tell(self.episode.everyone, text, decided=choice)
        await self.believe(Moment.AFTER)

    def returns(self) -> dict[str, float]:
        """Return each speaker's return, which is its answer's share of the win. Empty without a verdict."""
        if self.verdict is None:
            return {}
        return {seat: self.verdict.shares[answer] for seat, answer in self.defended.items()}

    def details(self) -> dict[str, Any]:
        """Return the record as JSON data."""
        return {
            "answers": list(self.question.answers),
            "defended": dict(self.defended),
            "verdict": self.verdict._asdict() if self.verdict else None,
            "verdicts": [{**one._asdict(), "order": list(one.order)} for one in self.verdicts],
            "beliefs": list(self.beliefs),
        }
