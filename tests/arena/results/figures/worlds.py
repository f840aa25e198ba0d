"""Runs in which every figure has a line, each of which can be stored again with episodes that broke."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from agents.random import Random
from arena import Scenario, Task
from arena.annotations import (
    Annotation,
    AnnotationStatus,
    Answer,
    Belief,
    Label,
    Place,
    Reward,
    Score,
    Verdict,
    annotation_of,
)
from arena.episode.episode import Episode
from arena.episode.outcome import Outcome
from arena.episode.protocol import Protocol
from arena.forms import Choice, Number, Speech
from arena.forms import Verdict as VerdictForm
from arena.judging import (
    Asks,
    Criterion,
    JudgingOptions,
    LabelCriterion,
    Rubric,
    judge_run,
    label_run,
)
from arena.running import run
from arena.seat.agent import Reply, Request
from protocols import PROTOCOLS, Consultancy, Debate
from tests.arena.episode.test_conformance import FULL
from tests.arena.results.figures.test_agreement import scores
from tests.arena.results.figures.test_tokens import Spending
from tests.arena.results.stored import RIGHT, WRONG, Ended, ask, bets, debated, speech, store
from tests.properties.settings import SETTINGS
from tests.shared.agents import Watched
from tests.shared.playing import play

World = Callable[[Path, bool], Awaitable[Sequence[Path]]]
"""Stores runs, and adds episodes that broke if it is told to."""

TRUTHS: Mapping[str, Sequence[Any]] = {"first-error": (1, -1, "[1]"), "revise": ("3",), "play": (None,)}
BROKE = Outcome.failed("it broke")


def broken(like: Sequence[Ended]) -> list[Ended]:
    """Return episodes that broke before they found out anything, on tasks as those and of their own."""
    kinds = {(one.truth, str(one.data)): one for one in like}.values()
    return [Ended(BROKE, task, (), one.truth, (), one.data) for one in kinds for task in (one.task, "own")]


def by_hand(*ended: Ended, protocol: Protocol | None = None) -> World:
    """Return the world of these episodes."""

    async def stored(folder: Path, breaks: bool) -> Sequence[Path]:
        return [await store(folder, [*ended, *(broken(ended) if breaks else ())], protocol)]

    return stored


def played(protocol: Protocol, name: str) -> World:
    """Return the world of a protocol that seats play at random."""

    async def stored(folder: Path, breaks: bool) -> Sequence[Path]:
        ended = []
        for seed, truth in enumerate(islice(cycle(TRUTHS.get(name, (RIGHT,))), 8)):
            agents, task = {seat: Random() for seat in protocol.seats}, SETTINGS[name].tasks[0]
            playing = await play(protocol, agents, task=task, truth=truth, seed=seed)
            found = [annotation_of(row) for row in playing.memory.found.get(0, [])]
            ended.append(Ended(playing.outcome, f"task {seed}", found=found, truth=truth))
        return await by_hand(*ended, protocol=protocol)(folder, breaks)

    return stored


def sure(number: int) -> Ended:
    """Return an episode in which everything has a confidence, a turn and a count."""
    right, chance = number % 3 > 0, (number % 10) / 10
    told: dict[str, Any] = {"author": "judge", "correct": float(right)}
    found: Sequence[Annotation] = [
        Answer("answer", "7", confidence=chance, **told),
        Verdict("verdict", RIGHT, confidence=chance, **told),
        Verdict("speaker", "1", probabilities={"0": chance, "1": 1 - chance, "2": 0.0}, **told),
        Score("similarity", chance, truth=float(right), author="judge", low=0, high=1),
        *(Score(name, chance, author="judge") for name in ("first right", "kept right", "mended")),
        Score("half labelled", chance, truth=[float(right), None][number % 2], author="judge"),
        *(Score("term", number + place, author=f"group{place}_1") for place in (1, 2)),
        Label("habit", count=number, author="judge", turn=1),
        *(Belief("sure", chance, came_true=float(right), author="judge", turn=turn) for turn in (1, 2)),
    ]
    data = {"category": "law" if number % 2 else "art"}
    return Ended(task=f"task {number}", found=found, truth=str(number % 2), data=data)


def asked(choice: str, task: str) -> Ended:
    """Return a debate whose judges, of whom two sat there, chose among its sides."""
    said = [speech("debater_a", 1), speech("debater_b", 2)]
    asks = [ask(choice), Verdict("verdict", choice, author="other")]
    held = bets((0.5, 0.6), (0.8, 0.7))
    return debated(choice, 0.8, task=task, asks=asks, beliefs=held)._replace(said=said)


def twins(number: int) -> list[Ended]:
    """Return a debate of two judges, and the same with its task perturbed."""
    task, choice = f"task {number}", WRONG if number % 3 else RIGHT
    plain, perturbed = asked(RIGHT, task), asked(choice, f"{task}, authority")
    answers = (Answer("answer", one, author="judge", correct=float(one == RIGHT)) for one in (RIGHT, choice))
    tied = {"variant_of": task, "perturbed": "authority", "cue": 0}
    return [
        plain._replace(found=[*plain.found, next(answers)]),
        perturbed._replace(
            found=[*perturbed.found, next(answers), Label("biased", "yes", author="detector", turn=1)],
            data=tied,
        ),
    ]


def sampled(*samples: tuple[float, bool], task: str = "one") -> Ended:
    """Return an episode of samples of these scores, which are right or not. A score above 0.5 is kept."""
    found: list[Annotation] = []
    for number, (score, right) in enumerate(samples):
        told: dict[str, Any] = {"about": Place("judge", 0, number), "author": "judge"}
        found.append(Answer("answer", str(number), correct=float(right), **told))
        found.append(Score("score", score, **told))
        found.append(Label("kept", "yes" if score > 0.5 else "no", **told))
    return Ended(task=task, found=found)


def rewarded(number: int) -> Ended:
    """Return an episode whose one reply earned two rewards."""
    told: dict[str, Any] = {"about": Place("judge", 0), "author": "judge"}
    return Ended(
        task=f"task {number}", found=[Reward(name, number % of, **told) for name, of in (("a", 2), ("b", 3))]
    )


def screened(number: int) -> Ended:
    """Return an episode in which a critic judged an action beforehand."""
    truth, said = ("Correct", "Incorrect")[number % 2], ("Correct", "Incorrect")[number % 3 > 0]
    action = Verdict("action", said, truth=truth, author="judge", about=Place("judge", 0))
    return Ended(task=f"task {number}", found=[action])


def drafted(number: int) -> Ended:
    """Return an episode whose answer was made of two drafts, one of them right."""
    told: dict[str, Any] = {"about": Place("judge", 0), "author": "judge"}
    drafts = [Answer("answer, draft", one, correct=float(one == "7"), **told) for one in ("7", "8")]
    answer = Answer("answer", "7" if number % 2 else "8", correct=float(number % 2), **told)
    return Ended(task=f"task {number}", found=[*drafts, answer])


def long_task(number: int) -> Ended:
    """Return an episode of steps that go wrong in turn, in which an agent predicts and may not know."""
    found: list[Annotation] = [
        Label(name, "yes" if turn <= number else "no", author="judge", turn=turn)
        for name in ("step", "right-so-far", "index")
        for turn in (1, 2, 3)
    ]
    status = AnnotationStatus.ABSTAINED if number % 2 else AnnotationStatus.OK
    found.append(Answer("answer", None if number % 2 else "7", author="judge", status=status))
    guess: dict[str, Any] = {"truth": str(number % 3 == 0), "correct": float(number % 2)}
    found.append(Answer("predicted length", "True", author="judge", **guess))
    return Ended(task=f"task {number}", found=found)


def in_series(number: int) -> Ended:
    """Return a series of two games about a price, of which the second may have none."""
    found: list[Annotation] = []
    for turn in (1, 2):
        is_deal = turn == 1 or number % 2 > 0
        found.append(Score("offer", 9.0 + turn + number, about=Place("judge"), turn=turn))
        found.append(Label("game deal", "yes" if is_deal else "no", turn=turn))
        if is_deal:
            found.append(Score("game price", 12.0 + number, turn=turn))
            found.append(Score("game gain", 4.0 + number, about=Place("judge"), turn=turn))
    return Ended(task=f"task {number}", found=found)


async def judged(folder: Path, breaks: bool) -> Sequence[Path]:
    """Store debates that judges judged afterwards, by sides, by scores and by labels."""
    asks = [("one", RIGHT, "law"), ("two", WRONG, "art"), ("three", RIGHT, "law")]
    ended = [asked(choice, task)._replace(data={"category": kind}) for task, choice, kind in asks]
    await store(folder, [*ended, *(broken(ended) if breaks else ())])
    choosing = [Watched("Verdict: 1", "one"), Watched("Verdict: 2", "two"), Watched("Verdict: 1", "ann")]
    await judge_run(folder, choosing, None, JudgingOptions(swap=False))
    panel = [scores("ann", "9", "2"), scores("bob", "1", "8"), scores("strict/one", "6", "7")]
    panel += [scores("strict/two", "7", "9")]
    await judge_run(folder, panel, Criterion(asks=Asks.SCORE), JudgingOptions(swap=False))
    rubric = Criterion(asks=Asks.RUBRIC, rubric=Rubric(question="Is it so?"))
    await judge_run(folder, [Watched("Answer: yes", "marker")], rubric)
    await label_run(folder, [LabelCriterion(label="vowels", pattern="[aeiou]")])
    return [folder]


async def labelled(folder: Path, breaks: bool) -> Sequence[Path]:
    """Store two conditions over the same tasks, whose turns were labelled afterwards."""
    ended = [asked(RIGHT, "one"), asked(WRONG, "two")]
    for name, rounds in (("one", 1), ("two", 2)):
        await store(folder / name, [*ended, *(broken(ended) if breaks else ())], Debate(rounds=rounds))
        await label_run(folder / name, [LabelCriterion(label="vowels", pattern="[aeiou]")])
    return [folder / "one", folder / "two"]


async def compared(folder: Path, breaks: bool) -> Sequence[Path]:
    """Store two conditions over the same tasks."""
    ended = [sure(number) for number in range(8)]
    return [
        *await by_hand(*ended, protocol=Debate())(folder / "one", breaks),
        *await by_hand(*ended, protocol=Consultancy())(folder / "two", breaks),
    ]


class Costing(Protocol):
    """A guest speaks, and then answers and chooses, unless the episode breaks in between."""

    @property
    def seats(self) -> tuple[str, ...]:
        return ("guest",)

    async def play(self, episode: Episode) -> Outcome:
        await episode.ask("guest", Speech(), episode.task.text)
        if "break" in episode.task.text:
            raise RuntimeError("it broke")
        await episode.ask("guest", Number(0, 9), episode.task.text, finds=Answer("answer"))
        await episode.ask("guest", VerdictForm(("7", "8")), episode.task.text, finds=Answer("sure"))
        await episode.ask("guest", Choice(("7", "8")), episode.task.text, finds=Verdict("verdict"))
        return Outcome.completed({})


class Sure(Spending):
    """Says how sure it is, too, where that is asked for."""

    async def reply(self, request: Request) -> Reply:
        """Answer 7, and be sure of it by 80 percent."""
        reply = await super().reply(request)
        asked = isinstance(request.form, VerdictForm)
        return reply._replace(text="Verdict: 7\nConfidence: 80") if asked else reply


async def costing(folder: Path, breaks: bool) -> Sequence[Path]:
    """Store episodes whose agents report their tokens, those that break too, and whose turns are labelled."""
    used = {f"task {tokens}": f"Use {tokens} tokens." for tokens in (10, 20, 30, 40)}
    if breaks:
        used |= {"broken": "Use 25 tokens and break."}
    tasks = [Task(id=name, text=text, truth=7) for name, text in used.items()]
    await run(Scenario(protocol=Costing(), tasks=tasks, seats={"guest": Sure()}), folder)
    await label_run(folder, [LabelCriterion(label="digits", pattern="[0-9]")])
    return [folder]


WORLDS: Mapping[str, World] = {
    **{
        f"{name} {place}" if place else name: played(protocol, name)
        for name in PROTOCOLS
        for place, protocol in enumerate(FULL[name])
    },
    "perturbed": by_hand(*(one for number in range(9) for one in twins(number))),
    "sure": by_hand(*(sure(number) for number in range(32))),
    "twice": by_hand(*(asked(choice, "one") for choice in (RIGHT, WRONG))),
    "sampled": by_hand(sampled((0.9, True), (0.1, False)), sampled((0.8, False), (0.7, True), task="two")),
    "screened": by_hand(*(screened(number) for number in range(6))),
    "drafted": by_hand(*(drafted(number) for number in range(6))),
    "long": by_hand(*(long_task(number) for number in range(6))),
    "rewarded": by_hand(*(rewarded(number) for number in range(6))),
    "in series": by_hand(*(in_series(number) for number in range(8))),
    "compared": compared,
    "judged": judged,
    "labelled": labelled,
    "costing": costing,
}
