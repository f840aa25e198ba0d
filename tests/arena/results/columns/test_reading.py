"""Runs as rows: nothing missing becomes a number, and every episode that belongs is there."""

from __future__ import annotations

from pathlib import Path

from arena.designs.comparison import Comparison
from arena.designs.scenario import Scenario
from arena.episode.outcome import Ending, Outcome
from arena.journal import StoredRun
from arena.judging import judge_run
from arena.results.columns import PANEL, Columns, read_columns
from arena.running.running import run
from arena.seat.agent import Agent, Request
from protocols import Consultancy, Debate, Direct, Play, Society
from protocols.shared.beliefs import Beliefs
from tests.arena.judging.debating import read_by
from tests.arena.results.columns.stored import (
    ANSWERS,
    RIGHT,
    WRONG,
    Ended,
    ask,
    belief,
    bets,
    columns_of,
    debated,
    details,
    speech,
    store,
)
from tests.protocols.asking import TASK, Player, sure_of
from tests.shared.agents import Watched

BROKEN = Ended(Outcome.failed("the provider was down"))


class TestEpisodes:
    async def test_hold_what_was_decided(self, tmp_path: Path) -> None:
        (row,) = (await columns_of(tmp_path, debated(RIGHT, 0.8))).episodes
        assert (row.truth, row.choice, row.correct, row.confidence) == (RIGHT, RIGHT, 1.0, 0.8)
        assert (row.truth_probability, row.agreed, row.shown_first) == (0.8, True, WRONG)
        assert row.defended == {"debater_a": RIGHT, "debater_b": WRONG}

    async def test_a_wrong_decision_is_0_and_none_is_neither(self, tmp_path: Path) -> None:
        undecided = debated(None, asks=[ask(RIGHT), ask(WRONG, ANSWERS[::-1])])
        rows = (await columns_of(tmp_path, debated(WRONG), undecided)).episodes
        assert [row.correct for row in rows] == [0.0, None]
        assert [row.agreed for row in rows] == [True, False]

    async def test_one_that_broke_belongs_without_a_verdict(self, tmp_path: Path) -> None:
        without = details(RIGHT) | {"verdict": None, "verdicts": []}
        refused = Ended(Outcome(Ending.FAILED, {}, ("judge",), "no verdict", without))
        columns = await columns_of(tmp_path, BROKEN, debated(RIGHT), refused)
        assert [(row.episode.number, row.correct) for row in columns.episodes] == [
            (0, None),
            (1, 1.0),
            (2, None),
        ]
        assert columns.endings["debate"] == {Ending.FAILED: 2, Ending.COMPLETED: 1}

    async def test_truth_that_is_none_of_the_answers_is_unknown(self, tmp_path: Path) -> None:
        """Else every verdict would count as wrong."""
        odd = debated(RIGHT)._replace(truth="The Cook")
        assert [row.truth for row in (await columns_of(tmp_path, odd)).episodes] == [None]

    async def test_debates_without_a_judge_have_none(self, tmp_path: Path) -> None:
        unjudged = details(None, asks=[]) | {"verdict": None}
        ended = [Ended(Outcome.completed({}, **unjudged)), BROKEN]
        columns = await columns_of(tmp_path, *ended, protocol=Debate(judged=False))
        assert columns.episodes == []
        assert [side.won for side in columns.sides] == [None, None]

    async def test_a_societys_majority_is_a_decision(self, tmp_path: Path) -> None:
        ended = [Outcome.completed({}, majority=RIGHT), Outcome.completed({}, majority=None)]
        columns = await columns_of(tmp_path, *map(Ended, ended), protocol=Society())
        assert [row.correct for row in columns.episodes] == [1.0, None]

    async def test_games_are_counted_and_have_no_rows(self, tmp_path: Path) -> None:
        ended = Ended(Outcome.completed({"player_0": 1.0}), truth=None)
        columns = await columns_of(tmp_path, ended, BROKEN, protocol=Play(game="kuhn"))
        assert columns.endings["play"] == {Ending.COMPLETED: 1, Ending.FAILED: 1}
        assert Columns(columns.conditions, columns.endings) == columns


class TestAsks:
    async def test_say_who_stood_first_and_who_won(self, tmp_path: Path) -> None:
        first = debated(None, asks=[ask(WRONG), ask(RIGHT, ANSWERS[::-1])])
        one, other = (await columns_of(tmp_path, first)).asks
        assert (one.first_won, one.won, one.correct) == (1.0, 1.0, 0.0)
        assert (other.first_won, other.won, other.correct) == (1.0, 0.0, 1.0)

    async def test_a_refusal_is_no_point(self, tmp_path: Path) -> None:
        (row,) = (await columns_of(tmp_path, debated(None, asks=[ask(None)]))).asks
        assert (row.first_won, row.won, row.correct, row.of_two) == (None, None, None, True)


