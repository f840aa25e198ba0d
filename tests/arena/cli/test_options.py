"""How a line is read: options of several values, repeated ones, negative numbers, and what cannot be read."""

from __future__ import annotations

import re

import pytest
from cyclopts import CycloptsError
from hypothesis import given
from hypothesis import strategies as st

from arena.cli.app import COMMANDS, app
from arena.cli.commands.run import RunOptions
from arena.cli.option_records import StartOptions
from tests.arena.cli.typing_in import Typist


def read(*words: str) -> StartOptions:
    """Return the options of ``arena run kuhn`` with these words after it."""
    _, bound, _ = app.parse_args(["run", *words], print_error=False, exit_on_error=False)
    assert bound.args == ("kuhn",)
    options = bound.kwargs.get("options", RunOptions())
    assert isinstance(options, RunOptions)
    return options.start


class TestLists:
    @pytest.mark.parametrize(
        ("typed", "agents"),
        [
            ("kuhn --agents a b c", ("a", "b", "c")),
            ("--agents a b --seed 1 kuhn", ("a", "b")),
            ("kuhn --agents a --agents b", ("a", "b")),
            ("kuhn --agents a --seed 1 --agents b c", ("a", "b", "c")),
            ("--agents a b -- kuhn", ("a", "b")),
            ("kuhn --agents=a", ("a",)),
            ("kuhn --seed 1", ()),
        ],
    )
    def test_take_all_words_up_to_the_next_option(self, typed: str, agents: tuple[str, ...]) -> None:
        assert read(*typed.split()).agents == agents

    def test_settings_take_one_word_each(self) -> None:
        assert read("--set", "a=b", "--set", "c=[1]", "kuhn").settings == ("a=b", "c=[1]")

    @given(
        st.lists(
            st.from_regex(r"[\w.:?=&-]*[\w]", fullmatch=True).filter(lambda word: word[0] != "-"), min_size=1
        )
    )
    @pytest.mark.slow
    def test_words_come_as_they_were_typed(self, words: list[str]) -> None:
        assert read("kuhn", "--agents", *words).agents == tuple(words)


class TestValues:
    def test_numbers_may_be_negative(self) -> None:
        assert read("kuhn", "--seed", "-1").seed == -1
        assert read("kuhn", "--seed=-1").seed == -1

    def test_the_last_of_one_that_is_typed_twice_counts(self) -> None:
        assert read("kuhn", "--seed", "1", "--seed", "2").seed == 2

    def test_short_options_stand_together_and_alone(self) -> None:
        assert read("kuhn", "-v").play.verbose
        assert app.parse_args("fork here -vn 3", print_error=False)[1].kwargs["options"].siblings == 3

    @pytest.mark.parametrize("typed", ["2.5", "0x10", "x", "", "1e3"])
    def test_whole_numbers_are_whole(self, arena: Typist, typed: str) -> None:
        result = arena("run", "kuhn", "--seed", typed)
        assert (result.code, result.err) == (
            2,
            f"arena: --seed cannot be '{typed}': it must be a whole number.\n",
        )

    def test_a_reply_may_begin_with_a_dash(self) -> None:
        read_in = app.parse_args(["fork", "here", "--reply", "--no"], print_error=False)[1]
        assert read_in.kwargs["options"].replies == ("--no",)

    def test_records_have_no_options_of_their_own(self) -> None:
        for name in ("--options", "--play", "--play.json", "--no-json", "--empty-agents"):
            with pytest.raises(CycloptsError):
                read("kuhn", name)


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("typed", "said"),
        [
            ("run kuhn --sed 3", "There is no option '--sed'. Did you mean --seed?"),
            ("run kuhn --nosuch=3 x", "There is no option '--nosuch'."),
            ("rum", "There is no command 'rum'. Did you mean run?"),
            ("--nosuch", "There is no option '--nosuch'."),
            ("run", "`arena run` needs SCENARIO;"),
            ("judge here", "`arena judge` needs --judge;"),
            ("judge here --tools judge=calculator", "Judges who come afterwards have no tools."),
            ("export", "`arena export` needs RUN;"),
            ("run kuhn --seed", "--seed needs a value."),
            ("run kuhn leduc", "`arena run` cannot take 'leduc' here;"),
            ("run kuhn --concurrency 0", "it must be a whole number of at least 1."),
            ("run kuhn --tasks=+-5", "cannot be read as tasks"),
            ("run kuhn --max-dollars much", "--max-dollars cannot be 'much': it must be a number."),
            ("run kuhn --json=perhaps", "--json cannot be 'perhaps': it must be yes or no."),
            ("model pul", "There is no command 'pul'. Did you mean pull?"),
            ("run kuhn openai:x?api_key=sesame", "'openai:x?api_key=[hidden]'"),
        ],
    )
    def test_is_said_in_one_line(self, arena: Typist, typed: str, said: str) -> None:
        result = arena(*typed.split())
        assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
        assert said in result.err
        assert result.err.startswith("arena: ")
        assert result.err.endswith(".\n") or result.err.endswith("?\n")

    @pytest.mark.parametrize("word", ["\x1b[2J", "--\x1b[2J", "[red]x[/red]", "a\nb", "x" * 10_000])
    @pytest.mark.parametrize("before", [(), ("run", "kuhn"), ("run", "kuhn", "--seed"), ("show", "a")])
    def test_is_shown_inert_and_not_at_any_length(
        self, arena: Typist, before: tuple[str, ...], word: str
    ) -> None:
        result = arena(*before, word)
        assert (result.code, result.err.count("\n")) == (2, 1)
        assert "\x1b" not in result.err
        assert len(result.err) < 500


class TestHelp:
    def test_without_a_command_is_that_of_all(self, arena: Typist) -> None:
        bare, asked = arena(), arena("--help")
        assert (bare.code, asked.code) == (2, 0)
        assert bare.out == asked.out
        assert [name for name in COMMANDS if not re.search(rf"│ {name} +[A-Z]", asked.out)] == []

    @pytest.mark.parametrize("command", COMMANDS)
    def test_of_each_command_is_plain(self, arena: Typist, command: str) -> None:
        result = arena(command, "--help")
        assert result.code == 0
        assert result.out.startswith(f"Usage: arena {command}")
        assert "unless given" not in result.out
        assert "default: ()" not in result.out
        assert "default: None" not in result.out

    @pytest.mark.parametrize("command", [name for name in COMMANDS if name != "model"])
    def test_says_of_each_option_what_it_does(self, command: str) -> None:
        options = [one for one in app[command].assemble_argument_collection() if not one.children]
        assert [one.name for one in options if not (one.parameter.help or "").endswith(".")] == []
