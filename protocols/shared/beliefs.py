"""Beliefs of seats: how sure debaters are to win, and how sure judges are that an answer is right.

Each belief is asked for in its own call and nobody hears it, so that it cannot influence others. By default
the seat's later views do not hold it either, so that asking does not change the rest of the episode. Settings
can change both. There are several methods. They measure different things, so each has its own name:

- ``verbalised-100`` and ``verbalised-1``: the seat states a number from 0 to 100, or from 0 to 1. -
``vote-share``: the seat answers yes or no several times, and the belief is the share of yes. -
``token-probability``: the seat answers yes or no once, and the agent returns the probability of yes (P(True)
of Kadavath et al. 2022). If the agent returns no probabilities, the belief is unknown.

If a belief is refused or unknown, the record says so and has no number. The episode goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from pydantic import ConfigDict, model_validator

from arena.annotations import AnnotationStatus, Belief, status_of
from arena.core.checked import Checked
from arena.core.ranges import Samples
from arena.episode.episode import BySeat, Episode
from arena.forms import Choice, Form, Probability, Status
from arena.prompts import Prompts
from arena.seat.response import Response
from arena.seat.transcript import NOBODY, Audience
from protocols.shared.bets import SpeechWithBet, tell_bets
from protocols.shared.reasoned import Reasoned, ReasonedProbability

YES, NO = "yes", "no"

_PROMPTS = Prompts(__file__)


class Elicitation(StrEnum):
    """How a belief is asked for."""

    VERBALISED_100 = "verbalised-100"
    VERBALISED_1 = "verbalised-1"
    VOTE_SHARE = "vote-share"
    TOKEN_PROBABILITY = "token-probability"


class Holder(StrEnum):
    """Whose beliefs are asked for."""

    SPEAKERS = "speakers"
    JUDGE = "judge"
    ONLOOKERS = "onlookers"


class Moment(StrEnum):
    """When beliefs are asked for."""

    BEFORE = "before"
    """Before the first turn."""
    ROUND = "round"
    """After each round."""
    AFTER = "after"
    """After the verdict, when everyone knows it."""


class Proposition(NamedTuple):
    """A statement that a seat may believe: its text, the answer that it is about, and its kind.

    It says that the judge decides for the answer (``wins``), or that the answer is right (``right``).
    """

    text: str
    about: str
    kind: Literal["wins", "right"]


class Beliefs(Checked):
    """Whose beliefs are asked for, when, and how.

    `remember` says whether a seat's later views hold its stated beliefs. Votes are never remembered, because
    the second vote would follow the first. `reasons` asks for reasons beside a number. Only the record holds
    the reasons. With `public`, everyone hears the speakers' bets. With `red_team`, speakers are told to think
    through why they might lose before they bet. `samples` is the number of votes for a share. With
    `with_speech`, speakers state their bets after each round in the reply that holds their speech. The bet is
    cut out before anybody reads the speech. With `remember` the seat sees its own earlier bets with their
    reasons, and with `public` speakers hear each other's numbers.

    Args:
        holders: The seats that are asked for beliefs: speakers, judge, onlookers.
        moments: When they are asked: before the first turn, after each round, after the verdict.
        method: How a belief is asked for: as a number, by votes, or from the probabilities of tokens.
        reasons: Whether reasons are asked for beside a number.
        remember: Whether a seat's later views hold its stated beliefs.
        public: Whether everyone hears the bets of speakers.
        red_team: Whether speakers are told to think through why they might lose before they bet.
        samples: The number of votes for a share.
        with_speech: Whether speakers bet after each round in the reply that holds their speech.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    holders: tuple[Holder, ...] = tuple(Holder)
    moments: tuple[Moment, ...] = tuple(Moment)
    method: Elicitation = Elicitation.VERBALISED_100
    reasons: bool = True
    remember: bool = False
    public: bool = False
    red_team: bool = False
    samples: Samples = 5
    with_speech: bool = False

    @model_validator(mode="after")
    def _public_ones_are_numbers(self) -> Beliefs:
        if self.public and self.method in (Elicitation.VOTE_SHARE, Elicitation.TOKEN_PROBABILITY):
            raise ValueError(
                f"only stated numbers can be public, and {self.method} has none: set public to false"
            )
        if self.with_speech and self.method is not Elicitation.VERBALISED_100:
            raise ValueError(f"a bet beside a speech is a number from 0 to 100, not {self.method}")
        return self

    @property
    def bets_with_speech(self) -> bool:
        """Whether the replies that hold speakers' speeches hold their bets, too."""
        return self.with_speech and Holder.SPEAKERS in self.holders and Moment.ROUND in self.moments

    async def elicit(
        self,
        episode: Episode,
        propositions: Mapping[str, Proposition],
        *,
        speakers: bool,
        moment: Moment,
        round_number: int,
    ) -> list[dict[str, Any]]:
        """Ask seats at the same time whether their `propositions` hold, and return a record of each.

        A record's ``probability`` is from 0 to 1, or None if the belief is unknown. Then ``status`` and
        ``reason`` say why. The other fields are ``seat``, ``moment``, ``round``, ``kind``, ``about``,
        ``method``, ``reasons`` and, for vote shares, ``votes``.
        """
        audience = episode.everyone if self.public and speakers else NOBODY
        asked = self._asked(propositions, public=audience is not NOBODY, red_team=self.red_team and speakers)
        fields: BySeat[Mapping[str, Any]] = BySeat(
            {seat: {"asks": "belief", **held._asdict()} for seat, held in propositions.items()}
        )
        finds = {seat: self.belief(held, moment, round_number) for seat, held in propositions.items()}
        rounds = [
            await self._ask(episode, propositions, asked, fields, audience, finds)
            for _ in range(self.samples if self.method is Elicitation.VOTE_SHARE else 1)
        ]
        records = [
            self.record(seat, held, moment, round_number, self._read([answers[seat] for answers in rounds]))
            for seat, held in propositions.items()
        ]
        if not self._is_stated:
            episode.annotate(
                *(_believed(finds[record["seat"]], record, rounds[0][record["seat"]]) for record in records)
            )
        return records

    def belief(self, held: Proposition, moment: Moment, round_number: int) -> Belief:
        """Return the annotation of a belief that is to be filled in from a reply."""
        return Belief(
            held.kind,
            of=held.about,
            method=self.method.value,
            moment=moment.value,
            turn=round_number if moment is Moment.ROUND else None,
        )

    def record(
        self, seat: str, held: Proposition, moment: Moment, round_number: int, read: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return the record of a belief that was read from one or more replies."""
        place = {"moment": moment.value, "round": round_number, "method": self.method.value}
        return {"seat": seat, **place, "kind": held.kind, "about": held.about, **read}

    def bets(
        self, episode: Episode, made: Mapping[str, tuple[Proposition, SpeechWithBet]], round_number: int
    ) -> list[dict[str, Any]]:
        """Tell the bets beside this round's speeches to those who may know them, and return their records."""
        numbers = {seat: bet for seat, (_, bet) in made.items()}
        tell_bets(episode, numbers, public=self.public, remember=self.remember)
        read = {"status": Status.OK.value, "reason": "", "votes": None}
        return [
            self.record(
                seat,
                held,
                Moment.ROUND,
                round_number,
                {"probability": bet.bet, "reasons": bet.reasons, **read},
            )
            for seat, (held, bet) in made.items()
        ]

    @property
    def _is_stated(self) -> bool:
        """Whether the seat states a number. One such reply is a whole belief."""
        return self.method in (Elicitation.VERBALISED_100, Elicitation.VERBALISED_1)

    def _asked(self, propositions: Mapping[str, Proposition], *, public: bool, red_team: bool) -> BySeat[str]:
        told = {"public": public, "red_team": red_team, "yes_or_no": not self._is_stated}
        return BySeat(
            {seat: _PROMPTS.text("belief", proposition=p.text, **told) for seat, p in propositions.items()}
        )

    async def _ask(
        self,
        episode: Episode,
        propositions: Mapping[str, Proposition],
        question: BySeat[str],
        fields: BySeat[Mapping[str, Any]],
        audience: Audience,
        finds: Mapping[str, Belief],
    ) -> dict[str, Response[Any]]:
        forms: BySeat[Form[Any]] = BySeat(
            {seat: self._form(held.text) for seat, held in propositions.items()}
        )
        remember = self.remember and self.method is not Elicitation.VOTE_SHARE
        return await episode.together(
            tuple(propositions),
            forms,
            question,
            audience=audience,
            remember=remember,
            fields=fields,
            finds=BySeat(finds) if self._is_stated else (),
        )

    def _form(self, of: str) -> Form[Any]:
        match self.method:
            case Elicitation.VERBALISED_100:
                return ReasonedProbability(of, 100) if self.reasons else Probability(of, 100)
            case Elicitation.VERBALISED_1:
                return ReasonedProbability(of, 1) if self.reasons else Probability(of, 1)
        return Choice((YES, NO))

    def _read(self, answers: list[Response[Any]]) -> dict[str, Any]:
        """Return the belief that `answers` express. There is one answer, or one for each vote."""
        last = answers[-1]
        probability: float | None = None
        reasons = ""
        reason = last.reason
        status = last.status
        votes = None
        match self.method:
            case Elicitation.VOTE_SHARE:
                counts = Counter(answer.value for answer in answers if answer.ok)
                votes = {YES: counts[YES], NO: counts[NO], "unusable": len(answers) - counts.total()}
                if counts:
                    probability = counts[YES] / counts.total()
                    status, reason = next((a.status, a.reason) for a in answers if a.ok)
            case Elicitation.TOKEN_PROBABILITY if last.ok:
                probability = last.probabilities.get(YES)
                reason = "" if probability is not None else "the agent told no probabilities"
            case _ if last.ok:
                said = last.value if isinstance(last.value, Reasoned) else Reasoned(last.value)
                probability, reasons = said
        return {
            "probability": probability,
            "reasons": reasons,
            "status": status.value,
            "reason": reason,
            "votes": votes,
        }


def _believed(template: Belief, record: Mapping[str, Any], first: Response[Any]) -> Belief:
    """Return one belief from several votes, or from the probabilities of one answer.

    It is about the turn of the `first` answer. If the agent drew its answer from the probabilities, the
    method is ``policy``.
    """
    known = record["probability"] is not None
    status = AnnotationStatus.OK if known else status_of(Status(record["status"]))
    if not known and status is AnnotationStatus.OK:
        status = AnnotationStatus.UNKNOWN
    drawn = template.method == Elicitation.TOKEN_PROBABILITY and first.is_policy
    return replace(
        template,
        probability=record["probability"],
        method="policy" if drawn else template.method,
        about=first.place,
        said=first.place.step,
        author=record["seat"],
        status=status,
        reason="" if known else record["reason"],
    )