class TestSides:
    async def test_say_who_won_and_how_much_was_said(self, tmp_path: Path) -> None:
        bet = speech("debater_a", 5)._replace(payload='{"probability": 0.5}')
        said = [speech("debater_a", 3), speech("debater_b", 2), speech("debater_a", 4), bet]
        one, other = (await columns_of(tmp_path, debated(RIGHT)._replace(said=said))).sides
        assert (one.seat, one.agent, one.right, one.won, one.words) == ("debater_a", "ann", 1.0, 1.0, 7)
        assert (other.place, other.shown, other.right, other.won, other.words) == (0, 0, 0.0, 0.0, 2)

    async def test_a_shared_win_is_half_and_none_at_all_is_nothing(self, tmp_path: Path) -> None:
        tie = debated(None, shares={RIGHT: 0.5, WRONG: 0.5})
        rows = (await columns_of(tmp_path, tie, debated(None))).sides
        assert [row.won for row in rows] == [0.5, 0.5, None, None]


class TestBeliefs:
    async def test_bets_come_true_by_the_verdict(self, tmp_path: Path) -> None:
        rows = (await columns_of(tmp_path, debated(RIGHT, beliefs=bets((0.6, 0.0), (None, 0.7))))).beliefs
        assert [(row.seat, row.round, row.probability, row.came_true) for row in rows] == [
            ("debater_a", 0, 0.6, 1.0),
            ("debater_b", 0, 0.0, 0.0),
            ("debater_a", 1, None, 1.0),
            ("debater_b", 1, 0.7, 0.0),
        ]
        assert {row.role for row in rows} == {"speaker"}

    async def test_bets_on_nothing_decided_are_neither(self, tmp_path: Path) -> None:
        rows = (await columns_of(tmp_path, debated(None, beliefs=bets((0.6, 0.6))))).beliefs
        assert [row.came_true for row in rows] == [None, None]

    async def test_judges_beliefs_are_those_of_the_truth(self, tmp_path: Path) -> None:
        held = [
            belief("judge", "before", 0, 0.25, kind="right", about=WRONG),
            belief("onlooker_1", "before", 0, 0.6, kind="right", about=RIGHT),
        ]
        rows = (await columns_of(tmp_path, debated(RIGHT, beliefs=held))).beliefs
        assert [(row.role, row.came_true, row.truth_probability) for row in rows] == [
            ("judge", 0.0, 0.75),
            ("onlooker", 1.0, 0.6),
        ]


async def judged(folder: Path) -> Columns:
    """Store a debate of a real protocol, have it judged by three who see what is right, and read it."""
    speaker = Player({"speech": "I say so.", "belief": "Probability: 60"}, name="speaker")
    agents: dict[str, Agent] = {"debater_a": speaker, "debater_b": speaker, "judge": sure_of(RIGHT)}
    await run(Scenario(protocol=Debate(rounds=1), seats=agents, tasks=[TASK]), folder)
    judges = [Watched("Verdict: 1", "first"), Watched("Verdict: 2", "second"), Watched("well", "vague")]
    await judge_run(folder, judges)
    with StoredRun(folder) as stored:
        return read_columns([("run", stored)])


class TestLaterJudges:
    async def test_every_ask_and_ruling_is_a_row(self, tmp_path: Path) -> None:
        columns = await judged(tmp_path)
        later = [ask for ask in columns.asks if ask.criterion]
        assert [(ask.judge, ask.first_won, ask.won) for ask in later] == [
            ("first", 1.0, 1.0),
            ("first", 1.0, 0.0),
            ("second", 0.0, 0.0),
            ("second", 0.0, 1.0),
            ("vague", None, None),
            ("vague", None, None),
        ]
        assert [(ruling.judge, ruling.side, ruling.correct) for ruling in columns.rulings] == [
            ("first", None, None),
            ("second", None, None),
            ("vague", None, None),
            (PANEL, None, None),
        ]

    async def test_the_majority_decides_what_came_true(self, tmp_path: Path) -> None:
        await store(
            tmp_path, [debated(WRONG, beliefs=bets((0.9, 0.9)))._replace(said=[speech("debater_a", 1)])]
        )
        judges = [Watched(whoever_spoke, name) for name in ("one", "two")]
        judged = await judge_run(tmp_path, [*judges, Watched("well", "vague")])
        with StoredRun(tmp_path) as stored:
            columns = read_columns([("run", stored)])
        assert [row.came_true for row in columns.beliefs] == [0.0, 1.0]
        named = f"{judged.criterion}, two-game"
        assert [row.later for row in columns.beliefs] == [{named: 1.0}, {named: 0.0}]
        assert [(row.judge, row.correct) for row in columns.rulings][-1] == (PANEL, 1.0)


