"""``arena init``: the study that it writes runs as it stands, and its comments hold the defaults."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from arena.cli.initialising import _begun
from arena.core.errors import MissingExtra
from arena.designs.building import build
from arena.designs.study_files import read_study
from arena.registry import table
from scenarios import SCENARIOS
from tests.arena.cli.typing_in import Typist

GAMES = ("leduc", "tictactoe", "ultimatum", "repeated:kuhn?n=2")
PROTOCOLS = ("direct", "consultancy", "bargain", "mad", "society")


SOON = ("debate", "oversight", "kuhn", "first-debate", "leduc", "direct", "bargain")
"""What is tried in every run of the tests; the others take their time."""


@pytest.mark.parametrize("suffix", [".toml", ".yaml"])
@pytest.mark.parametrize(
    "name",
    [
        name if name in SOON else pytest.param(name, marks=pytest.mark.slow)
        for name in (*sorted(SCENARIOS), *GAMES, *PROTOCOLS)
    ],
)
def test_the_study_is_the_scenario_and_its_comments_are_its_settings(
    arena: Typist, name: str, suffix: str
) -> None:
    yaml = ("--yaml",) if suffix == ".yaml" else ()
    said = arena("init", name, "--out", f"study{suffix}", *yaml)
    assert said.code == 0, said.err
    file = Path(f"study{suffix}")
    try:
        expected = _begun(name).config()
    except MissingExtra:
        pytest.skip("an extra is not installed")
    assert build(read_study(file).source).config() == expected
    lines = file.read_text(encoding="utf-8").split("\n")
    file.write_text("\n".join(map(uncommented, lines)), encoding="utf-8")
    assert build(read_study(file).source).config() == expected


def uncommented(line: str) -> str:
    """A setting without its comment mark, except one without a value and the example of tasks."""
    is_setting = re.match(r'#(\[|\s*("[^"]*"|[\w.-]+)( =|:))', line) and not line.startswith("# ")
    bare = line.removeprefix("#") if is_setting or line.startswith("#  ") else line
    return "" if re.search(r" =$|^\[tasks\]|^tasks:|^ *(file|columns)\b", bare) else bare


def test_it_says_what_each_setting_does(arena: Typist) -> None:
    said = arena("init", "debate")
    assert said.err == "Wrote debate.toml. Change what you like, and run it with: arena run debate.toml\n"
    text = Path("debate.toml").read_text()
    assert text.startswith("# Debate over hidden passages: ")
    assert "# The number of debaters. They are called debater_a, debater_b and so on." in text
    assert "\n#debaters = 2\n" in text
    assert "\n#beliefs.public = false\n" in text
    assert '\n[seats]\ndebater_a = "local?reproducible=false"\n' in text


def test_a_game_is_played_as_it_stands(arena: Typist) -> None:
    assert arena("init", "leduc").code == 0
    file = Path("leduc.toml")
    file.write_text(file.read_text().replace('#format = "round-robin"', 'format = "round-robin?meetings=2"'))
    said = arena("tournament", "leduc.toml", "--out", "run")
    assert (said.code, "Episodes: 4 completed" in said.out) == (0, True), said.err


def test_nothing_is_overwritten_unasked(arena: Typist) -> None:
    Path("debate.toml").write_text("mine")
    said = arena("init", "debate")
    assert (said.code, Path("debate.toml").read_text()) == (2, "mine")
    assert "debate.toml is there already; name another with --out" in said.err
    assert arena("init", "debate", "--overwrite").code == 0
    assert arena("init", "debate", "--out", "a.yaml").code == 2
    assert arena("init", "debatte").err.count("\n") == 1


@pytest.mark.slow
def test_every_protocol_and_game_that_needs_nothing_has_a_study(arena: Typist) -> None:
    """Protocols with settings that have no default are named with one, such as play:kuhn."""
    refused = []
    for kind in ("protocols", "games"):
        for name in table(kind):
            said = arena("init", name, "--overwrite")
            refused += [] if said.code == 0 else [(name, said.err)]
            assert said.code in (0, 2)
    assert {name for name, said in refused if "needs a value for" in said} >= {"strategised", "coached"}
    assert [said for _, said in refused if said.count("\n") != 1] == []
