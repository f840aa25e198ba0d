"""WebEvolver: an agent on a small web of pages, and a model of the world that looks ahead or stands for the
web.

The system is that of Fang et al. 2025, "WebEvolver: enhancing web agent self-improvement with coevolving
world model". The web is that of `scenarios.web_pages`, whose simulator is exact. The agent sees the page that
is open and what it did before, but no earlier page. A judge says at the end whether it succeeded.

``web`` plays without a model of the world. In ``web-lookahead`` the agent names up to three actions from its
third step on, the model predicts what follows each, and a scorer scores them. In ``web-synthetic`` the
model's pages are the web, so that new trajectories come out. In both, and with ``--set
protocol.world=predicts``, each predicted page is compared with the true one: exactly, and by the F1 of its
lines. The agents in `scenarios.web_agents` need no model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from arena import Answer, Episode, Label, Outcome, Protocol, Scenario, Score, Task
from arena.annotations import Annotation, AnnotationStatus, AuthorKind, Place, status_of
from arena.core.ranges import Rounds
from arena.forms import Choice
from arena.seat.messages import fenced
from arena.seat.response import Response
from arena.seat.transcript import NOBODY
from arena.tasks import PublicTask
from arena.tasks.grading import AnswerMatch
from protocols.shared.breaking import broken_off
from scenarios.web_asking import AGENT, SCORER, WEB_PROMPTS, WORLD, WebMove, WebSeats, WebSteps
from scenarios.web_pages import BOOKS, after, page_text, read_action

_JUDGE = "judge"
_SUCCESS = Choice(("success", "not success"))
_PAGES_READ = 2
_CUT = "stop", "restart"


class WorldUse(StrEnum):
    """What the model of the world is for."""

    NOTHING = "nothing"
    """It is not asked, unless the agent looks ahead."""
    PREDICTS = "predicts"
    """It predicts each next page, and nobody reads the prediction."""
    SERVES = "serves"
    """Its pages are those that the agent sees."""


class Browsing(Protocol):
    """An agent acts on the web of pages until it stops with an answer.

    With a `depth`, the agent names three actions from its step `looks_from` on, each of which is to differ
    from those before. If they are not all the same, the model of the world predicts the next page after each,
    the agent acts on that page, and so on, for `depth` pages. A scorer reads them and scores the action from
    0 to 1. The first of those with the best score is taken. A score that cannot be used counts as 0 in this.

    The returns are 1 if the answer is right, and 0 if it is wrong or there is none. A task without a known
    answer returns what the judge says. If the model that serves the pages gives none, the episode breaks off
    and returns nothing, because the agent is not at fault.

    Args:
        steps: The most actions of the agent.
        depth: How many pages are looked ahead; 0 for none.
        looks_from: The first step in which the agent looks ahead.
        world: What the model of the world is for.
        checks: Whether the scorer also scores each action by the true pages, and a label says whether the
            best action stays the best. The agent does not learn of it.
        helps_at: If the model serves the pages, the step in whose page it is to put what the agent needs.
    """

    steps: Rounds = 12
    depth: Annotated[int, Field(ge=0, le=10)] = 0
    looks_from: Rounds = 3
    world: WorldUse = WorldUse.NOTHING
    helps_at: Rounds = 6
    checks: bool = False

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Browsing:
        if self.depth and self.world is WorldUse.SERVES:
            raise ValueError("a model that serves the pages cannot be used to look ahead as well")
        return self

    @property
    def seats(self) -> tuple[str, ...]:
        """The seats ``agent`` and ``judge``, and ``world`` and ``scorer`` if they are asked."""
        world = (WORLD,) if self.depth or self.world is not WorldUse.NOTHING else ()
        return (AGENT, *world, *((SCORER,) if self.depth else ()), _JUDGE)

    @property
    def players(self) -> tuple[str, ...]:
        """The seat ``agent``."""
        return (AGENT,)

    @property
    def finds(self) -> Mapping[str, type[Annotation]]:
        """The annotations by name, with their kinds."""
        horizons = range(1, max(1, self.depth) + 1)
        pages = [f"page {what}, horizon {horizon}" for horizon in horizons for what in ("exact", "lines")]
        scores = dict.fromkeys(("look-ahead", *pages), Score)
        return {**dict.fromkeys(("success", "kept", "best stays best"), Label), "answer": Answer, **scores}

    def brief(self, seat: str, task: PublicTask) -> str:
        """Return the role of the seat. The agent reads the task there."""
        goal = task.text if seat == AGENT else ""
        return "\n\n".join(filter(None, [WEB_PROMPTS.text(seat), goal, task.briefs.get(seat, "")]))

    async def play(self, episode: Episode) -> Outcome:
        """Have the agent act until it stops, and judge it."""
        seats = WebSeats(episode)
        serves = self.world is WorldUse.SERVES
        steps = WebSteps(page="" if serves else page_text(after(())))
        seen: list[str] = [steps.page] if steps.page else []
        said: Response[WebMove] | None = None
        for number in range(1, self.steps + 1):
            said = await self._choose(seats, steps, number)
            if not said.ok:
                return broken_off(said)
            if said.value.kind == "stop":
                break
            page = await self._next(seats, steps, said.value, number)
            if not isinstance(page, str):
                return broken_off(page)
            steps = steps.then(said.value, page)
            seen.append(page)
        stops = said is not None and said.ok and said.value.kind == "stop"
        answer = read_action(said.value.action).text if said is not None and stops else None
        return await self._end(episode, answer, said, seen[-_PAGES_READ:])

    async def _next(
        self, seats: WebSeats, steps: WebSteps, move: WebMove, number: int
    ) -> str | Response[str]:
        """Return the page after an action, or the reply of the model that serves it, if that has no page."""
        actions = [*steps.actions, move.action]
        if self.world is WorldUse.NOTHING:
            return page_text(after(actions))
        said = await seats.next_page(steps, move, must_help=self._serves and number + 1 == self.helps_at)
        seats.note_prediction(said, actions, 1)
        if not self._serves:
            return page_text(after(actions))
        return said.value if said.ok else said

    @property
    def _serves(self) -> bool:
        return self.world is WorldUse.SERVES

    async def _choose(self, seats: WebSeats, steps: WebSteps, number: int) -> Response[WebMove]:
        """Return the agent's next action, which it may have looked ahead for."""
        if not self.depth or number < self.looks_from:
            return await seats.move(steps)
        named: list[Response[WebMove]] = []
        for sample in range(3):
            others = [one.value.action for one in named if one.ok]
            named.append(await seats.move(steps, sample, others))
        unique: dict[str, Response[WebMove]] = {}
        for one in named:
            if one.ok:
                unique.setdefault(one.value.action.strip(), one)
        chosen = next(iter(unique.values()), named[0])
        if len(unique) > 1:
            chosen = await self._best(seats, steps, list(unique.values()))
        if chosen.ok:
            kept = [("yes" if one is chosen else "no", one.place) for one in named]
            seats.episode.annotate(*(Label("kept", value, about=place) for value, place in kept))
        return chosen

    async def _best(
        self, seats: WebSeats, steps: WebSteps, named: list[Response[WebMove]]
    ) -> Response[WebMove]:
        """Return the first of the actions with the best score, which may be checked by the true pages."""
        scores, true_scores = list[float](), list[float]()
        failed: Response[float] | None = None
        for one in named:
            pages, true_pages = await self._simulate(seats, steps, one.value)
            scored = await seats.score(steps, one.value, pages)
            found = Score("look-ahead", scored.value if scored.ok else None, low=0, high=1, about=one.place)
            found = replace(found, status=status_of(scored.status), reason=scored.reason)
            seats.episode.annotate(replace(found, author=SCORER, by=AuthorKind.SEAT))
            scores.append(scored.value if scored.ok else 0.0)
            if self.checks:
                truly = await seats.score(steps, one.value, true_pages)
                true_scores.append(truly.value if truly.ok else 0.0)
                failed = failed or next((said for said in (scored, truly) if not said.ok), None)
        best = scores.index(max(scores))
        if self.checks:
            stays = Label("best stays best", about=named[best].place)
            if failed:
                stays = replace(stays, status=status_of(failed.status), reason=failed.reason)
            else:
                value = "yes" if true_scores.index(max(true_scores)) == best else "no"
                stays = replace(stays, value=value)
            seats.episode.annotate(stays)
        return named[best]

    async def _simulate(self, seats: WebSeats, steps: WebSteps, move: WebMove) -> tuple[list[str], list[str]]:
        """Return the pages that are predicted after an action, and the true ones after the same actions.

        An action that ends or begins anew is not simulated.
        """
        ahead, pages, true_pages = steps, list[str](), list[str]()
        for horizon in range(1, self.depth + 1):
            if move.kind in _CUT:
                break
            actions = [*ahead.actions, move.action]
            said = await seats.next_page(ahead, move)
            seats.note_prediction(said, actions, horizon)
            true_pages.append(page_text(after(actions)))
            if not said.ok:
                break
            pages.append(said.value)
            ahead = ahead.then(move, said.value)
            if horizon < self.depth:
                following = await seats.move(ahead)
                if not following.ok:
                    break
                move = following.value
        return pages, true_pages

    async def _end(
        self, episode: Episode, answer: str | None, said: Response[WebMove] | None, seen: list[str]
    ) -> Outcome:
        """Record the answer and the judge's verdict on it, and return what came of the episode."""
        about = said.place._replace(sample=None) if said is not None else Place(AGENT)
        given = Answer("answer", answer, about=about, comparison=AnswerMatch.CASEFOLD.value)
        if answer is None:
            given = replace(given, status=AnnotationStatus.UNKNOWN, reason="the agent did not stop")
        episode.annotate(replace(given, author=AGENT, by=AuthorKind.SEAT))
        asked = WEB_PROMPTS.text(
            "success",
            goal=fenced(episode.task.text),
            pages=[fenced(page) for page in seen],
            answer=fenced(answer) if answer else "",
        )
        fields = {"asks": "success", "answer": answer, "pages": seen}
        ruled = await episode.ask(_JUDGE, _SUCCESS, asked, audience=NOBODY, fields=fields, finds=())
        value = ("yes" if ruled.value == "success" else "no") if ruled.ok else None
        label = Label("success", value, about=Place(AGENT))
        label = replace(label, status=status_of(ruled.status), reason=ruled.reason)
        episode.annotate(replace(label, author=_JUDGE, by=AuthorKind.SEAT))
        right = episode.score(answer, AnswerMatch.CASEFOLD) if answer is not None else False
        if right is None:
            right = ruled.value == "success" if ruled.ok else None
        return Outcome.completed({} if right is None else {AGENT: float(right)})


WEB_TASKS = [
    task
    for place, book in enumerate(BOOKS)
    for task in (
        Task(id=f"pages-{place}", text=f"How many pages has the book {book.title}?", truth=str(book.pages)),
        Task(id=f"shelf-{place}", text=f"On which shelf is the book {book.title}?", truth=book.shelf),
    )
]
_SEATS = {AGENT: "local", _JUDGE: "local"}

scenario = Scenario(name="web", protocol=Browsing(), tasks=WEB_TASKS, first=5, seats=_SEATS)
lookahead = Scenario(
    name="web-lookahead",
    protocol=Browsing(depth=1),
    tasks=WEB_TASKS,
    first=5,
    seats={**_SEATS, WORLD: "local?temperature=0.7", SCORER: "local"},
)
synthetic = Scenario(
    name="web-synthetic",
    protocol=Browsing(steps=7, world=WorldUse.SERVES),
    tasks=WEB_TASKS,
    first=5,
    seats={**_SEATS, AGENT: "local?temperature=0.7", WORLD: "local?temperature=0.7"},
)