def whoever_spoke(request: Request) -> str:
    """Decide for the one side that said anything."""
    return "Verdict: 1" if "Speaker 1 says" in read_by(request) else "Verdict: 2"


class TestProtocols:
    """What the protocols report is read by the names under which they report it."""

    async def test_a_debate_as_it_is_played(self, tmp_path: Path) -> None:
        columns = await judged(tmp_path)
        (row,) = columns.episodes
        assert (row.choice, row.correct, row.agreed) == (RIGHT, 1.0, True)
        assert row.confidence is not None
        assert {side.won for side in columns.sides} == {0.0, 1.0}
        assert [side.words for side in columns.sides] == [3, 3]
        bets = [row for row in columns.beliefs if row.kind == "wins"]
        assert [(row.moment, row.round) for row in bets] == [("before", 0)] * 2 + [("round", 1)] * 2
        assert {row.probability for row in bets} == {0.6}

    async def test_consultancy_and_direct_answers_too(self, tmp_path: Path) -> None:
        for protocol in (Consultancy(rounds=1), Direct(beliefs=Beliefs())):
            agents = dict.fromkeys(protocol.seats, sure_of(RIGHT))
            folder = tmp_path / type(protocol).__name__
            await run(Scenario(protocol=protocol, seats=agents, tasks=[TASK]), folder)
            with StoredRun(folder) as stored:
                columns = read_columns([("run", stored)])
            assert [row.correct for row in columns.episodes] == [1.0]
            assert len(columns.sides) == len(protocol.speakers)
            assert len(columns.asks) == 2


async def test_runs_of_one_condition_are_pooled_and_their_episodes_told_apart(tmp_path: Path) -> None:
    folders = [await store(tmp_path / name, [debated(RIGHT)]) for name in ("one", "two")]
    with StoredRun(folders[0]) as one, StoredRun(folders[1]) as two:
        columns = read_columns([("one", one), ("two", two)])
    assert columns.conditions == ("debate", "debate")
    assert len({row.episode for row in columns.episodes}) == 2
    assert len({row.cluster for row in columns.episodes}) == 1


class TestSeveralConditionsInARun:
    async def test_rows_have_the_names_of_their_own(self, tmp_path: Path) -> None:
        seats = {"judge": sure_of(RIGHT), "consultant": "random"}
        conditions = {"alone": Direct(), "advised": Consultancy(rounds=1)}
        await run(Comparison(conditions=conditions, seats=seats, tasks=[TASK]), tmp_path)
        with StoredRun(tmp_path) as stored:
            columns = read_columns([("run", stored)])
        assert [row.condition for row in columns.episodes] == ["alone", "advised"]
        assert set(columns.endings) == {"alone", "advised"}
        assert {row.condition for row in columns.beliefs} == {"advised"}


class TestSeveralJudges:
    """As imported transcripts have them: each in a seat of its own."""

    async def test_orders_are_those_of_each_judge(self, tmp_path: Path) -> None:
        asked = [
            ask(RIGHT) | {"judge": "first"},
            ask(WRONG, ANSWERS[::-1]) | {"judge": "first"},
            ask(WRONG, ANSWERS[::-1]) | {"judge": "second"},
            ask(WRONG, ANSWERS[::-1]) | {"judge": "second"},
        ]
        columns = await columns_of(tmp_path, debated(WRONG, asks=asked))
        assert [(row.order, row.sample, row.first_won, row.won) for row in columns.asks] == [
            (0, 0, 0.0, 0.0),
            (1, 0, 0.0, 1.0),
            (0, 0, 0.0, 0.0),
            (0, 1, 0.0, 0.0),
        ]
        assert [(row.judge, row.side, row.correct) for row in columns.rulings] == [
            ("first: first", None, None),
            ("second: second", "debater_b", 0.0),
        ]


class TestDetails:
    async def test_of_a_kind_are_rows_and_those_that_broke_under_its_condition_rows_without_values(
        self, tmp_path: Path
    ) -> None:
        dealt = Ended(Outcome.completed({"debater_a": 2.0}, negotiation={"deal": True}))
        rows = (await columns_of(tmp_path, dealt, BROKEN)).details
        assert [(row.episode.number, row.values) for row in rows["negotiation"]] == [
            (0, {"deal": True}),
            (1, {}),
        ]
        assert rows["negotiation"][0].returns == {"debater_a": 2.0}
        assert rows["detection"] == rows["revision"] == []

    async def test_of_other_kinds_have_no_rows(self, tmp_path: Path) -> None:
        rows = (await columns_of(tmp_path, debated(RIGHT), BROKEN)).details
        assert not any(rows.values())
