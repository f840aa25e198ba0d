"""Asking one judge for one verdict, in an episode of its own. Each call is recorded when it is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from arena.annotations import AnnotationRow
from arena.core.errors import EpisodeLimit, UsageError
from arena.core.seeds import derive
from arena.designs.perturbing import Perturbation
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.plan import Plan, Played
from arena.episode.record import NOTHING_OFFERED, Call, Returned, Tape
from arena.forms import Status
from arena.journal import Journal, StoredEpisode, StoredVerdict, VerdictKey
from arena.judging._answering import ask_for_answer
from arena.judging._criterion import JUDGE, Asks, Criterion, NoProbabilities, NoVerdict
from arena.judging._perturbing import shown_to_judge
from arena.judging.rendering import JUDGING_PROMPTS, in_order, pictures_heard, rendered
from arena.pictures import Picture
from arena.prompts import wording
from arena.seat.agent import Agent, Reply, Request
from arena.seat.messages import Message, messages
from arena.seat.transcript import Event
from arena.spending.budget import Budget

_UNREPORTED = (
    "The judge does not report how likely its answers are; ask one that does, such as local-policy, or a "
    "model with logprobs=20 and scores of one digit, or judge without probabilities."
)


class Asked(Agent):
    """A judge that keeps the messages of its last requests until they are recorded.

    `tells` says whether the judge has reported probabilities in any verdict.
    """

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.name = agent.name
        self.reports_cost = agent.reports_cost
        self.sees_pictures = agent.sees_pictures
        self.tells = False
        self._sent: dict[tuple[int, int], list[Message]] = {}

    @property
    def priced_as(self) -> str:
        """The name of the judge's model in price lists."""
        return self.agent.priced_as

    def expects(self, request: Request) -> Mapping[str, int]:
        """Return the usage that the judge expects of a request."""
        return self.agent.expects(request)

    async def reply(self, request: Request) -> Reply:
        """Ask the judge."""
        self._sent[request.root, request.count] = messages(request)
        return await self.agent.reply(request)

    def take_sent(self, root: int, count: int) -> list[Message]:
        """Return the messages of a request that has been answered."""
        return self._sent.pop((root, count))


class Clerk:
    """Records the calls of one judgement. It records nothing else of the judge's episode."""

    def __init__(self, journal: Journal, key: VerdictKey, judge: Asked, root: int) -> None:
        self._journal = journal
        self._key = key
        self._judge = judge
        self._root = root

    def begin(
        self, plan: Plan, briefs: Mapping[str, str], offered: Mapping[str, str] = NOTHING_OFFERED
    ) -> None:
        pass

    def tool(self, episode: int, came: Returned) -> None:
        pass

    def call(self, episode: int, call: Call) -> None:
        self._journal.judge_call(self._key, call, self._judge.take_sent(self._root, call.count))

    def events(self, episode: int, step: int, position: int, events: Sequence[Event]) -> None:
        pass

    def annotations(self, episode: int, step: int, found: Sequence[AnnotationRow]) -> None:
        pass

    def end(self, played: Played) -> None:
        pass

    async def room(self) -> None:
        await self._journal.room()


def show_heard(episode: Episode, judge: Asked, key: VerdictKey, pictures: Sequence[Picture]) -> None:
    """Show a judge the pictures in what it judges, numbered from 1.

    Raises:
        UsageError: if the judge sees no pictures, and there are some.
    """
    for number, picture in enumerate(pictures, 1):
        if not judge.sees_pictures:
            raise UsageError(
                f"The judge {key.judge!r} sees no pictures, and episode {key.episode} has some; name one "
                "that does."
            )
        episode.tell((JUDGE,), JUDGING_PROMPTS.text("picture", number=number), pictures=(picture,))


@dataclass(frozen=True, slots=True)
class VerdictAsker:
    """Asks for verdicts, and records them.

    Attributes:
        journal: the run's journal.
        judges: the judges, by name.
        criterion: the criterion of the verdicts.
        sides: the seats that are judged, in the order that is numbered 0.
        seed: the seed of the run.
        budget: the budget from which the judges spend.
        perturbation: what changes the episodes before the judges read them.
    """

    journal: Journal
    judges: Mapping[str, Asked]
    criterion: Criterion
    sides: Sequence[str]
    seed: int
    budget: Budget
    perturbation: Perturbation | None = None

    async def ask(self, key: VerdictKey, judged: StoredEpisode, tape: Tape) -> None:
        """Ask a judge for one verdict on an episode, and record it.

        The `tape` holds the earlier calls for this verdict. Their replies are used again.

        Raises:
            UsageError: if the criterion needs probabilities and the judge has never reported any.
            CapReached: if the run has reached a cap. The calls that were answered are recorded.
        """
        with wording(self.criterion.prompts):
            await self._ask(key, judged, tape)

    async def _ask(self, key: VerdictKey, judged: StoredEpisode, tape: Tape) -> None:
        judge, journal = self.judges[key.judge], self.journal
        is_answer = self.criterion.asks is Asks.ANSWER
        speakers = tuple(self.sides) if is_answer else in_order(self.sides, key.order)
        view = self.criterion.view
        shown = shown_to_judge(self.perturbation, judged, speakers, view, self.seed)
        exchange = rendered(shown.episode, speakers, view)
        root = derive(self.seed, "judging", *key)
        clerk = Clerk(journal, key, judge, derive(root, JUDGE))
        episode = Episode(
            {JUDGE: judge},
            briefs={JUDGE: "\n\n".join(filter(None, (self.criterion.brief, shown.brief)))},
            number=key.episode,
            context=EpisodeContext(seed=root, budget=self.budget, recorder=clerk, tape=tape),
        )
        show_heard(episode, judge, key, pictures_heard(shown.episode, speakers, view))
        try:
            if is_answer:
                episode.tell((JUDGE,), exchange)
                asked = ask_for_answer(self.criterion, episode, judged, speakers, key.order)
                speakers, found = await asked
            else:
                task = shown.episode.plan.task
                found = await self.criterion.judge(episode, task, exchange, speakers, key.subject)
        except EpisodeLimit as limit:  # the exchange is too long for the judge
            journal.verdict(StoredVerdict(key, speakers, Status.TOO_LONG, str(limit)))
        except NoVerdict as missing:
            journal.verdict(StoredVerdict(key, speakers, missing.status, missing.reason))
            if isinstance(missing, NoProbabilities) and not judge.tells:
                raise UsageError(_UNREPORTED) from None
        else:
            journal.verdict(StoredVerdict(key, speakers, Status.OK, found=found))
            judge.tells = judge.tells or bool(found.probabilities)
