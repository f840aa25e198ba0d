"""Leagues: which matches are played, who sits where, and what a game's settings stand for."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

import arena
from arena.core.errors import UsageError
from arena.designs.building import Source, build
from arena.designs.league import League
from arena.episode.plan import Plan
from arena.tasks.task import Task

TOPICS = [Task(id="sun", text="Is the sun a star?"), Task(id="moon", text="Is the moon a star?")]
GAMES: dict[str, Any] = {
    "kuhn": {"format": "round-robin?meetings=2"},
    "leduc": {},
    "debate": {"tasks": TOPICS, "protocol": {"rounds": 1}, "seats": {"judge": "judge=random"}},
}
NAMES = "abcdef"


def _league(agents: str, added: tuple[str, ...] = (), **more: Any) -> League:
    entrants = [f"{name}=random" for name in agents]
    groups = [[f"{name}=random" for name in group] for group in added]
    return arena.League(**{"games": GAMES, "agents": entrants, "added": groups, "seed": 7, **more})


def _plans(league: League) -> list[Plan]:
    only = league.round(0, ())
    assert only is not None
    assert league.round(1, ()) is None
    plans = list(only.plans)
    assert len(plans) == only.size
    return plans


def _what(plan: Plan) -> tuple[Any, ...]:
    """Return everything about an episode but its place in the run."""
    return plan.condition, tuple(sorted(plan.seats.items())), plan.chance, plan.task.id


def test_every_pair_plays_every_game_in_both_seats() -> None:
    plans = _plans(_league("abcde"))
    counts = Counter(plan.condition for plan in plans)
    # 10 pairs: 2 meetings and 2 seatings; 1 meeting and 2 seatings; 2 topics and 2 seatings.
    assert counts == {"kuhn": 40, "leduc": 20, "debate": 40}
    met = Counter((plan.condition, plan.seats["player_0"], plan.seats["player_1"]) for plan in plans[:60])
    assert all(met["leduc", one, two] == 1 for one in "abcde" for two in "abcde" if one != two)
    assert {plan.seats["judge"] for plan in plans if plan.condition == "debate"} == {"judge"}
    assert [plan.number for plan in plans] == list(range(100))


def test_both_seatings_of_a_match_have_the_same_chance_and_no_other_match_has_it() -> None:
    plans = [plan for plan in _plans(_league("abcd")) if plan.condition == "kuhn"]
    by_chance = Counter(plan.chance for plan in plans)
    assert set(by_chance.values()) == {2}
    assert len({(plan.match, plan.chance) for plan in plans}) == len(by_chance) == 12


def test_a_league_that_is_added_to_plays_the_matches_of_one_that_began_with_all() -> None:
    whole = Counter(map(_what, _plans(_league("abcdef"))))
    assert Counter(map(_what, _plans(_league("abcde", ("f",))))) == whole
    assert Counter(map(_what, _plans(_league("abc", ("d", "ef"))))) == whole


def test_agents_that_are_added_change_no_earlier_plan() -> None:
    before, after = _plans(_league("abc")), _plans(_league("abc").adding(["d=random"]))
    assert after[: len(before)] == before
    assert all("d" in plan.seats.values() for plan in after[len(before) :])


def test_who_sits_first_is_shared_out_without_swapping_seats() -> None:
    games = {"kuhn": {"format": "round-robin?meetings=2"}}
    plans = _plans(_league("abcde", games=games, swap=False))
    first = Counter(plan.seats["player_0"] for plan in plans)
    assert first == dict.fromkeys("abcde", 4)


def test_a_game_of_three_players_meets_in_tables_of_three() -> None:
    league = _league("abcd", games={"three": "number-guessing?players=3", "two": "kuhn"})
    tables = {frozenset(plan.seats.values()) for plan in _plans(league) if plan.condition == "three"}
    assert len(tables) == 4
    assert {len(table) for table in tables} == {3}
    assert set(league.players) == {"player_0", "player_1", "player_2"}


def test_a_league_is_built_from_paths_as_a_study_has_them() -> None:
    settings = {
        "games.kuhn": {},
        "games.debate.tasks": [task.model_dump() for task in TOPICS],
        "games.debate.protocol.rounds": 3,
        "games.debate.seats.judge": "random",
    }
    league = build(Source(name="", kind="league", agents=("a=random", "b=random"), settings=settings))
    assert isinstance(league, League)
    assert league.games["debate"].protocol.rounds == 3  # type: ignore[attr-defined]
    assert league.games["kuhn"].protocol.game == "kuhn"  # type: ignore[attr-defined]
    assert [task.id for task in league.tasks_of("debate")] == ["sun", "moon"]


def test_names_alone_stand_for_games_and_for_a_scenario_with_its_tasks() -> None:
    league = arena.League(games=["kuhn", "debate"], agents=["a=random", "b=random"])
    assert list(league.games) == ["kuhn", "debate"]
    assert len(league.tasks_of("debate")) == 3  # those of the scenario of that name
    assert set(league.games["debate"].seats) == {"judge"}


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"format": "swiss"}, "depends on earlier results; choose round-robin, gauntlet or self-play"),
        ({"games": {"debat": {}}}, "There is no game 'debat'"),
        ({"games": {"debate": {"tasks": TOPICS}}}, "These seats have no agent in debate: judge"),
        ({"games": {"kuhn": {"seats": {"judge": "random"}}}}, "No agent can be given for judge in kuhn"),
        ({"games": {"debate": {"protocol": {"round": 1}}}}, "debate cannot be played"),
        ({"games": {}}, "games"),
        ({"added": [["a=random"]]}, "Several agents are called a"),
        ({"seats": {"referee": "random"}}, "No agent can be given for referee"),
    ],
)
def test_what_does_not_fit_is_said_in_a_sentence(more: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        _league("ab", **more)
    assert "\n" not in str(raised.value)


def test_two_tasks_of_one_id_in_two_games_are_refused() -> None:
    second = {**GAMES["debate"], "protocol": "debate", "tasks": [Task(id="sun")]}
    with pytest.raises(UsageError, match="different tasks with the id 'sun'"):
        _league("ab", games={**GAMES, "second": second})


def test_the_configuration_says_who_was_added_and_each_games_tasks() -> None:
    config = _league("ab", ("c",)).config()
    assert (config["kind"], config["agents"], config["added"]) == ("league", ["a", "b"], [["c"]])
    assert config["protocol"]["conditions"]["debate"]["tasks"]["count"] == 2
    assert config["protocol"]["conditions"]["debate"]["seats"] == {"judge": "judge"}
    assert "added" not in _league("ab").config()


def test_tasks_of_the_league_come_before_those_of_a_scenario() -> None:
    seats = {"judge": "judge=random"}
    league = arena.League(games=["debate"], agents=["a=random", "b=random"], tasks=TOPICS, seats=seats)
    assert [task.id for task in league.tasks_of("debate")] == ["sun", "moon"]
    with pytest.raises(UsageError, match="These seats have no agent in debate: judge"):
        arena.League(games=["debate"], agents=["a=random", "b=random"], tasks=TOPICS)
