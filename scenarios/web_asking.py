"""What the seats of `scenarios.web_evolver` are asked: for an action, for the next page, and for a score."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from arena import Episode, Score
from arena.annotations import Place
from arena.core.errors import UsageError
from arena.forms import Number, Speech, Status, Structured, Unusable
from arena.prompts import Prompts
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from scenarios.web_pages import ACTION_PATTERN, after, page_text, read_action

AGENT, WORLD, SCORER = "agent", "world", "scorer"
WEB_PROMPTS = Prompts(__file__)
"""What the agent, the model of the world, the scorer and the judge are told and asked."""
_MARK = "Page:"


class WebMove(BaseModel):
    """A thought, and the action that follows from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    thought: str
    action: Annotated[str, Field(pattern=ACTION_PATTERN)]

    @property
    def kind(self) -> str:
        """The kind of the action."""
        return read_action(self.action).kind


@dataclass(frozen=True, slots=True)
class WebMoveForm(Structured[WebMove]):
    """A thought and an action on the web of pages."""

    model: type[WebMove] = WebMove

    def sample(self, rng: random.Random) -> str:
        """Return a click on one of the first elements."""
        return WebMove(thought="I try this.", action=f"click [{rng.randint(1, 6)}]").model_dump_json()


_MOVE = WebMoveForm()


@dataclass(frozen=True, slots=True)
class PredictedPage(Speech):
    """A reply that ends with a page: what follows the last ``Page:``, or else all from ``[0]`` on."""

    def instructions(self) -> str:
        """Return that the page comes last."""
        return WEB_PROMPTS.text("page_form")

    def parse(self, text: str) -> str:
        """Return the page.

        Raises:
            Unusable: if there is neither the mark nor a page.
        """
        said = Speech.parse(self, text)
        _, marked, page = said.rpartition(_MARK)
        if not marked:
            place = said.find("[0]")
            page = said[place:] if place >= 0 else ""
        if not page.strip():
            raise Unusable(Status.UNPARSEABLE, f"there is no page after {_MARK!r}")
        return page.strip()

    def sample(self, rng: random.Random) -> str:
        """Return a page with one text."""
        return f"{_MARK}\n[0] RootWebArea 'Page {rng.randint(1, 99)}'\n  [1] StaticText 'Nothing.'"


class WebSteps(NamedTuple):
    """What was done so far, and the page that is seen now. Earlier pages are left out, as in the study."""

    moves: tuple[WebMove, ...] = ()
    page: str = ""

    @property
    def actions(self) -> list[str]:
        """The actions so far."""
        return [move.action.strip() for move in self.moves]

    def then(self, move: WebMove, page: str) -> WebSteps:
        """Return the steps after another one."""
        return WebSteps((*self.moves, move), page)

    def text(self) -> str:
        """Return the steps in words, one on each line, without the pages."""
        return "\n".join(
            f"{place}. {' '.join(move.thought.split())} -> {move.action.strip()}"
            for place, move in enumerate(self.moves, start=1)
        )


@dataclass
class WebSeats:
    """The seats of an episode on the web of pages, who are asked without any memory of their own."""

    episode: Episode
    asked: Counter[str] = field(default_factory=Counter)

    async def move(
        self, steps: WebSteps, sample: int | None = None, others: Sequence[str] = ()
    ) -> Response[WebMove]:
        """Ask the agent for its next action. It is to differ from `others`."""
        question = WEB_PROMPTS.text(
            "move",
            steps=fenced(steps.text()) if steps.moves else "",
            page=fenced(steps.page) if steps.page else "",
            others=list(others),
        )
        fields = {"asks": "move", "actions": steps.actions, "others": list(others)}
        return await self._ask(AGENT, _MOVE, question, fields, sample=sample)

    async def next_page(self, steps: WebSteps, move: WebMove, must_help: bool = False) -> Response[str]:
        """Ask the model of the world for the page after an action. Not asked again if it gives none."""
        question = WEB_PROMPTS.text(
            "predict",
            goal=fenced(self.episode.task.text),
            steps=fenced(steps.text()) if steps.moves else "",
            page=fenced(steps.page) if steps.page else "",
            action=fenced(move.action.strip()),
            must_help=must_help,
        )
        fields = {"asks": "page", "actions": [*steps.actions, move.action.strip()]}
        return await self._ask(WORLD, PredictedPage(retries=0), question, fields)

    async def score(self, steps: WebSteps, move: WebMove, pages: Sequence[str]) -> Response[float]:
        """Ask the scorer how far an action leads, by the pages that are expected after it."""
        question = WEB_PROMPTS.text(
            "score",
            goal=fenced(self.episode.task.text),
            page=fenced(steps.page),
            action=fenced(move.action.strip()),
            pages=[fenced(page) for page in pages],
        )
        fields = {"asks": "score", "action": move.action.strip(), "pages": list(pages)}
        return await self._ask(SCORER, Number(0, 1, retries=0), question, fields)

    async def _ask(
        self, seat: str, form: Any, question: str, fields: dict[str, Any], sample: int | None = None
    ) -> Response[Any]:
        self.asked[seat] += 1
        return await self.episode.ask(
            seat, form, question, audience=NOBODY, remember=False, fields=fields, sample=sample, finds=()
        )

    def note_prediction(self, said: Response[str], actions: Sequence[str], horizon: int) -> None:
        """Record how right a predicted page is: exactly, and the F1 of its lines."""
        if not said.ok:
            return
        try:
            true = page_text(after(actions))
        except UsageError:
            return
        self.episode.annotate(*_scores(said.value, true, said.place, horizon))


def _scores(said: str, true: str, place: Place, horizon: int) -> list[Score]:
    exact = float(_lines(said) == _lines(true))
    names = {"page exact": exact, "page lines": lines_f1(said, true)}
    return [
        Score(f"{name}, horizon {horizon}", value, low=0, high=1, about=place)
        for name, value in names.items()
    ]


def lines_f1(said: str, true: str) -> float:
    """Return the F1 of the lines of a predicted page and the true one, white space at their ends apart.

    >>> lines_f1("a\\nb", "a\\nc"), lines_f1("a", "a"), lines_f1("a", "b")
    (0.5, 1.0, 0.0)
    """
    one, two = Counter(_lines(said)), Counter(_lines(true))
    total = one.total() + two.total()
    return 2 * (one & two).total() / total if total else 1.0


def _lines(page: str) -> list[str]:
    return [line.strip() for line in page.splitlines() if line.strip()]
