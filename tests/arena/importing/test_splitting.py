"""A text is split into records as a JSON reader of whole texts would split it, wherever it is cut."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arena.core.jsonl import BadLine
from arena.importing import _json_text
from arena.importing._json_text import BrokenDocument
from arena.importing._splitting import Record, documents, entries, frames

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.text(max_size=4), JSON, max_size=4)


def cut(text: str, size: int) -> Iterator[str]:
    yield from (text[at : at + size] for at in range(0, len(text), size))


def values(records: Iterator[Record]) -> list[Any]:
    return [str(one.value) if isinstance(one.value, BadLine) else one.value for one in records]


class TestDocuments:
    @given(st.lists(OBJECTS, max_size=6), st.sampled_from(["\n", "", "\n\n  ", " "]), st.integers(1, 40))
    def test_are_those_that_were_written(self, written: list[Any], between: str, size: int) -> None:
        text = between.join(map(json.dumps, written))
        assert values(documents(cut(text, size))) == written

    def test_may_stand_on_several_lines_each(self) -> None:
        text = json.dumps({"a": [1, {"b": 2}]}, indent=2) * 2
        found = list(documents(cut(text, 7)))
        assert [(one.line, one.on_line) for one in found] == [(1, 1), (8, 1)]

    def test_are_numbered_on_their_line(self) -> None:
        found = list(documents(iter(['{"a":1} {"a":2}\n{"a":3}'])))
        assert [(one.line, one.on_line) for one in found] == [(1, 1), (1, 2), (2, 1)]

    @pytest.mark.parametrize(
        ("bad", "said"),
        [
            ('{"a": 1', "it is no JSON (Expecting ',' delimiter)"),
            ('{"a": "x', "it is no JSON (Invalid control character at)"),
            ("nonsense", "it is no JSON (Expecting value)"),
            ('{"a": 1, "a": 2}', "it has the name 'a' twice in one object"),
            ('{"b": {"a": 1, "a": 2}}', "it has the name 'a' twice in one object"),
            ('{"a": NaN}', "it is no JSON (expected value at line 1 column 7)"),
            ('{"a": 1e999}', "it has the number 1e999, which is too large"),
            (f'{{"a": {"9" * 5000}}}', "number out of range"),
            ("[" * 100_000, "it is nested too deeply"),
            ("[" * 500 + "]" * 500, "recursion limit exceeded"),
            ('{"a": "\udcff"}', "it is not written in UTF-8 (byte 8); save it as UTF-8"),
        ],
    )
    def test_a_bad_one_is_told_and_the_next_line_is_read(self, bad: str, said: str) -> None:
        text = f'{{"a": 0}}\n{bad}\n{{"a": 3}}\n'
        first, wrong, last = documents(iter([text]))
        assert (first.value, last.value, wrong.line) == ({"a": 0}, {"a": 3}, 2)
        assert isinstance(wrong.value, BadLine)
        assert said in str(wrong.value)

    def test_one_that_is_cut_off_is_told(self) -> None:
        assert values(documents(cut('{"a": 0}\n{"a": "x', 3))) == [{"a": 0}, "it is no JSON (it is cut off)"]

    def test_one_that_is_too_long_is_left_out(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_json_text, "LONGEST_RECORD", 100)
        text = f'{{"a": "{"x" * 1000}"}}\n{{"a": 1}}'
        assert values(documents(cut(text, 9))) == ["it is longer than 100 characters", {"a": 1}]


class TestEntries:
    @given(st.lists(JSON, max_size=6), OBJECTS, OBJECTS, st.integers(1, 40))
    def test_are_those_of_the_list(
        self, written: list[Any], before: dict[str, Any], after: dict[str, Any], size: int
    ) -> None:
        document = {f"b{name}": one for name, one in before.items()}
        document["data"] = [0, {"all": written}]
        document |= {f"e{name}": one for name, one in after.items()}
        text = json.dumps(document, indent=size % 3 or None)
        assert values(entries(cut(text, size), ["data", "1", "all"])) == written

    @given(st.lists(JSON, max_size=6), st.integers(1, 40))
    def test_the_document_may_be_the_list(self, written: list[Any], size: int) -> None:
        assert values(entries(cut(json.dumps(written), size), [])) == written

    @pytest.mark.parametrize("path", [[], ["one"]])
    def test_a_table_is_one_entry(self, path: list[str]) -> None:
        document: dict[str, Any] = {"a": 1} if not path else {"one": {"a": 1}}
        assert values(entries(iter([json.dumps(document)]), path)) == [{"a": 1}]

    def test_several_documents_follow_each_other(self) -> None:
        assert values(entries(iter(["[1, 2]\n[3]"]), [])) == [1, 2, 3]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('{"x": []}', "there are no episodes at all"),
            ('{"all": 3}', "there are no episodes at all"),
            ("3", "there are no episodes at all"),
            ('{"all": [1', "it is no JSON (it is cut off)"),
            ('{"all": [1]', "it is no JSON (it is cut off)"),
            ('{"all": [1] "x": 2}', "it is no JSON (, is missing before '\"')"),
            ('{"all": [1], "all": [2]}', "it has the name 'all' twice in one object"),
            ('{"all": [1, {]}', "it is no JSON (Expecting property name enclosed in double quotes)"),
        ],
    )
    def test_a_broken_document_is_told(self, text: str, said: str) -> None:
        with pytest.raises(BrokenDocument) as raised:
            list(entries(cut(text, 4), ["all"]))
        assert str(raised.value) == said

    def test_an_entry_with_a_bad_value_does_not_stop_the_others(self) -> None:
        text = '[{"a": 1}, {"a": NaN}, {"a": 1, "a": 2}, {"a": 4}]'
        first, nan, double, last = values(entries(iter([text]), []))
        assert (first, last) == ({"a": 1}, {"a": 4})
        assert "expected value" in nan
        assert "twice" in double


class TestFrames:
    @given(st.lists(JSON, max_size=6), OBJECTS, st.integers(1, 40))
    def test_are_the_documents_without_the_entries(
        self, written: list[Any], around: dict[str, Any], size: int
    ) -> None:
        document = {**{f"b{name}": one for name, one in around.items()}, "data": [0, {"all": written}]}
        text = json.dumps(document) * 2
        beside = {**document, "data": [0, {"all": None}]}
        assert frames(cut(text, size), ["data", "1", "all"]) == [beside, beside]
        assert [one.document for one in entries(cut(text, size), ["data", "1", "all"])] == [
            number for number in (0, 1) for _ in written
        ]

    def test_are_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(_json_text, "LONGEST_RECORD", 100)
        text = json.dumps({"a": ["x" * 30] * 2, "b": "x" * 60, "all": []})
        with pytest.raises(BrokenDocument, match="more than 100 characters beside the episodes"):
            frames(cut(text, 9), ["all"])
