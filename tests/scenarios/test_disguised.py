"""The same deals, plain and disguised: what an agent loses that only recalls the words of a game."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import games
from agents.scripted import ScriptedModel
from arena.designs.building import Source, build
from arena.journal import StoredRun
from arena.running import run
from arena.seat.messages import messages
from protocols import Play
from scenarios.disguised import bold
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.playing import play

DEALS = 24
PLAIN = {("King", "Queen"): 2, ("King", "Jack"): 2, ("Queen", "King"): -2, ("Queen", "Jack"): 2}
"""What player_0 gets for its card and the other's; with a Jack it folds and gets -1. Disguised it gets -1."""


async def test_it_loses_under_the_disguise_what_it_recalled(tmp_path: Path) -> None:
    settings = {"seats.player_0": "scenarios.disguised:Recalling", "first": DEALS}
    await run(build(Source(name="disguised", settings=settings)), tmp_path / "run")
    plain, cards = [], []
    with StoredRun(tmp_path / "run") as stored:
        for number in sorted(stored.numbers(finished=True)):
            episode = stored.episode(number)
            if episode.plan.condition != "plain":
                continue
            dealt = re.findall(r"Your card is the (\w+)", "\n".join(event.text for event in episode.events))
            cards.append(tuple(dealt))
            assert episode.played is not None
            plain.append(episode.played.outcome.returns["player_0"])
    assert plain == [PLAIN.get(deal, -1) for deal in cards]
    found, mean = Found(sections_in(tmp_path / "run")), round(sum(plain) / DEALS, 9)
    assert found.shown("Mean score", "plain: return of player_0") == (mean, DEALS, DEALS)
    assert found.shown("Mean score", "disguised: return of player_0") == (-1.0, DEALS, DEALS)
    pair = "return of player_0: disguised less plain"
    assert found.shown("Mean score, paired difference", pair) == (round(-1 - mean, 9), DEALS, DEALS)


def test_over_all_deals_it_wins_a_third_of_a_chip() -> None:
    returns = [PLAIN.get((mine, other), -1) for mine in CARDS for other in CARDS if mine != other]
    assert sum(returns) / len(returns) == pytest.approx(1 / 3)


CARDS = ("Jack", "Queen", "King")


@pytest.mark.parametrize("seed", range(4))
async def test_no_request_has_a_word_of_the_plain_game(seed: int) -> None:
    asked = {f"player_{player}": ScriptedModel(bold) for player in (0, 1)}
    await play(Play(game=f"disguised:kuhn?seed={seed}"), asked, seed=seed)
    texts = [
        message.content for one in asked.values() for request in one.requests for message in messages(request)
    ]
    assert len(texts) > 4
    words = {word.lower() for text in texts for word in re.findall(r"\w+", text)}
    assert not words & {
        "kuhn",
        "poker",
        "bet",
        "bets",
        "check",
        "fold",
        "call",
        "card",
        "king",
        "queen",
        "jack",
    }


def test_the_moves_are_the_same_in_the_same_order() -> None:
    state = games.load("disguised:kuhn?seed=7").new_initial_state().child(0).child(1)
    assert state.legal_actions() == (0, 1)
