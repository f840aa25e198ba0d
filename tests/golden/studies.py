"""The runs: every protocol, design, way of judging and format, as small as shows what they do."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet

from agents.aggregate import Aggregate
from agents.best_of import BestOf
from agents.persona import Persona
from agents.strategist import Strategist
from arena import Coaching, Comparison, Condition, Scenario, Tournament, __version__
from arena.designs._pool import Pool
from arena.designs.fork import Fork
from arena.designs.scenario import AnyScenario
from arena.importing import import_transcripts
from arena.journal import StoredRun
from arena.judging import Criterion, JudgingOptions, Rubric, judge_run
from arena.judging._criterion import Asks
from arena.registry import make_agent
from arena.results.report import report_record
from arena.running import run
from arena.seat.agent import Agent
from arena.tasks import hidden_passage, sums, worked_solutions
from arena.training.export.exporting import ExportOptions, export_episodes, export_rows
from arena.training.export.formats import FORMATS
from protocols import (
    Bargain,
    Beliefs,
    Coached,
    Consultancy,
    Debate,
    Direct,
    FirstError,
    GuessMyCity,
    Mad,
    Play,
    Revise,
    Shop,
    SneakyCritic,
    Society,
    Strategised,
    TwentyQuestions,
)
from scenarios.archer import cities, things
from scenarios.rlhs import ShopCase, scenes
from scenarios.spiral_kuhn import Softmax, playing_itself
from scenarios.spiral_kuhn import scenario as spiral
from tests.arena.importing.theirs import MAPPING, OURS, THEIRS, write
from tests.golden.noting import Note, Noting, as_text, plain
from tests.protocols.haggling import BUNDLE, LAMP

REQUESTS = "requests.txt"
PLAYED = "protocols.txt"
SAMPLES = 50
PASSAGES = hidden_passage(n=2, seed=3)
QUIET = Beliefs(holders=())


@dataclass
class Stage:
    """Where a study's runs are, and what came of it by the name of a file: requests, exports, reports."""

    folder: Path
    notes: list[Note] = field(default_factory=list)
    came: dict[str, str] = field(default_factory=dict)
    protocols: set[str] = field(default_factory=set)

    def agent(self, name: str, specification: str = "") -> Agent:
        """Return an agent whose requests are noted, and who answers as the specified one does, if any."""
        return Noting(name, self.notes, make_agent(specification) if specification else None)

    def seated(self, *seats: str) -> dict[str, Any]:
        """Return an agent for each seat."""
        return {seat: self.agent(f"agent of {seat}") for seat in seats}

    async def run(self, scenario: AnyScenario, name: str = "") -> Path:
        """Play a scenario, export its episodes and report on it; return where it is."""
        folder = self.folder / (name or scenario.name)
        await run(scenario, folder, concurrency=1)
        with StoredRun(folder) as stored:
            config = json.dumps(stored.header()["config"])
        self.protocols |= set(re.findall(r'"class": "[^"]*:(\w+)"', config))
        self.episodes(folder)
        self.report(folder)
        return folder

    async def judge(self, folder: Path, criterion: Criterion, **options: Any) -> None:
        """Have two judges judge a run."""
        await judge_run(
            folder, [self.agent("judge one"), self.agent("judge two")], criterion, JudgingOptions(**options)
        )

    def episodes(self, folder: Path) -> None:
        """Keep a run's episodes, in the format that loses nothing."""
        file = folder.parent / f"{folder.name}.jsonl"
        export_episodes(folder, file)
        self._keep(file)

    def rows(self, *folders: Path, **choice: Any) -> None:
        """Keep runs' rows, in the format `to`, and the card."""
        chosen = ExportOptions(**choice)
        words = "-".join(str(value) for value in choice.values())
        file = self.folder / f"{folders[0].name}.{words}{FORMATS[chosen.to].suffix}"
        export_rows(folders, file, chosen)
        self._keep(file)

    def report(self, *folders: Path) -> None:
        """Keep the figures of a report on runs."""
        record = plain(report_record(folders, samples=SAMPLES), __version__)
        name = "+".join(folder.name for folder in folders)
        self.came[f"{name}.report.json"] = json.dumps(record, indent=1) + "\n"

    def _keep(self, file: Path) -> None:
        if file.suffix == ".parquet":
            table = pyarrow.parquet.read_table(file)
            rows = "".join(json.dumps(row, default=str) + "\n" for row in table.to_pylist())
            self.came[file.name] = f"{table.schema.remove_metadata()}\n{rows}"
        else:
            self.came[file.name] = file.read_text(encoding="utf-8")
        for card in (file.with_suffix(".card.json"), file.with_suffix(".card.md")):
            self.came[card.name] = card.read_text(encoding="utf-8").replace(__version__, "VERSION")


