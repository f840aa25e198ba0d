"""A society of agents that answer, hear some of the others, and answer again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from arena.annotations import Annotation, AnnotationStatus, Answer, Score
from arena.core.ranges import Rounds, Words
from arena.episode.episode import BySeat, Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.prompts import Prompts
from arena.seat.response import Response
from arena.tasks.task import PublicTask
from arena.votes.voting import Agreement, Variety, agreement, variety
from protocols.shared.answers import AnswerMatch, Argued, ArguedAnswer, candidates, show_source
from protocols.shared.topology import COMPLETE, neighbours, written_out

_PROMPTS = Prompts(__file__)
_VARIETY: Mapping[str, Callable[[Variety], float]] = {
    "different answers": lambda said: said.different,
    "entropy of answers": lambda said: said.entropy,
}


class Society(Protocol):
    """Members answer at the same time, hear their neighbours, and answer again, until they agree.

    The protocol is that of Du et al. 2023, "Improving factuality and reasoning in language models through
    multiagent debate". Li et al. 2024, "Improving multi-agent debate with sparse communication topology", use
    sparse graphs. With `roles`, each member answers as one of them, and how much their answers differ is
    recorded, as in Wang et al. 2025, "MultiRole-R1" (arXiv 2507.20187).

    The number of members is `members`, and they are called ``member_0``, ``member_1`` and so on. The `graph`
    says which members hear each other; see `protocols.shared.topology`. There are at most `rounds` rounds,
    and the first one counts. The rounds end when all members give the same answer. `comparison` decides
    whether answers in free text are the same. `words` limits each argument.

    The outcome has no returns, because only scorers can say whether an answer is right. Its details hold the
    members' answers::

        rounds            the answers of each round by seat; None where there is no usable answer
        statuses          how each reply could be read, by round and seat
        consensus_round   the round, from 1, after which all members agreed; None if they never did
        majority          the answer of more than half of the society in the last round; None if there is none
        leading           the most frequent answers of that round; several answers are a tie
        agreement         counts of that round: members agreeing on a leading answer, members who answered and
                          all members; also the share of the members, and the share_of_answered

    If a member gives no usable answer in a round, nobody hears it and it agrees with nobody. It is asked
    again in the next round. If nobody answers in the last round, the episode fails.

    Args:
        members: The number of members. They are called ``member_0``, ``member_1`` and so on.
        graph: Which members hear each other, such as complete, ring or star.
        rounds: The largest number of rounds. The first one counts.
        comparison: Which answers in free text count as the same: exact, casefold or number.
        words: The largest number of words in an argument. Without it, there is no limit.
        roles: As whom each member answers, in order, such as a nurse, a clerk and a child.
    """

    members: Annotated[int, Field(ge=2, le=100)] = 3
    graph: Annotated[str, BeforeValidator(written_out)] = COMPLETE
    rounds: Rounds = 3
    comparison: AnswerMatch = AnswerMatch.CASEFOLD
    words: Words | None = 150
    roles: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _fits_together(self) -> Society:
        neighbours(self.graph, self.members)
        if self.roles and len(self.roles) != self.members:
            raise ValueError(
                f"there are {self.members} members, and {len(self.roles)} roles; name one for each"
            )
        return self

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats of the members: ``member_0``, ``member_1`` and so on."""
        return tuple(f"member_{number}" for number in range(self.members))

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        found: dict[str, type[Annotation]] = {"answer": Answer, "decision": Answer}
        return found | dict.fromkeys(_VARIETY, Score) if self.roles else found

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        return frozenset({"answer"})

    def heard_by(self, seat: str) -> tuple[str, ...]:
        """Return the seats that hear `seat`. They are also the seats that `seat` hears."""
        joined = neighbours(self.graph, self.members)[self.seats.index(seat)]
        return tuple(self.seats[member] for member in sorted(joined))

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, which others the member hears, and its role."""
        member = _PROMPTS.text("member", seat=seat, members=self.members, hears=self.heard_by(seat))
        role = _PROMPTS.text("role", role=self.roles[self.seats.index(seat)]) if self.roles else ""
        return "\n\n".join(part for part in (super().brief(seat, task), member, role) if part)

    async def play(self, episode: Episode) -> Outcome:
        """Ask all members at the same time, in each round, until they agree or the rounds are over."""
        show_source(episode)
        form = ArguedAnswer(candidates(episode), self.comparison, self.words)
        heard_by = BySeat({seat: self.heard_by(seat) for seat in self.seats})
        rounds: list[dict[str, Response[Argued]]] = []
        for number in range(1, self.rounds + 1):
            asked = _PROMPTS.text("answer", round=number, rounds=self.rounds)
            fields = {"asks": "answer", "round": number}
            finds = Answer("answer", turn=number)
            rounds.append(
                await episode.together(self.seats, form, asked, audience=heard_by, fields=fields, finds=finds)
            )
            agreed = agreement([_said(answer) for answer in rounds[-1].values()], form.key)
            if self.roles:
                said = variety(map(_said, rounds[-1].values()), form.key)
                episode.annotate(*_varied(said, number))
            if agreed.is_consensus:
                break
        episode.annotate(_decision(agreed, form.finding(Argued(""), "decision").comparison))
        details = {
            "rounds": [{seat: _said(answer) for seat, answer in heard.items()} for heard in rounds],
            "statuses": [{seat: answer.status.value for seat, answer in heard.items()} for heard in rounds],
            "consensus_round": len(rounds) if agreed.is_consensus else None,
            **agreed.record(),
        }
        if not agreed.answered:
            return Outcome(Ending.FAILED, {}, self.seats, "nobody gave a usable answer at last", details)
        return Outcome.completed({}, **details)


def _varied(said: Variety | None, turn: int) -> Iterator[Score]:
    """Yield the annotations of how much the answers of a round differ."""
    for name, of in _VARIETY.items():
        if said is None:
            unknown = AnnotationStatus.UNKNOWN
            yield Score(name, turn=turn, status=unknown, reason="nobody gave a usable answer")
        else:
            yield Score(name, float(of(said)), low=0, turn=turn)


def _decision(agreed: Agreement, comparison: str) -> Answer:
    """Return the annotation of the last majority answer, or of the reason why there is none."""
    if agreed.majority is not None:
        return Answer("decision", agreed.majority, comparison=comparison)
    reason = "no answer is that of more than half of the members"
    return Answer("decision", status=AnnotationStatus.UNKNOWN, reason=reason)


def _said(answer: Response[Argued]) -> str | None:
    return answer.value.answer if answer.ok else None
