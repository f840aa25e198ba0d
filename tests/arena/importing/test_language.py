"""What a mapping can say: paths, cuts, translations, scales, conditions and tables by seat."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest

from arena.core.errors import UsageError
from arena.core.jsonl import BadLine
from arena.importing import Mapped, import_transcripts
from arena.importing._paths import MISSING, at
from arena.journal import StoredRun
from tests.arena.importing.theirs import OURS, changed, write


def episode(foreign: Any, **parts: Any) -> dict[str, Any]:
    made = Mapped.model_validate({"seats": {"ann": {"is": "x"}}, **parts})
    return made.episode(foreign)


def value(place: Any, foreign: Any) -> Any:
    return episode(foreign, task={"text": place})["task"].get("text", MISSING)


class TestPaths:
    @pytest.mark.parametrize(
        ("path", "found"),
        [
            ("said.-1.text", "bye"),
            ("said.*.text", ["hi", "bye"]),
            ("said.7.text", MISSING),
            ("by.*", [1, 2]),
            ("by.bob", 2),
        ],
    )
    def test_lead_to_the_last_to_all_and_through_names(self, path: str, found: Any) -> None:
        assert at({"said": [{"text": "hi"}, {"text": "bye"}], "by": {"ann": 1, "bob": 2}}, path) == found

    def test_entries_know_their_names_and_what_is_around_them(self) -> None:
        foreign = {"turns": [{"who": "ann", "parts": ["a", "b"]}, {"who": "bob", "parts": ["c"]}]}
        table = {"each": "turns.*.parts", "seat": "^.who", "round": "@@", "text": "."}
        assert episode(foreign, speeches=[table])["speeches"] == [
            {"seat": "ann", "round": 0, "text": "a"},
            {"seat": "ann", "round": 0, "text": "b"},
            {"seat": "bob", "round": 1, "text": "c"},
        ]

    def test_each_goes_over_a_table_by_its_names(self) -> None:
        scores = [{"each": "scores", "name": "@", "value": {"path": "value", "as": {"C": 1, "I": 0}}}]
        foreign = {"scores": {"match": {"value": "C"}, "judge": {"value": "I"}}}
        assert episode(foreign, scores=scores)["scores"] == [
            {"name": "match", "value": 1},
            {"name": "judge", "value": 0},
        ]


class TestValues:
    @pytest.mark.parametrize(
        ("place", "foreign", "found"),
        [
            ({"path": "x", "default": "none"}, {"x": None}, "none"),
            ({"path": "x", "default": "none", "optional": True}, {}, "none"),
            ({"path": "x", "as": {"null": "tie"}}, {"x": None}, "tie"),
            ({"path": "x", "as": {"1": "first"}}, {"x": 1.0}, "first"),
            ({"path": "x", "as": {"a": "b"}, "others": "keep"}, {"x": "c"}, "c"),
            ({"path": "x", "as": {"a": "b"}, "others": "none"}, {"x": "c"}, None),
            ({"path": "x", "as": {"C": "1"}, "others": "numbers"}, {"x": "85%"}, "85%"),
            ({"path": "x", "as": {"C": "1"}, "others": "numbers"}, {"x": "wrong"}, None),
            ({"path": "x", "as": {"C": "1"}, "others": "numbers"}, {"x": {"a": 1}}, None),
            ({"path": "x", "as": {}, "others": {"is": "failed"}}, {"x": "out of memory"}, "failed"),
            ({"path": "x", "as": {}, "others": {"is": "failed"}}, {"x": None}, None),
            ({"path": "x", "none": ["N/A", ""]}, {"x": "N/A"}, None),
            ({"path": "x", "split": "<eos>", "place": -1}, {"x": "a <eos> b"}, "b"),
            ({"path": "x", "before": ":"}, {"x": "YOU: hi: there"}, "YOU"),
            ({"path": "x", "after": ":"}, {"x": "YOU: hi: there"}, "hi: there"),
            ({"path": "x.*.t", "join": " "}, {"x": [{"t": "a"}, {"t": "b"}]}, "a b"),
            ({"path": "x", "part": "text"}, {"x": "plain"}, "plain"),
            (
                {"path": "x", "part": "text"},
                {"x": [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "yes"}]},
                "yes",
            ),
            (
                {"text": "You want {a.b} and {{{n}}}."},
                {"a": {"b": "water"}, "n": 2.0},
                "You want water and {2}.",
            ),
            ("x", {"x": 12}, "12"),
        ],
    )
    def test_are_cut_translated_and_given_their_type(self, place: Any, foreign: Any, found: Any) -> None:
        assert value(place, foreign) == found

    def test_reasoning_is_a_part_of_its_own(self) -> None:
        content = [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "yes"}]
        assert value({"path": "x", "part": "reasoning"}, {"x": content}) == "hm"

    @pytest.mark.parametrize(
        ("place", "found", "number"),
        [
            ("x", "85%", 0.85),
            ({"path": "x", "of": 100}, "85%", 0.85),
            ({"path": "x", "scale": [1, 2]}, 1.25, 0.25),
            ({"path": "x", "scale": [2, 1]}, 1.25, 0.75),
            ("x", "$1,200.50", 1200.5),
        ],
    )
    def test_numbers_are_read_from_texts_and_scaled(self, place: Any, found: Any, number: float) -> None:
        assert episode({"x": found}, returns={"ann": place})["returns"] == {"ann": number}

    def test_without_a_translation_are_errors(self) -> None:
        with pytest.raises(BadLine, match="text: 'c' at x is not one of 'a'"):
            value({"path": "x", "as": {"a": "b"}}, {"x": "c"})


class TestTables:
    MESSAGES: ClassVar = {
        "messages": [
            {"role": "system", "content": "Be kind."},
            {"role": "user", "content": "Hi"},
            {"role": "assistant", "content": "Hello"},
        ]
    }

    def test_conditions_leave_entries_out(self) -> None:
        found = episode(
            self.MESSAGES,
            briefs=[
                {"each": "messages", "when": {"role": "system"}, "seat": {"is": "ann"}, "text": "content"}
            ],
            speeches=[
                {
                    "each": "messages",
                    "unless": {"role": "system"},
                    "seat": {"path": "role", "as": {"assistant": "ann"}, "others": "none"},
                    "text": "content",
                }
            ],
        )
        assert found["briefs"] == {"ann": "Be kind."}
        assert found["speeches"] == [{"seat": None, "text": "Hi"}, {"seat": "ann", "text": "Hello"}]

    def test_each_condition_of_unless_leaves_entries_out(self) -> None:
        talk = {"said": [{"who": "system"}, {"who": "ann", "hidden": True}, {"who": "ann"}]}
        table = {"each": "said", "unless": {"who": "system", "hidden": True}, "seat": "who", "round": "@"}
        assert episode(talk, speeches=[table])["speeches"] == [{"seat": "ann", "round": 2}]

    def test_conditions_know_the_last_entry(self) -> None:
        talk = {"said": ["a", "b", "c"]}
        last, others = (
            {"each": "said", kind: {"-@": -1}, "text": ".", "reply": {"is": kind == "when"}}
            for kind in ("when", "unless")
        )
        assert episode(talk, speeches=[others, last])["speeches"] == [
            {"text": "a", "reply": False},
            {"text": "b", "reply": False},
            {"text": "c", "reply": True},
        ]

    def test_a_part_without_paths_is_there_where_its_conditions_hold(self) -> None:
        verdicts = [{"when": {"winner": one}, "choice": {"is": one}} for one in ("a", "b")]
        assert episode({"winner": "b"}, verdicts=verdicts)["verdicts"] == [{"choice": "b"}]

    @pytest.mark.parametrize("path", ["parts", "all.*.parts"])
    def test_what_need_not_be_a_list_has_no_entries_if_it_is_a_text(self, path: str) -> None:
        foreign = {"parts": "plain", "all": [{"parts": "plain"}]}
        assert episode(foreign, speeches=[{"each": {"path": path, "optional": True}}])["speeches"] == []

    def test_a_single_seat_that_hears_is_a_list_of_one(self) -> None:
        speech = {"seat": {"is": "ann"}, "audience": "to", "text": "x"}
        (found,) = episode({"to": "bob", "x": "Hi."}, speeches=[speech])["speeches"]
        assert found["audience"] == ["bob"]

    @pytest.mark.parametrize("each", ["a", "$.a", "b.*", {"path": "a", "none": ["x"]}])
    def test_what_is_no_list_is_told(self, each: Any) -> None:
        with pytest.raises(BadLine, match="is not a list"):
            episode({"a": 3, "b": [3]}, speeches=[{"each": each, "text": "."}])

    def test_a_seat_that_is_no_text_is_told(self) -> None:
        with pytest.raises(BadLine, match=r"returns\.0\.seat: it must be text"):
            episode({"a": [{"b": [1]}]}, returns=[{"each": "a", "seat": "b", "value": {"is": 1}}])

    def test_seats_may_come_from_a_list(self) -> None:
        seats = [{"each": "players", "seat": "id", "agent": "model"}]
        foreign = {"players": [{"id": 1, "model": "x"}, {"id": 2, "model": "y"}]}
        assert episode(foreign, seats=seats)["seats"] == {"1": "x", "2": "y"}

    def test_parts_hold_calls_scores_and_probabilities(self) -> None:
        calls = {"each": "tool_calls", "id": "id", "name": "function.name", "arguments": "function.arguments"}
        foreign = {
            "said": [
                {"tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}], "good": "7"}
            ],
            "preference": 1.25,
        }
        answers = {"is": ["one", "two"]}
        likely = {
            "one": {"path": "preference", "scale": [2, 1]},
            "two": {"path": "preference", "scale": [1, 2]},
        }
        found = episode(
            foreign,
            task={"answers": answers},
            speeches=[{"each": "said", "seat": {"is": "ann"}, "calls": calls, "scores": {"good": "good"}}],
            verdicts=[{"probabilities": likely}],
        )
        assert found["speeches"][0]["calls"] == [{"id": "c", "name": "f", "arguments": "{}"}]
        assert found["speeches"][0]["scores"] == {"good": 7}
        assert found["verdicts"] == [{"probabilities": {"one": 0.75, "two": 0.25}}]

    @pytest.mark.parametrize(
        ("parts", "said"),
        [
            ({"speeches": [{"wisdom": "x"}]}, "speeches.0.wisdom: there is no such field"),
            (
                {"speeches": [{"text": {"pth": "x"}}]},
                "speeches.0.text: it must be a path, or a table with is",
            ),
            ({"briefs": [{"seat": "x", "brief": "y"}]}, "briefs.0.brief: there is no such field"),
        ],
    )
    def test_wrong_names_are_told_once(self, parts: Any, said: str) -> None:
        with pytest.raises(ValueError, match=said):
            episode({}, **parts)


class TestRecords:
    def test_may_be_lists_whose_entries_are_the_speeches(self, tmp_path: Path) -> None:
        (tmp_path / "talk.json").write_text('[{"who": "ann", "says": "Hi"}, {"who": "ann", "says": "Bye"}]')
        mapping = tmp_path / "m.toml"
        mapping.write_text(
            'seats = { ann = { is = "x" } }\ntask = { open = { is = true } }\n'
            'speeches = [{ each = ".", seat = "who", text = "says" }]\n'
        )
        import_transcripts([tmp_path / "talk.json"], tmp_path / "run", mapping=mapping)
        with StoredRun(tmp_path / "run") as stored:
            (found,) = stored.episodes()
        assert [event.text for event in found.events] == ["Hi", "Bye"]

    BAD = (OURS, "{", changed(OURS, "task.text", 3), OURS)

    def test_that_cannot_be_used_are_all_named(self, tmp_path: Path) -> None:
        file = write(tmp_path / "theirs.jsonl", self.BAD)
        with pytest.raises(UsageError) as raised:
            import_transcripts([file], tmp_path / "run")
        said = str(raised.value)
        assert f"{file}, line 2: it is no JSON" in said
        assert f"{file}, line 3: task.text: it must be text, not 3" in said
        assert said.endswith("To leave all of them out, use --skip-bad.")
        assert not (tmp_path / "run").exists()

    def test_are_all_bad_because_of_a_path_that_no_record_has(self, tmp_path: Path) -> None:
        (tmp_path / "m.toml").write_text('seats = { ann = "modle" }')
        file = write(tmp_path / "theirs.jsonl", [{"model": "x"}] * 2)
        with pytest.raises(UsageError, match=r"No episode has anything at the path 'modle', for seats\.ann;"):
            import_transcripts([file], tmp_path / "run", mapping=tmp_path / "m.toml")

    def test_are_counted_beyond_the_first_twenty(self, tmp_path: Path) -> None:
        file = write(tmp_path / "theirs.jsonl", ["{}"] * 23)
        with pytest.raises(UsageError, match=r"3 more records cannot be used\."):
            import_transcripts([file], tmp_path / "run")

    def test_are_left_out_and_counted_in_the_record_if_asked(self, tmp_path: Path) -> None:
        first = changed(OURS, "task.id", "key")
        other = changed(first, "task.text", "Who lost it?")
        file = write(tmp_path / "theirs.jsonl", [*self.BAD, first, other])
        come = import_transcripts([file], tmp_path / "run", skip_bad=True)
        assert (come.episodes, come.bad) == (3, 3)
        assert any("line 6: the task 'key' differs" in warning for warning in come.warnings)
        with StoredRun(tmp_path / "run") as stored:
            assert stored.header()["config"]["bad_records"] == 3
            assert len(stored.numbers(finished=True)) == 3

    def test_conditions_leave_whole_records_out(self, tmp_path: Path) -> None:
        (tmp_path / "map.toml").write_text('unless = { status = "error" }\n[seats]\nann = "who"\n')
        records = [{"who": "x", "status": "ok"}, {"who": "y", "status": "error"}, {"who": "z"}]
        file = write(tmp_path / "theirs.jsonl", records)
        come = import_transcripts([file], tmp_path / "run", mapping=tmp_path / "map.toml")
        assert (come.episodes, come.left_out) == (2, 1)
