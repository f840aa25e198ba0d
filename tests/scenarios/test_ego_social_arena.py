"""EgoSocialArena's examples through the whole path: guesses that are right, and styles that are named."""

from __future__ import annotations

import pytest

import arena
from arena.seat.transcript import EventKind
from arena.tasks import Task
from scenarios.ego_social_arena import ForetoldNumbers, NamedStyle, Style, WeighedBlackjack
from tests.arena.cli.typing_in import Typist
from tests.arena.results.figures.lines import Found, sections_in
from tests.shared.agents import Watched
from tests.shared.playing import play

PLAYER = "scenarios.ego_social_arena:Foreteller"


def played(typist: Typist, settings: str, *words: str) -> Found:
    said = typist("run", "ego-social-arena", "--agents", f"{PLAYER}?{settings}", "--out", "run", *words)
    assert said.code == 0, said.err
    return Found(sections_in(typist.folder / "run"))


def right(found: Found, level: int) -> float | None:
    return found.shown("Mean score", f"numbers, level {level}: guess, of player")[0]


@pytest.mark.parametrize(
    ("level", "guesses", "share"),
    [
        (1, "65,45,35,25,20,50,50,50,50,50", 0.5),
        (1, "50,33,45,50,50,50,50,50,50,50", 0.8),
        (2, "50,40,40,30,25,20,15,10,10,5", 0.4),
    ],
)
def test_the_shares_are_those_of_the_readme(arena: Typist, level: int, guesses: str, share: float) -> None:
    assert right(played(arena, f"guesses={guesses}", "--episodes", "1"), level) == share


def test_level_3_follows_the_models_own_numbers(arena: Typist) -> None:
    """The numbers 40, 40, 32, 26 lead to 50, 36, 30, 24 and 20."""
    found = played(arena, "guesses=50,36,30,24,20,99&own=40,40,32,26,1", "--episodes", "1")
    assert right(found, 3) == 0.5


def test_distances_are_measured(arena: Typist) -> None:
    """Against 50 in all rounds 40 is 4 from the target 36, and a guess of 47 errs by 3."""
    found = played(arena, "guesses=47&own=40", "--episodes", "1")
    assert found.shown("Mean score", "numbers, level 1: error, of player") == (3, 10, 10)
    assert found.shown("Mean score", "numbers, level 1: from the target, of player") == (4, 10, 10)


@pytest.mark.parametrize("style", Style)
def test_the_style_that_is_named_is_right_or_wrong(arena: Typist, style: Style) -> None:
    found = played(arena, f"style={style.value}", "--episodes", "1")
    for other in Style:
        told = found.shown("Mean score", f"hold'em, {other.value}: style, of player")
        assert told == (float(other is style), 1, 1)


def test_an_unusable_number_is_unknown_and_ends_the_game_without_a_return(arena: Typist) -> None:
    (arena.folder / "silent.py").write_text(
        "def model(request):\n"
        "    fields = request.prompt.data\n"
        "    if fields.get('asks') == 'style': return 'Answer: aggressive'\n"
        "    if fields['game'].startswith('number') and fields['information_state']: return 'no'\n"
        "    if fields['game'].startswith('number'): return '{\"guess\": 50, \"own\": 40}'\n"
        "    return 'Move: ' + list(fields['moves'])[-1]\n"
    )
    said = arena("run", "ego-social-arena", "--agents", "silent.py:model", "--episodes", "1", "--out", "run")
    assert said.code == 0, said.err
    found = Found(sections_in(arena.folder / "run"))
    assert found.shown("Mean score", "numbers, level 1: guess, of player") == (1, 1, 2)


def test_no_seat_is_told_the_style_and_only_the_model_that_it_foretells() -> None:
    one, other = (
        [NamedStyle(style=style).brief(seat, Task(id="x").public) for seat in ("player_0", "player_1")]
        for style in Style
    )
    assert one == other
    model, opponent = (
        ForetoldNumbers().brief(seat, Task(id="x").public) for seat in ("player_0", "player_1")
    )
    assert "which number you expect player_1 to name" in model
    assert "expect" not in opponent


@pytest.mark.parametrize("protocol", [ForetoldNumbers(), WeighedBlackjack(), NamedStyle()])
def test_each_finds_what_it_lists(protocol: arena.Protocol) -> None:
    arena.check_protocol(protocol, Task(id="x"))


async def test_the_model_reads_its_own_earlier_numbers_and_the_other_never_its_guess() -> None:
    foretells = Watched('{"guess": 37, "own": 40}')
    names = Watched("Move: 50")
    await play(ForetoldNumbers(rounds=2), {"player_0": foretells, "player_1": names})
    own = [event.text for event in foretells.sent[1].view if event.kind is EventKind.SAID]
    assert own == ['{"guess": 37, "own": 40}']
    assert "37" not in "".join(event.text for event in names.sent[1].view)


async def test_a_game_ends_without_a_return_too_if_the_other_names_no_number() -> None:
    agents = {"player_0": Watched('{"guess": 50, "own": 40}'), "player_1": Watched("Move: none")}
    outcome = (await play(ForetoldNumbers(), agents)).outcome
    assert (outcome.ending.value, outcome.offenders, outcome.returns) == ("forfeited", ("player_1",), {})
