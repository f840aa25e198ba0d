"""Having one judge label one episode. Calls are recorded as they are answered, and all labels at the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic_core import to_json

from arena.annotations import AnnotationRow, AuthorKind, Label, Score, check_record, row_of, sound
from arena.core.errors import ArenaError, UsageError
from arena.core.seeds import derive
from arena.episode.context import EpisodeContext
from arena.episode.episode import Episode
from arena.episode.record import Tape
from arena.forms import Status
from arena.journal import Journal, StoredEpisode, StoredVerdict, VerdictKey, VerdictValue
from arena.judging._asking import Asked, Clerk, show_heard
from arena.judging._criterion import JUDGE
from arena.judging._label_cases import JudgedCase, JudgedTurn, counted, turns_of
from arena.judging._label_files import Labelling
from arena.judging._label_planning import LabelWork, Mark, marked
from arena.judging._label_words import LABEL_PROMPTS
from arena.judging._labels import REGEX, AskingJudge, Judge, PatternJudge
from arena.judging._patterns import Matcher
from arena.judging.rendering import pictures_heard
from arena.prompts import wording
from arena.spending.budget import Budget

_Turns = Sequence[tuple[JudgedTurn, Mark | None]]


@dataclass(frozen=True, slots=True)
class LabelAsker:
    """Asks judges to label episodes, and records the labels.

    Attributes:
        journal: the run's journal.
        judges: the agents that judge, by name.
        labellings: the criteria with their programs, by name.
        matcher: counts the matches of patterns.
        work: what was planned.
        budget: the budget from which the judges spend.
    """

    journal: Journal
    judges: Mapping[str, Asked]
    labellings: Mapping[str, Labelling]
    matcher: Matcher
    work: LabelWork
    budget: Budget

    async def ask(self, key: VerdictKey, judged: StoredEpisode, tape: Tape) -> None:
        """Have a judge label the turns of an episode, and record the labels.

        The `tape` holds the earlier calls for them. Their replies are used again.

        Raises:
            UsageError: if a program raises an error, or yields what is no label of a turn.
            CapReached: if the run has reached a cap. The calls that were answered are recorded.
        """
        labelling = self.labellings[key.criterion]
        criterion = labelling.criterion
        sides = [side for side in self.work.sides(criterion) if side in judged.plan.seats]
        turns = list(
            marked(criterion, turns_of(judged, sides, criterion.view), self.work.marks.get(judged.number, ()))
        )
        with wording(criterion.prompts):
            episode = self._episode(key, tape)
            if episode is not None:
                view = criterion.view if criterion.view in judged.plan.seats else None
                heard = pictures_heard(judged, sides, view)
                show_heard(episode, self.judges[key.judge], key, heard)
        shown = [turn for turn, _ in turns]
        case = JudgedCase(judged.plan.task.public, shown, key.judge, episode, criterion.retries)
        judge = self._judge(labelling)
        found: list[AnnotationRow] = []
        try:
            with wording(criterion.prompts):
                found += [_row(one, turns, criterion.label, key) async for one in judge.judge(case)]
        except ArenaError:
            raise
        except Exception as error:
            raise UsageError(
                f"{criterion.label} failed on episode {key.episode}: {type(error).__name__}: {error}"
            ) from error
        status, reason = case.broke or (Status.OK, "")
        value = VerdictValue(labels=tuple(found))
        self.journal.verdict(StoredVerdict(key, (), status, reason, found=value))

    def _judge(self, labelling: Labelling) -> Judge:
        if labelling.program is not None:
            return labelling.program
        if labelling.criterion.pattern:
            return PatternJudge(labelling.criterion, self.matcher)
        return AskingJudge(labelling.criterion)

    def _episode(self, key: VerdictKey, tape: Tape) -> Episode | None:
        """Return the episode in which an agent is asked, or None if there is no agent."""
        judge = self.judges.get(key.judge)
        if judge is None:
            return None
        root = derive(self.work.seed, "judging", *key)
        clerk = Clerk(self.journal, key, judge, derive(root, JUDGE))
        context = EpisodeContext(seed=root, budget=self.budget, recorder=clerk, tape=tape)
        return Episode(
            {JUDGE: judge}, briefs={JUDGE: LABEL_PROMPTS.text("judge")}, number=key.episode, context=context
        )


def _row(found: object, turns: _Turns, program: str, key: VerdictKey) -> AnnotationRow:
    """Return the row of a label with its author, and with the round and the earlier label of its turn.

    Raises:
        UsageError: if it is no label or score of the judged episode.
    """
    check_record(found)
    if not isinstance(found, Label | Score):
        raise UsageError(f"{program} must yield labels or scores, not {type(found).__name__}.")
    own = {turn.place[:2]: (turn, mark) for turn, mark in turns}
    seats = {turn.seat for turn, _ in turns}
    place = found.about
    turn, mark = own.get(place[:2], (None, None))
    if (place.step is not None and turn is None) or (place.seat and place.seat not in seats):
        raise UsageError(f"{program} labels {place}, which is no turn that it may read.")
    if not found.author:
        author = key.judge if key.judge == REGEX else program
        found = replace(found, author=author, by=AuthorKind.GRADER)
    if isinstance(found, Label) and found.count is not None and found.value is None:
        found = counted(found, found.count)
    if turn is not None and found.turn is None:
        found = replace(found, turn=turn.number)
    row = row_of(replace(found, repeat=key.sample, episode=0, judgement=0, number=0))
    if mark is not None and row.revises is None:
        more = "" if mark.judgement is None else to_json({"judgement": mark.judgement}).decode()
        row = row._replace(revises=mark.number, more=more)
    return sound(row)
