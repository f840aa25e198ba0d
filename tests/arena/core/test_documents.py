"""Reading TOML and YAML with the lines of keys: what is wrong is said with its line, nothing is evaluated."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from arena.core.documents import read_document, toml_lines
from arena.core.errors import UsageError

NAMES = st.text("abcdefgh_-XYZ19 \"'#[]=é", min_size=1, max_size=6)
VALUES = st.one_of(
    st.integers(-9, 9),
    st.booleans(),
    st.text("ab\n\"'#=[]{}\\ é", max_size=8),
    st.lists(st.text("a]\"'#", max_size=3), max_size=3),
)
TREES = st.recursive(
    st.dictionaries(NAMES, VALUES, max_size=4),
    lambda inner: st.dictionaries(NAMES, st.one_of(VALUES, inner), max_size=4),
    max_leaves=12,
)


def leaves(tree: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in tree.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*before, name))
        elif not isinstance(value, dict):
            yield (*before, name), value


@given(TREES, st.booleans())
def test_the_line_of_each_key_of_a_toml_text_holds_the_key(tree: dict[str, Any], multiline: bool) -> None:
    text = tomli_w.dumps(tree, multiline_strings=multiline)
    lines = toml_lines(text)
    rows = text.split("\n")
    for path, _ in leaves(tree):
        key = tomli_w.dumps({path[-1]: 0}).partition(" = 0")[0]
        row = rows[lines[".".join(path)] - 1]
        assert row.startswith(f"{key} = ")


def test_a_key_of_an_inline_table_has_the_line_of_its_statement(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text('# words\nrun = "x"\n\n[tasks]\ncolumns = { question = "Q" }\n')
    found = read_document(file)
    assert found.line_of("tasks.columns.question") == 5
    assert found.line_of("seats.judge") is None


def test_values_over_several_lines_do_not_shift_the_keys_behind_them() -> None:
    text = 'a = """\nb = 1\n"""\nc = [\n  1, # d = 2\n  2,\n]\n[e]\n"f.g" = 3\n'
    assert toml_lines(text) == {"a": 1, "c": 4, "e": 8, "e.f.g": 9}


def test_yaml_is_read_as_its_version_1_2_has_it(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(
        "run: debate\nseats:\n  judge: no\n  day: 2026-01-02\nn: 012\nnothing: ~\nyes: [true, .5]\n"
    )
    found = read_document(file)
    assert found.tree == {
        "run": "debate",
        "seats": {"judge": "no", "day": "2026-01-02"},
        "n": 12,
        "nothing": None,
        "yes": [True, 0.5],
    }
    assert found.line_of("seats.judge") == 3


BOMB = "a: &a [1,2,3,4,5,6,7,8,9]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)
)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.toml", "a = 1\na = 2\n", "a.toml is not TOML: a stands there twice, in line 1 and in line 2"),
        ("a.toml", "a = " + "[" * 5000, "a.toml is not TOML"),
        ("a.yaml", "a: 1\nb: 2\na: 3\n", "a.yaml, line 3: the name 'a' stands there twice."),
        ("a.yaml", "a: !!python/object:os.system x\n", "a.yaml, line 1: there may be no tags"),
        ("a.yaml", "a: [1\n", "a.yaml is not YAML: "),
        ("a.yaml", "- a\n", "a.yaml holds no table of names and values."),
        ("a.yaml", "a: &a\n  b: *a\n", "it is too deep, or its aliases make too much of it."),
        ("a.yaml", BOMB, "it is too deep, or its aliases make too much of it."),
        ("a.yaml", "[a, b]: 1\n", "a.yaml, line 1: a name must be a text."),
        ("a.yaml", "a: &x {b: 1}\nc:\n  <<: *x\n", "a.yaml, line 3: a name must be a text."),
        ("a.toml", "\ufeffa = 'x", "a.toml is not TOML"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path: Path, name: str, text: str, said: str) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(UsageError) as raised:
        read_document(file)
    told = str(raised.value).replace(f"{tmp_path}/", "")
    assert said in told
    assert "\n" not in told


def test_a_file_in_another_encoding_or_too_large_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_bytes("a = 1\n".encode("utf-16"))
    with pytest.raises(UsageError, match="UTF-16; save it as UTF-8"):
        read_document(file)
    with file.open("wb") as opened:
        opened.truncate(17 * 2**20)
    with pytest.raises(UsageError, match="is larger than 16,777,216 bytes"):
        read_document(file)
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_document(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[seats]\njudge = 1\njudge = 2\n", "seats.judge stands there twice, in line 2 and in line 3"),
        ("[a]\nb = 1\n[c]\n[a]\n", "a stands there twice, in line 1 and in line 4"),
        ('"a.b" = 1\n[[t]]\nx = 1\n[[t]]\nx = 1\nx = 2\n', "t.x stands there twice, in line 5 and in line 6"),
        ("a = 1\nb = \n", "(at line 2, column 5)"),
    ],
)
def test_toml_that_has_a_key_twice_is_told_which(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(UsageError) as error:
        read_document(tmp_path / "s.toml")
    assert told in str(error.value)


@pytest.mark.parametrize("text", [".".join(["a"] * 5000) + " = 1", "[" + ".".join(["a"] * 3000) + "]"])
def test_toml_whose_tables_are_too_deep_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "s.toml").write_text(text)
    with pytest.raises(UsageError, match="its tables are too deep"):
        read_document(tmp_path / "s.toml")


def test_a_device_or_a_pipe_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "zero.toml").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.yaml")
    for name in ("zero.toml", "pipe.yaml"):
        with pytest.raises(UsageError, match="it is a device or a pipe"):
            read_document(tmp_path / name)