Study = Callable[[Stage], Awaitable[None]]


async def bargain(stage: Stage) -> None:
    """A negotiation over one thing and over several, the agents in either seat."""
    seats = stage.seated("buyer", "seller")
    await stage.run(
        Scenario(
            name="bargain",
            protocol=Bargain(turns=5, bundle=True),
            tasks=(LAMP, BUNDLE),
            seats=seats,
            episodes=2,
            swap=True,
            seed=1,
        )
    )


async def coached(stage: Stage) -> None:
    """One coached game, and series of them by all arms."""
    seats = stage.seated("buyer", "seller", "critic")
    protocol = Bargain(turns=4)
    coached = Coached(protocol=protocol, improving="buyer")
    await stage.run(Scenario(name="coached", protocol=coached, tasks=(LAMP,), seats=seats, seed=2))
    coaching = Coaching(protocol=protocol, improving="buyer", games=3, tasks=(LAMP,), seats=seats, seed=2)
    stage.rows(await stage.run(coaching), to="trl-sft")


async def strategised(stage: Stage) -> None:
    """A bargain in which one side has a private strategist, and its strategies as rows."""
    protocol = Strategised(protocol=Bargain(turns=4), advised=("buyer",), goal="share of surplus", without=0)
    seats = stage.seated(*protocol.seats)
    scenario = Scenario(name="strategised", protocol=protocol, tasks=(LAMP,), seats=seats, seed=2)
    reward = "annotation:strategy?gamma=0.99&divide=largest"
    stage.rows(await stage.run(scenario), to="trl-sft", reward=reward, advantage="none")


async def debate(stage: Stage) -> None:
    """A debate that is judged afterwards in several ways, forked in two, and exported in every format."""
    protocol = Debate(
        rounds=("opening", "closing"), judged=False, quotes=True, beliefs=Beliefs(moments=("round",))
    )
    seats = stage.seated("debater_a", "debater_b")
    scenario = Scenario(name="debate", protocol=protocol, tasks=PASSAGES, seats=seats, swap=True, seed=3)
    folder = await stage.run(scenario)
    await stage.judge(folder, Criterion(), samples=2, combine="two-game")
    await stage.judge(
        folder, Criterion(ties=True, answers_first=True, reference=True, persona="You are old.")
    )
    await stage.judge(folder, Criterion(asks=Asks.SCORE, low=1, high=5))
    await stage.judge(folder, Criterion(probabilities=True), swap=False, quorum=1)
    parts = (Rubric(question="Is it plain?", critical=True), Rubric(question="Is it short?", weight=2))
    await stage.judge(folder, Criterion(asks=Asks.RUBRIC, rubric=Rubric(parts=parts, sequential=True)))
    stage.episodes(folder)
    other = {"debater_b": stage.agent("another")}
    fork = Fork(name="fork", parent=folder, original=scenario, at={0: 1, 2: 0}, siblings=3, seats=other)
    forked = await stage.run(fork)
    written = ("It was the first.", "It was the second.")
    replied = Fork(name="replied", parent=folder, original=scenario, at={1: 0}, replies=written)
    await stage.run(replied)
    for name in FORMATS:
        stage.rows(folder, forked, to=name, advantage="none")
    stage.rows(forked, to="tokens", advantage="leave-one-out", reward="discounted?gamma=0.5")
    stage.rows(forked, to="tokens", advantage="group-mean", reward="last")
    stage.rows(folder, to="tokens", advantage="role?decay=0.5", reward="format-penalty")
    stage.report(folder, forked)


