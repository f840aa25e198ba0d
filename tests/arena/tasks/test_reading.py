"""Files of tasks: the same tasks in every format, columns by name, and one sentence for what is wrong."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arena.core.errors import UsageError
from arena.designs.scenario import Scenario
from arena.tasks import read
from arena.tasks.questions import CLAIM
from protocols import Direct
from protocols.shared.questions import Question
from tests.shared.tasks import real

KEY = {"question": "Who?", "answers": ["ann", "bob"], "answer": "bob", "source": "Bob.", "id": "key"}
FORMATS = ("csv", "tsv", "jsonl", "json", "parquet")


def lines(folder: Path, *lines: Any) -> Path:
    file = folder / "asked.jsonl"
    file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return file


def written(folder: Path, form: str, rows: Sequence[dict[str, Any]]) -> Path:
    """Write rows as other programs write them."""
    file = folder / f"tasks.{form}"
    names = list(rows[0])
    if form in ("csv", "tsv"):
        with file.open("w", newline="") as stream:
            table = csv.writer(stream, delimiter="\t" if form == "tsv" else ",")
            table.writerow(names)
            for row in rows:
                cells = [row[name] for name in names]
                table.writerow([json.dumps(cell) if isinstance(cell, list) else cell for cell in cells])
    elif form == "json":
        file.write_text(json.dumps(rows))
    elif form == "jsonl":
        lines_of = "".join(json.dumps(row) + "\n" for row in rows)
        file.write_text(lines_of)
    else:
        pytest.importorskip("pyarrow")
        from pyarrow import Table, parquet

        parquet.write_table(Table.from_pylist(list(rows)), str(file))
    return file


class TestReading:
    @pytest.mark.parametrize("form", FORMATS)
    def test_a_question(self, tmp_path: Path, form: str) -> None:
        (task,) = read(written(tmp_path, form, [KEY]))
        assert (task.id, task.text, task.truth) == ("key", "Who?", "bob")
        assert task.data == {"answers": ["ann", "bob"], "source": "Bob."}
        assert Question.of(task.public).source == "Bob."

    def test_a_claim_without_an_id(self, tmp_path: Path) -> None:
        first, second = read(lines(tmp_path, KEY, "", {"question": "It rains.", "answer": "false"}))
        assert (second.id, second.truth, second.data) == ("asked-3", "false", {})
        assert Question.of(second.public).answers == CLAIM
        assert first.id == "key"

    def test_a_claim_as_spreadsheets_write_it(self, tmp_path: Path) -> None:
        file = tmp_path / "claims.csv"
        file.write_text("question,truth\nIt rains.,TRUE\nIt snows.,False\n")
        assert [task.truth for task in read(file)] == ["true", "false"]

    def test_the_right_answer_may_be_unknown(self, tmp_path: Path) -> None:
        (task,) = read(lines(tmp_path, {"question": "Who?", "answers": ["ann", "bob"]}))
        assert task.truth is None

    @pytest.mark.parametrize("form", FORMATS)
    def test_columns_of_other_names(self, tmp_path: Path, form: str) -> None:
        row = {
            "Q": "Who, then?",
            "A": "ann",
            "B": "bob",
            "key": "B",
            "topic": "men",
            "fold": "test",
            "x": 1,
        }
        (task,) = read(
            written(tmp_path, form, [row]),
            {
                "question": "Q",
                "answers": ["A", "B"],
                "truth_at": "key",
                "category": "topic",
                "split": "fold",
                "briefs.judge": "A",
                "data.cue": "x",
            },
        )
        assert (task.text, task.truth) == ("Who, then?", "bob")
        cue: Any = "1" if form in ("csv", "tsv") else 1
        assert task.data == {"answers": ["ann", "bob"], "category": "men", "split": "test", "cue": cue}
        assert task.briefs == {"judge": "ann"}

    @pytest.mark.parametrize(("mark", "right"), [(0, "x"), ("2", "z"), ("b", "y")])
    def test_the_place_of_the_truth(self, tmp_path: Path, mark: Any, right: str) -> None:
        file = lines(tmp_path, {"question": "?", "answers": ["x", "y", "z"], "label": mark})
        assert read(file, {"truth_at": "label"})[0].truth == right

    def test_a_path_into_an_object(self, tmp_path: Path) -> None:
        file = lines(tmp_path, {"item": {"text": "Who?", "keys": ["ann"]}})
        (task,) = read(file, {"question": "item.text", "truth": "item.keys.0"})
        assert (task.text, task.truth) == ("Who?", "ann")

    def test_one_split(self, tmp_path: Path) -> None:
        file = lines(tmp_path, *({"question": f"{n}?", "split": "ab"[n % 2]} for n in range(4)))
        assert [task.text for task in read(file, split="b")] == ["1?", "3?"]
        with pytest.raises(UsageError, match=r"has no split 'c'. It has: a, b\.$"):
            read(file, split="c")

    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_a_byte_order_mark_and_the_separators_of_spreadsheets(
        self, tmp_path: Path, separator: str
    ) -> None:
        file = tmp_path / "sheet.csv"
        file.write_bytes(b"\xef\xbb\xbf" + separator.join(["question", "truth"]).encode() + b"\r\n")
        with file.open("ab") as stream:
            stream.write(separator.join(['"a, ""b""\r\nc;\td"', "4"]).encode() + b"\r\n\r\n")
        (task,) = read(file)
        assert (task.text, task.truth, task.id) == ('a, "b"\r\nc;\td', "4", "sheet-2")

    def test_published_sets(self) -> None:
        problems = read(real("gsm8k/test.jsonl"))
        assert (len(problems), problems[0].text[:22]) == (1319, "Janet’s ducks lay 16 e")
        columns = {"question": "problem", "category": "subject", "id": "unique_id"}
        harder = read(real("math500/math500.jsonl"), columns)
        assert (len(harder), len({task.data["category"] for task in harder})) == (500, 7)


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=20)
"""Any text of a question. NUL ends a text in some readers of CSV."""


class TestRoundTrip:
    @given(
        rows=st.lists(
            st.fixed_dictionaries({"question": texts, "truth": st.none() | texts}), min_size=1, max_size=5
        ),
        form=st.sampled_from(FORMATS),
    )
    @settings(max_examples=60)
    def test_what_is_written_is_read(
        self, tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str | None]], form: str
    ) -> None:
        file = written(tmp_path_factory.mktemp("rows"), form, rows)
        found = read(file)
        assert [task.text for task in found] == [row["question"] for row in rows]
        for task, row in zip(found, rows, strict=True):
            folded = (row["truth"] or "").lower()
            assert task.truth == (folded if folded in CLAIM else row["truth"])


class TestOneSentence:
    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("{", "it is no JSON"),
            ('{"question": NaN}', "it is no JSON"),
            ("[" * 100_000, "it is no JSON"),
            ("[]", "it is not an object with a value for each column"),
            ({**KEY, "answers": ["ann"]}, "the answers must be 2 to 100 texts"),
            ({**KEY, "answers": ["ann", "ann"]}, "two of the answers are the same"),
            ({**KEY, "answers": "ann, bob"}, "the answers are not a list"),
            ({**KEY, "answer": "cy"}, "the right answer 'cy' is not among the answers 'ann', 'bob'"),
            ({**KEY, "answer": ["bob"]}, "the truth must be text, not a list"),
            ({**KEY, "question": ["a"]}, "the question must be text, not a list"),
            ({**KEY, "question": None}, "the question is missing"),
            ({**KEY, "answer": "\x1b[2J"}, r"the right answer '\x1b[2J' is not"),
        ],
    )
    def test_a_bad_line_by_its_number(self, tmp_path: Path, line: Any, said: str) -> None:
        file = lines(tmp_path, {**KEY, "id": "other"}, line)
        with pytest.raises(UsageError) as raised:
            read(file)
        message = str(raised.value)
        assert message.startswith(f"{file}, line 2: ")
        assert said in message
        assert "\n" not in message
        assert "\x1b" not in message

    def test_each_of_several_bad_lines(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError) as raised:
            read(lines(tmp_path, *["{"] * 9))
        said = str(raised.value)
        assert [f", line {n}: " in said for n in range(1, 7)] == [True] * 5 + [False]
        assert said.endswith(". 4 more lines are bad.")

    def test_an_id_that_occurs_twice(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="line 2: an earlier line has the same id 'key'"):
            read(lines(tmp_path, KEY, KEY))

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("q.csv", b"question\nWh\xe9?\n", "line 2: it is not written in UTF-8 (byte 3 of the line)"),
            ("q.csv", b"\xff\xfeq\x00", "is written in UTF-16; save it as UTF-8."),
            ("q.csv", b"Q,A\n1,2\n", "has no column 'question'. It has: Q, A. Say which of them holds"),
            ("q.csv", b"question,A\n1,2,3\n", "line 2: it has 3 cells, and the header has 2."),
            ("q.csv", b'question\n"a\nb\n', "line 2: it is no CSV (unexpected end of data)."),
            ("q.csv", b"question,a,a\n", "two columns are called 'a'; rename one of them."),
            ("q.csv", b"question\n", "holds no tasks."),
            ("q.csv", b"", "holds no tasks."),
            ("q.jsonl", b'{"question": "Wh\xe9?"}\n', "line 1: it is not written in UTF-8 (byte 17)"),
            ("q.json", b'{"question": "?"}', "is not a list of objects"),
            ("q.json", b'{"a": 1}\n{"a": 2}\n', "if each line is an object, call it .jsonl"),
            ("q.json", b'[{"question": "?"}, 3]', "item 2: it is not an object"),
            ("q.parquet", b"PAR1 and no more", "cannot be read as Parquet"),
            ("q.xlsx", b"PK", "must end in .csv, .tsv, .jsonl, .ndjson, .json or .parquet."),
        ],
    )
    def test_a_file_that_is_not_what_it_should_be(
        self, tmp_path: Path, name: str, content: bytes, said: str
    ) -> None:
        file = tmp_path / name
        file.write_bytes(content)
        with pytest.raises(UsageError) as raised:
            read(file)
        assert said in str(raised.value)
        assert str(file) in str(raised.value)

    @pytest.mark.parametrize(
        ("columns", "said"),
        [
            ({"question": "Quesion"}, "no column 'Quesion' for the question. Did you mean Question? It has:"),
            ({"qestion": "Question"}, "A task has no part 'qestion' for a column. Did you mean question?"),
            (
                {"question": ["Question"]},
                "Only answers and pictures may be in several columns, and not the question",
            ),
            ({"question": "Question", "truth": "A", "truth_at": "A"}, "is in truth or in truth_at"),
            ({"question": "Question", "truth_at": "A"}, "there are no answers"),
            ({"question": "Question", "answers": ["A", "B"], "truth_at": "C"}, "a letter from A to B"),
        ],
    )
    def test_a_wrong_column(self, tmp_path: Path, columns: Any, said: str) -> None:
        file = tmp_path / "q.csv"
        file.write_text("Question,A,B,C\nWho?,ann,bob,7\n")
        with pytest.raises(UsageError) as raised:
            read(file, columns)
        assert said in str(raised.value)

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match=r"none\.csv cannot be read: No such file"):
            read(tmp_path / "none.csv")


class TestBounds:
    @pytest.mark.parametrize("name", ["x.csv", "x.jsonl"])
    def test_a_line_without_end_is_not_read_to_its_end(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        monkeypatch.setattr("arena.core.jsonl.LONGEST_LINE", 100)
        monkeypatch.setattr("arena.tasks._rows.LONGEST_LINE", 100)
        (tmp_path / name).write_text("x" * 1000)
        with pytest.raises(UsageError, match="line 1: it is longer than 100 bytes"):
            read(tmp_path / name)

    @pytest.mark.parametrize(
        ("bound", "value", "said"),
        [("LARGEST_FILE", 10, "a file of tasks has at most 10"), ("MOST_ROWS", 1, "more than 1 tasks")],
    )
    def test_too_large_a_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: int, said: str
    ) -> None:
        monkeypatch.setattr(f"arena.tasks._rows.{bound}", value)
        with pytest.raises(UsageError, match=said):
            read(written(tmp_path, "csv", [{"question": "a?"}, {"question": "b?"}]))

    def test_a_small_parquet_file_that_unpacks_to_very_much(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = written(tmp_path, "parquet", [{"question": "x" * 1000}] * 1000)
        assert file.stat().st_size < 5000
        monkeypatch.setattr("arena.tasks._rows.MOST_CHARACTERS", 10_000)
        with pytest.raises(UsageError, match="unpacks to more than 10,000 characters"):
            read(file)


def test_a_scenario_takes_a_file(tmp_path: Path) -> None:
    file = tmp_path / "q.csv"
    file.write_text("Q,A\nIt rains.,true\nIt snows.,false\n")
    typed: Any = {"file": str(file), "columns": {"question": "Q", "truth": "A"}}
    scenario = Scenario(protocol=Direct(), seats={"judge": "random"}, tasks=typed)
    assert [task.truth for task in scenario.tasks] == ["true", "false"]


def test_columns_that_are_called_as_parts_are_read_without_being_named(tmp_path: Path) -> None:
    row = {
        "question": "Who?",
        "data.word": "Truck",
        "data.all": ["Truck", "Dog"],
        "briefs.judge": "A",
        "data.": 1,
    }
    (task,) = read(lines(tmp_path, {**row, "other.thing": 2}))
    assert dict(task.data) == {"word": "Truck", "all": ["Truck", "Dog"]}
    assert dict(task.briefs) == {"judge": "A"}
    (task,) = read(lines(tmp_path, row), {"data.word": "briefs.judge"})
    assert task.data["word"] == "A"
