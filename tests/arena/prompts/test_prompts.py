"""Prompts stand beside their modules, and a wording of one's own takes their place while it is in force."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from arena.core.errors import PromptError
from arena.designs.wording import prompt_files
from arena.prompts import Prompts, Template, read_prompt_file, sections, wording

TEXT = """{# What is said. #}

=== greet: seat*, others[]
Hello {{ seat }}.

=== part:

Two
lines.

"""


@pytest.fixture
def prompts(tmp_path: Path) -> Prompts:
    (tmp_path / "mine.jinja").write_text(TEXT)
    return Prompts(tmp_path / "mine.py")


def test_a_file_holds_prompts_by_their_names() -> None:
    found = sections(TEXT, "mine.jinja")
    assert list(found) == ["greet", "part"]
    greet, part = found.values()
    assert greet.fields == ("seat", "others")
    assert (set(greet.lists), set(greet.required)) == ({"others"}, {"seat"})
    assert (greet.text, greet.line) == ("Hello {{ seat }}.", 4)
    assert (part.text, part.line, part.fields) == ("Two\nlines.", 8, ())
    assert sections("=== greet\r\nHi\r\n", "mine.jinja")["greet"].text == "Hi"
    assert sections("=== greet\nHi", "mine.jinja")["greet"].fields is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Hello", "line 1: this text belongs to no prompt"),
        ("{# {# #}\n\nHello {#", "line 3: this text belongs to no prompt"),
        ("=== \nHi", "line 1: '' is no name"),
        ("=== Greet\nHi", "'Greet' is no name"),
        ("=== a\nHi\n=== a\nHo", "line 3: the prompt 'a' stands there twice"),
        ("=== a: seat, 1x\nHi", "line 1: '1x' is no name of a field"),
        ("=== a: loop\nHi", "line 1: 'loop' is no name of a field"),
        ("=== " + "x" * 1_000_000, "is no name of a prompt"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(text: str, why: str) -> None:
    with pytest.raises(PromptError) as refused:
        sections(text, "mine.jinja")
    assert why in str(refused.value)


def test_headings_are_lines_of_their_own() -> None:
    text = "{# === above\n=== this too #}\n=== a\nHi\n=====\n ===\n"
    assert {name: one.text for name, one in sections(text, "mine.jinja").items()} == {"a": "Hi\n=====\n ==="}
    assert sections("", "mine.jinja") == sections("{# nothing #}\n", "mine.jinja") == {}


def test_long_files_are_read_in_time() -> None:
    for text in ("{#" * 40_000, "=== a" + " " * 20_000 + "b", "=== a\n" * 60_000):
        began = time.monotonic()
        with suppress(PromptError):
            sections(text, "mine.jinja")
        assert time.monotonic() - began < 5


def test_only_files_of_some_length_are_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jinja")
    with pytest.raises(PromptError, match="is no file"):
        read_prompt_file(tmp_path / "pipe.jinja")
    (tmp_path / "long.jinja").write_text("x" * 500_001)
    with pytest.raises(PromptError, match="longer than 500,000 bytes"):
        read_prompt_file(tmp_path / "long.jinja")


def test_the_standard_wording_is_said(prompts: Prompts) -> None:
    assert prompts.text("greet", seat="ann", others=()) == "Hello ann."
    assert prompts.text("part") == "Two\nlines."


def test_a_wording_in_force_takes_its_place(prompts: Prompts) -> None:
    with wording({"mine": {"greet": "Bye {{ seat }}."}, "other": {"part": "?"}}):
        assert prompts.text("greet", seat="ann", others=()) == "Bye ann."
        assert prompts.text("part") == "Two\nlines."
    assert prompts.text("greet", seat="ann", others=()) == "Hello ann."


async def test_tasks_side_by_side_have_wordings_of_their_own(prompts: Prompts) -> None:
    async def said(word: str) -> list[str]:
        with wording({"mine": {"greet": word + " {{ seat }}"}}):
            texts = []
            for _ in range(3):
                texts.append(prompts.text("greet", seat="ann", others=()))
                await asyncio.sleep(0)
            return texts

    first, second = await asyncio.gather(said("A"), said("B"))
    assert (first, second) == (["A ann"] * 3, ["B ann"] * 3)


def test_an_unknown_prompt_is_a_sentence(prompts: Prompts) -> None:
    with pytest.raises(PromptError, match=r"no prompt 'great'\. Did you mean greet\?"):
        prompts.template("great", "Hi")


@pytest.mark.parametrize("file", prompt_files().values(), ids=prompt_files())
def test_each_standard_prompt_may_be_said_and_uses_all_its_fields(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.startswith("{#"), "the file says at its top what its fields are"
    above = text[: text.index("\n===")]
    for name, prompt in Prompts(file).sections.items():
        assert prompt.fields is not None
        Template(prompt.text, prompt.fields, lists=prompt.lists, required=prompt.fields, where=name)
        for field in prompt.fields:
            assert field in above, f"{file.name} does not say what {field} is"


def test_files_of_prompts_have_different_names() -> None:
    root = Path(__file__).parents[3]
    kinds = ("arena", "protocols", "agents")
    found = [file.stem for kind in kinds for file in (root / kind).rglob("*.jinja")]
    assert sorted(found) == sorted(prompt_files())