async def guessing(stage: Stage) -> None:
    """The games of questions, and their turns with what came next."""
    seats = stage.seated("guesser", "oracle")
    for protocol, tasks in ((TwentyQuestions(turns=4), things()[3:5]), (GuessMyCity(turns=3), cities()[6:8])):
        name = type(protocol).__name__.lower()
        folder = await stage.run(Scenario(name=name, protocol=protocol, tasks=tasks, seats=seats, seed=13))
        stage.rows(folder, to="transitions", reward="annotation:utterance", seats=("guesser",))


async def helped(stage: Stage) -> None:
    """Agents that ask themselves or others before they answer."""
    bare = stage.agent("bare")
    seats = {
        "debater_a": BestOf(Persona(bare, "You are a lawyer."), n=2, judge=stage.agent("picker")),
        "debater_b": Strategist(bare, strategist=stage.agent("strategist")),
        "judge": Aggregate(bare, n=3),
    }
    protocol = Debate(rounds=1, interactive=True, cross_examination=True, beliefs=QUIET)
    await stage.run(Scenario(name="helped", protocol=protocol, tasks=PASSAGES[:1], seats=seats, seed=4))


async def imported(stage: Stage) -> None:
    """Transcripts that others made, in our form and in theirs."""
    ours = write(stage.folder / "ours-in.jsonl", [OURS, {**OURS, "speeches": OURS["speeches"][:1]}])
    theirs = write(stage.folder / "theirs-in.jsonl", [THEIRS])
    mapping = stage.folder / "mapping.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    for name, file, how in (("ours", ours, None), ("theirs", theirs, mapping)):
        folder = stage.folder / name
        await asyncio.to_thread(import_transcripts, [file], folder, mapping=how)
        stage.episodes(folder)
        stage.report(folder)


async def oversight(stage: Stage) -> None:
    """Ways of oversight compared, with all that their settings add to what is asked."""
    informed = Debate(
        debaters=3,
        rounds=1,
        order="sequential",
        informed=True,
        onlookers=1,
        reading="token-probability",
        beliefs=Beliefs(red_team=True, public=True, samples=2, method="verbalised-1"),
    )
    scenario = Comparison(
        name="oversight",
        tasks=PASSAGES,
        seats=stage.seated("consultant", "debater_a", "debater_b", "debater_c", "judge", "onlooker_1"),
        conditions={
            "direct": Direct(source="everyone", beliefs=Beliefs()),
            "consultancy": Consultancy(rounds=2, sides="first-chooses", beliefs=QUIET),
            "self-debate": Condition(protocol=Debate(rounds=1, beliefs=QUIET), self_play=True),
            "informed": informed,
        },
        seed=5,
    )
    await stage.run(scenario)


async def play(stage: Stage) -> None:
    """Games with and without talk, and who meets whom in tournaments and pools."""
    seats = stage.seated("player_0", "player_1")
    talking = Play(game="tictactoe", talk=20, legal_moves="hidden")
    await stage.run(Scenario(name="talking", protocol=talking, seats=seats, seed=6))
    noted = [stage.agent("one"), stage.agent("two"), "kuhn-nash", "noisy:random?rate=0.3"]
    kuhn = Play(game="kuhn", hands=2)
    league = Tournament(name="league", protocol=kuhn, agents=noted, format="round-robin?meetings=2", seed=6)
    folder = await stage.run(league)
    stage.rows(folder, to="verl", min_return=0)
    swiss = Tournament(name="swiss", protocol=kuhn, agents=noted, format="swiss?rounds=2", seed=7)
    await stage.run(swiss)
    versions = {seat: {f"{seat}@{n}": stage.agent(f"{seat} of {n}") for n in (1, 2)} for seat in kuhn.players}
    await stage.run(Pool(name="pool", protocol=kuhn, versions=versions, episodes=2, seed=8))


