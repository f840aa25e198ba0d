"""Asking another judge what the run's own judge was asked, in an episode that is played from its record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic_core import from_json

from arena.annotations import AnnotationRow, AnnotationStatus, annotation_of
from arena.annotations import Verdict as FoundVerdict
from arena.core.errors import StopRun, UsageError
from arena.core.seeds import derive
from arena.episode.context import EpisodeContext
from arena.episode.playing import play_episode
from arena.episode.record import Call, Tape
from arena.forms import Status
from arena.journal import Journal, StoredEpisode, StoredVerdict, VerdictKey, VerdictValue
from arena.judging._asking import Asked, Clerk
from arena.judging._own_judge import OwnProtocols, OwnQuestion, own_questions
from arena.seat.agent import Agent, Reply, Request
from arena.seat.transcript import Event, EventKind
from arena.spending.budget import Budget

_NOT_HELD = "something that the record does not hold"


class _Answered(BaseException):
    """The judge has answered, so the rest of the episode need not be played.

    It is no `Exception`, because no protocol may take it for an error of its own.
    """


class _Recorded(Agent):
    """An agent whose replies are all in the record, so that nobody is asked."""

    name = "the record"
    sees_pictures = True

    async def reply(self, request: Request) -> Reply:
        """Refuse.

        Raises:
            StopRun: always.
        """
        raise StopRun(f"{request.seat} is asked {_NOT_HELD}")


class _Hearing(Clerk):
    """Records the calls of a judge, and hears its verdict and in which order it saw the answers."""

    def __init__(self, clerk: tuple[Journal, VerdictKey, Asked, int], asked: OwnQuestion) -> None:
        super().__init__(*clerk)
        self._asked = asked
        self.row: AnnotationRow | None = None
        self.last: Call | None = None
        self.shown: tuple[str, ...] = ()

    def call(self, episode: int, call: Call) -> None:
        super().call(episode, call)
        self.last = call

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        for event in events:
            if event.kind is EventKind.ASKED and event.seat == self._asked.seat:
                data = from_json(event.payload)
                answers = data.get("answers") if isinstance(data, dict) else None
                self.shown = tuple(map(str, answers.values())) if isinstance(answers, dict) else ()

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        seat, name, first, order = self._asked
        for row in found:
            is_it = (row.kind, row.author, row.name) == (FoundVerdict.kind, seat, name) and not row.sample
            if is_it and (row.said or 0) >= first and (row.ordering or 0) == order:
                self.row = row
                raise _Answered


@dataclass(frozen=True, slots=True)
class AnswerAsker:
    """Asks judges what the run's own judge was asked, and records their verdicts.

    Attributes:
        journal: the run's journal.
        judges: the judges, by name.
        protocols: the protocols of the run.
        players: the seats that compete.
        seat: the seat of the run's own judge; None finds it.
        seed: the seed of the run.
        budget: the budget from which the judges spend.
    """

    journal: Journal
    judges: Mapping[str, Asked]
    protocols: OwnProtocols
    players: Sequence[str]
    seat: str | None
    seed: int
    budget: Budget

    async def ask(self, key: VerdictKey, judged: StoredEpisode, tape: Tape) -> None:
        """Ask a judge for one verdict on an episode, and record it.

        The `tape` holds the earlier calls for this verdict. Their replies are used again.

        Raises:
            UsageError: if the episode, played from its record, does not come to the judge's question.
            CapReached: if the run has reached a cap. The calls that were answered are recorded.
        """
        questions = own_questions(judged, self.players, self.seat)
        asked = questions.get(key.order)
        first = questions[min(questions)]
        question = asked or OwnQuestion(first.seat, first.name, first.step, key.order)
        # Verdicts of one episode have the same seeds, so each keeps its own messages.
        plan, judge = judged.plan, Asked(self.judges[key.judge].agent)
        protocol = self.protocols.of(plan, swapped=asked is None)
        if protocol.shows_pictures(question.seat, plan.task.public) and not judge.sees_pictures:
            raise UsageError(
                f"The judge {key.judge!r} sees no pictures, and episode {key.episode} has some; name one "
                "that does."
            )
        seed = derive(self.seed, "judging", key.sample) if key.sample else self.seed
        root = derive(derive(seed, "episode", plan.number), question.seat)
        clerk = _Hearing((self.journal, key, judge, root), question)
        agents: dict[str, Agent] = {
            seat: judge if seat == question.seat else _Recorded() for seat in plan.seats
        }
        past = _Past(judged, asked or question._replace(step=first.step + 1), tape, self.protocols)
        context = EpisodeContext(
            seed=seed,
            budget=self.budget,
            recorder=clerk,
            tape=past,
            wording=self.protocols.wording(plan),
            probes=self.protocols.probes,
        )
        # Agents are told apart by their seats, because one may sit in the judge's seat and in others.
        seated = replace(plan, seats={seat: seat for seat in plan.seats})
        try:
            ended = await play_episode(protocol, seated, agents, context)
        except _Answered:
            self.journal.verdict(_verdict(key, clerk, clerk.last or past.last))
        except StopRun as error:
            if not str(error).endswith(_NOT_HELD):
                raise
            raise UsageError(f"Episode {key.episode} cannot be judged again: {error}.") from None
        else:
            why = ended.outcome.reason or "it ended before"
            raise UsageError(
                f"Episode {key.episode} cannot be judged again: played from its record, it does not come to "
                f"the question to {question.seat} ({why})."
            )


class _Past(Tape):
    """The record of an episode up to a question to its judge, and the calls of another judge for it.

    Where the words of the run are changed, requests are other ones, and their replies those of the record.
    """

    def __init__(
        self, judged: StoredEpisode, asked: OwnQuestion, later: Tape, protocols: OwnProtocols
    ) -> None:
        kept = [call for call in judged.calls if call.seat != asked.seat or call.step < asked.step]
        super().__init__(kept)
        self._later = later
        self._is_changed = bool(protocols.changed)
        self.last: Call | None = None

    def find(self, seat: str, count: int, digest: str) -> Call | None:
        """Return the recorded call, or None if the judge must be asked.

        Raises:
            Diverged: if the tape holds another request at this place, and no words were changed.
        """
        call = self._calls.get((seat, count))
        if call is None:
            call = self._later.find(seat, count, digest)
            self.last = call or self.last
            return call
        return call if self._is_changed else super().find(seat, count, digest)


def _verdict(key: VerdictKey, heard: _Hearing, last: Call | None) -> StoredVerdict:
    """Return the verdict that was heard, or why it cannot be used. `last` is the last call for it."""
    row = heard.row
    assert row is not None
    found = annotation_of(row)
    if found.status is not AnnotationStatus.OK or not isinstance(found, FoundVerdict):
        broke = last is not None and last.status is not Status.OK
        status = last.status if last is not None and broke else Status.UNPARSEABLE
        return StoredVerdict(key, heard.shown, status, row.reason)
    likely = found.probabilities
    if likely is None and found.confidence is not None and found.choice in heard.shown:
        # As in the protocols in which a judge decides between answers, the others share the rest equally.
        rest = (1 - found.confidence) / (len(heard.shown) - 1)
        likely = {one: found.confidence if one == found.choice else rest for one in heard.shown}
    fields = from_json(last.parsed) if last is not None and last.parsed else {}
    reasons = fields.get("reasons", "") if isinstance(fields, dict) else ""
    value = VerdictValue(
        found.choice,
        probabilities=likely or {},
        confidence=found.confidence,
        reasons=reasons if isinstance(reasons, str) else "",
        correct=found.correct,
    )
    return StoredVerdict(key, heard.shown, Status.OK, found=value)
