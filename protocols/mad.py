"""MAD: two sides answer tit for tat, until a moderator ends the debate or a judge decides."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from arena.annotations import Annotation
from arena.annotations import Answer as FoundAnswer
from arena.annotations import Verdict as FoundVerdict
from arena.core.errors import NoAnswer
from arena.core.ranges import Rounds, Words
from arena.core.text import storable
from arena.episode.episode import Episode
from arena.episode.outcome import Ending, Outcome
from arena.episode.protocol import Protocol
from arena.forms import Choice, Decision, Form, Status, Unusable, Verdict
from arena.forms.base import fields_schema, only_fields
from arena.forms.reading import CANDIDATES, Value, read_answer, shortened, simpler
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks.task import PublicTask
from protocols.shared.answers import AnswerMatch, Argued, ArguedAnswer, candidates, show_source
from protocols.shared.questions import labelled

AFFIRMATIVE, NEGATIVE = DEBATERS = ("affirmative", "negative")
MODERATOR, JUDGE = "moderator", "judge"
KEEP_DEBATING = "continue"

_PROMPTS = Prompts(__file__)
_LEVELS_OF_0_3 = (0, 2, 1, 3)
"""What `tit_for_tat` is for each value of ``level``, its name before levels 1 and 2 were exchanged."""

_ASKED = {
    **dict.fromkeys(DEBATERS, frozenset({"answer"})),
    MODERATOR: frozenset({"break"}),
    JUDGE: frozenset({"candidates", "verdict"}),
}


@dataclass(frozen=True, slots=True)
class Some(Form[tuple[str, ...]]):
    """One or more of `options`, named by their texts. The texts contain no white space."""

    options: tuple[str, ...]

    def instructions(self) -> str:
        """Return the instructions for choosing."""
        return _PROMPTS.text("form", options=self.options)

    def parse(self, text: str) -> tuple[str, ...]:
        """Return the options that were chosen, in the order of `options`."""
        answer, chosen = read_answer(text, CANDIDATES, self._chosen)
        if chosen is None:
            reason = f"{shortened(answer.text)!r} is not made of {', '.join(self.options)}"
            raise Unusable(Status.UNPARSEABLE, reason)
        return chosen

    def schema(self) -> dict[str, Any]:
        """Return the schema of ``{"candidates": [option, ...]}``."""
        items = {"type": "string", "enum": list(self.options)}
        return fields_schema({"candidates": {"type": "array", "items": items, "minItems": 1}})

    def parse_structured(self, text: str) -> tuple[str, ...]:
        """Return the options in a reply that follows `schema`."""
        found = only_fields(text, ("candidates",))["candidates"]
        return self.parse(", ".join(map(str, found)) if isinstance(found, list) else "")

    def sample(self, rng: random.Random) -> str:
        """Return one or more options at random."""
        return ", ".join(rng.sample(self.options, rng.randint(1, len(self.options))))

    def publish(self, value: tuple[str, ...]) -> str:
        """Return the options on one line."""
        return ", ".join(value)

    def fields(self, value: tuple[str, ...]) -> dict[str, list[str]]:
        """Return ``{"candidates": options}``."""
        return {"candidates": list(value)}

    def _chosen(self, answer: Value) -> tuple[str, ...] | None:
        for spelling in simpler(answer.text):
            named = set(re.split(r"[\s,;]+", spelling)) - {"", "and"}
            if named and named <= set(self.options):
                return tuple(option for option in self.options if option in named)
        return None


class Mad(Protocol):
    """Two sides answer in turn. A moderator may end it after a round, or else a judge decides at the end.

    Liang et al. 2023, "Encouraging divergent thinking in large language models through multi-agent debate".

    The affirmative side answers first, and the negative side replies. `tit_for_tat` says how much they should
    disagree, from 0 (not at all) to 3 (on every point); see ``mad.jinja``. There are at most `rounds` rounds.
    After each round the moderator either chooses the side whose answer is clearly right, or lets the debate
    go on. If it chooses a side, the debate ends with the answer of that side. If it never does, the judge
    says which of the given answers may be right, and chooses one of them. In the paper the judge reads the
    whole debate, here with the moderator's reasons. The authors' code gives it the replies of the first round
    alone, which is `judge_reads` ``first``. `comparison` decides which answers in free text count as
    the same. `words` limits each argument.

    A side gets 1 if its last answer is the final one, and 0 if it is not. The outcome's details hold these
    fields. If the episode failed, they hold what was known by then::

        answers       the answers of each round, by side
        moderator     choice, reasons, status and reason of the moderator after each round
        broken        the round that the moderator ended, and for which side; None if it ended no round
        judged        whether the judge was asked
        candidates    the answers that the judge says may be right; None if it was not asked
        answer        the final answer; None if there is none

    If a moderator's reply cannot be used, it is recorded and the debate goes on. If a side gives no usable
    answer, the episode fails. It also fails if the judge is needed and gives no usable answer.

    Args:
        rounds: The largest number of rounds before the judge decides.
        tit_for_tat: How much the sides should disagree, from 0 (not at all) to 3 (on every point).
        judge_reads: What the judge has heard: the replies of all rounds, or of the first round alone.
        comparison: Which answers in free text count as the same: exact, casefold or number.
        words: The largest number of words in an argument. Without it, there is no limit.
    """

    rounds: Rounds = 3
    tit_for_tat: Annotated[int, Field(ge=0, le=3)] = 2
    judge_reads: Literal["all", "first"] = "all"
    comparison: AnswerMatch = AnswerMatch.CASEFOLD
    words: Words | None = 150

    @model_validator(mode="before")
    @classmethod
    def _with_levels_of_old(cls, settings: Any) -> Any:
        """Read ``level``, which numbered the levels otherwise, so that an older run says what it said."""
        if isinstance(settings, Mapping) and settings.get("level") in range(len(_LEVELS_OF_0_3)):
            others = {name: value for name, value in settings.items() if name != "level"}
            return {"tit_for_tat": _LEVELS_OF_0_3[settings["level"]], **others}
        return settings

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats of the two sides, the moderator and the judge."""
        return (*DEBATERS, MODERATOR, JUDGE)

    @property
    def players(self) -> tuple[str, ...]:
        """The seats of the two sides."""
        return DEBATERS

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        return {
            "answer": FoundAnswer,
            "break": FoundVerdict,
            "verdict": FoundVerdict,
            "decision": FoundAnswer,
        }

    def asks_of(self, seat: str) -> frozenset[str]:
        """Return what prompts ask for from `seat`."""
        return _ASKED[seat]

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the task, the seat's role and, for a side, how much it should disagree."""
        if seat in DEBATERS:
            first = seat == AFFIRMATIVE
            role = _PROMPTS.text("side", seat=seat, affirmative=first, tit_for_tat=self.tit_for_tat)
        else:
            role = _PROMPTS.text("onlooker", seat=seat)
        return "\n\n".join(part for part in (super().brief(seat, task), role) if part)

    async def play(self, episode: Episode) -> Outcome:
        """Play the debate, and return its outcome with the details so far."""
        show_source(episode)
        form = ArguedAnswer(candidates(episode), self.comparison, self.words)
        details: dict[str, Any] = {
            "answers": [],
            "moderator": [],
            "broken": None,
            "judged": False,
            "candidates": None,
            "answer": None,
        }
        try:
            await self._debate(episode, form, details)
            if details["broken"] is None:
                await self._judge(episode, form, details)
        except NoAnswer as missing:
            return Outcome(Ending.FAILED, {}, (missing.seat,), storable(str(missing)), details)
        comparison = form.finding(Argued(details["answer"]), "decision").comparison
        episode.annotate(FoundAnswer("decision", details["answer"], comparison=comparison))
        stands = form.key(details["answer"])
        returns = {side: float(form.key(answer) == stands) for side, answer in details["answers"][-1].items()}
        return Outcome.completed(returns, **details)

    async def _debate(self, episode: Episode, form: ArguedAnswer, details: dict[str, Any]) -> None:
        """Let the sides speak until the moderator ends the debate or the rounds are over."""
        for number in range(1, self.rounds + 1):
            at = {"round": number, "rounds": self.rounds}
            answers: dict[str, str] = {}
            details["answers"].append(answers)
            hears = self.judge_reads == "all" or number == 1
            everyone = episode.everyone if hears else episode.everyone - {JUDGE}
            for side in DEBATERS:
                asked = _PROMPTS.text("argue", affirmative=side == AFFIRMATIVE, **at)
                fields = {"asks": "answer", "round": number}
                finds = FoundAnswer("answer", turn=number)
                said = await episode.ask(side, form, asked, audience=everyone, fields=fields, finds=finds)
                answers[side] = said.value.answer
            ruling = await episode.ask(
                MODERATOR,
                Verdict((*DEBATERS, KEEP_DEBATING), confidence=False, public=("choice", "reasons")),
                _PROMPTS.text("moderate", keep_debating=KEEP_DEBATING, **at),
                audience=JUDGE if self.judge_reads == "all" else NOBODY,
                fields={"asks": "break", "round": number},
                finds=FoundVerdict("break", turn=number, graded=False),
            )
            details["moderator"].append(_record(ruling))
            if ruling.ok and ruling.value.choice in DEBATERS:
                details["broken"] = {"round": number, "for": ruling.value.choice}
                details["answer"] = answers[ruling.value.choice]
                return

    async def _judge(self, episode: Episode, form: ArguedAnswer, details: dict[str, Any]) -> None:
        """Let the judge say which answers may be right. If there are several, let it choose one."""
        details["judged"] = True
        given: dict[str, str] = {}
        for answers in details["answers"]:
            for answer in answers.values():
                given.setdefault(form.key(answer), answer)
        labels = labelled(tuple(given.values()))
        some = Some(tuple(labels))
        found = await _asked_about(episode, some, "extract", labels, "candidates")
        details["candidates"] = [labels[label] for label in found]
        if len(found) > 1:
            left = {label: labels[label] for label in found}
            details["answer"] = labels[await _asked_about(episode, Choice(found), "decide", left, "verdict")]
        else:
            (details["answer"],) = details["candidates"]


async def _asked_about(
    episode: Episode, form: Form[Any], prompt: str, labels: Mapping[str, str], asks: str
) -> Any:
    """Return the judge's reply about answers. They are fenced, because others wrote them."""
    listed = "\n".join(f"{label}:\n{fenced(answer)}" for label, answer in labels.items())
    fields = {"asks": asks, "answers": dict(labels)}
    finds = FoundVerdict("verdict", means=labels) if asks == "verdict" else ()
    asked = _PROMPTS.text(prompt, answers=listed)
    answer = await episode.ask(JUDGE, form, asked, audience=NOBODY, fields=fields, finds=finds)
    return answer.value


def _record(ruling: Response[Decision]) -> dict[str, Any]:
    choice, reasons = (ruling.value.choice, ruling.value.reasons) if ruling.ok else (None, "")
    return {"choice": choice, "reasons": reasons, "status": ruling.status.value, "reason": ruling.reason}