async def revise(stage: Stage) -> None:
    """Answers given again: alone, with feedback, several of which the best is kept, and in groups."""
    seats = stage.seated("answerer", "critic", *(f"member_{n}" for n in range(3)), "affirmative", "negative")
    conditions = {
        "again": Revise(),
        "unary": Revise(turns=3, hint="unary", samples=2, keep="right"),
        "self-feedback": Revise(turns=3, feedback="self", stop=["done", "unchanged"]),
        "critique": Revise(turns=2, feedback="critic", hint="critic"),
    }
    await stage.run(_of(stage, "revise", sums(n=2, seed=9), conditions, seats))
    await stage.run(
        _of(
            stage,
            "groups",
            sums(n=1, seed=10),
            {"mad": Mad(rounds=2), "society": Society(members=3, graph="ring", rounds=2)},
            stage.seated("affirmative", "negative", "moderator", "judge", *(f"member_{n}" for n in range(3))),
        )
    )


async def shop(stage: Stage) -> None:
    """A shop with one answer, and with two that are compared, the partial hindsight of which is imagined."""
    seats = stage.seated("chatbot", "customer")
    tasks = scenes(ShopCase.PRICES, n=2, seed=14) + scenes(ShopCase.NO_PRICES, n=1, seed=14)
    for name, protocol in (("one", Shop()), ("two", Shop(chats=2, hindsight="imagined"))):
        folder = await stage.run(Scenario(name=name, protocol=protocol, tasks=tasks, seats=seats, seed=14))
        stage.rows(folder, to="trl-sft", reward="rating?moment=oracle", seats=("chatbot",))


async def spiral_kuhn(stage: Stage) -> None:
    """Self-play in rounds, from which policies learn."""
    learners = {"role": Softmax("by role", advantage="role"), "plain": Softmax("plainly", advantage="none")}
    conditions = {name: playing_itself(learner) for name, learner in learners.items()}
    changed = {"conditions": conditions, "iterations": 3, "episodes": 20, "name": "spiral"}
    folder = await stage.run(spiral.model_copy(update=changed))
    stage.rows(folder, to="tokens", max_chars=900)


async def steps(stage: Stage) -> None:
    """Who plants errors in solutions and who finds them."""
    tasks = worked_solutions(n=2, seed=11)
    for name in ("sneaky", ""):
        generator = stage.agent("generator", name)
        seats = {"generator": generator, **stage.seated("critic", "solver")}
        protocol = SneakyCritic(rollouts=2, any_step=True)
        sneaky = Scenario(
            name=name or "random", protocol=protocol, tasks=tasks, seats=seats, episodes=2, seed=11
        )
        await stage.run(sneaky)
    critics = {"exact": stage.agent("exact", "exact-critic"), "random": stage.agent("random")}
    for name, critic in critics.items():
        first = Scenario(
            name=f"first-error-{name}", protocol=FirstError(), tasks=tasks, seats={"critic": critic}, seed=12
        )
        await stage.run(first)


def _of(
    stage: Stage, name: str, tasks: Sequence[Any], conditions: Mapping[str, Any], agents: Mapping[str, Agent]
) -> Comparison:
    """Return a comparison in whose seats those agents sit who have one."""
    needed = {seat for protocol in conditions.values() for seat in protocol.seats}
    seats = {seat: agents[seat] for seat in sorted(needed)}
    return Comparison(name=name, tasks=tasks, conditions=conditions, seats=seats, seed=9)


STUDIES: Mapping[str, Study] = {
    study.__name__.replace("_", "-"): study
    for study in (
        *(
            bargain,
            coached,
            debate,
            guessing,
            helped,
            imported,
            oversight,
            play,
            revise,
            shop,
            spiral_kuhn,
            steps,
        ),
        strategised,
    )
}


async def played(name: str, folder: Path) -> dict[str, str]:
    """Return what comes of a study, by the names of files, played in an empty folder."""
    stage = Stage(folder)
    await STUDIES[name](stage)
    stage.came[REQUESTS] = as_text(stage.notes)
    stage.came[PLAYED] = "".join(f"{protocol}\n" for protocol in sorted(stage.protocols))
    return stage.came
